"""What ends when: for reminders, and for the pages on which somebody without a valid certification would act."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, CharField, DateField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from apps.certifications.choices import LETS_WORK, Status
from apps.certifications.models import Certification, CertificationTerm
from apps.certifications.selectors.records import letting_work_on
from apps.certifications.selectors.terms import renewable_until
from apps.kit.occurrences import key_in, occurrence_of, version_in
from apps.kit.walltime import Instant, WallTime
from apps.organizations.choices import Feature
from apps.organizations.selectors import staff_who_can

PLANNED_FROM = ("organization_id", "person_id", "occurrence", "due_at", "useful_until", "zone")
MORNING = time(9)  # by the clock of the organization; whoever reads it is written to in their own sending hours
USEFUL = timedelta(days=31)  # after the last day
STANDS = {
    "certification__status__in": LETS_WORK,
    "certification__archived_at__isnull": True,
    "certification__person__archived_at__isnull": True,
}


def _ending(since: datetime, until: datetime) -> QuerySet[CertificationTerm]:
    """The terms that are the last of a standing certification and whose last day's morning lies in between."""
    return (
        CertificationTerm.objects.filter(
            **STANDS,
            last_day=F("certification__expires_on"),
            last_day__gte=since.date() - timedelta(days=2),
            last_day__lte=until.date() + timedelta(days=2),
        )
        .exclude(organization__features_off__contains=[str(Feature.CERTIFICATIONS)])
        .order_by()
        .annotate(
            zone=F("organization__zone"),
            due_at=Instant(WallTime(F("last_day"), Value(MORNING)), F("organization__zone")),
            occurrence=occurrence_of(
                "certification",
                "certification_id",
                Func(F("last_day"), Value("YYYY-MM-DD"), function="to_char", output_field=CharField()),
            ),
        )
        .filter(due_at__gt=since, due_at__lte=until)
        .annotate(useful_until=F("due_at") + USEFUL)
    )


def ending_between(since: datetime, until: datetime) -> QuerySet[Any, Any]:
    """What ends after `since` and not after `until`, told to its holder: nine in the morning of its last day there."""
    return _ending(since, until).annotate(person_id=F("certification__person_id")).values(*PLANNED_FROM)


def ending_for_office(since: datetime, until: datetime) -> QuerySet[Any, Any]:
    """The same, told to everybody who keeps certifications there, except about their own."""
    keepers = (
        staff_who_can("manage_certifications")
        .filter(organization_id=OuterRef("organization_id"))
        .exclude(pk=OuterRef("certification__person_id"))
        .order_by()
    )
    each = Func(ArraySubquery(keepers.values("pk")), function="unnest", output_field=BigIntegerField())
    return _ending(since, until).annotate(person_id=each).values(*PLANNED_FROM)


def no_longer_ends(column: str = "occurrence") -> Any:
    """True for rows whose column `column` names a certification that no longer ends on that day."""
    standing = Certification.objects.filter(
        pk=key_in(column),
        expires_on=version_in(column, DateField()),
        status__in=LETS_WORK,
        archived_at__isnull=True,
    )
    return ~Exists(standing)


def ending_behind(occurrences: Iterable[str]) -> dict[str, Certification]:
    """The certifications that these occurrences speak of and that still end on that day. One query."""
    keys = {}
    for name in occurrences:
        kind, _colon, rest = name.partition(":")
        pk, _colon, day = rest.partition(":")
        if kind == "certification" and pk.isdigit():
            keys[int(pk)] = (name, day)
    rows = Certification.objects.filter(pk__in=keys, status__in=LETS_WORK, archived_at__isnull=True)
    rows = rows.select_related("person", "organization")
    return {keys[row.pk][0]: row for row in rows if row.expires_on and row.expires_on.isoformat() == keys[row.pk][1]}


def lapsed_of(person_id: int, day: date) -> Certification | None:
    """The certification of a person that ended or was taken away, where none lets them work on that day; else None.

    Its `renewable_until` says until when it can still be renewed, where that is known and not past.
    """
    if letting_work_on(day).filter(person_id=person_id).exists():
        return None
    gone = Q(status__in=LETS_WORK, expires_on__lt=day) | Q(status__in=[Status.SUSPENDED, Status.REVOKED])
    rows = Certification.objects.filter(gone, person_id=person_id, archived_at__isnull=True)
    row = rows.select_related("credential").order_by(Coalesce("expires_on", Value(date.min)).desc(), "pk").first()
    if row is not None:
        until = renewable_until([row], day).get(row.pk)
        row.renewable_until = until if until and until >= day else None
    return row
