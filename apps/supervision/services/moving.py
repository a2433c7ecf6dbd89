"""Moving a planned meeting, it and those after it, or all of its series; and calling these off. First looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import require
from apps.kit.dates import format_day
from apps.kit.walltime import resolve
from apps.organizations.models import Room
from apps.organizations.services import one_at_a_time
from apps.supervision.choices import MeetingState, Reach
from apps.supervision.models import MeetingPerson, SupervisionMeeting
from apps.supervision.services.details import tidy
from apps.supervision.services.meetings import end_meeting
from apps.supervision.services.reserving import OWN, free_times, mark_changed, take_times
from apps.supervision.services.versions import NoteMovedOn


@dataclass(frozen=True)
class Difference:
    """What a change does to one meeting; `now` is None where it is called off."""

    was: tuple[datetime, int]
    now: tuple[datetime, int] | None
    zone: str


@transaction.atomic
def move_meetings(
    *,
    meeting: SupervisionMeeting,
    actor: Actor,
    reach: str,
    on: date,
    starts: time,
    minutes: int,
    place: str,
    room: Room | None,
) -> list[SupervisionMeeting]:
    """Put a meeting on another day, time or place; with `reach` those after it, or all to come, move as far as it does.

    Each keeps its wall time in its zone. All move or none: raises NoteMovedOn where it is no longer only planned,
    PermissionDenied, or ValidationError by field, where one would begin in the past, a plan does not cover its day, or
    somebody or the room has something else then.
    """
    rows, people = _reached(meeting, actor, reach)
    this = next(row for row in rows if row.pk == meeting.pk)
    days = on - this.on
    for row in rows:
        free_times(row, people[row.pk], actor)
        mark_changed(row, actor)
        row.on, row.starts, row.minutes = row.on + days, starts, minutes
        row.place, row.room = place, room
        row.starts_at = resolve(datetime.combine(row.on, starts), str(row.zone))
        if row.starts_at <= timezone.now():
            raise ValidationError({"on": _("That time has gone by already.")})
        for person in people[row.pk]:
            plan = person.plan
            if row.on < plan.starts_on or (plan.ends_on is not None and row.on > plan.ends_on):
                said = {"name": plan.specialist, "day": format_day(row.on, style="dated")}
                raise ValidationError({"on": _("The plan with %(name)s does not cover %(day)s.") % said})
        row.full_clean()
        row.save()
    for row in rows:  # only now: one may take the time that another had
        take_times(row, people[row.pk], actor)
    return rows


@transaction.atomic
def call_off_meetings(
    *, meeting: SupervisionMeeting, actor: Actor, reach: str, reason: str
) -> list[SupervisionMeeting]:
    """Call a meeting off, it and those after it, or all to come, for one reason.

    Raises NoteMovedOn where it is no longer only planned, PermissionDenied, or ValidationError {"reason"}.
    """
    rows, _people = _reached(meeting, actor, reach)
    reason = tidy(reason)[:500]
    if not reason:
        raise ValidationError({"reason": _("Say why, in a few words.")})
    for row in rows:
        end_meeting(row, actor, MeetingState.CANCELLED, reason)
    return rows


class _Undo(Exception):  # noqa: N818  not an error: the way out of the transaction that a look undoes
    """Ends the transaction of a look."""


def look_at(meeting: SupervisionMeeting, deed: Callable[[], list[SupervisionMeeting]]) -> list[Difference]:
    """What `deed` (a call of one of the services above) would do, in order of time; it is run and undone.

    What the page says can't differ from what happens, as it is the same service. Its refusals pass.
    """
    with transaction.atomic():
        found: list[Difference] = []
        try:
            with transaction.atomic():
                before = {row.pk: (row.starts_at, row.minutes) for row in _to_come(meeting)}
                for row in deed():
                    off = row.state != MeetingState.PLANNED
                    found.append(
                        Difference(before[row.pk], None if off else (row.starts_at, row.minutes), str(row.zone))
                    )
                raise _Undo
        except _Undo:
            return sorted(found, key=lambda one: one.was)


def _to_come(meeting: SupervisionMeeting) -> Any:
    """The meeting and those of its series that are planned and still to come, by their time."""
    same = SupervisionMeeting.objects.filter(pk=meeting.pk)
    if meeting.series is not None:
        later = SupervisionMeeting.objects.filter(
            series=meeting.series,
            leader_id=meeting.leader_id,
            state=MeetingState.PLANNED,
            starts_at__gt=timezone.now(),
        )
        same = same | later
    return same.order_by("starts_at", "pk")


def _reached(
    meeting: SupervisionMeeting, actor: Actor, reach: str
) -> tuple[list[SupervisionMeeting], dict[int, list[MeetingPerson]]]:
    """The meetings that a change reaches, locked, and their people."""
    require(actor, "change", meeting)
    one_at_a_time(meeting.organization_id)
    standing = SupervisionMeeting.objects.get(pk=meeting.pk)
    rows = _to_come(standing) if reach != Reach.ONE else SupervisionMeeting.objects.filter(pk=meeting.pk)
    if reach == Reach.FOLLOWING:
        rows = rows.filter(starts_at__gte=standing.starts_at)
    keys = list(rows.values_list("pk", flat=True))
    locked = list(
        SupervisionMeeting.objects.filter(pk__in=keys)
        .select_for_update(of=("self",))
        .select_related("leader", "second", "room", *OWN)
        .order_by("starts_at", "pk")
    )
    for row in locked:
        if row.state != MeetingState.PLANNED:
            raise NoteMovedOn(_("This meeting was written down in the meantime. Nothing was changed."))
        require(actor, "change", row)
    people: dict[int, list[MeetingPerson]] = {row.pk: [] for row in locked}
    for person in (
        MeetingPerson.objects.filter(meeting__in=keys).select_related("plan__specialist", "reservation").order_by("pk")
    ):
        people[person.meeting_id].append(person)
    return locked, people
