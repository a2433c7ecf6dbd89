"""Who holds which credential: its states, terms and extensions as dated rows, and who checked what."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    BigIntegerRangeField,
    DateRangeField,
    RangeBoundary,
    RangeOperators,
)
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from apps.access.constraints import AppendOnly
from apps.access.models import UserGrant
from apps.access.scoped import ScopedForeignKey, ScopedModel, keeps_history
from apps.certifications import standing
from apps.certifications.choices import (
    LETS_WORK,
    STATUS_STEPS,
    Checked,
    CheckResult,
    ExtensionReason,
    Status,
    StepReason,
)
from apps.certifications.models.catalogue import CatalogueCredential
from apps.certifications.models.paths import DatesFollowTerms, ExtensionsMoveTheEnd, PathOfStates, StatusFollowsSteps
from apps.organizations.models import Person


class _OneNumber(Func):
    """One number as a range, so that an exclusion constraint can compare it without an extension."""

    function = "INT8RANGE"
    output_field = BigIntegerRangeField()


class _Days(Func):
    """A span of days as a range; without a last day it is open."""

    function = "DATERANGE"
    output_field = DateRangeField()


@keeps_history()
class Certification(ScopedModel):
    """One credential of one staff member, as recorded by the office. No health detail is ever part of it.

    `status` is the state its last step led to, `issued_on` and `expires_on` the first and last day of its terms: the
    database keeps them so. Expiring and expired are read off the dates.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = ScopedForeignKey(Person, related_name="certifications", verbose_name=_("staff member"))
    credential = models.ForeignKey(
        CatalogueCredential, models.PROTECT, related_name="certifications", verbose_name=_("credential")
    )
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.IN_TRAINING)
    number = models.CharField(_("number"), max_length=60, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    expires_on = models.DateField(_("last day it is valid"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, editable=False)

    renewable_until: date | None = None  # set by `selectors.lapsed_of`, kept nowhere

    class Meta:
        verbose_name = _("certification")
        verbose_name_plural = _("certifications")
        ordering = ["person__name", "expires_on", "id"]
        permissions = [("share_certification", "Can share a certification")]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "person", "credential"],
                condition=Q(archived_at__isnull=True),
                name="certifications_one_record",
                violation_error_message=_("This credential of this person is already recorded."),
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(issued_on__isnull=True) | Q(expires_on__gte=F("issued_on")),
                name="certifications_dates",
                violation_error_message=_("The last day can't be before the day it was issued."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=LETS_WORK) | Q(issued_on__isnull=False),
                name="certifications_issued",
                violation_error_message=_("Say on which day it was issued."),
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="certifications_known_status"),
            StatusFollowsSteps(name="certifications_status_follows"),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.credential}"

    @property
    def letting_work(self) -> tuple[tuple[date, date | None], ...]:
        """The spans of days on which it let its holder work, oldest first. Prefetch steps, terms and extensions."""
        return standing.letting_work(
            [(step.on, step.to_status) for step in self.steps.all()],
            [
                (term.starts_on, term.ends_on, [(more.granted_on, more.until) for more in term.extensions.all()])
                for term in self.terms.all()
            ],
        )

    def valid_on(self, day: date) -> bool:
        """Whether it let its holder work on that day, a date of service: by its state and term on that very day."""
        return any(start <= day and (end is None or day <= end) for start, end in self.letting_work)


class CertificationGrant(UserGrant):
    """A certification shared with one user for a time."""

    content_object = ScopedForeignKey(Certification, on_delete=models.CASCADE, related_name="user_grants")


class _Row(ScopedModel):
    """A row that is written once and then stands."""

    class Meta:
        abstract = True

    @classmethod
    def walls(cls) -> Iterable[models.constraints.BaseConstraint]:
        yield from super().walls()
        yield AppendOnly(name=f"{cls._meta.db_table}_append_only")


def _who(**kwargs: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False, **kwargs
    )


class CertificationStep(_Row):
    """One step of a record from one state to the next: on which day, why, and who wrote it down. Never changed."""

    certification = ScopedForeignKey(Certification, related_name="steps")
    number = models.PositiveIntegerField(_("step"), default=1)
    from_status = models.CharField(_("before"), max_length=20, choices=Status.choices, blank=True)
    to_status = models.CharField(_("status"), max_length=20, choices=Status.choices)
    on = models.DateField(_("since"))
    reason = models.CharField(_("why"), max_length=20, choices=StepReason.choices, default=StepReason.RECORDED)
    made_by = _who()
    made_at = models.DateTimeField(_("written down"), auto_now_add=True)

    class Meta:
        verbose_name = _("step of a certification")
        verbose_name_plural = _("steps of certifications")
        ordering = ["certification_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["certification", "number"], name="certifications_step_number"),
            models.CheckConstraint(
                condition=Q(to_status__in=Status.values, reason__in=StepReason.values),
                name="certifications_known_step",
            ),
            PathOfStates(name="certifications_path", moves=STATUS_STEPS),
        ]

    def __str__(self) -> str:
        return str(self.get_to_status_display())


@keeps_history()
class CertificationTerm(ScopedModel):
    """The days for which a certificate was issued or renewed. `last_day` has its extensions in it.

    Terms of one record never overlap, so an hour of continuing education falls into one of them and counts once.
    """

    certification = ScopedForeignKey(Certification, related_name="terms")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    last_day = models.DateField(_("last day with extensions"), null=True, editable=False)
    recorded_by = _who()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("term of a certification")
        verbose_name_plural = _("terms of certifications")
        ordering = ["certification_id", "starts_on"]
        constraints = [
            ExclusionConstraint(
                name="certifications_one_term_at_a_time",
                expressions=[
                    (_OneNumber("certification", "certification", RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                    (_Days("starts_on", "last_day", RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("These days overlap with another term of this certification."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True, last_day__isnull=True)
                | Q(ends_on__gte=F("starts_on"), last_day__gte=F("starts_on")),
                name="certifications_term_days",
                violation_error_message=_("The last day can't be before the day it was issued."),
            ),
            DatesFollowTerms(name="certifications_dates_follow"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on}, {self.last_day or ''}"


class CertificationExtension(_Row):
    """The certifying body let a term go on: granted on a day, until a day. Never changed."""

    term = ScopedForeignKey(CertificationTerm, related_name="extensions")
    number = models.PositiveSmallIntegerField(_("extension"), default=1)
    granted_on = models.DateField(_("granted on"))
    until = models.DateField(_("until"))
    reason = models.CharField(_("why"), max_length=20, choices=ExtensionReason.choices)
    recorded_by = _who()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("extension of a term")
        verbose_name_plural = _("extensions of terms")
        ordering = ["term_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["term", "number"], name="certifications_extension_number"),
            models.CheckConstraint(
                condition=Q(until__gte=F("granted_on"), reason__in=ExtensionReason.values),
                name="certifications_extension_days",
                violation_error_message=_("It can't end before the day it was granted."),
            ),
            ExtensionsMoveTheEnd(name="certifications_extension_moves"),
        ]

    def __str__(self) -> str:
        return f"{self.granted_on}, {self.until}"


class Verification(_Row):
    """Somebody compared a record with a register: what, where, when, and what it said. Never changed."""

    certification = ScopedForeignKey(Certification, related_name="verifications")
    checked = ArrayField(models.CharField(max_length=10, choices=Checked.choices), verbose_name=_("what was checked"))
    register = models.CharField(_("against which register"), max_length=120)
    result = models.CharField(_("what it said"), max_length=20, choices=CheckResult.choices)
    checked_on = models.DateField(_("checked on"))
    checked_by = _who()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("check against a register")
        verbose_name_plural = _("checks against registers")
        ordering = ["certification_id", "-checked_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    checked__len__gte=1,
                    checked__contained_by=[str(one) for one in Checked.values],
                    result__in=CheckResult.values,
                )
                & ~Q(register=""),
                name="certifications_verification_says_what",
            )
        ]

    def __str__(self) -> str:
        return f"{self.register}, {self.checked_on}"

    @property
    def checked_labels(self) -> list[str]:
        """What was compared, in the reader's language."""
        return [str(Checked(one).label) for one in self.checked]
