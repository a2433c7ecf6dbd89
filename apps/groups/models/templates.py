"""An organization's own templates of groups."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedModel, keeps_history
from apps.groups.choices import AttendanceMode, Format, Frequency, Membership, Visibility, Weekday
from apps.groups.models.terms import NO_NAMES, GroupTerms, terms_rules
from apps.kit.search import FoldedSearchField
from apps.kit.text import TranslatedTextField

_NAMES = _("Places can be counted only where names are written down.")
_IN_ROW = _("Days one after another are counted, every week, and have no weekdays of their own.")
_FEWEST = _("The fewest people can’t be more than the places.")
_AGES = _("The oldest can’t be younger than the youngest.")


@keeps_history(exclude=["search"])
class GroupTemplate(ScopedModel, GroupTerms):
    """A kind of group that an organization runs: what a group that starts from it is like.

    Where, on which day and at what time a group meets is said when it starts. `weekdays` are those of a kind that meets
    on the same days everywhere (a centre open Monday to Friday); `days_in_row` is how many days one after another a
    kind takes that is over then (a retreat). `times` is how often it meets in all, empty where it goes on. `based_on`
    is the key of the shipped kind that it was copied from, and `source` what its figures rest on.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = TranslatedTextField(_("name"), max_length=120, required_languages=("en",))
    description = TranslatedTextField(
        _("what it is like"), blank=True, multiline=True, help_text=_("Two or three plain sentences.")
    )
    audience = TranslatedTextField(
        _("who it is for"), blank=True, max_length=120, help_text=_("For example: family and friends, or 18 to 25.")
    )
    membership = models.CharField(
        _("how people belong to it"), max_length=11, choices=Membership.choices, default=Membership.DROP_IN
    )
    takes_new = models.BooleanField(_("new people may join after it has begun"), default=True)
    visibility = models.CharField(
        _("who may find it"), max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    attendance_mode = models.CharField(
        _("what is written down about who came"),
        max_length=10,
        choices=AttendanceMode.choices,
        default=AttendanceMode.NAMED,
    )
    format = models.CharField(
        _("how people take part"), max_length=10, choices=Format.choices, default=Format.IN_PERSON
    )
    languages = ArrayField(
        models.CharField(max_length=10, choices=settings.LANGUAGES),
        default=list,
        blank=True,
        verbose_name=_("languages spoken"),
    )
    has_captions = models.BooleanField(_("live captions"), default=False)
    has_asl = models.BooleanField(_("American Sign Language interpreter"), default=False)
    is_free = models.BooleanField(_("free"), default=True)
    frequency = models.CharField(_("how often"), max_length=7, choices=Frequency.choices, default=Frequency.WEEKLY)
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
    minutes = models.PositiveSmallIntegerField(
        _("for how many minutes"), default=90, validators=[MinValueValidator(10), MaxValueValidator(720)]
    )
    capacity = models.PositiveSmallIntegerField(
        _("places"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
        help_text=_("Leave empty where everybody who comes is welcome."),
    )
    minimum = models.PositiveSmallIntegerField(
        _("fewest people it takes place with"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
        help_text=_("Leave empty where it takes place for one."),
    )
    has_waitlist = models.BooleanField(_("keeps a waiting list when it is full"), default=True)
    youngest = models.PositiveSmallIntegerField(
        _("from age"), null=True, blank=True, validators=[MaxValueValidator(120)]
    )
    oldest = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True, validators=[MaxValueValidator(120)])
    needs_guardian_consent = models.BooleanField(_("a parent or guardian agrees for everybody under 18"), default=False)
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
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | (Q(capacity__gte=1) & ~Q(attendance_mode__in=NO_NAMES)),
                name="groups_template_places_need_names",
                violation_error_message=_NAMES,
            ),
            models.CheckConstraint(
                condition=Q(minimum__isnull=True)
                | (Q(minimum__gte=1) & (Q(capacity__isnull=True) | Q(minimum__lte=F("capacity")))),
                name="groups_template_minimum",
                violation_error_message=_FEWEST,
            ),
            models.CheckConstraint(
                condition=Q(youngest__isnull=True) | Q(oldest__isnull=True) | Q(oldest__gte=F("youngest")),
                name="groups_template_ages",
                violation_error_message=_AGES,
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
        if self.capacity is not None and self.attendance_mode in NO_NAMES:
            wrong["capacity"] = _NAMES
        if self.minimum is not None and self.capacity is not None and self.minimum > self.capacity:
            wrong["minimum"] = _FEWEST
        if self.youngest is not None and self.oldest is not None and self.oldest < self.youngest:
            wrong["oldest"] = _AGES
        in_row = self.times is not None and self.frequency == "weekly" and self.interval == 1 and not self.weekdays
        if self.days_in_row != 1 and not in_row:
            wrong["days_in_row"] = _IN_ROW
        if self.weekdays and self.frequency != "weekly":
            wrong["weekdays"] = _("Fixed weekdays are for what meets by the week.")
        if wrong:
            raise ValidationError(wrong)
