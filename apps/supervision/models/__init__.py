"""Supervision: who supervises whom, the sessions they held, and the notes that both sign."""

from apps.supervision.models.notes import (
    KIND,
    NoteDraft,
    NoteReturn,
    NoteVersion,
    SupervisionNote,
    SupervisionSession,
    case_reference,
)
from apps.supervision.models.plans import SupervisionPlan, _Days, _OneNumber

__all__ = [
    "KIND",
    "NoteDraft",
    "NoteReturn",
    "NoteVersion",
    "SupervisionNote",
    "SupervisionPlan",
    "SupervisionSession",
    "_Days",
    "_OneNumber",
    "case_reference",
]
