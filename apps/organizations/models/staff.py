"""What an organization keeps about those who work there: their profile, and when they are away."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedForeignKey, ScopedModel, ScopedOneToOneField, keeps_history
from apps.organizations.models.people import Person


@keeps_history()
class StaffProfile(ScopedModel):
    """What is kept of a staff member besides their roles. A mentor is an experienced peer paired with a newcomer."""

    person = ScopedOneToOneField(Person, related_name="staff_profile", verbose_name=_("person"))
    languages = ArrayField(
        models.CharField(max_length=10, choices=settings.LANGUAGES),
        default=list,
        blank=True,
        verbose_name=_("languages spoken"),
    )
    other_languages = models.CharField(
        _("other languages"), max_length=120, blank=True, help_text=_("Sign languages, too.")
    )
    hired_on = models.DateField(_("with us since"), null=True, blank=True)
    weekly_hours = models.DecimalField(_("hours a week"), max_digits=4, decimal_places=1, null=True, blank=True)
    mentor = ScopedForeignKey(
        Person,
        null=True,
        blank=True,
        related_name="mentors",
        verbose_name=_("mentor"),
        help_text=_("An experienced colleague who is there for them. Ends when either of them leaves."),
    )

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        constraints = [
            models.CheckConstraint(
                condition=Q(mentor__isnull=True) | ~Q(mentor=F("person")),
                name="organizations_mentor_another",
                violation_error_message=_("Nobody is their own mentor. Choose a colleague."),
            ),
            models.CheckConstraint(
                condition=Q(weekly_hours__isnull=True) | Q(weekly_hours__gt=0, weekly_hours__lte=80),
                name="organizations_weekly_hours",
                violation_error_message=_("Write hours a week between 0 and 80."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)


@keeps_history()
class Absence(ScopedModel):
    """Days on which somebody who works here is away, and who covers. Why they are away is nobody's to write down."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = ScopedForeignKey(Person, related_name="absences", verbose_name=_("who is away"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    covered_by = ScopedForeignKey(
        Person, null=True, blank=True, related_name="covers", verbose_name=_("who covers for them")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("time away")
        verbose_name_plural = _("times away")
        ordering = ["starts_on", "person__name", "id"]
        indexes = [models.Index(fields=["organization", "ends_on"], name="organizations_absence_days")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="organizations_absence_span",
                violation_error_message=_("The last day can't be before the first."),
            ),
            models.CheckConstraint(
                condition=Q(covered_by__isnull=True) | ~Q(covered_by=F("person")),
                name="organizations_absence_cover",
                violation_error_message=_("Somebody else covers. Choose a colleague."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.starts_on}"
