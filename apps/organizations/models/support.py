"""The one way in which somebody who runs the platform reads an organization's records."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedModel, keeps_history


@keeps_history()
class SupportSession(ScopedModel):
    """An operator reads one organization's records: for a reason, for an hour at most, seen by the organization."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    reason = models.CharField(_("reason"), max_length=300)
    started_at = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    class Meta:
        verbose_name = _("support session")
        verbose_name_plural = _("support sessions")
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="organizations_support_has_a_reason"),
            models.CheckConstraint(
                condition=Q(until__gt=F("started_at")) & Q(started_at__gte=F("until") - timedelta(hours=1)),
                name="organizations_support_an_hour_at_most",
            ),
            models.UniqueConstraint(
                fields=["operator"], condition=Q(ended_at__isnull=True), name="organizations_support_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.reason
