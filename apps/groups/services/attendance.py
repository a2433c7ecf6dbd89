"""Who came: noted with one tap, corrected with a reason once the session is held, or only counted."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may, require
from apps.clients.models import ClientRecord
from apps.groups import registry
from apps.groups.choices import COUNTS_PEOPLE, Mark, Membership, SessionState
from apps.groups.models import Attendance, Enrolment, HeadCount, Session
from apps.groups.selectors import led_by
from apps.organizations.models import Person

_VALUES: dict[str, tuple[bool | None, bool]] = {
    Mark.HERE: (True, False),
    Mark.MISSED: (False, False),
    Mark.TOLD_US: (False, True),
    Mark.UNKNOWN: (None, False),
}


def _open(session: Session, actor: Actor, *, people: bool = True) -> Session:
    """The session as it stands now, held to the end of the transaction: two who write of it wait for each other.

    Raises PermissionDenied to whoever does not run it, and ValidationError where nobody is written down or it is off.
    """
    rows = Session.objects.select_for_update(of=("self",), no_key=True).select_related("group")
    if not actor.can("manage_enrolments"):
        rows = rows.filter(led_by(actor))
    session = rows.filter(pk=session.pk).first()  # type: ignore[assignment]  # None is refused at once
    if session is None:
        raise PermissionDenied
    if people and not session.group.takes_enrolments:
        raise ValidationError(_("Nobody’s name is written down in this group."), code="no_names")
    if session.state == SessionState.CANCELLED:
        raise ValidationError(_("This session does not take place."), code="off")
    return session


def _still_open(session: Session) -> None:
    if session.state == SessionState.HELD:
        raise ValidationError(_("This session is closed. Correct the entry and say why."), code="held")


@transaction.atomic
def note_attendance(
    *, session: Session, person: Person, actor: Actor, came: bool | None, told_us: bool = False
) -> Attendance:
    """Write down whether somebody came to a session; None takes it back to "not known yet".

    `told_us` with `came` False says that they let us know. Noting the same again changes nothing; two who note the same
    person at once leave one entry. Raises PermissionDenied, or ValidationError where the group keeps no names, the
    session is off, or it is held: then `correct_attendance`.
    """
    session = _open(session, actor)
    row = Attendance.objects.filter(session=session, person=person).first()
    if row is None or (row.came, row.told_us) != (came, told_us):
        _still_open(session)
        row = row or Attendance(organization_id=session.organization_id, session=session, person=person)
        _write(row, actor, came, told_us)
    ensure_still_visible(actor, row)
    return row


@transaction.atomic
def mark_entry(*, attendance: Attendance, actor: Actor, mark: str) -> Attendance | None:
    """Change an entry before the session is held. A walk-in that is taken back goes; its history stays.

    Raises as `note_attendance`.
    """
    session = _open(attendance.session, actor)
    require(actor, "change", attendance)
    row = Attendance.objects.select_for_update(of=("self",)).get(pk=attendance.pk)
    came, told_us = _VALUES[mark]
    if (row.came, row.told_us) == (came, told_us):
        return row
    _still_open(session)
    enrolled = Enrolment.objects.filter(group=session.group_id, person=row.person_id, ended_at__isnull=True)
    if mark == Mark.UNKNOWN and (row.person_id is None or not enrolled.exists()):
        row.delete()
        return None
    return _write(row, actor, came, told_us)


def _write(row: Attendance, actor: Actor, came: bool | None, told_us: bool) -> Attendance:
    row.came, row.told_us, row.noted_by_id = came, told_us, actor.user_id
    row.save()
    return row


@transaction.atomic
def add_walk_in(
    *, session: Session, actor: Actor, client: ClientRecord | None = None, alias: str = "", reason: str = ""
) -> Attendance:
    """Write down somebody who came and is not in the group: with a record, or by a first name or alias and no record.

    Nobody is made a Person by it. The same client twice is one entry. Where the group uses aliases, one is needed also
    of somebody with a record. Raises PermissionDenied, or ValidationError {alias} or {reason}: a session that is held
    takes somebody only with the reason.
    """
    session = _open(session, actor)
    alias = " ".join(alias.split())
    if client is not None and not may(actor, "view", client):
        raise PermissionDenied
    if not alias and (client is None or session.group.uses_aliases):
        raise ValidationError({"alias": _("Write a first name, or whatever they like to be called here.")})
    row = None
    if client is not None:
        row = Attendance.objects.filter(session=session, person=client.person_id).first()
    if row is not None and row.came:
        return row
    if session.state == SessionState.HELD and not reason.strip():
        raise ValidationError({"reason": _("This session is closed. Say why you add somebody now.")})
    if row is not None:
        started, row.version = row.occurrence, row.version + 1
        registry.overtaken([started], actor)
    else:
        row = Attendance(organization_id=session.organization_id, session=session)
        row.person = client.person if client is not None else None
    row.alias, row.correction = alias, reason.strip()
    row.came, row.told_us, row.noted_by_id = True, False, actor.user_id
    row.full_clean()
    row.save()
    ensure_still_visible(actor, row)
    return row


@transaction.atomic
def correct_attendance(*, attendance: Attendance, actor: Actor, mark: str, reason: str) -> Attendance:
    """Put a wrong entry right, and say why. What was started because of it holds no more: see `registry.overtaken`.

    `attendance` may be one that was never written, of a person of the group who was not marked. What stood before stays
    in the history. Raises PermissionDenied, or ValidationError {reason}.
    """
    if attendance.pk is not None:
        require(actor, "change", attendance)
    session = _open(attendance.session, actor)
    same = Q(pk=attendance.pk) if attendance.pk is not None else Q(session=session, person=attendance.person_id)
    row = Attendance.objects.select_for_update(of=("self",)).filter(same).first()
    if row is None:
        row = Attendance(organization_id=session.organization_id, session=session, person=attendance.person)
    came, told_us = _VALUES[mark]
    if (row.came, row.told_us) == (came, told_us):
        return row
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is corrected.")})
    started = [row.occurrence] if row.pk is not None else []
    row.version += 1
    row.correction = reason.strip()
    row.came, row.told_us, row.noted_by_id = came, told_us, actor.user_id
    row.full_clean(exclude=["session", "person", "noted_by"], validate_unique=False)
    row.save()
    registry.overtaken(started, actor)
    ensure_still_visible(actor, row)
    return row


@transaction.atomic
def set_head_count(*, session: Session, actor: Actor, people: int, reason: str = "") -> HeadCount:
    """Say how many came whom nobody wrote down. Setting the same number again changes nothing.

    Raises PermissionDenied, or ValidationError: where nothing is counted, and once it is held without a reason.
    """
    session = _open(session, actor, people=False)
    if session.group.attendance_mode not in COUNTS_PEOPLE:
        raise ValidationError(_("Nothing is written down in this group."), code="nothing")
    row = HeadCount.objects.filter(session=session).first()
    if row is not None and row.people == people:
        return row
    if session.state == SessionState.HELD and not reason.strip():
        raise ValidationError({"reason": _("Say why it is corrected.")})
    row = row or HeadCount(organization_id=session.organization_id, session=session)
    row.people, row.correction, row.noted_by_id = people, reason.strip(), actor.user_id
    row.full_clean()
    row.save()
    return row


# Whoever belongs to a group that is the same people from beginning to end, and was not marked, was not there.
_UNMARKED = """
INSERT INTO groups_attendance
  (organization_id, session_id, person_id, alias, came, told_us, version, correction, noted_by_id, noted_at)
SELECT e.organization_id, %(session)s, e.person_id, '', false, false, 1, '', %(user)s, now()
FROM groups_enrolment e
WHERE e.group_id = %(group)s AND e.enrolled_at <= %(starts)s AND (e.ended_at IS NULL OR e.ended_at > %(starts)s)
ORDER BY e.id
ON CONFLICT ON CONSTRAINT groups_attendance_once DO UPDATE
SET came = false, noted_by_id = EXCLUDED.noted_by_id, noted_at = EXCLUDED.noted_at
WHERE groups_attendance.came IS NULL
"""
COMES_EVERY_TIME = frozenset({Membership.COHORT, Membership.RESIDENTIAL, Membership.SCHOOL_TEAM})


@transaction.atomic
def hold_session(*, session: Session, actor: Actor) -> Session:
    """Say that a session took place. From then on what is written of it changes only with a reason.

    In a group of the same people from beginning to end, whoever was in it then and was not marked is written down as
    not there. Holding it twice changes nothing. Raises PermissionDenied, or ValidationError before it begins and where
    it is off.
    """
    require(actor, "change", session)
    rows = Session.objects.select_for_update(of=("self",), no_key=True).select_related("group")
    session = rows.get(pk=session.pk)
    if session.state == SessionState.HELD:
        return session
    if session.state == SessionState.CANCELLED:
        raise ValidationError(_("This session does not take place."), code="off")
    if session.starts_at > timezone.now():
        raise ValidationError(_("It has not begun yet."), code="early")
    group = session.group
    if group.takes_enrolments and group.membership in COMES_EVERY_TIME:
        values: dict[str, Any] = {
            "session": session.pk,
            "group": group.pk,
            "starts": session.starts_at,
            "user": actor.user_id,
        }
        with connection.cursor() as cursor:
            cursor.execute(_UNMARKED, values)
    session.state = SessionState.HELD
    session.save(update_fields=["state", "changed_at"])
    return session


@transaction.atomic
def reopen_session(*, session: Session, actor: Actor) -> Session:
    """Take back that a session took place, on its own day. What was started because of it holds no more.

    Twice changes nothing. Raises PermissionDenied, or ValidationError when the day is over.
    """
    require(actor, "change", session)
    rows = Session.objects.select_for_update(of=("self",), no_key=True).select_related("group__location", "location")
    session = rows.get(pk=session.pk)
    if session.state != SessionState.HELD:
        return session
    zone = (session.location or session.group.location).zone
    if timezone.localdate(timezone=ZoneInfo(str(zone))) > session.on:
        raise ValidationError(_("Its day is over. Correct single entries instead."), code="over")
    session.state = SessionState.PLANNED
    session.save(update_fields=["state", "changed_at"])
    missed = Attendance.objects.filter(session=session, came=False)
    registry.overtaken([row.occurrence for row in missed], actor)
    return session
