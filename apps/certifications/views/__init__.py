"""Pages about certification for those who hold one and those who watch over it."""

from apps.certifications.views.catalogue import (
    catalogue_state,
    catalogue_states,
)
from apps.certifications.views.changes import (
    certification_change,
    document_away,
)
from apps.certifications.views.progress import (
    certification_packet,
    certification_progress,
    elsewhere,
    team_progress,
)
from apps.certifications.views.records import (
    certification_detail,
    certification_list,
)
from apps.certifications.views.training import (
    attest,
    attest_for,
    competencies,
    decide,
    enter,
    training,
    waiting,
)

__all__ = [
    "attest",
    "attest_for",
    "catalogue_state",
    "catalogue_states",
    "certification_change",
    "certification_detail",
    "certification_list",
    "certification_packet",
    "certification_progress",
    "competencies",
    "decide",
    "document_away",
    "elsewhere",
    "enter",
    "team_progress",
    "training",
    "waiting",
]
