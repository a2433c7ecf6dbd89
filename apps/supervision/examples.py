"""Rules of supervision that ship with the product, as their sources have them. A figure not seen there is empty."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.supervision.choices import Asked, Per, Stage

__all__ = ["EXAMPLES", "Example"]


@dataclass(frozen=True)
class Example:
    """One shipped set of rules: the values of its row, and those of each thing it asks."""

    name: str
    values: dict[str, Any]
    cadences: tuple[dict[str, Any], ...] = ()


EXAMPLES: dict[str, Example] = {
    # Weekly while the certification is the initial one, monthly after; a clinician meets a supervising peer monthly and
    # observes. How long is not said in what was seen.
    "TX": Example(
        "Texas: peer specialists",
        {"jurisdiction": "TX", "source": "1 TAC 354.3105 (seen 2026)"},
        (
            {"asked": Asked.SUPERVISION, "stage": Stage.PROVISIONAL, "per": Per.WEEK, "every": 1, "times": 1},
            {"asked": Asked.SUPERVISION, "stage": Stage.CERTIFIED, "per": Per.MONTH, "every": 1, "times": 1},
            {"asked": Asked.SUPERVISION, "stage": Stage.SUPERVISES, "per": Per.MONTH, "every": 1, "times": 1},
            {"asked": Asked.OBSERVATION, "stage": Stage.SUPERVISES, "per": Per.MONTH, "every": 1, "times": 1},
        ),
    ),
    # One face-to-face hour weekly; six hours of direct supervision before solo or off-site work; 7 FTE a supervisor.
    "DC": Example(
        "District of Columbia: certified peer specialists",
        {
            "jurisdiction": "DC",
            "source": "22-A DCMR 7314 (seen 2026)",
            "hours_before_alone": Decimal(6),
            "most_fte": Decimal(7),
        },
        (
            {
                "asked": Asked.IN_PERSON,
                "stage": Stage.ALWAYS,
                "per": Per.WEEK,
                "every": 1,
                "times": 1,
                "minutes": 60,
            },
        ),
    ),
    # One supervisor for eight peers. How often is not said in what was seen.
    "NC": Example(
        "North Carolina: peer support services",
        {"jurisdiction": "NC", "source": "NC Medicaid policy 8G (seen 2026)", "most_specialists": 8},
    ),
}
