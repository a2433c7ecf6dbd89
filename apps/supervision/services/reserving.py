"""The time that a planned meeting takes: of whoever leads it, of those it is planned with, and of its room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.kit.dates import format_day
from apps.organizations.choices import Resource
from apps.organizations.models import Reservation
from apps.organizations.services import release, reserve
from apps.supervision.choices import MeetingState
from apps.supervision.models import MeetingPerson, SupervisionMeeting, SupervisionPlan

PURPOSE = "supervision"
OWN = ("leader_reservation", "second_reservation", "room_reservation")


def take_times(meeting: SupervisionMeeting, people: Iterable[MeetingPerson], actor: Actor) -> None:
    """Reserve everybody and the room for a meeting that is still to come; what is over takes nobody's time.

    Call it under `one_at_a_time`. Raises ValidationError {"on"} or {"room"}, which names the day and who has something
    else then; never what it is.
    """
    if meeting.ends_at <= timezone.now():
        return
    meeting.leader_reservation = _taken(meeting, actor, Resource.PERSON, meeting.leader_id, str(meeting.leader))
    if meeting.second is not None:
        meeting.second_reservation = _taken(meeting, actor, Resource.PERSON, meeting.second.pk, str(meeting.second))
    if meeting.room is not None:
        meeting.room_reservation = _taken(meeting, actor, Resource.ROOM, meeting.room.pk, str(meeting.room))
    meeting.save()
    for person in people:
        specialist = person.plan.specialist
        person.reservation = _taken(meeting, actor, Resource.PERSON, specialist.pk, str(specialist))
        person.save()


def free_times(meeting: SupervisionMeeting, people: Iterable[MeetingPerson], actor: Actor) -> None:
    """Give back what a meeting took. The caller saves the meeting; the people are saved here."""
    for name in OWN:
        held = getattr(meeting, name)
        if held is not None:
            release(reservation=held, actor=actor)
            setattr(meeting, name, None)
    for person in people:
        if person.reservation is not None:
            release(reservation=person.reservation, actor=actor)
            person.reservation = None
            person.save()


def let_go(plan: SupervisionPlan, last_day: date, actor: Actor) -> None:
    """Nobody is expected at a meeting after the last day of their plan: their time is theirs again.

    A meeting with nobody left is called off.
    """
    rows = MeetingPerson.objects.filter(plan=plan, meeting__state=MeetingState.PLANNED, meeting__on__gt=last_day)
    for person in rows.select_related("meeting", "reservation").order_by("pk"):
        if person.reservation is not None:
            release(reservation=person.reservation, actor=actor)
        meeting = person.meeting
        person.delete()
        if not meeting.people.exists():
            free_times(meeting, (), actor)
            meeting.state, meeting.reason = (
                MeetingState.CANCELLED,
                _("The plan of everybody it was planned with has ended."),
            )
            mark_changed(meeting, actor)
            meeting.save()


def mark_changed(meeting: SupervisionMeeting, actor: Actor) -> None:
    """Note that a meeting is moved or called off: from when, now and by whom. What was told of it says nothing more."""
    meeting.version += 1
    meeting.was_at, meeting.changed_at, meeting.changed_by_id = meeting.starts_at, timezone.now(), actor.user_id


def _taken(meeting: SupervisionMeeting, actor: Actor, kind: str, pk: int, name: str) -> Reservation:
    try:
        return reserve(
            kind=kind,
            pk=pk,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            purpose=PURPOSE,
            organization_id=meeting.organization_id,
            actor=actor,
        )
    except ValidationError as refused:
        said = {"day": format_day(meeting.on, style="dated"), "name": name}
        if kind == Resource.ROOM:
            words = _("%(day)s: %(name)s is in use then.")
            raise ValidationError({"room": words % said}) from refused
        words = _("%(day)s: %(name)s has something else then.")
        raise ValidationError({"on": words % said}) from refused
