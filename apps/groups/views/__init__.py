"""Pages about groups."""

from apps.groups.views.changing import change_session
from apps.groups.views.closures import add_holidays, closures, end_closure
from apps.groups.views.feeds import one_event, public_feed
from apps.groups.views.group import group_page, join, leave
from apps.groups.views.leading import check_in, correct, count_heads, hold, leading, session_page
from apps.groups.views.schedule import schedule
from apps.groups.views.session_parts import (
    alias,
    change_note,
    end_substitute,
    give_material,
    notes,
    substitute,
    take_material,
    walk_in,
)

__all__ = [
    "add_holidays",
    "alias",
    "change_note",
    "change_session",
    "check_in",
    "closures",
    "correct",
    "count_heads",
    "end_closure",
    "end_substitute",
    "give_material",
    "group_page",
    "hold",
    "join",
    "leading",
    "leave",
    "notes",
    "one_event",
    "public_feed",
    "schedule",
    "session_page",
    "substitute",
    "take_material",
    "walk_in",
]
