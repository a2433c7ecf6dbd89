"""The table of months: what was asked, held and signed, for each person. Pure, over what `due` read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from apps.supervision.cadence import spans_back, tally
from apps.supervision.choices import Asked
from apps.supervision.due import PlanStanding

__all__ = ["Cell", "Line", "Total", "last_months", "table", "totals"]

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Cell:
    """One person's month. A week counts in the month in which it ends; one that is still open only once it is met."""

    month: date
    asked: int  # weeks or months that asked for something, rule by rule
    met: int
    times_due: int
    minutes_due: int  # 0 also where the rules say only how often
    times_held: int
    minutes_held: int
    minutes_signed: int

    @property
    def short(self) -> bool:
        return self.met < self.asked

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked and nothing was held."""
        return not (self.asked or self.times_held)


@dataclass(frozen=True)
class Line:
    """One person and their months, the newest last."""

    standing: PlanStanding
    cells: list[Cell]

    @property
    def short(self) -> bool:
        return any(cell.short for cell in self.cells)


@dataclass(frozen=True)
class Total:
    """Everybody's month: how much of what was asked took place. The trend is these in a row."""

    month: date
    asked: int
    met: int
    minutes_held: int
    minutes_signed: int

    @property
    def percent(self) -> int | None:
        return None if not self.asked else round(100 * self.met / self.asked)


def last_months(today: date, many: int) -> list[date]:
    """The first days of the last so many months, the present one included, the oldest first."""
    first = today.replace(day=1)
    return [first - relativedelta(months=back) for back in reversed(range(many))]


def table(found: Iterable[PlanStanding], months: Sequence[date]) -> list[Line]:
    """A line a person with a cell a month. Give standings read with `since` at least a year before the first month."""
    return [Line(one, _cells(one, months)) for one in found]


def _cells(one: PlanStanding, months: Sequence[date]) -> list[Cell]:
    case, today, first = one.case, one.today, months[0]
    asked: dict[date, int] = defaultdict(int)
    met: dict[date, int] = defaultdict(int)
    # What is asked in person is part of what is asked at all; observation comes on top of both.
    times: dict[date, dict[bool, dict[str, int]]] = defaultdict(lambda: {True: {}, False: {}})
    minutes: dict[date, dict[bool, dict[str, int]]] = defaultdict(lambda: {True: {}, False: {}})
    for asks in one.asks:
        for span in spans_back(asks.per, asks.every, today):
            if span.end < first:
                break
            found = tally(asks, case, span)
            if found is None or (span.end > today and not found.met):
                continue
            month = span.end.replace(day=1) if span.end <= today else today.replace(day=1)
            asked[month] += 1
            met[month] += found.met
            apart = asks.asked == Asked.OBSERVATION
            for sums, amount in ((times, max(found.times, 1)), (minutes, found.minutes or 0)):
                of = sums[month][apart]
                of[asks.asked] = of.get(asks.asked, 0) + amount
    cells = []
    for month in months:
        end = month + relativedelta(months=1) - DAY
        held = [row for row in case.held if month <= row.on <= end]
        cells.append(
            Cell(
                month,
                asked[month],
                met[month],
                sum(max(kinds.values(), default=0) for kinds in times[month].values()),
                sum(max(kinds.values(), default=0) for kinds in minutes[month].values()),
                len(held),
                sum(row.minutes for row in held),
                sum(row.minutes for row in held if row.signed),
            )
        )
    return cells


def totals(lines: Sequence[Line], months: Sequence[date]) -> list[Total]:
    """Each month over all lines."""
    return [
        Total(
            month,
            sum(line.cells[n].asked for line in lines),
            sum(line.cells[n].met for line in lines),
            sum(line.cells[n].minutes_held for line in lines),
            sum(line.cells[n].minutes_signed for line in lines),
        )
        for n, month in enumerate(months)
    ]
