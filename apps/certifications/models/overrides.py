"""Where an organization knows better than the catalogue: its own figure, with its reason, on top of the shared one."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedModel, keeps_history
from apps.certifications.models.catalogue import CatalogueCredential


@keeps_history()
class RequirementOverride(ScopedModel):
    """One organization's own figure for one requirement of a credential. Loading a catalogue never changes it.

    `rests_on` is what the catalogue said when it was written: where that has changed since, the page says so.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    credential = models.ForeignKey(
        CatalogueCredential, models.PROTECT, related_name="overrides", verbose_name=_("credential")
    )
    level_code = models.CharField(_("level"), max_length=40, blank=True)
    requirement_code = models.CharField(_("requirement"), max_length=60)
    required = models.BooleanField(_("asked"), default=True)
    amount = models.DecimalField(_("amount"), max_digits=8, decimal_places=2, null=True, blank=True)
    reason = models.CharField(_("how you know"), max_length=300)
    source_url = models.URLField(_("where it is written"), max_length=500, blank=True)
    rests_on = models.CharField(max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("own figure of a requirement")
        verbose_name_plural = _("own figures of requirements")
        ordering = ["credential__jurisdiction", "credential__credential_name", "requirement_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "credential", "level_code", "requirement_code"],
                condition=Q(archived_at__isnull=True),
                name="certifications_one_override",
                violation_error_message=_("You already have a figure of your own for this requirement."),
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="certifications_override_amount",
                violation_error_message=_("An amount can't be below zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credential}: {self.requirement_code}"
