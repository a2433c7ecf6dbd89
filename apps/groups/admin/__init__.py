"""The office's pages about groups, their sessions, who is in them, and their templates: in the sidebar's order."""

from apps.groups.admin.groups import FacilitatorInline, SupportGroupAdmin

# isort: split
from apps.groups.admin.sessions import SessionAdmin

# isort: split
from apps.groups.admin.enrolments import EnrolmentAdmin

# isort: split
from apps.groups.admin.waiting import GuardianConsentAdmin, RsvpAdmin, WaitlistEntryAdmin

# isort: split
from apps.groups.admin.templates import GroupTemplateAdmin

__all__ = [
    "EnrolmentAdmin",
    "FacilitatorInline",
    "GroupTemplateAdmin",
    "GuardianConsentAdmin",
    "RsvpAdmin",
    "SessionAdmin",
    "SupportGroupAdmin",
    "WaitlistEntryAdmin",
]
