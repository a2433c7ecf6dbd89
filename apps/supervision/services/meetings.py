"""Writes of planned supervision: singly or in a series, called off, missed, and held, with who was there."""

from __future__ import annotations

import hashlib
import uuid
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may_add, require
from apps.kit.walltime import resolve
from apps.organizations.models import Person, Room
from apps.organizations.services import one_at_a_time
from apps.supervision.choices import WAS_THERE, Attendance, Every, MeetingState, Mode
from apps.supervision.models import (
    MeetingPerson,
    NoteDraft,
    SupervisionMeeting,
    SupervisionNote,
    SupervisionPlan,
    SupervisionSession,
)
from apps.supervision.services.details import tidy
from apps.supervision.services.reserving import OWN, free_times, mark_changed, take_times
from apps.supervision.services.versions import NoteMovedOn

MOST = 60  # meetings in one series


@dataclass(frozen=True)
class Seen:
    """Whether one person was there: `minutes` where only for a part, `reason` where not."""

    attendance: str
    minutes: int | None = None
    reason: str = ""


def days_of(first: date, every: str, until: date | None) -> Iterator[date]:
    """The days of a series, the first included, at most `MOST`. Monthly: the same day, or the month's last."""
    for n in range(MOST):
        if every == Every.MONTHLY:
            months = first.year * 12 + first.month - 1 + n
            year, month = months // 12, months % 12 + 1
            day = date(year, month, min(first.day, monthrange(year, month)[1]))
        else:
            day = first + timedelta(weeks=n * (2 if every == Every.BIWEEKLY else 1))
        if n and (every == Every.ONCE or until is None or day > until):
            return
        yield day


@transaction.atomic
def plan_meetings(
    *,
    actor: Actor,
    leader: Person,
    plans: Iterable[SupervisionPlan],
    on: date,
    starts: time,
    zone: str,
    minutes: int,
    mode: str,
    place: str,
    form: str,
    every: str = Every.ONCE,
    until: date | None = None,
    room: Room | None = None,
) -> list[SupervisionMeeting]:
    """Plan one meeting or a series, each at the same wall time in `zone`, with the people of `plans`.

    Only plans in which the leader supervises, and on their days: a person whose plan ends earlier is left out of later
    meetings. In co-supervision the second supervisor of the plan leads as well. Everybody's time is taken, and the
    room's. Raises PermissionDenied, or ValidationError by field; where somebody or the room has something else at one
    of these times, nothing is planned.
    """
    chosen = list(plans)
    if not may_add(actor, SupervisionMeeting) or not (actor.system or leader.user_id == actor.user_id):
        raise PermissionDenied
    if not chosen:
        raise ValidationError({"people": _("Choose whom you meet.")})
    if any(plan.supervisor_id != leader.pk for plan in chosen):
        raise PermissionDenied
    if len(chosen) > 1 and mode == Mode.INDIVIDUAL:
        raise ValidationError({"mode": _("One to one is with one person. Choose “in a group” for more.")})
    if every != Every.ONCE and (until is None or until < on):
        raise ValidationError({"until": _("Say until when it comes again.")})
    second = _second_of(chosen) if mode == Mode.CO_SUPERVISION else None
    one_at_a_time(leader.organization_id)
    made, series = [], uuid.uuid4() if every != Every.ONCE else None
    for day in days_of(on, every, until):
        there = [p for p in chosen if p.starts_on <= day and (p.ends_on is None or p.ends_on >= day)]
        if not there:
            continue
        meeting = SupervisionMeeting(
            organization_id=leader.organization_id,
            leader=leader,
            on=day,
            starts=starts,
            zone=zone,
            starts_at=resolve(datetime.combine(day, starts), zone),
            minutes=minutes,
            mode=mode,
            place=place,
            form=form,
            series=series,
            second=second,
            room=room,
        )
        meeting.full_clean()
        meeting.save()
        people = [MeetingPerson(organization_id=leader.organization_id, meeting=meeting, plan=plan) for plan in there]
        take_times(meeting, MeetingPerson.objects.bulk_create(people), actor)
        made.append(meeting)
    if not made:
        raise ValidationError({"on": _("No plan of theirs with you covers that day.")})
    ensure_still_visible(actor, made[0])
    return made


@transaction.atomic
def call_off(*, meeting: SupervisionMeeting, actor: Actor, reason: str, missed: bool = False) -> SupervisionMeeting:
    """Say that a planned meeting does not take place, or (`missed`) that it did not, and why.

    Raises NoteMovedOn where it is no longer only planned, PermissionDenied, or ValidationError {"reason"}.
    """
    require(actor, "change", meeting)
    row = lock_meeting(meeting)
    if row.state != MeetingState.PLANNED:
        raise NoteMovedOn(_("This meeting was written down in the meantime. Nothing was changed."))
    reason = tidy(reason)[:500]
    if not reason:
        raise ValidationError({"reason": _("Say why, in a few words.")})
    if missed and row.starts_at > timezone.now():
        raise ValidationError({"reason": _("It is still to come. Call it off instead.")})
    end_meeting(row, actor, MeetingState.MISSED if missed else MeetingState.CANCELLED, reason)
    return row


def end_meeting(row: SupervisionMeeting, actor: Actor, state: str, reason: str) -> None:
    """Let a locked meeting end without having been held: its people and its room are free again."""
    free_times(row, row.people.select_related("reservation"), actor)
    row.state, row.reason = state, reason
    mark_changed(row, actor)
    row.save()


def _second_of(plans: list[SupervisionPlan]) -> Person:
    """Who leads co-supervision beside the supervisor: one person, who signs as well."""
    seconds = {plan.clinical_supervisor for plan in plans if plan.clinical_signs}
    if len(seconds) != 1 or not all(plan.clinical_signs for plan in plans):
        raise ValidationError(
            {"mode": _("Co-supervision needs a second supervisor who signs as well, the same in every plan.")}
        )
    second = seconds.pop()
    assert second is not None, "a plan where a second signs names them"
    return second


@transaction.atomic
def hold_meeting(
    *, meeting: SupervisionMeeting, actor: Actor, seen: Mapping[int, Seen], shared: str = ""
) -> SupervisionMeeting:
    """Write down that a meeting took place, and who was there, by the key of their plan.

    Each who came gets a session of their own minutes and a draft of their own part to write and sign. `shared` is what
    all of them sign with it; in a group it is asked for. Raises NoteMovedOn where it was written down already,
    PermissionDenied, or ValidationError by field (`person_<plan>`, `shared`).
    """
    require(actor, "change", meeting)
    row = lock_meeting(meeting)
    if row.state != MeetingState.PLANNED:
        raise NoteMovedOn(_("This meeting was written down in the meantime. Nothing was changed."))
    if row.starts_at > timezone.now():
        raise ValidationError(_("It is still to come. Write it down once you have met."))
    row.shared = tidy(shared)
    if row.mode == Mode.GROUP and not row.shared:
        raise ValidationError({"shared": _("Write what you looked at together: each of them signs it.")})
    people = list(row.people.select_related("plan").order_by("pk"))
    for person in people:
        _attend(row, person, seen.get(person.plan_id, Seen(Attendance.EXPECTED)))
    if not any(person.attendance in WAS_THERE for person in people):
        raise ValidationError(_("If nobody came, say that it did not take place."))
    row.state = MeetingState.HELD
    row.save()
    return row


def _attend(meeting: SupervisionMeeting, person: MeetingPerson, seen: Seen) -> None:
    field = f"person_{person.plan_id}"
    if seen.attendance not in (*WAS_THERE, Attendance.MISSED, Attendance.EXCUSED):
        raise ValidationError({field: _("Say whether they were there.")})
    person.attendance, person.reason = seen.attendance, tidy(seen.reason)[:300]
    if person.attendance in WAS_THERE:
        person.minutes = meeting.minutes if seen.attendance == Attendance.CAME else seen.minutes
        if person.minutes is None or not 5 <= person.minutes <= meeting.minutes:
            raise ValidationError({field: _("Write for how many minutes: 5 at least, and not more than it took.")})
        person.session = _own_part(meeting, person.plan, person.minutes)
    elif person.attendance == Attendance.MISSED and not person.reason:
        raise ValidationError({field: _("Say why, in a few words; “not known” is an answer.")})
    person.save()


def _own_part(meeting: SupervisionMeeting, plan: SupervisionPlan, minutes: int) -> SupervisionSession:
    """The session of one who came, with an empty note that is theirs to write."""
    here: dict[str, Any] = {"organization_id": plan.organization_id}
    session = SupervisionSession.objects.create(
        plan=plan,
        held_on=meeting.on,
        minutes=minutes,
        mode=meeting.mode,
        place=meeting.place,
        form=meeting.form,
        **here,
    )
    note = SupervisionNote.objects.create(session=session, **here)
    NoteDraft.objects.create(note=note, **here)
    return session


class SharedElsewhere(NoteMovedOn):
    """The leader kept another text in another page meanwhile; nothing was overwritten."""


def mark_of(text: str) -> str:
    """What a form carries of the shared text that it was opened with, to know whether that still stands."""
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def change_shared(*, meeting: SupervisionMeeting, actor: Actor, text: str, mark: str) -> SupervisionMeeting:
    """Change what all who came sign, until the first of them has signed. `mark` is that of the text that was read.

    The same text once more changes nothing. Raises SharedElsewhere where another text was kept in between, NoteMovedOn
    once somebody has signed, PermissionDenied, or ValidationError {"shared"}.
    """
    require(actor, "change", meeting)
    row = lock_meeting(meeting)
    if row.state != MeetingState.HELD:
        raise NoteMovedOn(_("Somebody has signed this part already, so it stands as it is. Add what you miss later."))
    text = tidy(text)
    if text == row.shared:
        return row
    if mark != mark_of(row.shared):
        raise SharedElsewhere(_("This was saved somewhere else in the meantime. Compare both before you go on."))
    if row.mode == Mode.GROUP and not text:
        raise ValidationError({"shared": _("Write what you looked at together: each of them signs it.")})
    row.shared = text
    row.save()
    return row


def lock_meeting(meeting: SupervisionMeeting) -> SupervisionMeeting:
    """The meeting as it stands now, locked to the end of the transaction."""
    rows = SupervisionMeeting.objects.select_for_update(of=("self",)).select_related("leader", "second", "room", *OWN)
    return rows.get(pk=meeting.pk)
