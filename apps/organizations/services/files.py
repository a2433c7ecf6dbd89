"""Keeping files: privately, by their hash, with a type found in the content."""

from __future__ import annotations

import hashlib
from pathlib import PurePath

import filetype
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.services import job_run
from apps.organizations.choices import EXPORT_DAYS, ExportState
from apps.organizations.models import SheetExport, StoredFile

LARGEST = 20 * 1024 * 1024  # bytes
OFFICE = "application/vnd.openxmlformats-officedocument."
# What may be kept, by content: nothing that a browser would run (no HTML, no SVG).
ACCEPTED = {
    "application/pdf",
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "audio/mpeg",
    "video/mp4",
    OFFICE + "wordprocessingml.document",
    OFFICE + "spreadsheetml.sheet",
    OFFICE + "presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
}


def content_type_of(content: bytes) -> str:
    """The media type that the first bytes say, whatever the name claims; plain text where it is text; else ""."""
    found = filetype.guess(content)
    if found is not None:
        return str(found.mime) if found.mime in ACCEPTED else ""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return "" if "\x00" in text else "text/plain"


@transaction.atomic
def store_file(*, content: bytes, name: str, actor: Actor, organization_id: int) -> StoredFile:
    """Keep a file of an organization and return its row. Whoever holds the row decides who may open it.

    The same bytes are stored once an organization. Raises ValidationError for an empty file, one of more than 20 MB
    (`LARGEST`), and a kind that is not kept (`ACCEPTED`, or plain text).
    """
    if not content:
        raise ValidationError(_("This file is empty."), code="empty")
    if len(content) > LARGEST:
        raise ValidationError(
            _("This file is too large: at most %(limit)d MB.") % {"limit": LARGEST // 1024 // 1024}, code="large"
        )
    kind = content_type_of(content)
    if not kind:
        raise ValidationError(
            _("This kind of file can't be kept. Choose a PDF, a picture, text or an office document."), code="kind"
        )
    digest = hashlib.sha256(content).hexdigest()
    path = f"{organization_id}/{digest[:2]}/{digest}"
    _hold(path)
    if not default_storage.exists(path):
        # Written before the row: a file without a row is rubbish, a row without its file would be a broken page.
        path = default_storage.save(path, ContentFile(content))
    return StoredFile.objects.create(
        organization_id=organization_id,
        name=_tidy(name),
        path=path,
        sha256=digest,
        content_type=kind,
        size=len(content),
        added_by_id=actor.user_id,
    )


def _hold(path: str) -> None:
    """Until the transaction ends nobody else keeps or removes what lies at this path."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [path])


def discard_files(files: QuerySet[StoredFile]) -> int:
    """Let nobody open these files any more; `remove_files` takes them from the disk. Returns how many."""
    return files.filter(discarded_at__isnull=True).update(discarded_at=timezone.now())


def remove_files(*, most: int = 500) -> int:
    """Discard the lists that were taken out more than a week ago, and delete what is discarded from the disk.

    For a system scope, every few minutes. Derived from present state: what a crash left behind is found again, and
    twice changes nothing. Bytes that another row still holds stay. Returns how many rows lost theirs.
    """
    with job_run("remove_files") as run:
        with transaction.atomic():
            old = SheetExport.objects.filter(state=ExportState.READY, asked_at__lte=timezone.now() - EXPORT_DAYS)
            discard_files(StoredFile.objects.filter(pk__in=old.filter(file__isnull=False).order_by().values("file_id")))
            gone = StoredFile.objects.filter(discarded_at__isnull=False, removed_at__isnull=True)
            waiting = list(gone.order_by("pk").values_list("pk", "path")[:most])
        run.expected, run.did = len(waiting), 0
        for pk, path in waiting:
            try:
                run.did += _remove(pk, path)
            except OSError as error:  # one file that can't be deleted keeps no other
                run.errors = [*run.errors, f"file {pk}: {type(error).__name__}"]
    return run.did


@transaction.atomic
def _remove(pk: int, path: str) -> int:
    _hold(path)
    if not StoredFile.objects.filter(path=path, discarded_at__isnull=True).exists():
        default_storage.delete(path)
    return StoredFile.objects.filter(pk=pk, removed_at__isnull=True).update(removed_at=timezone.now())


def _tidy(name: str) -> str:
    """The last part of a path, without control characters, at most 200 long with its ending kept."""
    plain = "".join(ch for ch in PurePath(name.replace("\\", "/")).name if ch.isprintable()).strip() or "file"
    if len(plain) <= 200:
        return plain
    ending = PurePath(plain).suffix[:20]
    return plain[: 200 - len(ending)] + ending
