"""Sessions: made from each group's rule by four statements over present state, and called off by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, require
from apps.groups.choices import SessionState
from apps.groups.models import Session

HORIZON_WEEKS = 12

# A group that ended (or was put away) takes its coming sessions with it, and brings them back when it goes on.
_END = """
UPDATE groups_session s SET state = 'cancelled', ended_with_group = true, changed_at = now()
FROM groups_supportgroup g
WHERE g.id = s.group_id AND s.state = 'planned' AND s.starts_at > now()
  AND (%(group)s::bigint IS NULL OR g.id = %(group)s)
  AND (g.archived_at IS NOT NULL OR s."on" < g.starts_on OR s."on" > g.ends_on)
"""
_BRING_BACK = """
UPDATE groups_session s SET state = 'planned', ended_with_group = false, changed_at = now()
FROM groups_supportgroup g
WHERE g.id = s.group_id AND s.ended_with_group AND s.starts_at > now()
  AND (%(group)s::bigint IS NULL OR g.id = %(group)s)
  AND g.archived_at IS NULL AND s."on" >= g.starts_on AND (g.ends_on IS NULL OR s."on" <= g.ends_on)
"""
# Where a coming session stands now and where the group's rule puts it: the same week, the rule's day and time. One that
# was called off or moved elsewhere by hand stays as it is, as does one that the rule would put into the past.
_MOVE = """
UPDATE groups_session s
SET "on" = rule.day, starts_at = rule.starts_at, ends_at = rule.ends_at, changed_at = now()
FROM (
  SELECT planned.id, planned.group_id, day, kit_instant(day + g.starts, place.zone) AS starts_at,
         kit_instant(day + g.starts, place.zone) + make_interval(mins => g.minutes) AS ends_at
  FROM groups_session planned
  JOIN groups_supportgroup g ON g.id = planned.group_id AND g.archived_at IS NULL
  JOIN organizations_location place ON place.id = g.location_id
  CROSS JOIN LATERAL (SELECT planned."on" + (g.weekday - extract(isodow FROM planned."on")::int) AS day) moved
  WHERE planned.state = 'planned' AND planned.starts_at > now() AND (%(group)s::bigint IS NULL OR g.id = %(group)s)
    AND planned.location_id IS NULL AND planned.room_id IS NULL
    AND day >= g.starts_on AND (g.ends_on IS NULL OR day <= g.ends_on)
) rule
WHERE s.id = rule.id AND rule.starts_at > now()
  AND (s."on", s.starts_at, s.ends_at) IS DISTINCT FROM (rule.day, rule.starts_at, rule.ends_at)
  AND NOT EXISTS (
    SELECT 1 FROM groups_session other
    WHERE other.group_id = rule.group_id AND other."on" = rule.day AND other.id <> s.id)
"""
# One session a week for each group, whatever day of that week it was moved to. Only groups that lack one are locked,
# and one that is being changed right now is left for the next minute. The unique key settles what is left of a race.
_CANDIDATES = """
  generate_series(
    (greatest(g.starts_on, %(since)s::date)
      + (g.weekday - extract(isodow FROM greatest(g.starts_on, %(since)s::date))::int + 7) %% 7)::timestamp,
    least(g.ends_on, %(until)s::date)::timestamp, interval '7 days') AS candidate (at)
  WHERE (%(past)s OR kit_instant(candidate.at::date + g.starts, g.zone) > now())
    AND NOT EXISTS (
      SELECT 1 FROM groups_session s WHERE s.group_id = g.id
      AND s."on" BETWEEN candidate.at::date - (g.weekday - 1) AND candidate.at::date + (7 - g.weekday))
"""
_MAKE = f"""
WITH lacking AS MATERIALIZED (
  SELECT g.*, place.zone
  FROM groups_supportgroup g JOIN organizations_location place ON place.id = g.location_id
  WHERE g.archived_at IS NULL AND g.starts_on <= %(until)s AND (g.ends_on IS NULL OR g.ends_on >= %(since)s)
    AND (%(group)s::bigint IS NULL OR g.id = %(group)s)
    AND EXISTS (SELECT 1 FROM {_CANDIDATES.replace("g.zone", "place.zone")})
  FOR NO KEY UPDATE OF g SKIP LOCKED
)
INSERT INTO groups_session
  (organization_id, public_id, group_id, "on", starts_at, ends_at, state, reason, ended_with_group,
   created_at, changed_at)
SELECT g.organization_id, gen_random_uuid(), g.id, candidate.at::date,
       kit_instant(candidate.at::date + g.starts, g.zone),
       kit_instant(candidate.at::date + g.starts, g.zone) + make_interval(mins => g.minutes),
       'planned', '{{}}', false, now(), now()
FROM lacking g, {_CANDIDATES}
ON CONFLICT DO NOTHING
"""  # noqa: S608  made of literals of this file


@dataclass(frozen=True)
class Planned:
    """What one run of `plan_sessions` did."""

    made: int = 0
    moved: int = 0
    ended: int = 0
    brought_back: int = 0

    @property
    def total(self) -> int:
        return self.made + self.moved + self.ended + self.brought_back


@transaction.atomic
def plan_sessions(*, actor: Actor, group_id: int | None = None, since: date | None = None) -> Planned:
    """Make coming sessions what the groups' rules say, `HORIZON_WEEKS` ahead, in the scope that is open.

    Derived from present state: running it twice, late or on two machines changes nothing more. A session keeps its
    identity when its group's day or time changes; one that was called off stays called off. `since` also makes sessions
    of the past, from that day on (the demo's history). Wall time is kept when the clocks change.
    """
    today = timezone.now().date()
    values = {
        "group": group_id,
        "since": since or today - timedelta(days=1),
        "until": today + timedelta(weeks=HORIZON_WEEKS),
        "past": since is not None,
    }
    with connection.cursor() as cursor:
        counts = []
        for statement in (_END, _BRING_BACK, _MOVE, _MAKE):
            cursor.execute(statement, values)
            counts.append(cursor.rowcount)
    ended, brought_back, moved, made = counts
    return Planned(made=made, moved=moved, ended=ended, brought_back=brought_back)


@transaction.atomic
def cancel_session(*, session: Session, actor: Actor, reason: Any = "") -> Session:
    """Call one session off and say why in people's own words. Doing it again changes the words.

    Raises PermissionDenied, or ValidationError where the session took place already.
    """
    require(actor, "change", session)
    session = Session.objects.select_for_update().get(pk=session.pk)
    if session.state == SessionState.HELD or session.ends_at <= timezone.now():
        raise ValidationError(_("This session is over, so it can't be called off."))
    session.state = SessionState.CANCELLED
    session.ended_with_group = False
    session.reason = reason
    session.full_clean()
    session.save()
    return session


@transaction.atomic
def restore_session(*, session: Session, actor: Actor) -> Session:
    """Let a session that was called off take place after all. Doing it again changes nothing."""
    require(actor, "change", session)
    session = Session.objects.select_for_update().get(pk=session.pk)
    if session.state == SessionState.CANCELLED and not session.ended_with_group:
        if session.ends_at <= timezone.now():
            raise ValidationError(_("This session is over."))
        session.state = SessionState.PLANNED
        session.reason = ""
        session.save()
        plan_sessions(actor=actor, group_id=session.group_id)
        session.refresh_from_db()
    return session


@transaction.atomic
def change_session(*, session: Session, actor: Actor, **values: Any) -> Session:
    """Hold one session in another location or room. Raises PermissionDenied, or ValidationError by field."""
    require(actor, "change", session)
    session = Session.objects.select_for_update().get(pk=session.pk)
    session.location = values.get("location", session.location)
    session.room = values.get("room", session.room)
    session.full_clean()
    session.save()
    ensure_still_visible(actor, session)
    return session
