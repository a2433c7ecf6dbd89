"""Single sessions, changed by hand: called off, held after all, put on another day or elsewhere."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, require
from apps.groups.choices import SessionState
from apps.groups.models import Session, SupportGroup
from apps.groups.services.planning import plan_sessions
from apps.kit.walltime import resolve


def locked(session: Session) -> Session:
    """The session as it stands now; its group is locked before it, as the planner does."""
    SupportGroup.objects.select_for_update(no_key=True).get(pk=session.group_id)
    return Session.objects.select_for_update().get(pk=session.pk)


@transaction.atomic
def cancel_session(*, session: Session, actor: Actor, reason: Any = "") -> Session:
    """Call one session off and say why in people's own words. Doing it again changes the words.

    Raises PermissionDenied, or ValidationError where the session took place already.
    """
    require(actor, "change", session)
    session = locked(session)
    if session.state == SessionState.HELD or session.ends_at <= timezone.now():
        raise ValidationError(_("This session is over, so it can't be called off."))
    session.state = SessionState.CANCELLED
    session.ended_with_group = False
    session.closure = None
    session.reason = reason
    session.full_clean()
    session.save()
    return session


@transaction.atomic
def restore_session(*, session: Session, actor: Actor) -> Session:
    """Let a session that was called off take place after all, also while its house is closed.

    Doing it again changes nothing.
    """
    require(actor, "change", session)
    session = locked(session)
    if session.state == SessionState.CANCELLED and not session.ended_with_group:
        if session.ends_at <= timezone.now():
            raise ValidationError(_("This session is over."))
        session.state = SessionState.PLANNED
        session.reason = ""
        session.is_kept = session.is_kept or session.closure is not None
        session.closure = None
        session.save()
        plan_sessions(actor=actor, group_id=session.group_id)
        session.refresh_from_db()
    return session


@transaction.atomic
def change_session(*, session: Session, actor: Actor, **values: Any) -> Session:
    """Hold one session in another location or room. Raises PermissionDenied, or ValidationError by field."""
    require(actor, "change", session)
    session = locked(session)
    session.location = values.get("location", session.location)
    session.room = values.get("room", session.room)
    session.full_clean()
    session.save()
    ensure_still_visible(actor, session)
    return session


@transaction.atomic
def move_session(
    *, session: Session, actor: Actor, on: date, starts: time, minutes: int, location: Any = None, room: Any = None
) -> Session:
    """Put this one session on another day or time, by the clock at its place, perhaps elsewhere too.

    It keeps its identity, its attendance and its place in calendars, and stays there when the group's rule changes.
    Raises PermissionDenied, or ValidationError by field: for a day on which the group meets already, for the past, and
    for a session that is over.
    """
    require(actor, "change", session)
    session = locked(session)
    if session.ends_at <= timezone.now() or session.state == SessionState.HELD:
        raise ValidationError(_("This session is over."))
    zone = str((location or session.group.location).zone)
    starts_at = resolve(datetime.combine(on, starts), zone)
    if starts_at <= timezone.now():
        raise ValidationError({"on": _("That is in the past. Choose a day and time to come.")})
    others = Session.objects.filter(group=session.group_id, on=on).exclude(pk=session.pk)
    if others.exists():
        raise ValidationError({"on": _("The group has a session on that day already.")})
    if (on, starts_at) != (session.on, session.starts_at):
        session.is_moved = True
    session.on, session.starts_at, session.ends_at = on, starts_at, starts_at + timedelta(minutes=minutes)
    session.location, session.room = location, room
    session.full_clean()
    session.save()
    ensure_still_visible(actor, session)
    plan_sessions(actor=actor, group_id=session.group_id)
    session.refresh_from_db()
    return session
