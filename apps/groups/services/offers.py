"""Offers of free places to those who wait, by a few statements over present state; and until when an offer holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from apps.access.actor import Actor
from apps.groups import selectors
from apps.groups.choices import EntryState
from apps.groups.models import SupportGroup, WaitlistEntry
from apps.kit.walltime import next_sending_time, resolve

DAWN, DUSK = time(9), time(20)  # an offer's time runs between these, by the clock at the group's place

# Groups in which something is to do: an offer that ended, somebody who waits for a group that is over, or somebody who
# waits beside a free place. Most minutes none.
_DUE = """
SELECT g.id FROM groups_supportgroup g
WHERE (%(group)s::bigint IS NULL OR g.id = %(group)s) AND EXISTS (
  SELECT FROM groups_waitlistentry w WHERE w.group_id = g.id AND w.ended_at IS NULL AND (
    (w.state = 'offered' AND w.offer_until <= %(now)s)
    OR g.archived_at IS NOT NULL OR g.ends_on < %(past)s
    OR (w.state = 'waiting' AND g.takes_new AND (g.capacity IS NULL OR g.capacity > (
      (SELECT count(*) FROM groups_enrolment e WHERE e.group_id = g.id AND e.ended_at IS NULL)
      + (SELECT count(*) FROM groups_waitlistentry o WHERE o.group_id = g.id AND o.state = 'offered'))))))
ORDER BY g.id
"""
_LOCK = """
SELECT g.id, l.zone, g.offer_hours FROM groups_supportgroup g
JOIN organizations_location l ON l.id = g.location_id
WHERE g.id = ANY(%(groups)s) ORDER BY g.id FOR NO KEY UPDATE OF g SKIP LOCKED
"""
_END = """
UPDATE groups_waitlistentry w
SET state = CASE WHEN g.archived_at IS NOT NULL OR g.ends_on < %(past)s THEN 'over' ELSE 'expired' END,
  place = NULL, ended_at = %(now)s
FROM groups_supportgroup g
WHERE g.id = w.group_id AND g.id = ANY(%(groups)s) AND w.ended_at IS NULL AND (
  g.archived_at IS NOT NULL OR g.ends_on < %(past)s OR (w.state = 'offered' AND w.offer_until <= %(now)s))
"""
# In each group the first who waits gets the lowest free number, and so on. Where places are not counted any more,
# everybody who waits gets an offer.
_OFFER = """
WITH held AS (
  SELECT * FROM jsonb_to_recordset(%(until)s::jsonb) AS told (group_id bigint, until timestamptz)
), free AS (
  SELECT g.id AS group_id, n AS place, row_number() OVER (PARTITION BY g.id ORDER BY n) AS nth
  FROM groups_supportgroup g CROSS JOIN LATERAL generate_series(1, g.capacity) n
  WHERE g.id = ANY(%(groups)s)
    AND NOT EXISTS (SELECT FROM groups_enrolment e WHERE e.group_id = g.id AND e.ended_at IS NULL AND e.place = n)
    AND NOT EXISTS (
      SELECT FROM groups_waitlistentry o WHERE o.group_id = g.id AND o.state = 'offered' AND o.place = n)
), next AS (
  SELECT w.id, w.group_id, g.capacity, row_number() OVER (PARTITION BY w.group_id ORDER BY w.rank, w.id) AS nth
  FROM groups_waitlistentry w JOIN groups_supportgroup g ON g.id = w.group_id
  WHERE g.id = ANY(%(groups)s) AND w.state = 'waiting' AND g.takes_new AND w.id <> ALL(%(held_back)s)
)
UPDATE groups_waitlistentry w
SET state = 'offered', place = free.place, offered_at = %(now)s, offer_until = held.until
FROM next JOIN held USING (group_id) LEFT JOIN free USING (group_id, nth)
WHERE w.id = next.id AND (next.capacity IS NULL OR free.place IS NOT NULL)
"""


def offer_ends(since: datetime, hours: int, zone: str) -> datetime:
    """The instant until which an offer holds that is made now, by the clock at the group's place.

    Whole days pass as days; the hours left over run between 9 in the morning and 8 in the evening alone. So it never
    begins nor ends in the night, whenever the offer is made: nobody loses a place asleep.
    """
    begins = next_sending_time(since, zone, DAWN, DUSK) or since
    wall = begins.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + timedelta(days=hours // 24)
    left = timedelta(hours=hours % 24)
    while (evening := datetime.combine(wall.date(), DUSK)) < wall + left:
        left -= max(evening - wall, timedelta())
        wall = datetime.combine(wall.date() + timedelta(days=1), DAWN)
    return max(resolve(wall + left, zone), since + timedelta(minutes=1)).astimezone(UTC)


@transaction.atomic
def make_offers(*, actor: Actor, group_id: int | None = None) -> int:
    """Let offers go that ended, and offer each free place to who waits longest. Returns how many offers were made.

    Set-based, for every group in the open scope or one. A group that somebody is writing to is left to the next run.
    Run again, late, or twice at once, it changes nothing more. Somebody who is kept apart from a person in the group
    gets no offer and goes on waiting: neither hears of it, and coordinators see it on the list.
    """
    now = timezone.now()
    told: dict[str, Any] = {"group": group_id, "now": now, "past": (now - timedelta(days=1)).date()}
    with connection.cursor() as cursor:
        cursor.execute(_DUE, told)
        due = [pk for (pk,) in cursor.fetchall()]
        if not due:
            return 0
        cursor.execute(_LOCK, {"groups": due})
        rows = cursor.fetchall()
        groups = [pk for pk, _zone, _hours in rows]
        if not groups:
            return 0
        cursor.execute(_END, told | {"groups": groups})
        until = [{"group_id": pk, "until": offer_ends(now, hours, zone).isoformat()} for pk, zone, hours in rows]
        values: dict[str, Any] = {
            "groups": groups,
            "now": now,
            "until": json.dumps(until),
            "held_back": _held_back(groups),
        }
        cursor.execute(_OFFER, values)
        return int(cursor.rowcount)


def _held_back(groups: list[int]) -> list[int]:
    """Those who wait and must not come in now. Most runs: nobody is kept apart from anybody in these groups."""
    waiting = WaitlistEntry.objects.filter(group__in=groups, state=EntryState.WAITING)
    if not selectors.pairs_among(waiting).exists():
        return []
    found = []
    by_group = {group.pk: group for group in SupportGroup.objects.filter(pk__in=groups).select_related("location")}
    for entry in waiting.select_related("person").order_by("group", "rank", "pk"):
        if selectors.apart_in(by_group[entry.group_id], entry.person, strict=True, ahead_of=entry).exists():
            found.append(entry.pk)
    return found
