"""Ratings over time as lines to draw: small charts of one scale, worked out here so that a page needs no script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from apps.certifications.choices import Level
from apps.certifications.models import CompetencyRating

__all__ = ["HEIGHT", "WIDTH", "Line", "Plot", "levels", "plots"]

WIDTH, HEIGHT, EDGE = 320, 88, 10
LEVELS = len(Level.values)


@dataclass(frozen=True)
class Line:
    """One view over time: a path that steps from level to level, and a mark where something was said."""

    path: str
    marks: tuple[tuple[str, str], ...]
    ratings: tuple[CompetencyRating, ...]

    @property
    def last(self) -> CompetencyRating | None:
        return self.ratings[-1] if self.ratings else None


@dataclass(frozen=True)
class Plot:
    """One category: how somebody sees themself, and how their supervisors see them."""

    name: str
    label: str
    own: Line
    supervisor: Line

    @property
    def is_empty(self) -> bool:
        return not self.own.ratings and not self.supervisor.ratings


def levels() -> list[tuple[str, str]]:
    """Where each level is drawn, the lowest first, with its words."""
    return [(_number(_height(level)), str(Level(level).label)) for level in Level.values]


def plots(history: Mapping[str, Sequence[CompetencyRating]], labels: Iterable[tuple[str, Any]]) -> list[Plot]:
    """A small chart a category, all on the same days; `history` has each category's ratings, the oldest first."""
    days = [row.rated_on for rows in history.values() for row in rows]
    first, last = min(days, default=date.min), max(days, default=date.min)
    return [
        Plot(
            name,
            str(label),
            _line([row for row in history.get(name, ()) if row.by_self], first, last),
            _line([row for row in history.get(name, ()) if not row.by_self], first, last),
        )
        for name, label in labels
    ]


def _line(rows: Sequence[CompetencyRating], first: date, last: date) -> Line:
    """What was said last on a day is what counts for it; it holds until something else is said."""
    by_day = {row.rated_on: row for row in rows}
    kept = tuple(by_day[day] for day in sorted(by_day))
    marks = tuple((_number(_across(row.rated_on, first, last)), _number(_height(row.level))) for row in kept)
    if not marks:
        return Line("", (), ())
    path = f"M{marks[0][0]} {marks[0][1]}" + "".join(f"H{x}V{y}" for x, y in marks[1:])
    return Line(f"{path}H{WIDTH - EDGE}", marks, kept)


def _across(day: date, first: date, last: date) -> float:
    whole = (last - first).days
    return EDGE if not whole else EDGE + (WIDTH - 2 * EDGE) * (day - first).days / whole


def _height(level: int) -> float:
    return HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (level - 1) / (LEVELS - 1)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
