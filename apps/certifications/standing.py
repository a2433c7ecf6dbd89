"""On which days a certification let its holder work: pure functions of its dated steps, terms and extensions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from apps.certifications.choices import LETS_WORK

Span = tuple[date, date | None]
DAY = timedelta(days=1)


def state_on(steps: Iterable[tuple[date, str]], day: date) -> str:
    """The state on a day, of (day, state) steps in their order; "" before the first. Of one day the last step holds."""
    state = ""
    for since, becomes in steps:
        if since > day:
            break
        state = becomes
    return state


def letting_work(
    steps: Sequence[tuple[date, str]], terms: Sequence[tuple[date, date | None, Sequence[tuple[date, date]]]]
) -> tuple[Span, ...]:
    """The spans of days, both included, on which state and term together let somebody work, oldest first.

    `steps` are (day, state) in their order, `terms` (first day, last day, extensions as (granted on, until)). An
    extension that was granted late doesn't fill the days before it was granted.
    """
    return tuple(
        (max(start, since), _earlier(end, until))
        for start, end in _covered(terms)
        for since, until in _working(steps)
        if (until is None or until >= start) and (end is None or since <= end)
    )


def _earlier(one: date | None, other: date | None) -> date | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _working(steps: Sequence[tuple[date, str]]) -> list[Span]:
    """The spans of days in a state that lets work; a state left on the day it began never held."""
    found: list[Span] = []
    for number, (since, state) in enumerate(steps):
        after = steps[number + 1][0] if number + 1 < len(steps) else None
        if state not in LETS_WORK or after == since:
            continue
        until = after - DAY if after else None
        if found and found[-1][1] == since - DAY:
            found[-1] = (found[-1][0], until)
        else:
            found.append((since, until))
    return found


def _covered(terms: Sequence[tuple[date, date | None, Sequence[tuple[date, date]]]]) -> list[Span]:
    """The days that terms and extensions cover."""
    found: list[Span] = []
    for start, end, extensions in terms:
        found.append((start, end))
        for granted, until in extensions:
            last = found[-1][1]
            if last is None or until <= last:
                continue
            if granted <= last + DAY:
                found[-1] = (found[-1][0], until)
            else:
                found.append((granted, until))
    return found
