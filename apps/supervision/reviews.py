"""Which signed notes a second person reads: a share of each specialist's, the same ones whenever it is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.supervision.choices import NoteState
from apps.supervision.due import standing_plans, standings
from apps.supervision.models import NoteReview, SupervisionNote

__all__ = ["Sample", "drawn", "reviewable_by", "sample"]


@dataclass(frozen=True)
class Sample:
    """The notes to be read a second time, and those of them that were."""

    notes: frozenset[int]
    reviewed: frozenset[int]

    @property
    def waiting(self) -> frozenset[int]:
        return self.notes - self.reviewed

    @property
    def percent(self) -> int | None:
        """How much of it was done; None where nothing is asked."""
        return round(100 * len(self.reviewed) / len(self.notes)) if self.notes else None


def drawn(notes: Sequence[int], percent: int, start: int) -> list[int]:
    """Of one person's notes in the order they were signed every so manieth, beginning at `start`.

    Of any n in a row at least n x percent / 100 rounded down. What was drawn stays drawn when more are signed.
    """
    offset = start % 100
    return [
        note
        for number, note in enumerate(notes, 1)
        if (number * percent + offset) // 100 > ((number - 1) * percent + offset) // 100
    ]


def sample() -> Sample:
    """The sample of this scope by each specialist's rules. A constant number of queries; whole, without bars."""
    percents = {
        one.plan.specialist_id: one.rules.review_percent
        for one in standings(standing_plans())
        if one.rules and one.rules.review_percent
    }
    signed = SupervisionNote.objects.filter(state=NoteState.SIGNED, frozen__specialist_id__in=percents)
    of: dict[int, list[int]] = defaultdict(list)
    for person, note in signed.order_by("supervisor_signature__number").values_list("frozen__specialist_id", "pk"):
        of[person].append(note)
    # Where each begins is told by the person's own number, so that nobody has to be asked and nobody can choose.
    found = {note for person, notes in of.items() for note in drawn(notes, percents[person] or 0, person * 37)}
    done = set(NoteReview.objects.filter(note_id__in=found).values_list("note_id", flat=True))
    return Sample(frozenset(found), frozenset(done))


def reviewable_by(actor: Actor) -> QuerySet[SupervisionNote]:
    """The signed notes that this actor may read a second time: not their own, and none that they supervise."""
    rows = visible_to(SupervisionNote, actor).filter(state=NoteState.SIGNED)
    rows = rows.exclude(session__plan__specialist__user_id=actor.user_id)
    rows = rows.exclude(session__plan__supervisor__user_id=actor.user_id)
    if not actor.can("read_supervision"):
        rows = rows.filter(Q(session__plan__clinical_supervisor__user_id=actor.user_id))
    return rows.select_related("session__plan__specialist", "session__plan__supervisor")
