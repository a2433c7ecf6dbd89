"""Every write to groups, their sessions and who is in them."""

from apps.groups.services.enrolments import GroupFull, enrol, leave, note_attendance
from apps.groups.services.groups import add_group, archive_group, change_group, end_facilitator, set_facilitator
from apps.groups.services.sessions import cancel_session, change_session, plan_sessions, restore_session

__all__ = [
    "GroupFull",
    "add_group",
    "archive_group",
    "cancel_session",
    "change_group",
    "change_session",
    "end_facilitator",
    "enrol",
    "leave",
    "note_attendance",
    "plan_sessions",
    "restore_session",
    "set_facilitator",
]
