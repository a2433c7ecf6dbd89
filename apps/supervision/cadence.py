"""What rules ask of one person in one week or month, and whether it took place: pure functions, which read nothing.

Only whole weeks (Monday to Sunday) and months within a plan are asked for; those that somebody was away from first to
last day are not. What was missed is not caught up: it stays in the table of months, and "overdue" ends with the next
session that the present week or month asks for.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from apps.supervision.choices import Asked, DueState, Mode, Per, Place, Stage

LOOK_BACK = timedelta(days=400)
EPOCH = date(1970, 1, 5)  # a Monday: weeks are counted from it, so that "every two weeks" is the same for everybody
DAY = timedelta(days=1)


class Span(NamedTuple):
    """Days, both included."""

    start: date
    end: date


class Held(NamedTuple):
    """Supervision that somebody received on a day, and whether it is signed."""

    on: date
    minutes: int
    mode: str
    place: str
    signed: bool


class Asks(NamedTuple):
    """One thing that rules ask, as `SupervisionCadence` has it."""

    asked: str
    stage: str
    per: str
    every: int
    times: int | None
    minutes: int | None


class Case(NamedTuple):
    """What is known of one person under one plan. `stage_on(day)` says where they stand; `held` and `planned` (what is
    still to come) are in the order of their days, `worked` is (day, minutes).
    """

    start: date
    end: date | None
    held: Sequence[Held]
    stage_on: Callable[[date], str]
    away: Sequence[Span] = ()
    worked: Sequence[tuple[date, int]] = ()
    group_percent: int | None = None
    planned: Sequence[Held] = ()


class Tally(NamedTuple):
    """One week or month of one rule: what is asked and what took place. `minutes` None: how long is not asked."""

    span: Span
    times: int
    minutes: int | None
    had_times: int
    had_minutes: int

    @property
    def met(self) -> bool:
        return self.had_times >= self.times and (self.minutes is None or self.had_minutes >= self.minutes)


class Stand(NamedTuple):
    """Where one rule stands today. `missed` are the weeks or months in a row before this one that went without;
    `arranged` is the day of the next meeting where those that are planned give this one all that it still lacks.
    """

    state: str
    now: Tally | None = None
    missed: tuple[Span, ...] = ()
    arranged: date | None = None

    @property
    def due_on(self) -> date | None:
        """The last day of the oldest week or month that is missing, else of this one while it is still open."""
        if self.state == DueState.OVERDUE:
            return self.missed[-1].end
        return self.now.span.end if self.now is not None and self.state == DueState.DUE else None


def span_of(per: str, every: int, day: date) -> Span:
    """The week or month (or so many of them) in which a day falls. By hours worked, the month."""
    if per == Per.WEEK:
        start = EPOCH + timedelta(weeks=((day - EPOCH).days // 7 // every) * every)
        return Span(start, start + timedelta(weeks=every) - DAY)
    many = 1 if per == Per.HOURS_WORKED else every
    first = ((day.year * 12 + day.month - 1) // many) * many
    return Span(_month(first), _month(first + many) - DAY)


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def spans_back(per: str, every: int, day: date) -> Iterator[Span]:
    """The week or month of a day, then those before it, the nearest first."""
    while True:
        span = span_of(per, every, day)
        yield span
        day = span.start - DAY


def tally(asks: Asks, case: Case, span: Span) -> Tally | None:
    """What a rule asks in one week or month and what took place in it; None where it asks nothing then."""
    if case.start > span.start or (case.end is not None and case.end < span.end):
        return None
    if asks.stage not in (Stage.ALWAYS, case.stage_on(span.start)):
        return None
    if any(away.start <= span.start and span.end <= away.end for away in case.away):
        return None
    times, minutes = asks.times or 0, asks.minutes
    if asks.per == Per.HOURS_WORKED:
        worked = sum(each for on, each in case.worked if span.start <= on <= span.end)
        minutes = (asks.minutes or 0) * (worked // 60 // asks.every)
        if not minutes:
            return None
    had_times, had_minutes = received(asks.asked, case, span, minutes)
    return Tally(span, times, minutes, had_times, had_minutes)


def received(asked: str, case: Case, span: Span, minutes: int | None = None) -> tuple[int, int]:
    """(times, minutes) of supervision in these days that count for what is asked; groups up to their share of it."""
    first = bisect_left(case.held, span.start, key=_day)
    counted = [row for row in case.held[first : bisect_right(case.held, span.end, key=_day)] if _fits(asked, row)]
    alone = [row.minutes for row in counted if row.mode != Mode.GROUP]
    group = [row.minutes for row in counted if row.mode == Mode.GROUP]
    if case.group_percent == 0:
        group = []
    in_group = sum(group)
    if case.group_percent is not None and minutes is not None:
        in_group = min(in_group, minutes * case.group_percent // 100)
    return len(alone) + len(group), sum(alone) + in_group


def _day(row: Held) -> date:
    return row.on


def _fits(asked: str, row: Held) -> bool:
    if asked == Asked.OBSERVATION:
        return row.mode == Mode.OBSERVATION
    if asked == Asked.IN_PERSON:
        return row.mode != Mode.GROUP and row.place == Place.IN_PERSON
    return True


def stand(asks: Asks, case: Case, today: date) -> Stand:
    """Where one rule stands for one person today."""
    spans = spans_back(asks.per, asks.every, today)
    now = tally(asks, case, next(spans))
    if now is None:
        return Stand(DueState.NOT_ASKED)
    if now.met:
        return Stand(DueState.FINE, now)
    missed: list[Span] = []
    for span in spans:
        if span.end < today - LOOK_BACK or span.end < case.start:
            break
        past = tally(asks, case, span)
        if past is None or past.met:
            break
        missed.append(span)
    state = DueState.OVERDUE if missed else DueState.DUE
    return Stand(state, now, tuple(missed), _arranged(asks, case, now.span, today))


def _arranged(asks: Asks, case: Case, span: Span, today: date) -> date | None:
    """The next planned day that counts for a rule, if with all such days of this week or month it will be met."""
    coming = [row for row in case.planned if today <= row.on <= span.end and _fits(asks.asked, row)]
    if not coming:
        return None
    then = tally(asks, case._replace(held=sorted([*case.held, *coming], key=_day)), span)
    return coming[0].on if then is not None and then.met else None


def direct_minutes(held: Sequence[Held]) -> int:
    """Signed minutes of direct supervision: in person and not in a group, or beside one another at work."""
    beside = (Mode.OBSERVATION, Mode.CO_SUPERVISION)
    return sum(
        row.minutes
        for row in held
        if row.signed and row.mode != Mode.GROUP and (row.mode in beside or row.place == Place.IN_PERSON)
    )
