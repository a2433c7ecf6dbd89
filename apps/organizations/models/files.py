"""Files: kept privately, known by their hash, served only through an access check."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedForeignKey, ScopedModel, keeps_history


class StoredFile(ScopedModel):
    """One file of one organization. Who may open it follows from the rows that hold it (see `registry.py`).

    The row stays when the file is discarded, with the hash of what it was.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    path = models.CharField(max_length=200, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    content_type = models.CharField(max_length=100, editable=False)
    size = models.PositiveBigIntegerField(help_text=_("bytes"), editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    discarded_at = models.DateTimeField(null=True, editable=False)  # nobody may open it any more
    removed_at = models.DateTimeField(null=True, editable=False)  # its bytes are gone from the disk

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes = [
            models.Index(fields=["organization", "sha256"], name="organizations_file_hash"),
            models.Index(
                fields=["id"],
                condition=models.Q(discarded_at__isnull=False, removed_at__isnull=True),
                name="organizations_file_to_remove",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(removed_at__isnull=True) | models.Q(discarded_at__isnull=False),
                name="organizations_file_removed_after_all",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@keeps_history()
class Logo(ScopedModel):
    """The picture of an organization, seen by everybody. `Organization.logo` repeats the file's address.

    A row of its own, because an organization's own row can hold no key inside its walls.
    """

    file = ScopedForeignKey(StoredFile, related_name="+", verbose_name=_("file"))

    class Meta:
        verbose_name = _("logo")
        verbose_name_plural = _("logos")
        constraints = [models.UniqueConstraint(fields=["organization"], name="organizations_one_logo")]
