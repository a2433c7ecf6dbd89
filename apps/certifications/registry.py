"""What certifications takes from higher apps: evidence of work and supervision that is recorded there anyway."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from apps.certifications.facts import Evidence, EvidenceKind, Unit

__all__ = [
    "Evidence",
    "EvidenceKind",
    "EvidenceSource",
    "Unit",
    "evidence_sources",
    "rated_people",
    "register_evidence_source",
    "register_supervised",
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
_supervised: list[Callable[[int, date], Iterable[int]]] = []


def register_evidence_source(source: EvidenceSource) -> None:
    """Make this source known; registering one name twice keeps the last."""
    _sources[source.name] = source


def evidence_sources() -> list[EvidenceSource]:
    """Every source of evidence, in the order of the floors."""
    return list(_sources.values())


def register_supervised(answer: Callable[[int, date], Iterable[int]]) -> None:
    """Register `answer(user_id, day)`: the ids of the people whom that user supervises on a day, in one query."""
    if answer not in _supervised:
        _supervised.append(answer)


def rated_people(user_id: int | None, day: date) -> set[int]:
    """The ids of the people whom this user supervises on a day, and whose competencies they may rate."""
    return {pk for answer in _supervised for pk in answer(user_id, day)} if user_id is not None else set()
