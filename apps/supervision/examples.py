"""Rules of supervision to begin with. What was read is a summary that cites the sources named here, not their text.

So nothing here is a finding of law: each source says so itself, where it is stored and shown. A figure that the summary
does not give is empty.
"""

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


# Stored with the rules, in the language of their sources, and shown wherever they are.
CHECK = "cited in a summary, the text itself was not read: check before use"

EXAMPLES: dict[str, Example] = {
    # Weekly while the certification is the initial one, monthly after; a clinician meets a supervising peer monthly and
    # observes. How long is not in the summary.
    "TX": Example(
        "Texas: peer specialists",
        {"jurisdiction": "TX", "source": f"1 TAC 354.3105 ({CHECK})"},
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
            "source": f"22-A DCMR 7314 ({CHECK})",
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
    # One supervisor for eight peers. How often is not in the summary.
    "NC": Example(
        "North Carolina: peer support services",
        {"jurisdiction": "NC", "source": f"NC policy 8G ({CHECK})", "most_specialists": 8},
    ),
}
