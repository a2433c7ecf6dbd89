"""What a template and a group have in common: what it is, for whom, who leads it, who pays, what it teaches."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.groups.choices import AttendanceMode, Format, Frequency, LeaderKind, Membership, Visibility
from apps.kit.text import TranslatedText, TranslatedTextField

ADULT = 18
MOST_TOPICS = 60
LONGEST_TOPIC = 120
NO_NAMES = (AttendanceMode.HEAD_COUNT, AttendanceMode.NONE)
PRIVATE = (Membership.ONE_TO_ONE, Membership.MATCHED_PAIR)

_LEADERS = _("One to twenty people lead it.")
_PAYER = _("Say that it is billed, or leave the payer’s limit empty.")
_ANONYMOUS = _("Where nobody’s name is ever written down, count heads at most.")
_PAIR = _("A matched pair has two places.")
_NAMES = _("Places can be counted only where names are written down.")
_FEWEST = _("The fewest people can’t be more than the places.")
_AGES = _("The oldest can’t be younger than the youngest.")
_ONE = _("One to one has one place.")
_PRIVATE = _("Only those who are in it may find a pair or a one-to-one.")
_SCHOOL = _("At a school a parent or guardian agrees for everybody under 18.")


class GroupTerms(models.Model):
    """Fields of a template, copied to each group that starts from it and kept there when the template changes.

    Capacity counts people written down, so only where names are kept there is one.

    `topics` and `feedback_questions` have one a line, the same lines in each language. A curriculum's topics stand in
    the order in which they are taught, unless `topics_in_order` is off.
    """

    name = TranslatedTextField(_("name"), max_length=120, required_languages=("en",))
    description = TranslatedTextField(
        _("what it is like"), blank=True, multiline=True, help_text=_("Two or three plain sentences.")
    )
    audience = TranslatedTextField(
        _("who it is for"), blank=True, max_length=120, help_text=_("For example: family and friends, or 18 to 25.")
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
    visibility = models.CharField(
        _("who may find it"), max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    attendance_mode = models.CharField(
        _("what is written down about who came"),
        max_length=10,
        choices=AttendanceMode.choices,
        default=AttendanceMode.NAMED,
    )
    membership = models.CharField(
        _("how people belong to it"),
        max_length=11,
        choices=Membership.choices,
        default=Membership.DROP_IN,
        db_default=Membership.DROP_IN,
    )
    frequency = models.CharField(
        _("how often"), max_length=7, choices=Frequency.choices, default=Frequency.WEEKLY, db_default=Frequency.WEEKLY
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
    has_waitlist = models.BooleanField(_("keeps a waiting list when it is full"), default=True, db_default=True)
    youngest = models.PositiveSmallIntegerField(
        _("from age"), null=True, blank=True, validators=[MaxValueValidator(120)]
    )
    oldest = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True, validators=[MaxValueValidator(120)])
    needs_guardian_consent = models.BooleanField(
        _("a parent or guardian agrees for everybody under 18"), default=False, db_default=False
    )
    leaders_needed = models.PositiveSmallIntegerField(
        _("how many lead it"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_("Leave empty where one is enough."),
    )
    leader_kinds = ArrayField(
        models.CharField(max_length=13, choices=LeaderKind.choices),
        default=list,
        blank=True,
        verbose_name=_("among those who lead it"),
    )
    is_billable = models.BooleanField(_("billed to a payer"), default=False, db_default=False)
    payer_limit = models.PositiveSmallIntegerField(
        _("most people the payer pays for"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
        help_text=_("In one group. Payers differ: look into the contract."),
    )
    interpreter_on_request = models.BooleanField(
        _("an interpreter comes when somebody asks"), default=False, db_default=False
    )
    is_anonymous = models.BooleanField(
        _("nobody’s name is ever written down"),
        default=False,
        db_default=False,
        help_text=_("As in twelve-step meetings: no attendance and no list of members."),
    )
    curriculum_version = models.CharField(
        _("version of the course"), max_length=60, blank=True, help_text=_("So that one knows later what was taught.")
    )
    topics = TranslatedTextField(
        _("topics"),
        blank=True,
        multiline=True,
        help_text=_("One a line: the first time, the second time, and so on. The same lines in each language."),
    )
    topics_in_order = models.BooleanField(
        _("topics come in this order"),
        default=True,
        db_default=True,
        help_text=_("Untick it where people choose the topic each time."),
    )
    feedback_questions = TranslatedTextField(
        _("questions to ask at the end"), blank=True, multiline=True, help_text=_("One a line.")
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        self.check_terms()

    def check_terms(self) -> None:
        """Raises ValidationError by field, with the words of the database's own rules."""
        wrong: dict[str, Any] = {}
        if self.payer_limit is not None and not self.is_billable:
            wrong["payer_limit"] = _PAYER
        if self.is_anonymous and self.attendance_mode not in NO_NAMES:
            wrong["attendance_mode"] = _ANONYMOUS
        if self.membership == Membership.MATCHED_PAIR and self.capacity != 2:
            wrong["capacity"] = _PAIR
        if self.membership == Membership.ONE_TO_ONE and self.capacity not in (None, 1):
            wrong["capacity"] = _ONE
        if self.membership in PRIVATE and self.visibility != Visibility.MEMBERS:
            wrong["visibility"] = _PRIVATE
        if self.capacity is not None and self.attendance_mode in NO_NAMES:
            wrong["capacity"] = _NAMES
        if self.minimum is not None and self.capacity is not None and self.minimum > self.capacity:
            wrong["minimum"] = _FEWEST
        if self.youngest is not None and self.oldest is not None and self.oldest < self.youngest:
            wrong["oldest"] = _AGES
        is_adult = self.youngest is not None and self.youngest >= ADULT
        if self.membership == Membership.SCHOOL_TEAM and not (self.needs_guardian_consent or is_adult):
            wrong["needs_guardian_consent"] = _SCHOOL
        for name in ("topics", "feedback_questions"):
            if (problem := _lines_wrong(getattr(self, name))) is not None:
                wrong[name] = problem
        if wrong:
            raise ValidationError(wrong)


def terms_rules(prefix: str) -> list[models.BaseConstraint]:
    """The rules that hold for templates and for groups, as constraints whose names begin with `prefix`."""
    rules = {
        "leaders": (
            (Q(leaders_needed__isnull=True) | Q(leaders_needed__gte=1, leaders_needed__lte=20))
            & Q(leader_kinds__contained_by=LeaderKind.values),
            _LEADERS,
        ),
        "payer": (Q(payer_limit__isnull=True) | Q(is_billable=True, payer_limit__gte=1), _PAYER),
        "places_need_names": (
            Q(capacity__isnull=True) | Q(capacity__gte=1, attendance_mode__in=["named", "alias"]),
            _NAMES,
        ),
        "minimum": (
            Q(minimum__isnull=True) | (Q(minimum__gte=1) & (Q(capacity__isnull=True) | Q(minimum__lte=F("capacity")))),
            _FEWEST,
        ),
        "ages": (Q(youngest__isnull=True) | Q(oldest__isnull=True) | Q(oldest__gte=F("youngest")), _AGES),
        "anonymous": (Q(is_anonymous=False) | Q(attendance_mode__in=NO_NAMES), _ANONYMOUS),
        "pair": (~Q(membership=Membership.MATCHED_PAIR) | Q(capacity__isnull=False, capacity=2), _PAIR),
        "one": (~Q(membership=Membership.ONE_TO_ONE) | Q(capacity__isnull=True) | Q(capacity=1), _ONE),
        "private": (~Q(membership__in=PRIVATE) | Q(visibility=Visibility.MEMBERS), _PRIVATE),
        "school": (
            ~Q(membership=Membership.SCHOOL_TEAM)
            | Q(needs_guardian_consent=True)
            | Q(youngest__isnull=False, youngest__gte=ADULT),
            _SCHOOL,
        ),
    }
    return [
        models.CheckConstraint(condition=condition, name=f"{prefix}_{name}", violation_error_message=words)
        for name, (condition, words) in rules.items()
    ]


def lines_of(text: TranslatedText) -> list[TranslatedText]:
    """The lines of a text by language, each a text by language: the first of every language, and so on."""
    written = {code: [line.strip() for line in words.splitlines() if line.strip()] for code, words in text.items()}
    longest = max((len(lines) for lines in written.values()), default=0)
    return [
        TranslatedText({code: lines[n] for code, lines in written.items() if n < len(lines)}) for n in range(longest)
    ]


def _lines_wrong(text: TranslatedText) -> Any:
    """What is wrong with lines that stand for one another in several languages, or None."""
    counts = {len([line for line in words.splitlines() if line.strip()]) for words in text.values()}
    if len(counts) > 1:
        return _("Write the same number of lines in each language.")
    if counts and max(counts) > MOST_TOPICS:
        return _("Write at most 60 lines.")
    if any(len(line.strip()) > LONGEST_TOPIC for words in text.values() for line in words.splitlines()):
        return _("Keep each line to 120 characters.")
    return None
