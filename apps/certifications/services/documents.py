"""Documents as evidence, and what people attest of themselves."""

from __future__ import annotations

from datetime import date
from pathlib import PurePath
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may_add, require
from apps.certifications import selectors
from apps.certifications.models import Certification, EvidenceDocument, StaffAttestation
from apps.organizations.models import Person, StoredFile
from apps.organizations.services.files import LARGEST, content_type_of, store_file

# What a document may be, by its content, and the endings that say so.
ENDINGS = {"application/pdf": {".pdf"}, "image/png": {".png"}, "image/jpeg": {".jpg", ".jpeg"}}
# Endings of things that run somewhere; a name that hides one behind another ending is refused.
RUNS = {
    ".app", ".bat", ".cmd", ".com", ".dll", ".docm", ".exe", ".hta", ".htm", ".html", ".jar", ".js", ".lnk", ".mjs",
    ".msi", ".php", ".phtml", ".ps1", ".py", ".scr", ".sh", ".svg", ".swf", ".vbs", ".xhtml", ".xlsm", ".xml", ".zip",
}  # fmt: skip
LARGEST_SIDE = 12_000  # pixels: a picture that says it is larger is made to exhaust whoever opens it


def checked_content(upload: UploadedFile) -> bytes:
    """The bytes of an upload that is what it says it is: a PDF, PNG or JPEG of at most 20 MB, by content and by name.

    Raises ValidationError with what to do instead. Nothing is unpacked or drawn here.
    """
    name = PurePath((upload.name or "").replace("\\", "/")).name.lower()
    if (upload.size or 0) > LARGEST:
        words = _("This file is too large: at most %(limit)d MB.") % {"limit": LARGEST // 1024 // 1024}
        raise ValidationError(words, code="large")
    content = upload.read(LARGEST + 1)
    if not content:
        raise ValidationError(_("This file is empty."), code="empty")
    endings = ENDINGS.get(content_type_of(content))
    if endings is None or not _is_whole(content):
        raise ValidationError(_("This is no PDF, PNG or JPEG. Save it as a PDF or take a photo of it."), code="kind")
    suffixes = PurePath(name).suffixes
    if not suffixes or suffixes[-1] not in endings or RUNS & set(suffixes):
        words = _("The name of this file does not fit what is in it. Give it one ending, like “certificate.pdf”.")
        raise ValidationError(words, code="name")
    return content


def _is_whole(content: bytes) -> bool:
    """Whether the file ends as its kind ends, so that nothing else only wears its first bytes."""
    if content.startswith(b"%PDF-"):
        tail = content[-2048:]
        return b"%%EOF" in tail and b"startxref" in tail
    if content.startswith(b"\x89PNG"):
        sides = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
        return content[12:16] == b"IHDR" and b"IEND" in content[-16:] and all(1 <= n <= LARGEST_SIDE for n in sides)
    return content.rstrip(b"\x00").endswith(b"\xff\xd9")


def store_upload(*, upload: UploadedFile, actor: Actor, organization_id: int) -> StoredFile:
    """Keep an upload that `checked_content` lets through. Raises ValidationError for the field `upload`."""
    try:
        content = checked_content(upload)
        return store_file(content=content, name=upload.name or "", actor=actor, organization_id=organization_id)
    except ValidationError as refused:
        raise ValidationError({"upload": refused.error_list}) from refused


@transaction.atomic
def add_document(*, certification: Certification, actor: Actor, upload: UploadedFile, kind: str) -> EvidenceDocument:
    """Put a document behind a record. The holder and whoever keeps the records may.

    Raises PermissionDenied, or ValidationError by field (see `checked_content`).
    """
    require(actor, "attach", certification)
    row = EvidenceDocument(
        organization_id=certification.organization_id,
        person_id=certification.person_id,
        certification=certification,
        kind=kind,
        file=store_upload(upload=upload, actor=actor, organization_id=certification.organization_id),
        added_by_id=actor.user_id,
    )
    row.full_clean()
    row.save()
    ensure_still_visible(actor, row)
    return row


@transaction.atomic
def put_document_away(*, document: EvidenceDocument, actor: Actor) -> None:
    """Take a document out of a record's list; the row and the file stay. Twice is harmless."""
    require(actor, "change", document)
    EvidenceDocument.objects.filter(pk=document.pk, archived_at__isnull=True).update(archived_at=timezone.now())


@transaction.atomic
def attest(*, actor: Actor, person: Person, kind: str, **values: Any) -> StaffAttestation:
    """Write down what a person attests of themself: they do so themself, or the office has it on paper (`paper`).

    Refused: a day to come, a number where the kind has none, the office without a paper, a paper of one's own. Raises
    PermissionDenied, or ValidationError by field.
    """
    own = person.user_id is not None and person.user_id == actor.user_id
    if not own and not may_add(actor, StaffAttestation):
        raise PermissionDenied
    if own == bool(values.get("paper")):
        words = _("What you say yourself needs no paper.") if own else _("Say on which paper they signed it.")
        raise ValidationError({"paper": words})
    today = selectors.today_of(person.organization_id)
    values.setdefault("attested_on", today)
    row = StaffAttestation(
        organization_id=person.organization_id, person=person, kind=kind, attested_by_id=actor.user_id, **values
    )
    row.full_clean()
    if row.attested_on > today:
        raise ValidationError({"attested_on": _("This day is still to come.")})
    row.save()
    ensure_still_visible(actor, row)
    return row


@transaction.atomic
def withdraw_attestation(*, attestation: StaffAttestation, actor: Actor) -> None:
    """Take an attestation back, from today on. The row stays. Twice is harmless."""
    require(actor, "change", attestation)
    today: date = selectors.today_of(attestation.organization_id)
    StaffAttestation.objects.filter(pk=attestation.pk, withdrawn_on__isnull=True).update(
        withdrawn_on=max(today, attestation.attested_on)
    )
