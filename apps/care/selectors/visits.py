"""Reads of appointments and follow-up tasks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.policy import may, may_add, visible_to
from apps.care.choices import AppointmentState, TaskState
from apps.care.models import Appointment, FollowUpTask
from apps.clients.models import CareTeamMember, ClientRecord
from apps.clients.selectors import clients_for, family_links_of
from apps.kit.occurrences import key_in, keys_named, occurrence_of, version_in
from apps.kit.walltime import local_day_bounds
from apps.organizations.models import Person, RoleCapability
from apps.organizations.selectors import active_memberships, staff_person

PLANNED_FROM = ("organization_id", "person_id", "occurrence", "due_at", "useful_until", "zone")
WITH_EVERYTHING = ("client__person", "staff", "location", "room")


# ---- what things are known by
def occurrence() -> Any:
    """`Appointment.occurrence` in SQL."""
    return occurrence_of("appointment", "pk", "version")


def appointments_behind(occurrences: Iterable[str]) -> dict[str, Appointment]:
    """The appointments that these occurrences speak of and that still are at that version. One query."""
    keys = keys_named(occurrences, "appointment")
    rows = Appointment.objects.filter(pk__in=keys).select_related(*WITH_EVERYTHING)
    return {row.occurrence: row for row in rows if keys[row.pk] == row.occurrence}


# ---- for pages
def appointments_for(actor: Actor) -> QuerySet[Appointment]:
    """The appointments this actor may see, with the rows a list names; those written down by mistake left out."""
    return (
        visible_to(Appointment, actor)
        .exclude(state=AppointmentState.ENTERED_IN_ERROR)
        .select_related(*WITH_EVERYTHING)
        .order_by("starts_at", "pk")
    )


def on_day(actor: Actor, day: date, zone: str) -> QuerySet[Appointment]:
    """What this actor may see of one day, by the calendar of `zone`."""
    starts, ends = local_day_bounds(day, zone)
    return appointments_for(actor).filter(starts_at__gte=starts, starts_at__lt=ends)


def coming_of(actor: Actor, client: ClientRecord) -> QuerySet[Appointment]:
    """A client's booked appointments that are not over, the next one first, as the actor may see them."""
    return appointments_for(actor).filter(client=client, state=AppointmentState.BOOKED, ends_at__gt=timezone.now())


def past_of(actor: Actor, client: ClientRecord) -> QuerySet[Appointment]:
    """A client's appointments that are over or called off, the newest first, as the actor may see them."""
    coming = {"state": AppointmentState.BOOKED, "ends_at__gt": timezone.now()}
    return appointments_for(actor).filter(client=client).exclude(**coming).order_by("-starts_at", "-pk")


def next_for_client(client: ClientRecord) -> Appointment | None:
    """The client's next appointment, the one going on now included; None where nothing is booked. For the client."""
    return coming_for_client(client).first()


def coming_for_client(client: ClientRecord) -> QuerySet[Appointment]:
    """The client's booked appointments that are not over, the next one first. For the client's own pages."""
    return (
        Appointment.objects.filter(client=client, state=AppointmentState.BOOKED, ends_at__gt=timezone.now())
        .select_related(*WITH_EVERYTHING)
        .order_by("starts_at", "pk")
    )


def today_for_staff(person: Person, zone: str = "") -> QuerySet[Appointment]:
    """A staff member's appointments of today (by `zone`, else their own, else the organization's), called off left out.

    For their own first screen; a bar still hides what they must not see when a page passes it through `visible_to`.
    """
    starts, ends = local_day_bounds(*_today(zone or person.zone or person.organization.zone))
    return (
        Appointment.objects.filter(staff=person, starts_at__gte=starts, starts_at__lt=ends)
        .exclude(state__in=[AppointmentState.CANCELLED, AppointmentState.ENTERED_IN_ERROR])
        .select_related(*WITH_EVERYTHING)
        .order_by("starts_at", "pk")
    )


def _today(zone: str) -> tuple[date, str]:
    return timezone.localdate(timezone=ZoneInfo(zone)), zone


def on_local_day(rows: QuerySet[Appointment], zone: str) -> QuerySet[Appointment]:
    """Of some appointments those of today by the calendar of `zone`, called off and mistaken ones left out."""
    starts, ends = local_day_bounds(*_today(zone))
    gone = [AppointmentState.CANCELLED, AppointmentState.ENTERED_IN_ERROR]
    return rows.filter(starts_at__gte=starts, starts_at__lt=ends).exclude(state__in=gone)


def not_written_down(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Of some appointments those that are over and about which nobody has said yet whether they met."""
    return rows.filter(state=AppointmentState.BOOKED, ends_at__lte=timezone.now())


def overdue(rows: QuerySet[FollowUpTask], zone: str) -> QuerySet[FollowUpTask]:
    """Of some follow-up tasks those still open after the day they were due on, by the calendar of `zone`."""
    return rows.filter(state=TaskState.OPEN, due_on__lt=_today(zone)[0])


def unrecorded(actor: Actor, person: Person | None = None) -> QuerySet[Appointment]:
    """Booked appointments that are over and about which nobody has said yet whether they met."""
    rows = not_written_down(appointments_for(actor))
    return rows.filter(staff=person) if person else rows


def missed_recently(actor: Actor, days: int = 7) -> QuerySet[Appointment]:
    """Appointments of the last `days` days that did not take place, the newest first, as the actor may see them."""
    since = timezone.now() - timedelta(days=days)
    return appointments_for(actor).filter(state=AppointmentState.MISSED, starts_at__gte=since).order_by("-starts_at")


def open_follow_ups(actor: Actor, person: Person | None = None) -> QuerySet[FollowUpTask]:
    """Open follow-up tasks that the actor may see, or of them those of one staff member; what is due first is first."""
    rows = (
        visible_to(FollowUpTask, actor)
        .filter(state=TaskState.OPEN)
        .select_related("client__person", "assigned_to", "appointment")
        .order_by("due_on", "pk")
    )
    return rows.filter(assigned_to=person) if person else rows


def follow_ups_of(actor: Actor, client: ClientRecord) -> QuerySet[FollowUpTask]:
    """Every follow-up task about a client that the actor may see, the open ones first, taken back ones left out."""
    return (
        visible_to(FollowUpTask, actor)
        .filter(client=client)
        .exclude(state=TaskState.WITHDRAWN)
        .select_related("assigned_to", "appointment")
        .order_by(F("closed_at").desc(nulls_first=True), "due_on")
    )


def shared_times(actor: Actor) -> list[dict[str, Any]]:
    """For family: when the next visits are of the clients who share that with this actor now. When, and nothing else.

    [{"person": the client's Person, "starts_at": …, "ends_at": …, "zone": …}], the next first; no staff member, place
    or kind of visit.
    """
    links = {
        link.client_id: link.client.person
        for link in family_links_of(actor).filter(shares_appointments=True, client__archived_at__isnull=True)
    }
    times = (
        Appointment.objects.filter(client__in=links, state=AppointmentState.BOOKED, ends_at__gt=timezone.now())
        .order_by("starts_at", "pk")
        .values("client_id", "starts_at", "ends_at", "zone")[:20]
    )
    return [{"person": links[row.pop("client_id")], **row} for row in times]


# ---- who may be chosen
def who_give_care() -> QuerySet[Person]:
    """The people of this organization who meet clients: a role of theirs today allows it."""
    roles = RoleCapability.objects.filter(permission__codename="give_care").values("group__organization_role__role")
    holds = active_memberships().filter(person_id=OuterRef("pk"), role__in=roles)
    return Person.objects.filter(Exists(holds), archived_at__isnull=True).order_by("name", "pk")


def staff_to_book(actor: Actor) -> QuerySet[Person]:
    """The staff members with whom this actor may book: anybody for the front desk, else themselves."""
    people = visible_to(who_give_care(), actor)
    return people if may_add(actor, Appointment) else people.filter(user_id=actor.user_id or 0)


def clients_to_book(actor: Actor) -> QuerySet[ClientRecord]:
    """The clients for whom this actor may book: those they may see."""
    return clients_for(actor)


def may_book(actor: Actor) -> bool:
    """Whether the actor may book at all: for everybody, or with themselves for clients they support."""
    return may_add(actor, Appointment) or (actor.can("give_care") and staff_person(actor) is not None)


def may_book_for(actor: Actor, client: ClientRecord) -> bool:
    """Whether the actor may book for this client."""
    return may_book(actor) and may(actor, "view", client)


def who_follows_up() -> Any:
    """Whose task a missed visit becomes, in SQL: its staff member's, or, once they have left, the first contact's."""
    here = active_memberships().filter(person_id=OuterRef("staff_id"))
    team = CareTeamMember.objects.filter(client_id=OuterRef("client_id"), ended_at__isnull=True)
    first = Subquery(team.order_by("-leads", "pk").values("person_id")[:1], output_field=BigIntegerField())
    theirs = ExpressionWrapper(F("staff_id"), output_field=BigIntegerField())
    return Case(When(Exists(here), then=theirs), default=Coalesce(first, theirs), output_field=BigIntegerField())


# ---- what outreach plans from: rows with organization_id, person_id, occurrence, due_at, useful_until, zone
def booked_between(since: datetime, until: datetime) -> QuerySet[Any, Any]:
    """Booked appointments that start after `since` and not after `until`: a reminder helps until they start."""
    rows = Appointment.objects.filter(
        state=AppointmentState.BOOKED, starts_at__gt=since, starts_at__lte=until, client__archived_at__isnull=True
    )
    return _planned_from(rows, due_at=F("starts_at"), useful_until=F("starts_at"))


# A visit that is written up later than this gets no message: it would read like an accusation. The task opens anyway.
LATE = timedelta(days=3)


def missed_between(since: datetime, until: datetime) -> QuerySet[Any, Any]:
    """Appointments recorded as missed after `since` and not after `until`, and within three days of the visit."""
    rows = Appointment.objects.filter(
        state=AppointmentState.MISSED,
        recorded_at__gt=since,
        recorded_at__lte=until,
        client__archived_at__isnull=True,
    ).filter(recorded_at__lte=F("starts_at") + LATE)
    return _planned_from(rows, due_at=F("recorded_at"), useful_until=F("recorded_at") + timedelta(days=30))


def _planned_from(rows: QuerySet[Appointment], **moments: Any) -> QuerySet[Any, Any]:
    facts = {"person_id": F("client__person_id"), "occurrence": occurrence(), **moments}
    return rows.order_by().annotate(**facts).values(*PLANNED_FROM)


def not_as_planned(state: str, column: str = "occurrence") -> Any:
    """True for rows whose `column` names an appointment that is not, or no longer, so and in `state`."""
    return ~Exists(
        Appointment.objects.filter(
            pk=key_in(column), version=version_in(column), state=state, client__archived_at__isnull=True
        )
    )
