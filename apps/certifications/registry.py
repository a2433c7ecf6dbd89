"""What certifications takes from higher apps: evidence of work and supervision that is recorded there anyway."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from apps.certifications.facts import Evidence, EvidenceKind, Unit
from apps.organizations.models import Person

__all__ = [
    "Evidence",
    "EvidenceKind",
    "EvidenceSource",
    "Unit",
    "evidence_sources",
    "rates_competencies",
    "register_evidence_source",
    "register_supervises",
]


@dataclass(frozen=True)
class EvidenceSource:
    """One kind of evidence kept elsewhere.

    `of(person_ids, day)` yields (person_id, Evidence) of these people until a day, whole, in one query whatever their
    number. Only what is settled: signed notes, sessions that took place, visits that were kept.
    """

    name: str
    of: Callable[[Sequence[int], date], Iterable[tuple[int, Evidence]]]


_sources: dict[str, EvidenceSource] = {}
_supervises: list[Callable[[int, Person, date], bool]] = []


def register_evidence_source(source: EvidenceSource) -> None:
    """Make this source known; registering one name twice keeps the last."""
    _sources[source.name] = source


def evidence_sources() -> list[EvidenceSource]:
    """Every source of evidence, in the order of the floors."""
    return list(_sources.values())


def register_supervises(answer: Callable[[int, Person, date], bool]) -> None:
    """Register `answer(user_id, person, day)`: whether that user supervises this person on a day."""
    if answer not in _supervises:
        _supervises.append(answer)


def rates_competencies(user_id: int, person: Person, day: date) -> bool:
    """Whether this user supervises this person on a day, and so may rate their competencies."""
    return any(answer(user_id, person, day) for answer in _supervises)
