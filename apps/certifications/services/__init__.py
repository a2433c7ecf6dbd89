"""Every write to the catalogue and to certifications."""

from apps.certifications.services.catalogue import (
    load_requirements,
)
from apps.certifications.services.documents import (
    add_document,
    attest,
    checked_content,
    put_document_away,
    store_upload,
    withdraw_attestation,
)
from apps.certifications.services.overrides import (
    change_own_figure,
    restore_own_figure,
    set_own_figure,
    take_back_own_figure,
)
from apps.certifications.services.packet import make_packet
from apps.certifications.services.records import (
    change_certification,
    extend_certification,
    record_certification,
    renew_certification,
    step_certification,
    verify_certification,
)
from apps.certifications.services.training import (
    add_course,
    add_module,
    archive_course,
    change_course,
    decide_entry,
    enter_evidence,
    rate_competencies,
)

__all__ = [
    "make_packet",
    "add_course",
    "add_module",
    "archive_course",
    "change_course",
    "decide_entry",
    "enter_evidence",
    "rate_competencies",
    "add_document",
    "attest",
    "change_certification",
    "change_own_figure",
    "checked_content",
    "extend_certification",
    "load_requirements",
    "put_document_away",
    "record_certification",
    "renew_certification",
    "restore_own_figure",
    "set_own_figure",
    "step_certification",
    "store_upload",
    "take_back_own_figure",
    "verify_certification",
    "withdraw_attestation",
]
