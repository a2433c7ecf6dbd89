"""Every write of supervision."""

from apps.supervision.services.notes import (
    NoteMovedOn,
    change_draft,
    return_note,
    sign_note,
    start_note,
    submit_note,
)
from apps.supervision.services.plans import choose_supervisor, end_plan, plan_supervision

__all__ = [
    "NoteMovedOn",
    "change_draft",
    "choose_supervisor",
    "end_plan",
    "plan_supervision",
    "return_note",
    "sign_note",
    "start_note",
    "submit_note",
]
