"""Sheets that were brought in, row by row, so that it can be undone; and large lists being taken out as a file."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedForeignKey, ScopedModel
from apps.organizations.choices import ExportState, RowFate
from apps.organizations.models.files import StoredFile
from apps.organizations.models.people import Person


class SheetImport(ScopedModel):
    """One sheet that was brought in. What it said is not kept: only which rows it made or changed."""

    kind = models.CharField(_("what"), max_length=30)
    name = models.CharField(_("sheet"), max_length=200, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    made_at = models.DateTimeField(_("when"), auto_now_add=True)
    added = models.PositiveIntegerField(_("added"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    undone_at = models.DateTimeField(_("undone"), null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    class Meta:
        verbose_name = _("sheet brought in")
        verbose_name_plural = _("sheets brought in")
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.name or str(self.made_at.date())


class SheetImportRow(ScopedModel):
    """One line of it. `touched` says of each record where its history stood before and after:

    [{"model": "clients.clientrecord", "id": 7, "before": null, "after": 12}], before null for one that it made. An
    earlier value is read from the history itself, so nothing about a person is copied here.
    """

    sheet = ScopedForeignKey(SheetImport, related_name="rows", verbose_name=_("sheet"))
    line = models.PositiveIntegerField(_("line"))
    person = ScopedForeignKey(Person, related_name="+", verbose_name=_("person"))
    touched = models.JSONField(default=list)
    fate = models.CharField(_("what became of it"), max_length=10, choices=RowFate.choices, default=RowFate.STANDS)

    class Meta:
        verbose_name = _("line of a sheet")
        verbose_name_plural = _("lines of sheets")
        ordering = ["sheet", "line"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "sheet", "line"], name="organizations_sheet_line_once")
        ]

    def __str__(self) -> str:
        return f"{self.sheet}, {self.line}"


class SheetExport(ScopedModel):
    """A list being taken out as a file, too long to wait for. Whoever asked for it may open it for a week."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("what"), max_length=30)
    form = models.CharField(_("kind of file"), max_length=10)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("when"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=10, choices=ExportState.choices, default=ExportState.WAITING)
    claimed_at = models.DateTimeField(null=True)
    expected = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(_("written so far"), default=0)
    file = ScopedForeignKey(StoredFile, null=True, related_name="+", verbose_name=_("file"))

    class Meta:
        verbose_name = _("list taken out")
        verbose_name_plural = _("lists taken out")
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(
                fields=["asked_at"], condition=Q(state__in=["waiting", "running"]), name="organizations_exports_to_do"
            )
        ]

    def __str__(self) -> str:
        return str(self.asked_at.date())
