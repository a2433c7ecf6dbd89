"""Every write to groups, their rules and sessions, and who is in them."""

from apps.groups.services.attendance import (
    add_walk_in,
    correct_attendance,
    hold_session,
    mark_entry,
    note_attendance,
    reopen_session,
    set_head_count,
)
from apps.groups.services.closures import add_closure, add_holidays, change_closure, end_closure
from apps.groups.services.enrolments import GroupFull, enrol, leave, set_alias
from apps.groups.services.feeds import tidy_marks
from apps.groups.services.groups import add_group, archive_group, change_group, end_facilitator, set_facilitator
from apps.groups.services.leading import end_substitute, set_substitute
from apps.groups.services.notes import give_material, take_material, write_note
from apps.groups.services.planning import plan_sessions
from apps.groups.services.rules import change_rule, drop_date, end_from, preview, set_date
from apps.groups.services.sessions import cancel_session, change_session, move_session, restore_session

__all__ = [
    "GroupFull",
    "add_closure",
    "add_group",
    "add_holidays",
    "add_walk_in",
    "archive_group",
    "cancel_session",
    "change_closure",
    "change_group",
    "change_rule",
    "change_session",
    "correct_attendance",
    "drop_date",
    "end_closure",
    "end_facilitator",
    "end_from",
    "end_substitute",
    "enrol",
    "give_material",
    "hold_session",
    "leave",
    "mark_entry",
    "move_session",
    "note_attendance",
    "plan_sessions",
    "preview",
    "reopen_session",
    "restore_session",
    "set_alias",
    "set_date",
    "set_facilitator",
    "set_head_count",
    "set_substitute",
    "take_material",
    "tidy_marks",
    "write_note",
]
