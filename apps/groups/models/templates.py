"""An organization's own templates of groups."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedModel, keeps_history
from apps.groups.choices import Weekday
from apps.groups.models.terms import NO_NAMES, GroupTerms, terms_rules
from apps.kit.search import FoldedSearchField

_IN_ROW = _("Days one after another are counted, every week, and have no weekdays of their own.")


@keeps_history(exclude=["search"])
class GroupTemplate(ScopedModel, GroupTerms):
    """A kind of group that an organization runs: what a group that starts from it is like.

    Where, on which day and at what time a group meets is said when it starts. `weekdays` are those of a kind that meets
    on the same days everywhere (a centre open Monday to Friday); `days_in_row` is how many days one after another a
    kind takes that is over then (a retreat). `times` is how often it meets in all, empty where it goes on. `based_on`
    is the key of the shipped kind that it was copied from, and `source` what its figures rest on.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    takes_new = models.BooleanField(_("new people may join after it has begun"), default=True)
    interval = models.PositiveSmallIntegerField(
        _("every so many weeks or months"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday.choices),
        default=list,
        blank=True,
        verbose_name=_("always on"),
        help_text=_("Leave empty where each group has a day of its own."),
    )
    days_in_row = models.PositiveSmallIntegerField(
        _("days one after another"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(7)],
        help_text=_("1 for all but courses and retreats of several whole days."),
    )
    times = models.PositiveSmallIntegerField(
        _("ends after so many times"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(400)],
        help_text=_("Leave empty where it goes on."),
    )
    needs_last_day = models.BooleanField(
        _("ends on a day that is named when it starts"), default=False, help_text=_("The end of a school year, say.")
    )
    needs_certified = models.BooleanField(_("whoever leads it needs a certification"), default=False)
    source = models.CharField(_("where its figures are from"), max_length=300, blank=True)
    based_on = models.CharField(max_length=40, blank=True, editable=False)
    search = FoldedSearchField(sources=["name", "description", "audience"])
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering = ["search", "id"]
        constraints = [
            models.UniqueConstraint(
                F("organization"),
                KeyTextTransform("en", "name"),
                condition=Q(archived_at__isnull=True),
                name="groups_template_name",
                violation_error_message=_("A template with this name already exists."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=10, minutes__lte=720, interval__gte=1, interval__lte=12)
                & (Q(times__isnull=True) | Q(times__gte=1, times__lte=400))
                & Q(weekdays__contained_by=Weekday.values),
                name="groups_template_when",
            ),
            models.CheckConstraint(
                condition=Q(days_in_row=1)
                | Q(
                    days_in_row__gte=2,
                    days_in_row__lte=7,
                    times__isnull=False,
                    frequency="weekly",
                    interval=1,
                    weekdays__len=0,
                ),
                name="groups_template_in_row",
                violation_error_message=_IN_ROW,
            ),
            models.CheckConstraint(
                condition=Q(weekdays__len=0) | Q(frequency="weekly"),
                name="groups_template_weekdays",
                violation_error_message=_("Fixed weekdays are for what meets by the week."),
            ),
            *terms_rules("groups_template"),
        ]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def counts_places(self) -> bool:
        """Whether a group of this kind can have a number of places: only where people are written down."""
        return self.attendance_mode not in NO_NAMES

    def check_terms(self) -> None:
        """Raises ValidationError by field, with the words of the database's own rules."""
        super().check_terms()
        wrong: dict[str, Any] = {}
        in_row = self.times is not None and self.frequency == "weekly" and self.interval == 1 and not self.weekdays
        if self.days_in_row != 1 and not in_row:
            wrong["days_in_row"] = _IN_ROW
        if self.weekdays and self.frequency != "weekly":
            wrong["weekdays"] = _("Fixed weekdays are for what meets by the week.")
        if wrong:
            raise ValidationError(wrong)
