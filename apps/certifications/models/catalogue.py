"""The catalogue of credentials by state."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.certifications.choices import Confidence, CredentialKind


class Jurisdiction(models.Model):
    """A state, a territory or a national body's reach: where a credential is good."""

    code = models.CharField(_("code"), max_length=6, unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = pgettext_lazy("one of the United States", "state")
        verbose_name_plural = _("states")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CertifyingBody(models.Model):
    """Who certifies. A state may have several side by side, and one body may certify in several states."""

    name = models.CharField(_("name"), max_length=160, unique=True)

    class Meta:
        verbose_name = _("certifying body")
        verbose_name_plural = _("certifying bodies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CatalogueCredential(models.Model):
    """One row of the sourced catalogue: what one certifying body asks for one credential. The same for everybody.

    Empty means unknown and is said so: never zero, never "not required". Hours are hours, ages years, the rest months.
    """

    jurisdiction = models.CharField(pgettext_lazy("one of the United States", "state"), max_length=6)
    credential_name = models.CharField(_("credential"), max_length=120)
    credential_abbreviation = models.CharField(_("abbreviation"), max_length=20, blank=True)
    credential_kind = models.CharField(_("kind"), max_length=20, choices=CredentialKind.choices)
    certifying_body = models.CharField(_("certifying body"), max_length=160, blank=True)
    minimum_age = models.PositiveSmallIntegerField(_("minimum age"), null=True)
    education = models.CharField(_("education"), max_length=120, blank=True)
    lived_experience_required = models.BooleanField(_("lived experience"), null=True)
    recovery_months = models.PositiveSmallIntegerField(_("months in recovery"), null=True)
    training_hours = models.DecimalField(_("training hours"), max_digits=7, decimal_places=2, null=True)
    supervised_hours = models.DecimalField(_("supervised work hours"), max_digits=7, decimal_places=2, null=True)
    supervision_hours = models.DecimalField(_("hours of supervision"), max_digits=7, decimal_places=2, null=True)
    exam_required = models.BooleanField(_("examination"), null=True)
    renewal_months = models.PositiveSmallIntegerField(_("renewed every (months)"), null=True)
    continuing_education_hours = models.DecimalField(
        _("continuing education hours"), max_digits=7, decimal_places=2, null=True
    )
    ethics_hours = models.DecimalField(_("of these in ethics"), max_digits=7, decimal_places=2, null=True)
    medicaid_billable = models.BooleanField(_("billable to Medicaid"), null=True)
    reciprocity_note = models.TextField(_("credentials from elsewhere"), blank=True)
    source_title = models.TextField(_("source"), blank=True)
    source_url = models.TextField(_("source address"), blank=True)
    source_year = models.PositiveSmallIntegerField(_("year of the source"), null=True)
    confidence = models.CharField(_("how sure"), max_length=10, choices=Confidence.choices)
    notes = models.TextField(_("notes"), blank=True)
    # The columns above are the file's own words; these two point at what they name.
    state = models.ForeignKey(
        Jurisdiction,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="credentials",
        verbose_name=pgettext_lazy("one of the United States", "state"),
    )
    body = models.ForeignKey(
        CertifyingBody,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="credentials",
        verbose_name=_("certifying body"),
    )
    loaded_at = models.DateTimeField(auto_now=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("credential in the catalogue")
        verbose_name_plural = _("catalogue of credentials")
        ordering = ["jurisdiction", "credential_name", "certifying_body"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "credential_name"],
                condition=Q(retired_at__isnull=True),
                name="certifications_catalogue_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.jurisdiction}: {self.credential_name}"
