"""Support groups, their sessions, who leads them, who is in them and who came."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from apps.access.models import UserGrant
from apps.access.scoped import ScopedForeignKey, ScopedModel, keeps_history
from apps.groups.choices import (
    KEEPS_PEOPLE,
    AttendanceMode,
    Position,
    SessionState,
    Weekday,
)
from apps.groups.models.terms import GroupTerms, terms_rules
from apps.kit.calling import called
from apps.kit.search import FoldedSearchField
from apps.kit.text import TranslatedTextField
from apps.organizations.models import Location, Person, Programme, Room


@keeps_history(exclude=["search", "sequence", "changed_at"])
class SupportGroup(ScopedModel, GroupTerms):
    """A group that meets again and again: what it is, where, when by the clock on that wall, and for whom.

    The time is wall time in the location's zone, so a change of the clocks moves the instant and not the hour. Its
    rule is one of RFC 5545: weekly or monthly by weekday, every `interval`, on `weekday` and `also_on`, until a day or
    for so many `times`. It holds from `rule_from` on (empty: from `starts_on`); before that hold its earlier rules
    (`recurrence.py`). `sequence` and `changed_at` rise with what a calendar shows of it, by a trigger. `template` is
    the organization's own template that it started from, `made_from` the key of a shipped one; what they said is its
    own from then on.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = ScopedForeignKey(
        Programme, null=True, blank=True, related_name="support_groups", verbose_name=_("programme")
    )
    location = ScopedForeignKey(
        Location,
        related_name="support_groups",
        verbose_name=_("location"),
        help_text=_("The times below are by the clock there."),
    )
    room = ScopedForeignKey(Room, null=True, blank=True, related_name="support_groups", verbose_name=_("room"))
    join_link = models.URLField(
        _("link to join online"), blank=True, help_text=_("Shown only to people who are in the group.")
    )
    takes_new = models.BooleanField(
        _("open to new people"),
        default=True,
        db_default=True,
        help_text=_("Untick it where a group goes on with those who are in it."),
    )
    offer_hours = models.PositiveSmallIntegerField(
        _("hours that an offered place is held"),
        default=24,
        db_default=24,
        validators=[MinValueValidator(1), MaxValueValidator(168)],
        help_text=_("The night does not count."),
    )
    needs_certified = models.BooleanField(
        _("whoever leads it needs a certification"),
        default=False,
        db_default=False,
        help_text=_("Then it shows here and on the group’s page when a leader’s certification does not hold."),
    )
    weekday = models.PositiveSmallIntegerField(_("every"), choices=Weekday.choices)
    starts = models.TimeField(_("at"), help_text=_("By the clock at the location, also when the clocks change."))
    starts_on = models.DateField(_("first possible day"))
    ends_on = models.DateField(
        _("last possible day"), null=True, blank=True, help_text=_("Leave empty where it goes on.")
    )
    interval = models.PositiveSmallIntegerField(
        _("every so many weeks or months"),
        default=1,
        db_default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text=_("1 is every time, 2 is every other time, counted from the first day."),
    )
    also_on = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday.choices),
        default=list,
        blank=True,
        verbose_name=_("and on"),
    )
    positions = ArrayField(
        models.SmallIntegerField(choices=Position.choices),
        default=list,
        blank=True,
        verbose_name=_("which of the month"),
        help_text=_("Only where it meets by the month: the first and third Tuesday, say, or the last."),
    )
    times = models.PositiveSmallIntegerField(
        _("ends after so many times"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(400)],
        help_text=_("Leave empty where it goes on, or where it has a last day."),
    )
    template = ScopedForeignKey(
        "GroupTemplate", null=True, editable=False, related_name="groups", verbose_name=_("template")
    )
    made_from = models.CharField(max_length=40, blank=True, editable=False)
    rule_from = models.DateField(null=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    changed_at = models.DateTimeField(db_default=Now(), editable=False)
    search = FoldedSearchField(sources=["name", "description", "audience"])
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = called("group", _("group"))
        verbose_name_plural = called("group", _("groups"), many=True)
        ordering = ["weekday", "starts", "id"]
        permissions = [("share_supportgroup", "Can share a group")]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__gte=1, weekday__lte=7), name="groups_group_weekday"),
            models.CheckConstraint(condition=Q(minutes__gte=10, minutes__lte=720), name="groups_group_minutes"),
            models.CheckConstraint(condition=Q(offer_hours__gte=1, offer_hours__lte=168), name="groups_group_offers"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="groups_group_days",
                violation_error_message=_("The last day can't be before the first."),
            ),
            models.CheckConstraint(condition=Q(interval__gte=1, interval__lte=12), name="groups_group_interval"),
            models.CheckConstraint(
                condition=Q(frequency="weekly", positions__len=0) | Q(frequency="monthly", positions__len__gte=1),
                name="groups_group_positions",
                violation_error_message=_("Say which of the month where it meets by the month, and only there."),
            ),
            models.CheckConstraint(
                condition=Q(also_on__contained_by=[1, 2, 3, 4, 5, 6, 7])
                & Q(positions__contained_by=[1, 2, 3, 4, 5, -1]),
                name="groups_group_days_known",
            ),
            models.CheckConstraint(
                condition=Q(times__isnull=True) | Q(times__gte=1, times__lte=400), name="groups_group_times"
            ),
            models.CheckConstraint(
                condition=Q(rule_from__isnull=True) | Q(rule_from__gte=F("starts_on")), name="groups_group_rule_from"
            ),
            models.CheckConstraint(
                condition=Q(template__isnull=True) | Q(made_from=""), name="groups_group_one_template"
            ),
            *terms_rules("groups_group"),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def clean(self) -> None:
        super().clean()
        if self.room and self.location_id and self.room.location_id != self.location_id:
            raise ValidationError({"room": _("This room is in another location. Choose one of the chosen location.")})

    @property
    def takes_enrolments(self) -> bool:
        """Whether people are written down, by name or alias: groups without names have nobody "in" them."""
        return self.attendance_mode in KEEPS_PEOPLE

    @property
    def uses_aliases(self) -> bool:
        """Whether people are shown by the alias they chose for this group, and never by name."""
        return self.attendance_mode == AttendanceMode.ALIAS


class SupportGroupGrant(UserGrant):
    """A group shared with one user for a time: one that is not public, with somebody whose role does not see it."""

    content_object = ScopedForeignKey(SupportGroup, on_delete=models.CASCADE, related_name="user_grants")


@keeps_history()
class GroupFacilitator(ScopedModel):
    """Somebody who leads a group, from a day, perhaps until a day."""

    group = ScopedForeignKey(SupportGroup, related_name="facilitators", verbose_name=called("group", _("group")))
    person = ScopedForeignKey(Person, related_name="leads_groups", verbose_name=_("who leads it"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("facilitator")
        verbose_name_plural = _("facilitators")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "group", "person", "starts_on"],
                name="groups_facilitator_once",
                violation_error_message=_("This person leads the group from that day already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="groups_facilitator_days",
                violation_error_message=_("The last day can't be before the first."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)


@keeps_history()
class Session(ScopedModel):
    """One meeting of a group. Made from the group's rule; keeps its identity when it is moved or called off.

    `slot` is the day that the rule gave it, `on` the date on the wall at the location, `starts_at` and `ends_at` the
    instants that it means. `is_moved` marks one that was put on another day or time by hand: it stays there.
    `ended_with_group` marks a session that is off only because the rule has no such day any more, and comes back with
    it; `closure` one that is off because of a closure, unless it `is_kept` all the same. `sequence` rises with every
    change that a calendar shows, by a trigger, and never falls. `notice` counts the changes by which somebody could
    come in vain (day, time, place, whether it is at all), `notice_at` is when the last was made, and `notice_for` the
    sooner of the two beginnings before and after it: so one knows whom to write to, and whether it still matters.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    group = ScopedForeignKey(SupportGroup, related_name="sessions", verbose_name=called("group", _("group")))
    on = models.DateField(_("day"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    state = models.CharField(_("state"), max_length=10, choices=SessionState.choices, default=SessionState.PLANNED)
    reason = TranslatedTextField(
        _("what people are told"), blank=True, max_length=200, help_text=_("For example: the house is closed.")
    )
    location = ScopedForeignKey(
        Location,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("another location this time"),
    )
    room = ScopedForeignKey(
        Room, null=True, blank=True, related_name="sessions", verbose_name=_("another room this time")
    )
    ended_with_group = models.BooleanField(default=False, editable=False)
    slot = models.DateField(editable=False)
    is_moved = models.BooleanField(default=False, db_default=False, editable=False)
    is_kept = models.BooleanField(default=False, db_default=False, editable=False)
    closure = ScopedForeignKey("Closure", null=True, editable=False, related_name="sessions", verbose_name=_("closure"))
    sequence = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    notice = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    notice_at = models.DateTimeField(null=True, editable=False)
    notice_for = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["group", "on"], name="groups_session_once_a_day"),
            models.UniqueConstraint(fields=["group", "slot"], name="groups_session_once_a_slot"),
            models.CheckConstraint(
                condition=Q(closure__isnull=True) | Q(state="cancelled", ended_with_group=False, is_kept=False),
                name="groups_session_closed",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="groups_session_span"),
            models.CheckConstraint(
                condition=Q(ended_with_group=False) | Q(state="cancelled"), name="groups_session_ended_with_group"
            ),
        ]
        indexes = [models.Index(fields=["organization", "starts_at"], name="groups_session_when")]

    def __str__(self) -> str:
        return f"{self.group}, {self.on}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.slot is None:
            self.slot = self.on
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if self.room and self.room.location_id != (self.location_id or self.group.location_id):
            raise ValidationError({"room": _("This room is in another location. Choose one of the chosen location.")})


@keeps_history()
class Enrolment(ScopedModel):
    """A person in a group. `place` is their numbered place where the group has a capacity.

    One number is held once in a group and never exceeds the capacity (a trigger of the second migration), so the group
    can't be overfull, whoever writes.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    group = ScopedForeignKey(SupportGroup, related_name="enrolments", verbose_name=called("group", _("group")))
    person = ScopedForeignKey(Person, related_name="enrolments", verbose_name=_("person"))
    place = models.PositiveSmallIntegerField(_("place"), null=True, editable=False)
    alias = models.CharField(
        _("alias"), max_length=40, blank=True, default="", db_default="", help_text=_("What they are called here.")
    )
    enrolled_at = models.DateTimeField(_("joined"), auto_now_add=True)
    ended_at = models.DateTimeField(_("left"), null=True, editable=False)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-enrolled_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "group", "person"],
                condition=Q(ended_at__isnull=True),
                name="groups_enrolled_once",
                violation_error_message=_("This person is in the group already."),
            ),
            models.UniqueConstraint(
                fields=["group", "place"],
                condition=Q(ended_at__isnull=True),
                name="groups_place_given_once",
            ),
            models.CheckConstraint(condition=Q(place__isnull=True) | Q(place__gte=1), name="groups_place_number"),
        ]
        indexes = [models.Index(fields=["group"], condition=Q(ended_at__isnull=True), name="groups_enrolment_active")]

    def __str__(self) -> str:
        return f"{self.person}, {self.group}"
