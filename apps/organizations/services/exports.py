"""Taking a list out as a file: at once where it is short, by a task where it is long."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.access.actor import Actor
from apps.access.services import job_run, log_reads
from apps.kit.sheets import write_csv, write_xlsx
from apps.organizations.choices import ExportState
from apps.organizations.models import SheetExport
from apps.organizations.registry import Sheet, sheet_called
from apps.organizations.services.files import LARGEST, store_file

MOST_AT_ONCE = 5_000
CHUNK = 1_000
LEASE = timedelta(minutes=5)  # after it a dead writer's claim is void


@transaction.atomic
def take_out(*, sheet: Sheet, form: str, actor: Actor) -> bytes | SheetExport:
    """The list as a file ("csv" or "xlsx"), each row of it written down as read; or, of more than 5,000 rows, the
    export that a task writes. Only rows that the actor sees. Raises PermissionDenied without the capability.
    """
    if not sheet.may_take_out(actor) or actor.organization_id is None or actor.user_id is None:
        raise PermissionDenied
    rows = sheet.rows(actor)
    count = rows.count()
    if count > MOST_AT_ONCE:
        return SheetExport.objects.create(
            organization_id=actor.organization_id,
            kind=sheet.kind,
            form=form,
            asked_by_id=actor.user_id,
            expected=count,
        )
    log_reads(rows, actor=actor, action="export")
    return _file(sheet, form, [_line(sheet, row) for row in rows])


def exports_to_write() -> list[tuple[int, int]]:
    """(organization, export) of each that waits, or whose writer died. Needs a system scope."""
    stale = Q(state=ExportState.RUNNING, claimed_at__lt=timezone.now() - LEASE)
    found = SheetExport.objects.filter(Q(state=ExportState.WAITING) | stale)
    with job_run("find_exports") as run:
        waiting = list(found.order_by("asked_at").values_list("organization_id", "pk")[:100])
        run.expected = run.did = len(waiting)
    return waiting


def write_export(*, organization_id: int, export_id: int, language: str = "en") -> SheetExport | None:
    """Write one export that waits, a thousand rows at a time; how far it is can be seen meanwhile.

    Done once however often it is asked: None where another writes it. The capability is asked again, so that what was
    taken from somebody in between is not handed out.
    """
    with transaction.atomic():
        stale = Q(state=ExportState.RUNNING, claimed_at__lt=timezone.now() - LEASE)
        claimed = SheetExport.objects.filter(Q(state=ExportState.WAITING) | stale, pk=export_id).update(
            state=ExportState.RUNNING, claimed_at=timezone.now(), done=0
        )
        if not claimed:
            return None
        export = SheetExport.objects.get(pk=export_id)
        actor, sheet = Actor(export.asked_by_id, organization_id), sheet_called(export.kind)
        if sheet is None or not sheet.may_take_out(actor):
            return _ended(export, ExportState.REFUSED)
    with override(language):
        lines: list[list[str]] = []
        last = 0
        while True:
            with transaction.atomic():
                chunk = list(sheet.rows(actor).order_by("pk").filter(pk__gt=last)[:CHUNK])
                if not chunk:
                    break
                last = chunk[-1].pk
                lines += [_line(sheet, row) for row in chunk]
                seen = sheet.model._default_manager.filter(pk__in=[row.pk for row in chunk])  # type: ignore[attr-defined]  # a model class has one
                log_reads(seen, actor=actor, action="export")
                SheetExport.objects.filter(pk=export.pk).update(done=len(lines), claimed_at=timezone.now())
        content = _file(sheet, export.form, lines)
        with transaction.atomic():
            export = SheetExport.objects.select_for_update().get(pk=export_id)
            if len(content) > LARGEST:
                return _ended(export, ExportState.TOO_LARGE)
            name = f"{_('list')}.{export.form}"
            export.file = store_file(content=content, name=name, actor=actor, organization_id=organization_id)
            return _ended(export, ExportState.READY)


def _ended(export: SheetExport, state: str) -> SheetExport:
    export.state = state
    export.save(update_fields=["state", "file"])
    return export


def _line(sheet: Sheet, row: object) -> list[str]:
    cells = sheet.cells(row)
    return [cells[column.name] for column in sheet.columns]


def _file(sheet: Sheet, form: str, lines: list[list[str]]) -> bytes:
    heading = [str(column.title) for column in sheet.columns]
    return write_xlsx(heading, lines) if form == "xlsx" else b"".join(write_csv(heading, lines))
