"""What a group's rule was before it was changed, single dates beside it, and the days on which houses are closed."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedForeignKey, ScopedModel, keeps_history
from apps.groups.choices import DateKind, Frequency, Position, Weekday
from apps.groups.models.groups import SupportGroup
from apps.kit.calling import called
from apps.kit.text import TranslatedTextField
from apps.organizations.models import Location


@keeps_history()
class EarlierRule(ScopedModel):
    """The rule that a group had on the days from `starts_on` to `ends_on`, before "this and following" changed it.

    Two of one group never share a day (an exclusion constraint of the fifth migration).
    """

    group = ScopedForeignKey(SupportGroup, related_name="earlier_rules", verbose_name=called("group", _("group")))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("last day"))
    frequency = models.CharField(_("how often"), max_length=7, choices=Frequency.choices)
    interval = models.PositiveSmallIntegerField(_("every so many weeks or months"))
    weekdays = ArrayField(models.PositiveSmallIntegerField(choices=Weekday.choices), verbose_name=_("on"))
    positions = ArrayField(
        models.SmallIntegerField(choices=Position.choices), default=list, verbose_name=_("which of the month")
    )
    times = models.PositiveSmallIntegerField(_("ends after so many times"), null=True)
    starts = models.TimeField(_("at"))
    minutes = models.PositiveSmallIntegerField(_("for how many minutes"))

    class Meta:
        verbose_name = _("earlier rule")
        verbose_name_plural = _("earlier rules")
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="groups_earlier_days"),
            models.CheckConstraint(
                condition=Q(interval__gte=1, interval__lte=12, minutes__gte=10, minutes__lte=720)
                & Q(weekdays__len__gte=1, weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7])
                & Q(positions__contained_by=[1, 2, 3, 4, 5, -1]),
                name="groups_earlier_rule",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on}, {self.ends_on}"


@keeps_history()
class GroupDate(ScopedModel):
    """One day on which a group also meets, or does not meet, whatever its rule says (RDATE and EXDATE)."""

    group = ScopedForeignKey(SupportGroup, related_name="dates", verbose_name=called("group", _("group")))
    on = models.DateField(_("day"))
    kind = models.CharField(_("what"), max_length=8, choices=DateKind.choices)
    starts = models.TimeField(
        _("at"), null=True, blank=True, help_text=_("Only for a day on which it also meets. Empty: the usual time.")
    )
    minutes = models.PositiveSmallIntegerField(
        _("for how many minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(10), MaxValueValidator(720)],
        help_text=_("Empty: as long as usual."),
    )

    class Meta:
        verbose_name = _("single date")
        verbose_name_plural = _("single dates")
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "on"],
                name="groups_date_once",
                violation_error_message=_("This day has a line already."),
            ),
            models.CheckConstraint(
                condition=Q(kind="extra") | Q(kind="left_out", starts__isnull=True, minutes__isnull=True),
                name="groups_date_kind",
                violation_error_message=_("A day on which it does not meet has no time."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__gte=10, minutes__lte=720), name="groups_date_minutes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on}"


@keeps_history()
class Closure(ScopedModel):
    """Days on which one location, or the whole organization, is closed, and what people are told.

    Sessions on these days are off by themselves and come back when the closure is taken back. Where one location is
    closed, groups that meet online or by phone go on. `holiday` is the day of a public holiday that this came from.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    location = ScopedForeignKey(
        Location,
        null=True,
        blank=True,
        related_name="closures",
        verbose_name=_("location"),
        help_text=_("Empty: everything is closed."),
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    reason = TranslatedTextField(
        _("what people are told"), max_length=200, help_text=_("For example: closed for Thanksgiving.")
    )
    holiday = models.DateField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="groups_closure_days",
                violation_error_message=_("The last day can't be before the first."),
            ),
            models.UniqueConstraint(
                fields=["organization", "holiday"],
                condition=Q(archived_at__isnull=True, holiday__isnull=False, location__isnull=True),
                name="groups_closure_holiday_once",
                violation_error_message=_("This holiday is among the closures already."),
            ),
        ]
        indexes = [models.Index(fields=["organization", "starts_on"], name="groups_closure_when")]

    def __str__(self) -> str:
        return str(self.reason)
