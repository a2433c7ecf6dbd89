"""The office's pages about groups, their sessions and who is in them."""

from apps.groups.admin import enrolments, groups, sessions
from apps.groups.admin.groups import FacilitatorInline

__all__ = ["FacilitatorInline", "enrolments", "groups", "sessions"]
