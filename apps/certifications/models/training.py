"""Training and continuing education: courses with their modules, and what people enter with its evidence."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.access.scoped import ScopedForeignKey, ScopedModel, keeps_history
from apps.certifications.choices import ENTRY_STEPS, Competency, CourseOrigin, EntryState, Level
from apps.certifications.facts import EvidenceKind, Unit
from apps.certifications.models.records import _Row, _who
from apps.organizations.models import Person
from apps.signing.sealing import Fixed, StateMachine

topic_key = RegexValidator(r"^[A-Za-z0-9_]*$", _("Choose a topic from the list."))
COURSE_KINDS = [
    (EvidenceKind.TRAINING.value, EvidenceKind.TRAINING.label),
    (EvidenceKind.CONTINUING_EDUCATION.value, EvidenceKind.CONTINUING_EDUCATION.label),
]


def _hours(label: object, **kwargs: object) -> models.DecimalField:
    return models.DecimalField(label, max_digits=7, decimal_places=2, validators=[MinValueValidator(0)], **kwargs)  # type: ignore[arg-type]  # plain options of a field


@keeps_history()
class Course(ScopedModel):
    """A course that counts as training or as continuing education: an own curriculum with modules, or one elsewhere.

    What it counts for never changes: another curriculum is another course, and what people completed stays as it was.
    """

    name = models.CharField(_("name"), max_length=160)
    origin = models.CharField(_("whose"), max_length=10, choices=CourseOrigin.choices, default=CourseOrigin.OWN)
    provider = models.CharField(_("given by"), max_length=160, blank=True)
    counts_as = models.CharField(_("counts as"), max_length=30, choices=COURSE_KINDS, default=EvidenceKind.TRAINING)
    hours = _hours(_("hours"))
    live_hours = _hours(_("of these live"), null=True, blank=True)
    topic = models.CharField(_("topic"), max_length=60, blank=True, validators=[topic_key])
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name"],
                condition=Q(archived_at__isnull=True),
                name="certifications_course_name",
                violation_error_message=_("There is a course of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(hours__gt=0)
                & (Q(live_hours__isnull=True) | Q(live_hours__gte=0, live_hours__lte=F("hours"))),
                name="certifications_course_hours",
                violation_error_message=_("The live hours can't be more than the hours."),
            ),
            Fixed(name="certifications_course_stays", columns=["counts_as", "hours", "live_hours", "topic"]),
        ]

    def __str__(self) -> str:
        return self.name


@keeps_history()
class CourseModule(ScopedModel):
    """One part of a curriculum: its topic and hours, and which competencies it teaches. Its hours never change."""

    course = ScopedForeignKey(Course, related_name="modules", verbose_name=_("course"))
    position = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=160)
    hours = _hours(_("hours"))
    topic = models.CharField(_("topic"), max_length=60, blank=True, validators=[topic_key])
    is_live = models.BooleanField(_("live"), null=True, blank=True)
    competencies = ArrayField(
        models.CharField(max_length=20, choices=Competency.choices),
        default=list,
        blank=True,
        verbose_name=_("competencies"),
    )

    class Meta:
        verbose_name = _("module of a course")
        verbose_name_plural = _("modules of courses")
        ordering = ["course_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "course", "position"], name="certifications_module_number"),
            models.CheckConstraint(condition=Q(hours__gt=0), name="certifications_module_hours"),
            Fixed(name="certifications_module_stays", columns=["course_id", "hours", "topic", "is_live"]),
        ]

    def __str__(self) -> str:
        return self.name


FACTS = (
    "person_id", "kind", "course_id", "title", "topic", "amount", "unit", "live_amount", "started_on", "ended_on",
    "jurisdiction",
)  # fmt: skip


@keeps_history()
class EvidenceEntry(ScopedModel):
    """Something that a person did and entered: a completed course, continuing education, hours, an examination.

    It counts once somebody else confirmed it. What it says never changes; a mistake is refused and entered anew. The
    same thing is entered once, so it counts once; and an hour of continuing education counts in the one term of a
    certification that its day falls into (terms never overlap).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = ScopedForeignKey(Person, related_name="evidence_entries", verbose_name=_("staff member"))
    kind = models.CharField(_("what"), max_length=30, choices=EvidenceKind.choices)
    course = ScopedForeignKey(Course, null=True, blank=True, related_name="completions", verbose_name=_("course"))
    title = models.CharField(_("title"), max_length=160)
    topic = models.CharField(_("topic"), max_length=60, blank=True, validators=[topic_key])
    amount = _hours(_("amount"))
    unit = models.CharField(_("unit"), max_length=10, choices=Unit.choices, default=Unit.HOURS)
    live_amount = _hours(_("of these live"), null=True, blank=True)
    started_on = models.DateField(_("from"), null=True, blank=True)
    ended_on = models.DateField(_("on, or until"))
    jurisdiction = models.CharField(pgettext_lazy("one of the United States", "state"), max_length=6, blank=True)
    state = models.CharField(
        _("state of it"), max_length=20, choices=EntryState.choices, default=EntryState.WAITING, editable=False
    )
    entered_by = _who()
    entered_at = models.DateTimeField(_("entered"), auto_now_add=True)
    decided_by = _who()
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)

    class Meta:
        verbose_name = _("training or hours")
        verbose_name_plural = _("training and hours")
        ordering = ["-ended_on", "-id"]
        indexes = [models.Index(fields=["organization", "person"], name="certifications_entry_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "person", "kind", "title", "topic", "ended_on"],
                condition=~Q(state="refused"),
                name="certifications_entered_once",
                violation_error_message=_("This is entered already, so it counts already."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0)
                & (Q(live_amount__isnull=True) | Q(live_amount__gte=0, live_amount__lte=F("amount"))),
                name="certifications_entry_amount",
                violation_error_message=_("The amount is more than nothing, and the live part not more than it."),
            ),
            models.CheckConstraint(
                condition=Q(started_on__isnull=True) | Q(started_on__lte=F("ended_on")),
                name="certifications_entry_days",
                violation_error_message=_("The last day can't be before the first."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=EvidenceKind.values, unit__in=Unit.values), name="certifications_entry_known"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | ~Q(state="waiting") & Q(decided_at__isnull=False),
                name="certifications_entry_decided",
            ),
            StateMachine(
                name="certifications_entry_states", field="state", starts=EntryState.WAITING, moves=ENTRY_STEPS
            ),
            Fixed(name="certifications_entry_stays", columns=FACTS),
        ]

    def __str__(self) -> str:
        return self.title


class CompetencyRating(_Row):
    """How somebody sees themself, or their supervisor sees them, in one category on one day. Never changed."""

    person = ScopedForeignKey(Person, related_name="competency_ratings", verbose_name=_("staff member"))
    competency = models.CharField(_("competency"), max_length=20, choices=Competency.choices)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices)
    by_self = models.BooleanField(_("their own view"))
    rated_on = models.DateField(_("on"))
    rated_by = _who()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("rating of a competency")
        verbose_name_plural = _("ratings of competencies")
        ordering = ["person_id", "competency", "-id"]
        indexes = [models.Index(fields=["organization", "person"], name="certifications_rating_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(competency__in=Competency.values, level__in=Level.values),
                name="certifications_known_rating",
            )
        ]

    def __str__(self) -> str:
        return str(self.get_competency_display())
