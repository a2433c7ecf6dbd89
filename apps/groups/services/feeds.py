"""Keeping the marks of calendar feeds few."""

from __future__ import annotations

from django.db import connection, transaction

from apps.access.actor import Actor

KEPT = 20
# Many marks of one subject give way to one fresh mark, which is newer than all of them: a feed's state changes once
# more, and never back to one that it had. Marks of changes that are not committed yet are not seen here and stay.
_TIDY = """
WITH many AS (
  SELECT organization_id, topic, subject FROM groups_feedmark WHERE topic <> 'appointment'
  GROUP BY organization_id, topic, subject HAVING count(*) > %(kept)s
), gone AS (
  DELETE FROM groups_feedmark m USING many
  WHERE (m.organization_id, m.topic, m.subject) = (many.organization_id, many.topic, many.subject)
  RETURNING m.organization_id, m.topic, m.subject
), fresh AS (
  INSERT INTO groups_feedmark (organization_id, topic, subject)
  SELECT DISTINCT organization_id, topic, subject FROM gone
)
SELECT count(*) FROM gone
"""


@transaction.atomic
def tidy_marks(*, actor: Actor, kept: int = KEPT) -> int:
    """Put one fresh mark in the place of more than `kept` of one subject, in the scope that is open.

    Returns how many went. Run again, it changes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TIDY, {"kept": kept})
        return int(cursor.fetchone()[0])
