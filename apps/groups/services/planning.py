"""Sessions made from the groups' rules, dates and closures, by a few statements over present state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

from apps.access.actor import Actor

HORIZON_WEEKS = 12

_DAYS = "days AS MATERIALIZED (SELECT * FROM groups_days(%(since)s, %(until)s, %(groups)s))"
# The closure that holds on the day and at the place of a session, if any; the whole organization's comes first.
_COVERING = """
LEFT JOIN LATERAL (
  SELECT c.id, c.reason FROM groups_closure c
  WHERE c.organization_id = s.organization_id AND c.archived_at IS NULL AND NOT s.is_kept
    AND s."on" BETWEEN c.starts_on AND c.ends_on
    AND (c.location_id IS NULL
      OR (c.location_id = coalesce(s.location_id, g.location_id) AND g.format IN ('in_person', 'hybrid')))
  ORDER BY c.location_id NULLS FIRST, c.id LIMIT 1
) covering ON true
"""
_FOLLOWS = "(NOT s.is_moved AND s.location_id IS NULL AND s.room_id IS NULL)"
_ON_OR_CLOSED = "(s.state = 'planned' OR s.closure_id IS NOT NULL)"
# Groups whose sessions are not what they should be: most minutes none. What is asked here is what the statements mend.
_DUE = f"""
WITH {_DAYS}, coming AS (
  SELECT s.*, covering.id AS closed_by
  FROM groups_session s JOIN groups_supportgroup g ON g.id = s.group_id {_COVERING}
  WHERE s.slot BETWEEN %(since)s AND %(until)s OR s.starts_at > now()
)
SELECT DISTINCT coalesce(d.group_id, s.group_id)
FROM days d FULL JOIN coming s ON s.group_id = d.group_id AND s.slot = d.day
WHERE CASE
  WHEN s.id IS NULL THEN d.day >= %(made_from)s AND (%(past)s OR d.starts_at > now())
    AND NOT EXISTS (SELECT FROM groups_session o WHERE o.group_id = d.group_id AND o."on" = d.day)
  WHEN d.day IS NULL THEN s.starts_at > now() AND {_ON_OR_CLOSED}
    AND (s.slot BETWEEN %(since)s AND %(until)s OR EXISTS (
      SELECT FROM groups_supportgroup g WHERE g.id = s.group_id AND g.archived_at IS NOT NULL))
  WHEN s.ended_with_group THEN d.starts_at > now()
  ELSE s.starts_at > now() AND {_ON_OR_CLOSED} AND (
    s.closed_by IS DISTINCT FROM s.closure_id
    OR ({_FOLLOWS} AND d.starts_at > now()
      AND (s."on", s.starts_at, s.ends_at) IS DISTINCT FROM (d.day, d.starts_at, d.ends_at)
      AND NOT EXISTS (
        SELECT FROM groups_session o WHERE o.group_id = s.group_id AND o."on" = d.day AND o.id <> s.id)))
END
"""  # noqa: S608  made of literals of this file
_LOCK = """
SELECT id FROM groups_supportgroup WHERE id = ANY(%(groups)s) ORDER BY id FOR NO KEY UPDATE {skip}
"""
# A rule that changed finds its sessions again: in each week (or month) the first that lost its day takes the first day
# that has none, and so on. A session keeps its identity, whether it still is to come, was called off or moved by hand.
_PERIOD = "CASE g.frequency WHEN 'monthly' THEN (extract(year FROM {0}) * 12 + extract(month FROM {0}))::int" + (
    " ELSE ({0} - date '2001-01-01') / 7 END"
)
_MATCH = f"""
WITH {_DAYS}, stray AS (
  SELECT s.id, s.group_id, {_PERIOD.format("s.slot")} AS period,
    row_number() OVER (PARTITION BY s.group_id, {_PERIOD.format("s.slot")} ORDER BY s.ended_with_group, s.slot) AS n
  FROM groups_session s JOIN groups_supportgroup g ON g.id = s.group_id
  WHERE s.group_id = ANY(%(groups)s) AND s.slot BETWEEN %(since)s AND %(until)s
    AND NOT EXISTS (SELECT FROM days d WHERE d.group_id = s.group_id AND d.day = s.slot)
    AND NOT EXISTS (SELECT FROM groups_groupdate x WHERE x.group_id = s.group_id AND x."on" = s.slot)
), open AS (
  SELECT d.group_id, d.day, {_PERIOD.format("d.day")} AS period,
    row_number() OVER (PARTITION BY d.group_id, {_PERIOD.format("d.day")} ORDER BY d.day) AS n
  FROM days d JOIN groups_supportgroup g ON g.id = d.group_id
  WHERE NOT EXISTS (SELECT FROM groups_session s WHERE s.group_id = d.group_id AND s.slot = d.day)
    AND NOT EXISTS (SELECT FROM groups_groupdate x WHERE x.group_id = d.group_id AND x."on" = d.day)
)
UPDATE groups_session s SET slot = open.day
FROM stray JOIN open USING (group_id, period, n) WHERE s.id = stray.id
"""  # noqa: S608  made of literals of this file
# A day that the rule has no more takes its session with it, and brings it back when the rule has it again.
_END = f"""
WITH {_DAYS}
UPDATE groups_session s
SET state = 'cancelled', ended_with_group = true, closure_id = NULL, reason = '{{}}'
FROM groups_supportgroup g
WHERE g.id = s.group_id AND g.id = ANY(%(groups)s) AND s.starts_at > now() AND {_ON_OR_CLOSED}
  AND (g.archived_at IS NOT NULL OR s.slot BETWEEN %(since)s AND %(until)s)
  AND NOT EXISTS (SELECT FROM days d WHERE d.group_id = s.group_id AND d.day = s.slot)
"""  # noqa: S608  made of literals of this file
_BRING_BACK = f"""
WITH {_DAYS}
UPDATE groups_session s SET state = 'planned', ended_with_group = false
FROM days d
WHERE d.group_id = s.group_id AND d.day = s.slot AND s.group_id = ANY(%(groups)s) AND s.ended_with_group
  AND d.starts_at > now()
"""  # noqa: S608  made of literals of this file
# One that was called off or put elsewhere by hand stays as it is, as does one that the rule would put into the past.
_MOVE = f"""
WITH {_DAYS}
UPDATE groups_session s SET "on" = d.day, starts_at = d.starts_at, ends_at = d.ends_at
FROM days d
WHERE d.group_id = s.group_id AND d.day = s.slot AND s.group_id = ANY(%(groups)s) AND {_ON_OR_CLOSED} AND {_FOLLOWS}
  AND s.starts_at > now() AND d.starts_at > now()
  AND (s."on", s.starts_at, s.ends_at) IS DISTINCT FROM (d.day, d.starts_at, d.ends_at)
  AND NOT EXISTS (SELECT FROM groups_session o WHERE o.group_id = s.group_id AND o."on" = d.day AND o.id <> s.id)
"""  # noqa: S608  made of literals of this file
_MAKE = f"""
WITH {_DAYS}
INSERT INTO groups_session
  (organization_id, public_id, group_id, "on", slot, starts_at, ends_at, state, reason, ended_with_group,
   created_at, changed_at)
SELECT d.organization_id, gen_random_uuid(), d.group_id, d.day, d.day, d.starts_at, d.ends_at,
       'planned', '{{}}', false, now(), now()
FROM days d
WHERE d.group_id = ANY(%(groups)s) AND d.day >= %(made_from)s AND (%(past)s OR d.starts_at > now())
  AND NOT EXISTS (
    SELECT FROM groups_session s WHERE s.group_id = d.group_id AND (s.slot = d.day OR s."on" = d.day))
ON CONFLICT DO NOTHING
"""  # noqa: S608  made of literals of this file
_CLOSE = f"""
UPDATE groups_session s
SET closure_id = now_closed.closed_by,
  state = CASE WHEN now_closed.closed_by IS NULL THEN 'planned' ELSE 'cancelled' END,
  reason = coalesce(now_closed.words, '{{}}'), is_kept = s.is_kept
FROM (
  SELECT s.id, covering.id AS closed_by, covering.reason AS words
  FROM groups_session s JOIN groups_supportgroup g ON g.id = s.group_id {_COVERING}
  WHERE s.group_id = ANY(%(groups)s) AND s.starts_at > now() AND {_ON_OR_CLOSED}
) now_closed
WHERE s.id = now_closed.id AND (s.closure_id IS DISTINCT FROM now_closed.closed_by
  OR (s.closure_id IS NOT NULL AND s.reason IS DISTINCT FROM now_closed.words))
"""  # noqa: S608  made of literals of this file


@dataclass(frozen=True)
class Planned:
    """What one run of `plan_sessions` did."""

    made: int = 0
    moved: int = 0
    ended: int = 0
    brought_back: int = 0
    closed: int = 0

    @property
    def total(self) -> int:
        return self.made + self.moved + self.ended + self.brought_back + self.closed


@transaction.atomic
def plan_sessions(
    *, actor: Actor, group_id: int | None = None, since: date | None = None, closures_changed: bool = False
) -> Planned:
    """Make coming sessions what rules, dates and closures say, `HORIZON_WEEKS` ahead, in the scope that is open.

    Derived from present state: running it twice, late or on two machines changes nothing more. One query finds the
    groups that need anything; their rows are locked, and one that is being changed right now is left for the next
    minute. A session keeps its identity when its group's rule changes; one that was called off stays called off.
    `since` also makes sessions of the past, from that day on (the demo's history). Wall time is kept when the clocks
    change. With `closures_changed` every group with coming sessions is looked at, as words of closures may differ.
    """
    today = timezone.now().date()
    yesterday = today - timedelta(days=1)
    period = min(yesterday - timedelta(days=yesterday.weekday()), yesterday.replace(day=1))
    values = {
        "groups": [group_id] if group_id else None,
        "since": min(since or period, period),
        "made_from": since or yesterday,
        "until": today + timedelta(weeks=HORIZON_WEEKS),
        "past": since is not None,
    }
    with connection.cursor() as cursor:
        if group_id is None:
            cursor.execute(_ALL if closures_changed else _DUE, values)
            values["groups"] = sorted(pk for (pk,) in cursor.fetchall())
            if not values["groups"]:
                return Planned()
        skip = "" if group_id or closures_changed else "SKIP LOCKED"
        cursor.execute(_LOCK.format(skip=skip), values)
        values["groups"] = [pk for (pk,) in cursor.fetchall()]
        counts = []
        for statement in (_MATCH, _END, _BRING_BACK, _MOVE, _MAKE, _CLOSE):
            cursor.execute(statement, values)
            counts.append(cursor.rowcount)
    _matched, ended, brought_back, moved, made, closed = counts
    return Planned(made=made, moved=moved, ended=ended, brought_back=brought_back, closed=closed)


_ALL = """
SELECT DISTINCT s.group_id FROM groups_session s
WHERE s.starts_at > now() AND (s.closure_id IS NOT NULL OR EXISTS (
  SELECT FROM groups_closure c WHERE c.organization_id = s.organization_id AND c.archived_at IS NULL
    AND s."on" BETWEEN c.starts_on AND c.ends_on))
"""
