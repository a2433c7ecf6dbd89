"""The planner: what is due, for whom, put on the ledger; and changes of its steps."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import F, Max, Min, QuerySet
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, require
from apps.kit.walltime import LocalDate, LocalTime, WallTime
from apps.messaging import registry as messaging
from apps.messaging.choices import Reason, State
from apps.messaging.models import Message
from apps.messaging.services import plan_each, withdraw
from apps.organizations.choices import OrganizationKind
from apps.organizations.models import Organization
from apps.outreach import selectors
from apps.outreach.choices import DEFAULT_STEPS
from apps.outreach.models import OutreachStep
from apps.outreach.registry import Source, source_called

logger = logging.getLogger(__name__)

# How far ahead of its time a message stands on the ledger: long enough to be seen coming and to outlast a night without
# a planner, short enough that a moved visit leaves little behind.
AHEAD = timedelta(days=1)
SLACK = timedelta(hours=3)  # a calendar day is at most so much longer or shorter than 24 hours
LONGEST_USE = timedelta(days=31)

# The rows of a source, shifted by each organization's own steps. Days are counted on the calendar there, so that "a day
# before" is the same time of day; what is left over is time that passes.
_SHIFTED = """
WITH r (organization_id, person_id, occurrence, due_at, useful_until, zone, wall) AS MATERIALIZED ({rows})
SELECT d.organization_id, d.person_id, d.occurrence, d.due_at,
    LEAST(d.useful_until, d.due_at + make_interval(mins => d.useful_minutes)), d.purpose, d.step
FROM (
    SELECT r.organization_id, r.person_id, r.occurrence, r.useful_until, s.useful_minutes, s.purpose, s.name AS step,
        CASE WHEN s.offset_minutes / 1440 = 0 THEN r.due_at
            ELSE kit_instant(r.wall + make_interval(days => s.offset_minutes / 1440), r.zone)
        END + make_interval(mins => s.offset_minutes %% 1440) AS due_at
    FROM r
    JOIN {step} s ON s.organization_id = r.organization_id AND s.enabled
    JOIN unnest(%s::text[], %s::text[]) AS wanted (purpose, name) ON wanted.purpose = s.purpose AND wanted.name = s.name
) AS d
WHERE d.due_at <= %s AND d.useful_until > %s
    AND (d.useful_minutes IS NULL OR d.due_at + make_interval(mins => d.useful_minutes) > %s)
"""

_ROWS = """
SELECT organization_id, person_id, occurrence, due_at, useful_until, zone, wall
FROM jsonb_to_recordset(%s::jsonb) AS told (organization_id bigint, person_id bigint, occurrence text,
    due_at timestamptz, useful_until timestamptz, zone text, wall timestamp)
"""


@dataclass
class Planned:
    """What one run of the planner did."""

    planned: dict[str, int] = field(default_factory=dict)  # by "purpose, step"
    withdrawn: dict[str, int] = field(default_factory=dict)  # by purpose
    errors: list[str] = field(default_factory=list)

    @property
    def did(self) -> int:
        return sum(self.planned.values()) + sum(self.withdrawn.values())


Step = dict[str, Any]  # purpose, name, source, and the `first` and `last` offset that an organization gives it


@transaction.atomic
def plan(*, actor: Actor, at: datetime | None = None) -> Planned:
    """Make the ledger what present state asks for, in this scope: take back what no longer holds, add what is due.

    One statement a source, whatever the number of organizations and people; what is due within a day is put on the
    ledger now. Run again, late, or twice at once, it changes nothing more. `at` plans what would be due around then.
    What goes wrong with one step is in the result's `errors` and ends nothing else.
    """
    at = at or timezone.now()
    settle_steps()
    done = Planned()
    by_source: dict[str, list[Step]] = {}
    for step in (
        selectors.enabled_steps()
        .order_by("source", "purpose", "name")
        .values("source", "purpose", "name")
        .annotate(first=Min("offset_minutes"), last=Max("offset_minutes"))
    ):
        by_source.setdefault(step["source"], []).append(dict(step))
    running: dict[str, Source] = {}
    for name in by_source:
        source = source_called(name)
        if source is None:
            done.errors.append(f"no app registers the source {name}")
        else:
            running[name] = source.for_one_run() if source.for_one_run else source
    _take_back_each({step["purpose"]: running[name] for name in running for step in by_source[name]}, actor, done)
    for name, source in running.items():
        _plan_steps(source, by_source[name], at, actor, done)
    return done


class _apart:  # noqa: N801  used as a `with` statement, so it reads like a function
    """A part of the run whose fault is written down and goes no further."""

    def __init__(self, what: str, done: Planned) -> None:
        self.what, self.done, self.savepoint = what, done, transaction.atomic()

    def __enter__(self) -> None:
        self.savepoint.__enter__()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        self.savepoint.__exit__(kind, error, trace)
        if error is None or not isinstance(error, Exception):
            return False
        logger.error("outreach could not plan %s", self.what, exc_info=error)
        self.done.errors.append(f"{self.what}: {type(error).__name__}: {error}"[:300])
        return True


def _plan_steps(source: Source, steps: list[Step], at: datetime, actor: Actor, done: Planned) -> None:
    """Plan all steps of a source in one statement; where that fails, each alone, so that one ends no other."""
    run = Planned()
    with _apart(" and ".join(f"{step['purpose']}, {step['name']}" for step in steps), run):
        written = plan_each(purposes=_purposes(steps), rows=_due(source, steps, at), actor=actor)
        run.planned = {f"{purpose}, {name}": count for (purpose, name), count in written.items()}
    if run.errors and len(steps) > 1:
        for step in steps:
            _plan_steps(source, [step], at, actor, done)
    else:
        done.planned |= run.planned
        done.errors += run.errors


def _purposes(steps: list[Step]) -> list[messaging.Purpose]:
    found = {name: messaging.purpose_called(name) for name in {step["purpose"]: None for step in steps}}
    for name, purpose in found.items():
        if purpose is None:
            raise LookupError(f"no app registers the purpose {name}")
    return [purpose for purpose in found.values() if purpose]


def _due(source: Source, steps: list[Step], at: datetime) -> tuple[str, Sequence[Any]]:
    """What these steps of a source ask for around a time, as rows of the ledger."""
    since = at - LONGEST_USE - SLACK - timedelta(minutes=max(0, *(step["last"] for step in steps)))
    until = at + AHEAD + SLACK - timedelta(minutes=min(step["first"] for step in steps))
    found = source.between(since, until)
    sql, params = _told(found) if isinstance(found, list) else _asked(found)
    shifted = _SHIFTED.format(rows=sql, step=connection.ops.quote_name(OutreachStep._meta.db_table))
    wanted = [[step["purpose"] for step in steps], [step["name"] for step in steps]]
    return shifted, [*params, *wanted, at + AHEAD, at, at]


def _asked(found: QuerySet[Any, Any]) -> tuple[str, Sequence[Any]]:
    """The rows of a source that is a query, as one."""
    wall = WallTime(LocalDate(F("due_at"), F("zone")), LocalTime(F("due_at"), F("zone")))
    columns = ("organization_id", "person_id", "occurrence", "due_at", "useful_until", "zone", "wall")
    sql, params = found.annotate(wall=wall).values_list(*columns).query.sql_with_params()
    return sql, params


def _told(found: list[Any]) -> tuple[str, Sequence[Any]]:
    """The rows of a source that worked them out itself, as a query over one parameter."""
    rows = [
        row._asdict() | {"wall": row.due_at.astimezone(ZoneInfo(row.zone)).replace(tzinfo=None).isoformat()}
        for row in found
    ]
    return _ROWS, [json.dumps(rows, default=str)]


def _take_back_each(sources: dict[str, Source], actor: Actor, done: Planned) -> None:
    """Take back what no longer holds, of each purpose that has anything planned."""
    planned = Message.objects.filter(state=State.PLANNED)
    for purpose in planned.filter(purpose__in=sources).order_by("purpose").values_list("purpose", flat=True).distinct():
        with _apart(f"what no longer holds of {purpose}", done):
            stale = planned.filter(sources[purpose].no_longer(), purpose=purpose)
            if occurrences := set(stale.values_list("occurrence", flat=True)):
                done.withdrawn[purpose] = withdraw(
                    purpose=purpose, occurrences=occurrences, actor=actor, reason=Reason.NO_LONGER_TRUE
                )


def take_back(purposes: Sequence[str], occurrences: Sequence[str], reason: str, actor: Actor) -> int:
    """Take back at once what is planned about these occurrences, inside the change that makes them untrue."""
    return sum(withdraw(purpose=name, occurrences=occurrences, actor=actor, reason=reason) for name in purposes)


@transaction.atomic
def settle_steps() -> int:
    """Give every organization in this scope the steps it begins with, where it has none of that name. Returns how many.

    A step that was changed or switched off stays so.
    """
    standing = set(OutreachStep.objects.values_list("organization_id", "purpose", "name"))
    organizations = Organization.objects.filter(kind=OrganizationKind.PEER_RUN, archived_at__isnull=True)
    missing = [
        OutreachStep(
            organization_id=pk,
            source=step.source,
            purpose=step.purpose,
            name=step.name,
            offset_minutes=step.offset_minutes,
            useful_minutes=step.useful_minutes,
        )
        for pk in organizations.order_by("pk").values_list("pk", flat=True)
        for step in DEFAULT_STEPS
        if (pk, step.purpose, step.name) not in standing
    ]
    OutreachStep.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


@transaction.atomic
def change_step(*, step: OutreachStep, actor: Actor, **values: Any) -> OutreachStep:
    """Change when a step is due, how long it is useful, or whether it is in use. From the next run on it holds.

    What is on the ledger already keeps its time, and is not sent where its step was switched off. Raises
    PermissionDenied, or ValidationError by field.
    """
    require(actor, "change", step)
    row = OutreachStep.objects.select_for_update().get(pk=step.pk)
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    ensure_still_visible(actor, row)
    return row
