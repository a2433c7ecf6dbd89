"""What each credential asks: levels, versions of requirement sets, typed requirements, and rules of reciprocity.

The same for everybody, loaded from the catalogue and its overlay. A set is never changed: where a file brings another
figure, a new set takes its place and the old one stays readable with the day it was replaced.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from apps.certifications.choices import Confidence
from apps.certifications.facts import Unit
from apps.certifications.models.catalogue import CatalogueCredential
from apps.certifications.rules import FixedYears, LevelKind, Phase, ReciprocityKind, RequirementKind


class DatesOfAYear(Func):
    """Whether every entry of an array is a date of the year, "09-30"."""

    template = (
        "array_to_string(%(expressions)s, ',') ~ "
        "'^((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])(,|$)"
        "|(0[469]|11)-(0[1-9]|[12][0-9]|30)(,|$)|02-(0[1-9]|[12][0-9])(,|$))*$'"
    )
    output_field = models.BooleanField()


class Cited(models.Model):
    """A figure and where it is written. An empty source, year or confidence is its credential's own."""

    cites = models.TextField(_("rests on"), blank=True)
    source_title = models.TextField(_("source"), blank=True)
    source_url = models.TextField(_("source address"), blank=True)
    source_year = models.PositiveSmallIntegerField(_("year of the source"), null=True)
    confidence = models.CharField(_("how sure"), max_length=10, choices=Confidence.choices, blank=True)

    class Meta:
        abstract = True


class CredentialLevel(models.Model):
    """A level of one credential: the certification itself (code ""), a provisional level, a designation on top."""

    credential = models.ForeignKey(CatalogueCredential, models.PROTECT, related_name="levels")
    code = models.CharField(_("code"), max_length=40, blank=True)
    name = models.CharField(_("name"), max_length=160, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=LevelKind.choices, default=LevelKind.FULL)
    position = models.PositiveSmallIntegerField(default=0)
    leads_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="entered_by")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("level of a credential")
        verbose_name_plural = _("levels of credentials")
        ordering = ["credential_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["credential", "code"], name="certifications_one_level"),
            models.CheckConstraint(condition=Q(kind__in=LevelKind.values), name="certifications_known_level_kind"),
        ]

    def __str__(self) -> str:
        return self.name or self.credential.credential_name


class RequirementSet(Cited):
    """One version of what a level asks, and how long it lasts. Days may be unknown; the order is known."""

    level = models.ForeignKey(CredentialLevel, models.PROTECT, related_name="sets")
    version = models.PositiveSmallIntegerField(_("version"))
    label = models.CharField(_("version"), max_length=80)
    effective_from = models.DateField(_("in force from"), null=True)
    effective_until = models.DateField(_("in force until"), null=True)
    term_months = models.PositiveSmallIntegerField(_("lasts (months)"), null=True)
    renewal_options = ArrayField(models.PositiveSmallIntegerField(), default=list)
    on_fixed_date = models.BooleanField(_("ends on a fixed date"), null=True)
    fixed_dates = ArrayField(models.CharField(max_length=5), default=list, verbose_name=_("on these dates"))
    fixed_years = models.CharField(_("in these years"), max_length=4, choices=FixedYears.choices, blank=True)
    calendar_years = models.BooleanField(_("continuing education by the calendar year"), default=False)
    extensions = models.PositiveSmallIntegerField(_("extensions"), null=True)
    extension_months = models.PositiveSmallIntegerField(_("an extension lasts (months)"), null=True)
    grace_months = models.PositiveSmallIntegerField(_("grace after the last day (months)"), null=True)
    fingerprint = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now_add=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("version of requirements")
        verbose_name_plural = _("versions of requirements")
        ordering = ["level_id", "version", "loaded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "version"], condition=Q(replaced_at__isnull=True), name="certifications_one_version"
            ),
            models.CheckConstraint(
                condition=Q(effective_from__isnull=True)
                | Q(effective_until__isnull=True)
                | Q(effective_from__lte=F("effective_until")),
                name="certifications_version_days",
            ),
            models.CheckConstraint(
                condition=Q(fixed_dates=[], fixed_years="")
                | Q(on_fixed_date=True, fixed_dates__len__gte=1, fixed_years__in=FixedYears.values),
                name="certifications_fixed_dates",
            ),
            models.CheckConstraint(
                condition=DatesOfAYear(F("fixed_dates")), name="certifications_fixed_dates_are_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Requirement(Cited):
    """One typed row of a set. Its parts are rows with it as `parent`. Amount None is not known, 0 is none asked."""

    requirement_set = models.ForeignKey(RequirementSet, models.CASCADE, related_name="requirements")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="parts")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(_("code"), max_length=60)
    kind = models.CharField(_("what"), max_length=30, choices=RequirementKind.choices)
    phase = models.CharField(_("when"), max_length=10, choices=Phase.choices, default=Phase.ENTRY)
    required = models.BooleanField(_("asked"), null=True)
    amount = models.DecimalField(_("amount"), max_digits=8, decimal_places=2, null=True)
    unit = models.CharField(_("unit"), max_length=10, choices=Unit.choices, blank=True)
    topic = models.CharField(_("topic"), max_length=60, blank=True)
    upper = models.DecimalField(_("at most"), max_digits=6, decimal_places=2, null=True)
    share = models.DecimalField(_("share of the whole"), max_digits=5, decimal_places=4, null=True)
    live = models.BooleanField(_("taught live"), default=False)
    within_months = models.PositiveSmallIntegerField(_("counts for (months)"), null=True)
    text = models.TextField(_("in words"), blank=True)
    holds = models.ForeignKey(CredentialLevel, models.PROTECT, null=True, related_name="asked_by")

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ["requirement_set_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["requirement_set", "code"], name="certifications_one_requirement"),
            models.CheckConstraint(
                condition=Q(kind__in=RequirementKind.values, phase__in=Phase.values),
                name="certifications_known_requirement",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0), name="certifications_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gt=0, share__lte=1), name="certifications_share_of_whole"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ReciprocityRule(Cited):
    """What a certifying body does with a credential from elsewhere."""

    credential = models.ForeignKey(CatalogueCredential, models.PROTECT, related_name="reciprocity_rules")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("what"), max_length=20, choices=ReciprocityKind.choices)
    waives = ArrayField(models.CharField(max_length=30, choices=RequirementKind.choices), default=list)
    accepts = models.ManyToManyField(CatalogueCredential, related_name="+")
    within_months = models.PositiveSmallIntegerField(_("counts for (months)"), null=True)
    text = models.TextField(_("in words"), blank=True)

    class Meta:
        verbose_name = _("rule of reciprocity")
        verbose_name_plural = _("rules of reciprocity")
        ordering = ["credential_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["credential", "position"], name="certifications_one_reciprocity_rule"),
            models.CheckConstraint(
                condition=Q(kind__in=ReciprocityKind.values), name="certifications_known_reciprocity"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
