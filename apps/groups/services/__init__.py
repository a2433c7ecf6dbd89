"""Every write to groups, their rules and sessions, and who is in them."""

from apps.groups.services.closures import add_closure, add_holidays, change_closure, end_closure
from apps.groups.services.enrolments import GroupFull, enrol, leave, note_attendance
from apps.groups.services.feeds import tidy_marks
from apps.groups.services.groups import add_group, archive_group, change_group, end_facilitator, set_facilitator
from apps.groups.services.planning import plan_sessions
from apps.groups.services.rules import change_rule, drop_date, end_from, preview, set_date
from apps.groups.services.sessions import cancel_session, change_session, move_session, restore_session
from apps.groups.services.templates import look_at_start, start_group_from_template, store_template, take_kind

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
    "enrol",
    "leave",
    "look_at_start",
    "move_session",
    "note_attendance",
    "plan_sessions",
    "preview",
    "restore_session",
    "set_date",
    "set_facilitator",
    "start_group_from_template",
    "store_template",
    "take_kind",
    "tidy_marks",
]
