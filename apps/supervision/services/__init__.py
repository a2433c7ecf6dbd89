"""Every write of supervision."""

from apps.supervision.services.after import add_addendum, close_step, review_addendum
from apps.supervision.services.details import clean_details, frozen_details
from apps.supervision.services.logs import check_log, make_log
from apps.supervision.services.meetings import Seen, call_off, change_shared, hold_meeting, mark_of, plan_meetings
from apps.supervision.services.moving import call_off_meetings, look_at, move_meetings
from apps.supervision.services.notes import change_draft, start_note, submit_note, tidied
from apps.supervision.services.plans import choose_supervisor, end_plan, plan_supervision
from apps.supervision.services.reviews import review_note
from apps.supervision.services.rules import store_cadence, store_rules, take_example
from apps.supervision.services.signing import co_sign_note, keep_private, nudge_author, return_note, sign_note
from apps.supervision.services.versions import NotEligible, NoteMovedOn

__all__ = [
    "NotEligible",
    "Seen",
    "call_off",
    "call_off_meetings",
    "change_shared",
    "hold_meeting",
    "nudge_author",
    "plan_meetings",
    "NoteMovedOn",
    "add_addendum",
    "change_draft",
    "check_log",
    "choose_supervisor",
    "close_step",
    "clean_details",
    "co_sign_note",
    "end_plan",
    "make_log",
    "review_note",
    "frozen_details",
    "keep_private",
    "look_at",
    "mark_of",
    "move_meetings",
    "plan_supervision",
    "return_note",
    "review_addendum",
    "sign_note",
    "start_note",
    "store_cadence",
    "store_rules",
    "submit_note",
    "take_example",
    "tidied",
]
