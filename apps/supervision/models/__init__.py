"""Supervision: who supervises whom, the sessions they held, and the notes that both sign."""

from apps.supervision.models.after import (
    ADDENDUM,
    CLOSURE,
    Addendum,
    AddendumReview,
    CoSignature,
    NextStep,
    NoteNudge,
    StepClosure,
)
from apps.supervision.models.house import LATE_AFTER, SigningRules, SupervisionTopic
from apps.supervision.models.logs import LogDocument
from apps.supervision.models.meetings import MeetingPerson, SupervisionMeeting
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
from apps.supervision.models.private import PRIVATE, PrivateDraft, PrivatePart
from apps.supervision.models.reviews import NoteReview
from apps.supervision.models.rules import SupervisionCadence, SupervisionRules

__all__ = [
    "ADDENDUM",
    "CLOSURE",
    "KIND",
    "LogDocument",
    "LATE_AFTER",
    "PRIVATE",
    "Addendum",
    "AddendumReview",
    "CoSignature",
    "MeetingPerson",
    "NextStep",
    "NoteDraft",
    "NoteNudge",
    "NoteReturn",
    "NoteReview",
    "NoteVersion",
    "SupervisionCadence",
    "PrivateDraft",
    "PrivatePart",
    "SigningRules",
    "StepClosure",
    "SupervisionMeeting",
    "SupervisionNote",
    "SupervisionPlan",
    "SupervisionRules",
    "SupervisionSession",
    "SupervisionTopic",
    "_Days",
    "_OneNumber",
    "case_reference",
]
