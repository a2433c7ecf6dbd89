"""Pages about groups."""

from apps.groups.views.changing import change_session
from apps.groups.views.closures import add_holidays, closures, end_closure
from apps.groups.views.feeds import one_event, public_feed
from apps.groups.views.group import group_page, join, leave
from apps.groups.views.schedule import schedule

__all__ = [
    "add_holidays",
    "change_session",
    "closures",
    "end_closure",
    "group_page",
    "join",
    "leave",
    "one_event",
    "public_feed",
    "schedule",
]
