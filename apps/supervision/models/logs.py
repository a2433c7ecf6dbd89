"""Supervision logs that were made as a document: what each rested on, so that anybody can check it later."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedForeignKey
from apps.organizations.models import Person
from apps.signing.sealing import Sealed


class LogDocument(Sealed):
    """One log as it was given out: whose, of which days, its own hash, and the signatures in it by number and hash.

    The file itself is not kept: whoever has it has its hash. `code` is on it and opens the page that checks it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=24, unique=True)
    person = ScopedForeignKey(Person, related_name="supervision_logs", verbose_name=_("staff member"))
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))
    sessions = models.PositiveIntegerField(_("signed sessions"))
    minutes = models.PositiveIntegerField(_("signed minutes"))
    signatures = models.JSONField(_("signatures"))  # [[number, hash], …] in the chain's order
    head_number = models.BigIntegerField(_("number of the last signature"))
    head_hash = models.CharField(_("hash of the last signature"), max_length=64)
    sha256 = models.CharField(_("hash of the document"), max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("supervision log")
        verbose_name_plural = _("supervision logs")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="supervision_log_days"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9A-HJKMNP-TV-Z]{20}$", sha256__regex=r"^[0-9a-f]{64}$"),
                name="supervision_log_code",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.since} – {self.until}"
