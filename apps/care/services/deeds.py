"""What is chosen for one visit or session that a day out or closed touches, and doing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import may
from apps.care.choices import CancelReason, Decision
from apps.care.models import Appointment, DisruptionItem
from apps.care.selectors import Touched
from apps.care.services.visits import cancel_appointment, hand_over_appointment, move_appointment
from apps.groups import services as groups
from apps.groups.models import Session, SessionLeader
from apps.organizations.models import Location, Person


@dataclass(frozen=True)
class Choice:
    """What is chosen for one thing: `substitute` for SUBSTITUTE, `on` and `starts` for MOVED, `location` for ELSEWHERE.

    `on` and `starts` are read by the clock at the thing's own place.
    """

    decision: str
    substitute: Person | None = None
    on: date | None = None
    starts: time | None = None
    location: Location | None = None


def carry_out(
    item: DisruptionItem, thing: Touched, choice: Choice, actor: Actor, words: Any, *, closes: bool = False
) -> None:
    """Carry out one choice and write it down. With `closes` the closure calls sessions off, all in one."""
    if choice.decision not in (
        Decision.SUBSTITUTE, Decision.MOVED, Decision.ELSEWHERE, Decision.CALLED_OFF, Decision.LEFT
    ):  # fmt: skip
        raise ValidationError(_("Choose what happens."))
    if thing.session is not None:
        if not (closes and choice.decision in (Decision.CALLED_OFF, Decision.LEFT)):
            _do_session(item, thing.session, choice, actor, words)
    elif thing.visit is not None:
        _do_visit(thing.visit, choice, actor)
    item.decision = choice.decision
    item.substitute = choice.substitute if choice.decision == Decision.SUBSTITUTE else None
    item.decided_by_id, item.decided_at = actor.user_id, timezone.now()
    item.full_clean()
    item.save()


def _do_session(item: DisruptionItem, session: Session, choice: Choice, actor: Actor, words: Any) -> None:
    if choice.decision == Decision.CALLED_OFF:
        groups.cancel_session(session=session, actor=actor, reason=words)
    elif choice.decision == Decision.SUBSTITUTE:
        if choice.substitute is None or not item.disruption.is_out:
            raise ValidationError(_("Choose who leads it instead."))
        _replace(session, item.disruption.person, choice.substitute, actor)
    elif choice.decision == Decision.MOVED:
        if choice.on is None or choice.starts is None:
            raise ValidationError(_("Say the new day and time."))
        groups.move_session(
            session=session,
            actor=actor,
            on=choice.on,
            starts=choice.starts,
            minutes=_minutes(session),
            location=session.location,
            room=session.room,
        )
    elif choice.decision == Decision.ELSEWHERE:
        groups.change_session(session=session, actor=actor, location=_elsewhere(choice, actor), room=None)


def _replace(session: Session, out: Person | None, by: Person, actor: Actor) -> None:
    """Let somebody lead a session for who is out; where they stood in themself, for whom they stood in."""
    stood_in = SessionLeader.objects.filter(session=session, person=out, ended_at__isnull=True).first()
    instead_of = out
    if stood_in is not None:
        instead_of = stood_in.instead_of
        groups.end_substitute(substitute=stood_in, actor=actor)
    groups.set_substitute(session=session, person=by, actor=actor, instead_of=instead_of)


def _do_visit(visit: Appointment, choice: Choice, actor: Actor) -> None:
    if choice.decision == Decision.CALLED_OFF:
        cancel_appointment(appointment=visit, actor=actor, reason=CancelReason.STAFF)
    elif choice.decision == Decision.SUBSTITUTE:
        if choice.substitute is None:
            raise ValidationError(_("Choose who meets them instead."))
        hand_over_appointment(appointment=visit, to=choice.substitute, actor=actor)
    elif choice.decision == Decision.MOVED:
        if choice.on is None or choice.starts is None:
            raise ValidationError(_("Say the new day and time."))
        move_appointment(
            appointment=visit,
            actor=actor,
            day=choice.on,
            starts=choice.starts,
            minutes=_minutes(visit),
            room=visit.room,
        )
    elif choice.decision == Decision.ELSEWHERE:
        place = _elsewhere(choice, actor)
        wall = visit.starts_at.astimezone(ZoneInfo(place.zone))
        move_appointment(
            appointment=visit,
            actor=actor,
            day=wall.date(),
            starts=wall.time().replace(tzinfo=None),
            minutes=_minutes(visit),
            location=place,
        )


def _minutes(row: Appointment | Session) -> int:
    return int((row.ends_at - row.starts_at).total_seconds() // 60)


def _elsewhere(choice: Choice, actor: Actor) -> Location:
    if choice.location is None or not may(actor, "view", choice.location) or choice.location.archived_at is not None:
        raise ValidationError(_("Choose another place."))
    return choice.location
