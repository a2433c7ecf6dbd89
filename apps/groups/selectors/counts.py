"""How many came, for a group's own pages and for reports; who came last and how often; who was missed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    Max,
    Q,
    QuerySet,
    Sum,
)
from django.db.models.functions import Coalesce

from apps.groups.choices import SessionState
from apps.groups.models import Attendance, HeadCount, Session
from apps.groups.selectors.leading import leaders_on
from apps.kit.occurrences import key_in, occurrence_of, version_in

FEWEST = 11  # a number of people below this, and not 0, is never told outside the group (CMS cell size policy, 2020)


@dataclass(frozen=True, slots=True)
class Counts:
    """What came together in one group: sessions held, comings in all, and how many different people were written down.

    `comings` counts everybody each time, also whoever was only counted; `people` knows those with a record alone.
    """

    sessions: int = 0
    comings: int = 0
    people: int = 0


def held_between(groups: Iterable[int], first: date, last: date) -> QuerySet[Session]:
    """The sessions of some groups that took place from one day to another."""
    return Session.objects.filter(group__in=list(groups), on__gte=first, on__lte=last, state=SessionState.HELD)


def attendance_counts(groups: Iterable[int], first: date, last: date) -> dict[int, Counts]:
    """Whole numbers by group, for the group's own pages: computed without bars. Three queries."""
    keys = list(groups)
    held = held_between(keys, first, last).order_by()
    sessions = dict(held.values("group_id").annotate(n=Count("pk")).values_list("group_id", "n"))
    came = Attendance.objects.filter(session__in=held.values("pk"), came=True).order_by()
    written = {
        group: (comings, people)
        for group, comings, people in came.values("session__group_id")
        .annotate(comings=Count("pk"), people=Count("person_id", distinct=True))
        .values_list("session__group_id", "comings", "people")
    }
    counted = dict(
        HeadCount.objects.filter(session__in=held.values("pk"))
        .order_by()
        .values("session__group_id")
        .annotate(n=Sum("people"))
        .values_list("session__group_id", "n")
    )
    return {
        key: Counts(
            sessions=sessions.get(key, 0),
            comings=written.get(key, (0, 0))[0] + counted.get(key, 0),
            people=written.get(key, (0, 0))[1],
        )
        for key in keys
    }


@dataclass(frozen=True, slots=True)
class Told:
    """Numbers as they may leave the organization: None is hidden. The total is of all groups, hidden ones included."""

    cells: dict[int, int | None]
    total: int | None


def attendance_report(groups: Iterable[int], first: date, last: date) -> Told:
    """Comings by group for reports, with 1 to 10 hidden so that nothing told betrays them."""
    return hide_small({key: row.comings for key, row in attendance_counts(groups, first, last).items()})


def hide_small(cells: Mapping[int, int]) -> Told:
    """Numbers with their total, where no number of 1 to 10 is told or can be worked out from the others.

    0 is told. One hidden number would be the total without the others: then the first of the larger ones is hidden too
    (the first by key, and not the smallest: which one it is must say nothing about how large it is). Where several
    small ones are hidden and their sum says that each is very small or as large as can be, or the total is small
    itself, the total is hidden. (Cells of 1 to 10: CMS cell size suppression policy, 2020.)
    """
    small = {key for key, value in cells.items() if 0 < value < FEWEST}
    large = sorted(key for key, value in cells.items() if value >= FEWEST)
    hidden = small | set(large[:1]) if len(small) == 1 else small
    total, apart, n = sum(cells.values()), sum(cells[key] for key in small), len(small)
    middle = 2 * n <= apart <= (FEWEST - 2) * n
    betrays = len(hidden) == 1 or (n > 1 and not middle) or 0 < total < FEWEST
    told = {key: None if key in hidden else value for key, value in cells.items()}
    return Told(told, None if betrays else total)


@dataclass(frozen=True, slots=True)
class Engagement:
    """When somebody came last, and how often in a time."""

    last_came: datetime
    times: int


def engagement_of(people: Sequence[int], first: date, last: date) -> dict[int, Engagement]:
    """When each of these people came last to any group until `last`, and how often from `first` on. One query.

    Who never came is not in it. Whole: the caller shows it only of people whom its reader may see.
    """
    rows = (
        Attendance.objects.filter(person__in=list(people), came=True, session__on__lte=last)
        .order_by()
        .values("person_id")
        .annotate(last=Max("session__starts_at"), n=Count("pk", filter=Q(session__on__gte=first)))
        .values_list("person_id", "last", "n")
    )
    return {person: Engagement(at, n) for person, at, n in rows if person is not None}


def missed_between(since: datetime, until: datetime) -> QuerySet[Any, Any]:
    """Who was not there at a session that was held and ended in a time, and had said nothing.

    A row for each person and session, as `outreach.registry.Source` takes them. Known by the entry's version: one that
    was corrected is another occurrence, and what was planned for the first no longer holds.
    """
    return (
        Attendance.objects.filter(
            session__state=SessionState.HELD,
            session__ends_at__gt=since,
            session__ends_at__lte=until,
            person__isnull=False,
            came=False,
            told_us=False,
        )
        .order_by()
        .annotate(
            occurrence=occurrence_of("attendance", "pk", "version"),
            due_at=F("session__ends_at"),
            zone=Coalesce("session__location__zone", "session__group__location__zone"),
        )
        .values("organization_id", "person_id", "occurrence", "due_at", "zone")
    )


def no_longer_missed() -> Any:
    """True for ledger rows whose entry was corrected since, whose session was taken back, or that is no more."""
    return ~Exists(
        Attendance.objects.filter(
            pk=key_in(),
            version=version_in(),
            came=False,
            told_us=False,
            session__state=SessionState.HELD,
        )
    )


def hours_worked(first: date, last: date) -> dict[int, Decimal]:
    """Hours of sessions that were held from one day to another, by the key of who led them in fact. Three queries."""
    held = Session.objects.filter(on__gte=first, on__lte=last, state=SessionState.HELD)
    spans = {pk: ends - starts for pk, starts, ends in held.values_list("pk", "starts_at", "ends_at")}
    hours: dict[int, Decimal] = {}
    for session, person in leaders_on(held):
        seconds = int(spans[session].total_seconds()) if session in spans else 0
        hours[person] = hours.get(person, Decimal(0)) + Decimal(seconds) / 3600
    return hours
