"""Reads of days on which somebody is out or a house is closed: what they touch, which stand, what waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.care.choices import AppointmentState, Decision, DisruptionKind, DisruptionState
from apps.care.models import Appointment, Disruption, DisruptionItem
from apps.groups import selectors as groups
from apps.groups.choices import Format, SessionState
from apps.groups.models import Session
from apps.kit.walltime import local_day_bounds, resolve
from apps.organizations.models import Location, Person

LONGEST_DAYS = 62
ITEM_ROWS = (
    "disruption__person",
    "substitute",
    "session__group__location",
    "session__location",
    "appointment__client__person",
    "appointment__staff",
    "appointment__location",
    "rebooked__client__person",
    "rebooked__staff",
    "rebooked__location",
)


@dataclass(frozen=True)
class Span:
    """When somebody is out, or a house is closed: one of `person` and `location`."""

    starts_at: datetime
    ends_at: datetime
    zone: str
    person: Person | None = None
    location: Location | None = None
    first: date | None = None  # where it is whole days, these
    last: date | None = None

    @property
    def kind(self) -> DisruptionKind:
        return DisruptionKind.OUT if self.person is not None else DisruptionKind.CLOSED

    @property
    def is_whole_days(self) -> bool:
        return self.first is not None


def span_of(
    *,
    zone: str,
    first: date,
    last: date,
    since: time | None = None,
    until: time | None = None,
    person: Person | None = None,
    location: Location | None = None,
) -> Span:
    """The span from a day to a day by the calendar of `zone`; with hours from `since` on the first until the last."""
    starts_at, ends_at = local_day_bounds(first, zone)[0], local_day_bounds(last, zone)[1]
    if since is not None:
        starts_at = resolve(datetime.combine(first, since), zone)  # noqa: DTZ001  wall time, resolved in its zone
    if until is not None:
        ends_at = resolve(datetime.combine(last, until), zone)  # noqa: DTZ001  wall time, resolved in its zone
    days = (first, last) if since is None and until is None else (None, None)
    return Span(starts_at, ends_at, zone, person, location, *days)


def span_of_row(row: Disruption) -> Span:
    """The span of a disruption that is written down; whole days where it begins and ends with them."""
    first = row.starts_at.astimezone(ZoneInfo(row.zone)).date()
    last = (row.ends_at - timedelta(microseconds=1)).astimezone(ZoneInfo(row.zone)).date()
    whole = (local_day_bounds(first, row.zone)[0], local_day_bounds(last, row.zone)[1]) == (row.starts_at, row.ends_at)
    days = (first, last) if whole else (None, None)
    return Span(row.starts_at, row.ends_at, row.zone, row.person, row.location, *days)


# ---- what a span touches
def sessions_in(span: Span) -> QuerySet[Session]:
    """The sessions that this person leads, or that meet in this house, within the span and are not over."""
    rows = Session.objects.filter(
        state=SessionState.PLANNED,
        ended_with_group=False,
        starts_at__lt=span.ends_at,
        ends_at__gt=max(span.starts_at, timezone.now()),
    )
    if span.person is not None:
        led = {session for session, person in groups.leaders_on(rows) if person == span.person.pk}
        rows = rows.filter(pk__in=led)
    else:
        rows = rows.annotate(place=Coalesce("location_id", "group__location_id")).filter(
            place=span.location.pk if span.location else 0, group__format__in=[Format.IN_PERSON, Format.HYBRID]
        )
    return rows.select_related("group__location", "location").order_by("starts_at", "pk")


def visits_in(span: Span) -> QuerySet[Appointment]:
    """The booked visits with this person, or in this house, within the span that are not over."""
    rows = Appointment.objects.filter(
        state=AppointmentState.BOOKED, starts_at__lt=span.ends_at, ends_at__gt=max(span.starts_at, timezone.now())
    )
    rows = rows.filter(staff=span.person) if span.person is not None else rows.filter(location=span.location)
    return rows.select_related("client__person", "staff", "location", "room").order_by("starts_at", "pk")


@dataclass
class Touched:
    """One session or visit within a span. `key` is its name in a form."""

    key: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    session: Session | None = None
    visit: Appointment | None = None
    stand_ins: list[Any] = field(default_factory=list)  # of selectors.substitutes.StandIn
    beside: list[Person] = field(default_factory=list)  # who leads it too

    @property
    def can_do(self) -> list[Any]:
        return [each for each in self.stand_ins if not each.reason]

    @property
    def cannot(self) -> list[Any]:
        return [each for each in self.stand_ins if each.reason]


@dataclass
class WhatIsTouched:
    """What a span touches as one reader may see it, in order of time. `hidden` are the rows they may not see."""

    things: list[Touched]
    hidden_sessions: list[int]
    hidden_visits: list[int]

    @property
    def hidden(self) -> int:
        return len(self.hidden_sessions) + len(self.hidden_visits)

    @property
    def visits(self) -> list[Appointment]:
        return [each.visit for each in self.things if each.visit is not None]


def session_key(session: Session) -> str:
    """The name of a session in forms."""
    return f"s{session.public_id}"


def visit_key(visit: Appointment) -> str:
    """The name of a visit in forms."""
    return f"a{visit.public_id}"


def touched_by(span: Span, actor: Actor, action: str = "view") -> WhatIsTouched:
    """What the span touches, as far as the actor may do `action` to it; and what else there is, by its keys alone."""
    sessions, visits = sessions_in(span), visits_in(span)
    things = [
        Touched(session_key(row), row.starts_at, row.ends_at, str((row.location or row.group.location).zone), row)
        for row in visible_to(sessions, actor, action)
    ]
    things += [
        Touched(visit_key(row), row.starts_at, row.ends_at, row.zone, visit=row)
        for row in visible_to(visits, actor, action)
    ]
    seen = {each.session.pk for each in things if each.session}, {each.visit.pk for each in things if each.visit}
    return WhatIsTouched(
        sorted(things, key=lambda each: (each.starts_at, each.key)),
        [pk for pk in sessions.values_list("pk", flat=True) if pk not in seen[0]],
        [pk for pk in visits.values_list("pk", flat=True) if pk not in seen[1]],
    )


# ---- which stand, and what waits
def standing(kind: str, of: int, starts_at: datetime, ends_at: datetime) -> QuerySet[Disruption]:
    """Disruptions of one person, or one house, that stand and overlap a span."""
    whose = {"person_id": of} if kind == DisruptionKind.OUT else {"location_id": of}
    return Disruption.objects.filter(
        kind=kind, state=DisruptionState.STANDS, starts_at__lt=ends_at, ends_at__gt=starts_at, **whose
    )


def disruptions_for(actor: Actor) -> QuerySet[Disruption]:
    """What the actor may see, with whom and where it is about, the latest first."""
    return visible_to(Disruption, actor).select_related("person", "location").order_by("-starts_at", "-pk")


def coming_disruptions(actor: Actor, kind: str) -> QuerySet[Disruption]:
    """Those of one kind that are not over, the next one first, and how much of each waits for a decision."""
    waiting = Count("items", filter=Q(items__decision=Decision.OPEN))
    return (
        disruptions_for(actor)
        .filter(kind=kind, ends_at__gt=timezone.now())
        .exclude(state=DisruptionState.ENDED)
        .annotate(waiting=waiting)
        .order_by("starts_at", "pk")
    )


def asked_for(actor: Actor) -> QuerySet[Disruption]:
    """Who said that they are out, and nobody has decided: as far as this actor may decide it."""
    rows = visible_to(Disruption, actor, "change").filter(state=DisruptionState.ASKED, ends_at__gt=timezone.now())
    return rows.select_related("person", "location").order_by("starts_at", "pk")


def items_of(rows: Iterable[Disruption], actor: Actor) -> QuerySet[DisruptionItem]:
    """What was touched and decided, as far as the actor may see it, in order of time."""
    found = visible_to(DisruptionItem, actor).filter(disruption__in=[row.pk for row in rows])
    return found.select_related(*ITEM_ROWS).order_by("was_at", "pk")


def undecided(actor: Actor) -> QuerySet[DisruptionItem]:
    """Visits to come that somebody else could not see, so could not decide about, and this actor may."""
    rows = visible_to(DisruptionItem, actor, "change").filter(
        decision=Decision.OPEN, disruption__state=DisruptionState.STANDS, was_until__gt=timezone.now()
    )
    return rows.filter(
        Q(session__isnull=False)
        | Exists(Appointment.objects.filter(pk=OuterRef("appointment_id"), state=AppointmentState.BOOKED))
    ).select_related(*ITEM_ROWS)
