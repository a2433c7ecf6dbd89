"""Groups, their rules and sessions, who is in them and who came."""

from apps.groups.models.feeds import FeedMark
from apps.groups.models.groups import (
    Attendance,
    Enrolment,
    GroupFacilitator,
    Session,
    SupportGroup,
    SupportGroupGrant,
)
from apps.groups.models.recurrence import Closure, EarlierRule, GroupDate
from apps.groups.models.templates import GroupTemplate
from apps.groups.models.terms import lines_of

__all__ = [
    "Attendance",
    "Closure",
    "EarlierRule",
    "Enrolment",
    "FeedMark",
    "GroupDate",
    "GroupFacilitator",
    "GroupTemplate",
    "Session",
    "SupportGroup",
    "SupportGroupGrant",
    "lines_of",
]
