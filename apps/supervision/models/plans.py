"""Who supervises whom."""

from __future__ import annotations

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedForeignKey, ScopedModel, keeps_history
from apps.kit.calling import called
from apps.organizations.models import Person
from apps.signing.sealing import Fixed
from apps.supervision.models.rules import SupervisionRules


class _OneNumber(Func):
    """One number as a range, so that an exclusion constraint can compare it without an extension."""

    function = "INT8RANGE"
    output_field = BigIntegerRangeField()


class _Days(Func):
    """A span of days as a range; without a last day it is open."""

    function = "DATERANGE"
    output_field = DateRangeField()


@keeps_history()
class SupervisionPlan(ScopedModel):
    """Who supervises a specialist, from a day, perhaps until a day: the one truth on who supervises whom.

    People of a plan never change: another supervisor is another plan, and old notes keep theirs.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    specialist = ScopedForeignKey(
        Person, related_name="supervised_by", verbose_name=called("specialist", _("specialist"))
    )
    supervisor = ScopedForeignKey(Person, related_name="supervises", verbose_name=_("supervisor"))
    clinical_supervisor = ScopedForeignKey(
        Person,
        null=True,
        blank=True,
        related_name="supervises_clinically",
        verbose_name=_("clinical supervisor"),
        help_text=_("Reads the notes as well. Where two supervise together: the second of them, who signs as well."),
    )
    rules = ScopedForeignKey(
        SupervisionRules,
        null=True,
        blank=True,
        related_name="plans",
        verbose_name=_("rules"),
        help_text=_("Empty: those of the state that certified them, else those for everybody."),
    )
    clinical_signs = models.BooleanField(
        _("clinical supervisor co-signs"),
        default=False,
        help_text=_("After the supervisor, the clinical supervisor signs each note as well."),
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("supervision plan")
        verbose_name_plural = _("supervision plans")
        ordering = ["specialist__name", "-starts_on"]
        constraints = [
            ExclusionConstraint(
                name="supervision_one_plan_at_a_time",
                expressions=[
                    (_OneNumber("specialist", "specialist", RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                    (_Days("starts_on", "ends_on", RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Somebody supervises this person in that time. End that plan first."),
            ),
            models.CheckConstraint(
                condition=~Q(specialist=F("supervisor"))
                & (Q(clinical_supervisor__isnull=True) | ~Q(specialist=F("clinical_supervisor"))),
                name="supervision_not_by_oneself",
                violation_error_message=_("Nobody supervises themself."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="supervision_plan_days",
                violation_error_message=_("The last day can't be before the first."),
            ),
            models.CheckConstraint(
                condition=Q(clinical_signs=False) | Q(clinical_supervisor__isnull=False),
                name="supervision_plan_cosigner",
                violation_error_message=_("Say who the clinical supervisor is, who co-signs."),
            ),
            Fixed(name="supervision_plan_people", columns=["specialist_id", "supervisor_id", "public_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.specialist}, {self.supervisor}"
