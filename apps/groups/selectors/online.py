"""Joining from afar: whose link it is, and when it opens."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from apps.access.actor import Actor
from apps.groups.models import Session
from apps.groups.selectors.leading import leads
from apps.groups.selectors.schedule import ScheduleRow, standing_enrolment

# Long enough to find one's way in and try the sound, too short for a link to wander to others before the group meets.
LINK_OPENS = timedelta(minutes=15)


def link_is_open(starts_at: datetime, ends_at: datetime, now: datetime | None = None) -> bool:
    """Whether a session can be joined online at this moment: from shortly before it begins until it ends."""
    return starts_at - LINK_OPENS <= (now or timezone.now()) < ends_at


def gets_link(row: ScheduleRow, actor: Actor) -> bool:
    """Whether this row's session has a link and this reader is one of those it is for (see `may_join_online`)."""
    if actor.user_id is None or not row.has_link or row.format == "in_person" or row.is_cancelled:
        return False
    return row.is_mine or row.is_led or not row.keeps_names


def may_join_online(session: Session, actor: Actor) -> bool:
    """Whether somebody who may see a session is one of those its link is for: in the group now, or leading it.

    Where no names are written down nobody is "in" the group: then everybody signed in who may find it.
    """
    if actor.user_id is None:
        return False
    if not session.group.takes_enrolments:
        return True
    return standing_enrolment(session.group, actor) is not None or leads(actor, session.group)
