"""Programmes: the named parts of an organization's work that groups and clients belong to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedModel, keeps_history
from apps.kit.text import TranslatedTextField


@keeps_history()
class Programme(ScopedModel):
    """One programme. Whether 42 CFR Part 2 protects its records is asked for each (2024 rule)."""

    name = TranslatedTextField(_("name"))
    is_part_2 = models.BooleanField(
        _("records protected by 42 CFR Part 2"),
        default=False,
        help_text=_("Federally assisted, and known as a provider of substance use treatment or referral."),
    )
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    def __str__(self) -> str:
        return str(self.name)
