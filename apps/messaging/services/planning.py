"""Putting messages on the ledger, and taking them off again while they have not left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import time
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.access.actor import Actor
from apps.messaging.choices import OPEN_STATES, Reason, State
from apps.messaging.models import ContactPoint, Message, OptOut, SendingRules
from apps.messaging.registry import Purpose
from apps.organizations.models import Organization, Person

COLUMNS = ("organization_id", "person_id", "occurrence", "due_at", "useful_until")
Rows = tuple[str, Sequence[Any]]  # SQL and its parameters
OPENS, CLOSES = time(8), time(21)

# One statement, whatever the number of rows. NOT EXISTS keeps a run with nothing new cheap (no sequence value and no
# conflict for each row); ON CONFLICT decides between two runs at once. A step that was planned in another way than the
# person would choose today counts as planned: nobody gets the same thing twice because they changed their mind.
#
# The rows are read first and apart (MATERIALIZED): together with the tables here PostgreSQL looks for the best order of
# a dozen tables, which took ten times as long as the answer.
_PLAN = """
WITH q (organization_id, person_id, occurrence, due_at, useful_until, purpose, step) AS MATERIALIZED ({rows}),
written AS (
INSERT INTO {message} (
    public_id, organization_id, kind, person_id, contact_point_id, address_hash, purpose, topic, step, occurrence,
    channel, language, state, reason, detail, planned_at, due_at, useful_until, next_try_at, attempts, ended_at,
    provider_id, secret
)
SELECT gen_random_uuid(), q.organization_id, 'ordinary', q.person_id, best.id, '', q.purpose, t.topic, q.step,
    q.occurrence, COALESCE(best.channel, 'none'), p.language,
    CASE WHEN best.id IS NULL THEN 'unreachable' ELSE 'planned' END,
    CASE WHEN best.id IS NULL THEN 'not_reachable' ELSE '' END,
    '', %(now)s, q.due_at, q.useful_until,
    COALESCE(
        kit_next_sending_time(
            q.due_at,
            COALESCE(NULLIF(p.zone, ''), o.zone),
            GREATEST(COALESCE(r.hours_from, %(opens)s), best.hours_from),
            LEAST(COALESCE(r.hours_to, %(closes)s), best.hours_to)
        ),
        q.due_at
    ),
    0, CASE WHEN best.id IS NULL THEN %(now)s::timestamptz END, '', '{{}}'::jsonb
FROM q
JOIN unnest(%(purposes)s::text[], %(topics)s::text[]) AS t (purpose, topic) ON t.purpose = q.purpose
JOIN {person} p ON p.id = q.person_id AND p.organization_id = q.organization_id AND p.archived_at IS NULL
JOIN {organization} o ON o.id = q.organization_id
LEFT JOIN {rules} r ON r.organization_id = q.organization_id
LEFT JOIN LATERAL (
    SELECT c.id, c.channel, c.hours_from, c.hours_to
    FROM {point} c
    WHERE c.person_id = q.person_id AND c.organization_id = q.organization_id AND c.archived_at IS NULL
        AND c.safe_to_send AND (c.channel = 'email' OR c.channel = 'sms' AND c.consent_at IS NOT NULL)
        AND NOT EXISTS (
            SELECT FROM {optout} s
            WHERE s.person_id = c.person_id AND s.ended_at IS NULL AND s.topic IN ('', t.topic)
                AND s.channel IN ('', c.channel) AND (s.contact_point_id IS NULL OR s.contact_point_id = c.id)
        )
    ORDER BY c.is_preferred DESC, c.id
    LIMIT 1
) best ON true
WHERE q.useful_until > %(now)s AND NOT EXISTS (
    SELECT FROM {message} m
    WHERE m.organization_id = q.organization_id AND m.person_id = q.person_id AND m.purpose = q.purpose
        AND m.occurrence = q.occurrence AND m.step = q.step AND (m.channel <> 'none' OR best.id IS NULL)
)
ON CONFLICT DO NOTHING
RETURNING purpose, step
)
SELECT purpose, step, count(*) FROM written GROUP BY purpose, step
"""


def plan(*, purpose: Purpose, step: str, rows: QuerySet[Any] | Rows, actor: Actor) -> int:
    """Put on the ledger what is due for these rows and is not there yet. Returns how many lines were written.

    `rows` is a queryset that has, as fields or annotations, `organization_id`, `person_id`, `occurrence` (text, at most
    120 characters, the same for the same thing at the same time), `due_at` and `useful_until` (instants); or SQL with
    its parameters that yields those five columns in that order. See `plan_each` for what is written.
    """
    sql, params = rows if isinstance(rows, tuple) else rows.order_by().values_list(*COLUMNS).query.sql_with_params()
    of_step = f"SELECT one.*, %s::text, %s::text FROM ({sql}) AS one"  # noqa: S608  the rows are SQL of our own code
    return sum(plan_each(purposes=[purpose], rows=(of_step, [purpose.name, step, *params]), actor=actor).values())


@transaction.atomic
def plan_each(*, purposes: Sequence[Purpose], rows: Rows, actor: Actor) -> dict[tuple[str, str], int]:
    """The same for rows that say themselves what they are for: two columns more, the purpose's name and the step.

    Returns how many lines were written by (purpose, step). Each person is written to in their preferred safe way; who
    has none gets a line in the state "unreachable", and a real one as soon as there is a way. A message is due at its
    own time or at the next opening of the person's sending hours. Run again, and at the same time, it changes nothing.
    Rows that are no longer useful, people put away and purposes that are not among these are left out. Works in the
    scope that is open.
    """
    sql, params = rows
    named: dict[str, Any] = {
        "purposes": [purpose.name for purpose in purposes],
        "topics": [purpose.topic for purpose in purposes],
        "now": timezone.now(),
        "opens": OPENS,
        "closes": CLOSES,
    }
    for position, value in enumerate(params):
        named[f"p{position}"] = value
    with connection.cursor() as cursor:
        # One planner of a purpose at a time: two snapshots could choose two ways for one person.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('messaging.plan:' || name, 0))"
            " FROM (SELECT unnest(%s::text[]) AS name ORDER BY name) AS sorted",
            [named["purposes"]],
        )
        cursor.execute(_statement(sql, len(params)), named)
        return {(purpose, step): count for purpose, step, count in cursor.fetchall()}


def _statement(sql: str, params: int) -> str:
    """The planning statement over `sql`, whose positional parameters become named ones."""
    pieces = sql.replace("%%", "\0").split("%s")
    if len(pieces) != params + 1:
        raise ValueError("the rows' SQL and its parameters do not fit")
    inner = "".join(f"{piece}%(p{n})s" for n, piece in enumerate(pieces[:-1])) + pieces[-1]
    quote = connection.ops.quote_name
    tables = {
        "message": Message,
        "person": Person,
        "organization": Organization,
        "rules": SendingRules,
        "point": ContactPoint,
        "optout": OptOut,
    }
    names = {name: quote(model._meta.db_table) for name, model in tables.items()}
    return _PLAN.format(rows=inner.replace("\0", "%%"), **names)


@transaction.atomic
def withdraw(*, purpose: str, occurrences: Iterable[str], actor: Actor, reason: str = Reason.CANCELLED) -> int:
    """Take what has not left about these occurrences off the way, in this scope. Returns how many messages.

    A message that is being sent at this moment is waited for; when it has left it stays sent. Doing it again changes
    nothing.
    """
    return Message.objects.filter(purpose=purpose, occurrence__in=list(occurrences), state__in=OPEN_STATES).update(
        state=State.WITHDRAWN, reason=reason, ended_at=timezone.now()
    )
