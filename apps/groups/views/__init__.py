"""Pages about groups."""

from apps.groups.views.group import group_page, join, leave
from apps.groups.views.schedule import schedule

__all__ = ["group_page", "join", "leave", "schedule"]
