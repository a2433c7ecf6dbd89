"""The administration: its site, the base of its pages, and the pages about what access itself keeps."""

from apps.access.admin.audit import ReachPage
from apps.access.admin.base import (
    OperatorAdmin,
    PolicyAdmin,
    ScopedInline,
    ScopedModelAdmin,
    ServiceAdmin,
    VisibleRelatedFilter,
    runs_platform,
)
from apps.access.admin.bulk import Bulk, day_field, offer, row_field
from apps.access.admin.filters import ChoiceFilter
from apps.access.admin.site import PeerAdminSite

__all__ = [
    "Bulk",
    "ChoiceFilter",
    "OperatorAdmin",
    "PeerAdminSite",
    "PolicyAdmin",
    "ReachPage",
    "ScopedInline",
    "ScopedModelAdmin",
    "ServiceAdmin",
    "VisibleRelatedFilter",
    "day_field",
    "offer",
    "row_field",
    "runs_platform",
]
