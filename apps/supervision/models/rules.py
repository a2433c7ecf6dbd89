"""Rules of supervision as data: how often, how long, of whom, and how many specialists one supervisor may have."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.access.scoped import ScopedForeignKey, ScopedModel, keeps_history
from apps.supervision.choices import Asked, Per, Stage

state_code = RegexValidator(r"^[A-Za-z]{2}(-[A-Za-z]{3})?$", _("Write the two letters of the state, such as TX."))


@keeps_history()
class SupervisionRules(ScopedModel):
    """One set of rules, as a state, a payer or the organization itself has it. What is empty is not known or not asked.

    It holds for a plan that names it, else for people certified in its state, else for everybody where it says so.
    """

    name = models.CharField(_("name"), max_length=120)
    jurisdiction = models.CharField(
        pgettext_lazy("one of the United States", "state"),
        max_length=6,
        blank=True,
        validators=[state_code],
        help_text=_("Such as TX. Who is certified there follows these rules, unless their plan names others."),
    )
    for_everybody = models.BooleanField(_("for everybody else"), default=False)
    source = models.CharField(_("source"), max_length=200, blank=True, help_text=_("Document, section and year."))
    source_url = models.URLField(_("where to read it"), blank=True)
    hours_before_alone = models.DecimalField(
        _("hours of direct supervision before working alone"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.5"))],
    )
    most_specialists = models.PositiveSmallIntegerField(
        _("most people a supervisor"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    most_fte = models.DecimalField(
        _("most full-time places a supervisor"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.5"))],
        help_text=_("40 hours a week are one. Where hours are not known, a person is one."),
    )
    group_percent = models.PositiveSmallIntegerField(
        _("most of it in a group, percent"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
        help_text=_("Of the time that is asked. 0: groups do not count."),
    )
    review_percent = models.PositiveSmallIntegerField(
        _("signed notes that a second person reads, percent"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Of each specialist. Empty: none."),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("set of supervision rules")
        verbose_name_plural = _("supervision rules")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "jurisdiction"],
                condition=Q(archived_at__isnull=True) & ~Q(jurisdiction=""),
                name="supervision_rules_one_a_state",
                violation_error_message=_("There are rules for this state already. Change those."),
            ),
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(archived_at__isnull=True, for_everybody=True),
                name="supervision_rules_one_for_everybody",
                violation_error_message=_("Other rules hold for everybody else already. Change those."),
            ),
            models.CheckConstraint(
                condition=(Q(hours_before_alone__isnull=True) | Q(hours_before_alone__gt=0))
                & (Q(most_specialists__isnull=True) | Q(most_specialists__gt=0))
                & (Q(most_fte__isnull=True) | Q(most_fte__gt=0))
                & (Q(group_percent__isnull=True) | Q(group_percent__lte=100))
                & (Q(review_percent__isnull=True) | Q(review_percent__gte=1, review_percent__lte=100)),
                name="supervision_rules_figures",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@keeps_history()
class SupervisionCadence(ScopedModel):
    """One thing that a set of rules asks: what, of whom, and how often or how long."""

    rules = ScopedForeignKey(SupervisionRules, related_name="cadences")
    asked = models.CharField(_("what"), max_length=20, choices=Asked.choices, default=Asked.SUPERVISION)
    stage = models.CharField(_("of whom"), max_length=20, choices=Stage.choices, default=Stage.ALWAYS)
    every = models.PositiveSmallIntegerField(
        _("every"), default=1, validators=[MinValueValidator(1), MaxValueValidator(400)]
    )
    per = models.CharField(_("counted in"), max_length=20, choices=Per.choices, default=Per.WEEK)
    times = models.PositiveSmallIntegerField(
        _("times"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes in all"), null=True, blank=True, validators=[MinValueValidator(5), MaxValueValidator(6000)]
    )
    in_use = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("what the rules ask")
        verbose_name_plural = _("what the rules ask")
        ordering = ["rules_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(asked__in=Asked.values, stage__in=Stage.values, per__in=Per.values)
                & Q(every__gte=1, every__lte=400),
                name="supervision_cadence_known",
            ),
            models.CheckConstraint(
                condition=(Q(times__isnull=False) | Q(minutes__isnull=False))
                & (Q(times__isnull=True) | Q(times__gte=1))
                & (Q(minutes__isnull=True) | Q(minutes__gte=5)),
                name="supervision_cadence_asks",
                violation_error_message=_("Say how many times, or how many minutes."),
            ),
            models.CheckConstraint(
                condition=~Q(per=Per.HOURS_WORKED) | Q(minutes__isnull=False, times__isnull=True),
                name="supervision_cadence_by_hours",
                violation_error_message=_("By hours worked, say how many minutes, and no times."),
            ),
            models.CheckConstraint(
                condition=Q(per=Per.HOURS_WORKED) | Q(every__lte=12),
                name="supervision_cadence_every",
                violation_error_message=_("At most every 12 weeks or months."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_asked_display()}, {self.get_stage_display()}"
