"""What proves a record: documents, and what a person attests of themself, yes or nothing."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.access.scoped import ScopedForeignKey, ScopedModel, keeps_history
from apps.certifications.choices import DocumentKind, Paper
from apps.certifications.facts import AttestationKind
from apps.certifications.models.records import Certification
from apps.organizations.models import Person, StoredFile


@keeps_history()
class EvidenceDocument(ScopedModel):
    """One document behind a certification. It opens for whoever sees the staff member's records, and nobody else."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = ScopedForeignKey(Person, related_name="certification_documents", verbose_name=_("staff member"))
    certification = ScopedForeignKey(Certification, null=True, blank=True, related_name="documents")
    entry = ScopedForeignKey("EvidenceEntry", null=True, blank=True, related_name="documents")
    kind = models.CharField(_("what it is"), max_length=20, choices=DocumentKind.choices)
    file = ScopedForeignKey(StoredFile, related_name="+", verbose_name=_("file"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("document of a certification")
        verbose_name_plural = _("documents of certifications")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DocumentKind.values), name="certifications_document_kind")
        ]

    def __str__(self) -> str:
        return str(self.file)


@keeps_history()
class StaffAttestation(ScopedModel):
    """What a staff member says of themself as a rule asks it. A kind, numbers and days: it can't hold how or why.

    `at_least` and `at_most` are years of an age band, or `at_least` months in recovery. Taken back with `withdrawn_on`.
    `paper` says on which paper it was signed where the office wrote it down; the paper itself is not kept here.
    """

    person = ScopedForeignKey(Person, related_name="attestations", verbose_name=_("staff member"))
    kind = models.CharField(_("what"), max_length=20, choices=AttestationKind.choices)
    at_least = models.PositiveSmallIntegerField(_("at least"), null=True, blank=True)
    at_most = models.PositiveSmallIntegerField(_("at most"), null=True, blank=True)
    jurisdiction = models.CharField(pgettext_lazy("one of the United States", "state"), max_length=6, blank=True)
    attested_on = models.DateField(_("attested on"))
    paper = models.CharField(_("on which paper"), max_length=12, choices=Paper.choices, blank=True)
    withdrawn_on = models.DateField(_("taken back on"), null=True, blank=True, editable=False)
    attested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("attestation")
        verbose_name_plural = _("attestations")
        ordering = ["person_id", "-attested_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AttestationKind.values), name="certifications_attested_kind"),
            models.CheckConstraint(
                condition=Q(at_least__isnull=True, at_most__isnull=True)
                | Q(kind="age") & (Q(at_most__isnull=True) | Q(at_least__isnull=True) | Q(at_most__gte=F("at_least")))
                | Q(kind="recovery", at_most__isnull=True),
                name="certifications_attested_numbers",
                violation_error_message=_("Only an age and the time in recovery have a number."),
            ),
            models.CheckConstraint(condition=Q(paper__in=Paper.values), name="certifications_attested_paper"),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("attested_on")),
                name="certifications_attestation_days",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
