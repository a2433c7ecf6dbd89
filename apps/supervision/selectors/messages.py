"""What the planner of messages asks of supervision: late signatures, and reminders that a supervisor sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from apps.kit.occurrences import key_in, occurrence_of, version_in
from apps.organizations.choices import Feature
from apps.organizations.selectors import staff_who_can
from apps.supervision.choices import NoteState
from apps.supervision.models import LATE_AFTER, NoteNudge, SigningRules, SupervisionNote

PLANNED_FROM = ("organization_id", "person_id", "occurrence", "due_at", "useful_until", "zone")
USEFUL = timedelta(days=14)
OFF = [str(Feature.SUPERVISION)]


def _late_after() -> Func:
    """After how long a signature is late, by the rule of each row's organization."""
    rules = SigningRules.objects.filter(organization_id=OuterRef("organization_id")).values("late_after")[:1]
    return Func(
        Coalesce(Subquery(rules), Value(LATE_AFTER), output_field=IntegerField()),
        template="make_interval(days => %(expressions)s)",
        output_field=DurationField(),
    )


def _waiting() -> QuerySet[Any, Any]:
    """Notes that wait for a signature, each with `due_at`: when it becomes late."""
    late = ExpressionWrapper(F("first_submitted_at") + _late_after(), output_field=DateTimeField())
    return SupervisionNote.objects.filter(state=NoteState.SUBMITTED).order_by().annotate(due_at=late)


def late_signatures(now: datetime) -> QuerySet[SupervisionNote]:
    """Notes whose signature is late by the organization's rule. Whole, without bars: for counting."""
    return _waiting().filter(due_at__lt=now)


def _late(since: datetime, until: datetime) -> QuerySet[SupervisionNote]:
    return (
        _waiting()
        .filter(session__plan__supervisor__archived_at__isnull=True, due_at__gt=since, due_at__lte=until)
        .exclude(organization__features_off__contains=OFF)
        .annotate(
            zone=F("organization__zone"),
            occurrence=occurrence_of("note", "pk", "version"),
            useful_until=ExpressionWrapper(F("due_at") + USEFUL, output_field=DateTimeField()),
        )
    )


def late_between(since: datetime, until: datetime) -> QuerySet[Any, Any]:
    """Notes whose signature becomes late in between by the organization's rule, told to their supervisor."""
    return _late(since, until).annotate(person_id=F("session__plan__supervisor_id")).values(*PLANNED_FROM)


def late_for_office(since: datetime, until: datetime) -> QuerySet[Any, Any]:
    """The same, told to everybody who says there who supervises whom, except the supervisor and the author."""
    office = (
        staff_who_can("plan_supervision")
        .filter(organization_id=OuterRef("organization_id"))
        .exclude(pk=OuterRef("session__plan__supervisor_id"))
        .exclude(pk=OuterRef("session__plan__specialist_id"))
        .order_by()
    )
    each = Func(ArraySubquery(office.values("pk")), function="unnest", output_field=BigIntegerField())
    return _late(since, until).annotate(person_id=each).values(*PLANNED_FROM)


def nudged_between(since: datetime, until: datetime) -> QuerySet[Any, Any]:
    """Reminders that supervisors sent in between, to the authors of the notes that they returned."""
    return (
        NoteNudge.objects.filter(note__state=NoteState.RETURNED, nudged_at__gt=since, nudged_at__lte=until)
        .exclude(organization__features_off__contains=OFF)
        .order_by()
        .annotate(
            person_id=F("note__session__plan__specialist_id"),
            zone=F("organization__zone"),
            due_at=F("nudged_at"),
            occurrence=occurrence_of("note", "note_id", "version", "on"),
            useful_until=ExpressionWrapper(F("nudged_at") + timedelta(days=3), output_field=DateTimeField()),
        )
        .values(*PLANNED_FROM)
    )


def _not_in(state: str, column: str) -> Any:
    return ~Exists(SupervisionNote.objects.filter(pk=key_in(column), version=version_in(column), state=state))


def no_longer_late(column: str = "occurrence") -> Any:
    """True for rows whose `column` names a version of a note that waits for no signature any more."""
    return _not_in(NoteState.SUBMITTED, column)


def no_longer_returned(column: str = "occurrence") -> Any:
    """The same for a version that no longer waits on its author."""
    return _not_in(NoteState.RETURNED, column)


def notes_behind(occurrences: Iterable[str], state: str) -> dict[str, SupervisionNote]:
    """The notes that these occurrences speak of and that still stand so. One query."""
    names: dict[tuple[int, int], list[str]] = {}
    for name in occurrences:
        parts = name.split(":")
        if parts[0] == "note" and parts[1].isdigit() and parts[2].isdigit():
            names.setdefault((int(parts[1]), int(parts[2])), []).append(name)
    rows = SupervisionNote.objects.filter(pk__in={pk for pk, _version in names}, state=state)
    found: dict[str, SupervisionNote] = {}
    for row in rows.select_related("organization"):
        found |= dict.fromkeys(names.get((row.pk, row.version), ()), row)
    return found
