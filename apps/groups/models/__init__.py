"""Groups, their rules and sessions, who is in them and who came."""

from apps.groups.models.attendance import Attendance, HeadCount
from apps.groups.models.feeds import FeedMark
from apps.groups.models.groups import (
    Enrolment,
    GroupFacilitator,
    Session,
    SupportGroup,
    SupportGroupGrant,
)
from apps.groups.models.leading import SessionLeader, SessionMaterial, SessionNote
from apps.groups.models.recurrence import Closure, EarlierRule, GroupDate

__all__ = [
    "Attendance",
    "Closure",
    "EarlierRule",
    "Enrolment",
    "FeedMark",
    "GroupDate",
    "GroupFacilitator",
    "HeadCount",
    "Session",
    "SessionLeader",
    "SessionMaterial",
    "SessionNote",
    "SupportGroup",
    "SupportGroupGrant",
]
