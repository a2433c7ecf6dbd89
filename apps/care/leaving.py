"""What somebody who leaves holds here: visits to come, and people to reach."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.access.actor import Actor
from apps.care import selectors, services
from apps.care.choices import AppointmentState, TaskState
from apps.care.models import Appointment, FollowUpTask
from apps.clients.models import ClientRecord
from apps.kit.dates import format_day, format_instant
from apps.organizations.models import Person
from apps.organizations.registry import Holding
from apps.organizations.services import one_at_a_time


def clients_of(rows: list[Any]) -> QuerySet[ClientRecord]:
    """The clients whom these visits or tasks are about."""
    return ClientRecord.objects.filter(pk__in={row.client_id for row in rows})


def visits_to_come() -> QuerySet[Appointment]:
    """Every booked visit that has not begun."""
    return Appointment.objects.filter(state=AppointmentState.BOOKED, starts_at__gt=timezone.now())


def visits_of(person: Person) -> QuerySet[Appointment]:
    """Booked visits of somebody that have not begun."""
    rows = visits_to_come().filter(staff=person)
    return rows.select_related("client__person", "location", "staff").order_by("starts_at", "pk")


def visit_words(row: Appointment) -> tuple[str, str]:
    return row.client.person.name, f"{format_instant(row.starts_at, row.zone, style='dated')}, {row.location}"


def hand_over_visit(row: Appointment, to: Person | None, actor: Actor) -> None:
    """The same visit at the same time with somebody else."""
    assert to is not None, "a visit that people count on always goes to somebody"  # noqa: S101  the holding says so
    services.hand_over_appointment(appointment=row, to=to, actor=actor)


def open_tasks() -> QuerySet[FollowUpTask]:
    """Every person who is still to be reached."""
    return FollowUpTask.objects.filter(state=TaskState.OPEN)


def tasks_of(person: Person) -> QuerySet[FollowUpTask]:
    """People whom they still have to reach."""
    rows = open_tasks().filter(assigned_to=person)
    return rows.select_related("client__person").order_by("due_on", "pk")


def task_words(row: FollowUpTask) -> tuple[str, str]:
    return row.client.person.name, _("%(what)s, by %(day)s") % {
        "what": row.get_kind_display(),
        "day": format_day(row.due_on),
    }


def hand_over_task(row: FollowUpTask, to: Person | None, actor: Actor) -> None:
    """Somebody else reaches the person."""
    assert to is not None, "nobody falls through"  # noqa: S101  the holding says so
    services.hand_over_follow_up(task=row, to=to, actor=actor)


VISITS = Holding(
    name="visits",
    title=gettext_lazy("Visits to come"),
    held_by=visits_of,
    words=visit_words,
    hand_over=hand_over_visit,
    takers=lambda person: selectors.who_give_care(),
    lock=one_at_a_time,
    concerns="give_care",
    reads=clients_of,
    held=visits_to_come,
    holder="staff",
    whose="client__person",
)
FOLLOW_UPS = Holding(
    name="follow_ups",
    title=gettext_lazy("People to reach"),
    held_by=tasks_of,
    words=task_words,
    hand_over=hand_over_task,
    takers=lambda person: selectors.who_give_care(),
    concerns="give_care",
    reads=clients_of,
    held=open_tasks,
    holder="assigned_to",
    whose="client__person",
)
