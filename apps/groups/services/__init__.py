"""Every write to groups, their rules and sessions, and who is in them."""

from apps.groups.services.closures import add_closure, add_holidays, change_closure, end_closure
from apps.groups.services.enrolments import GroupFull, enrol, leave, note_attendance
from apps.groups.services.feeds import tidy_marks
from apps.groups.services.groups import add_group, archive_group, change_group, end_facilitator, set_facilitator
from apps.groups.services.leading import end_substitute, set_substitute
from apps.groups.services.planning import plan_sessions
from apps.groups.services.rules import change_rule, drop_date, end_from, preview, set_date
from apps.groups.services.sessions import cancel_session, change_session, move_session, restore_session

__all__ = [
    "GroupFull",
    "add_closure",
    "add_group",
    "add_holidays",
    "archive_group",
    "cancel_session",
    "change_closure",
    "change_group",
    "change_rule",
    "change_session",
    "drop_date",
    "end_closure",
    "end_facilitator",
    "end_from",
    "end_substitute",
    "enrol",
    "leave",
    "move_session",
    "note_attendance",
    "plan_sessions",
    "preview",
    "restore_session",
    "set_date",
    "set_facilitator",
    "set_substitute",
    "tidy_marks",
]
