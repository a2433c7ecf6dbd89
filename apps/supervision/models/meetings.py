"""Supervision as it is planned and held: when, with whom, and who was there. Each who came has an own part to sign."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedForeignKey, ScopedModel, ScopedOneToOneField, keeps_history
from apps.kit.walltime import TimeZoneField
from apps.organizations.models import Person, Reservation, Room
from apps.signing.sealing import ClosedWith, Fixed, StateMachine
from apps.supervision.choices import (
    MEETING_MOVES,
    OPEN_STATES,
    WAS_THERE,
    Attendance,
    MeetingState,
    Mode,
    Place,
    SessionForm,
)
from apps.supervision.models.notes import SupervisionSession
from apps.supervision.models.plans import SupervisionPlan


@keeps_history()
class SupervisionMeeting(ScopedModel):
    """A time that a supervisor planned with one or more people; wall time in a zone, `starts_at` the instant it means.

    `shared` is what all who came sign with their own part: it stands still from the first of these signatures on.
    In co-supervision `second` leads as well. While it is still to come it takes the time of its people and its room;
    `version` counts up when it moves or is called off, so that an old reminder of it says nothing any more.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    leader = ScopedForeignKey(Person, related_name="leads_supervision", verbose_name=_("supervisor"))
    second = ScopedForeignKey(
        Person, null=True, related_name="leads_supervision_too", verbose_name=_("second supervisor"), editable=False
    )
    on = models.DateField(_("day"))
    starts = models.TimeField(_("from"))
    zone = TimeZoneField(_("time zone"))
    starts_at = models.DateTimeField(editable=False)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(5), MaxValueValidator(12 * 60)]
    )
    mode = models.CharField(_("kind"), max_length=20, choices=Mode.choices, default=Mode.INDIVIDUAL)
    place = models.CharField(_("where"), max_length=20, choices=Place.choices, default=Place.IN_PERSON)
    form = models.CharField(_("form"), max_length=20, choices=SessionForm.choices, default=SessionForm.STRUCTURED)
    room = ScopedForeignKey(Room, null=True, blank=True, related_name="+", verbose_name=_("room"))
    leader_reservation = ScopedForeignKey(Reservation, null=True, related_name="+", editable=False)
    second_reservation = ScopedForeignKey(Reservation, null=True, related_name="+", editable=False)
    room_reservation = ScopedForeignKey(Reservation, null=True, related_name="+", editable=False)
    series = models.UUIDField(null=True, editable=False)  # the same for all that were planned at once
    state = models.CharField(_("stands"), max_length=20, choices=MeetingState.choices, default=MeetingState.PLANNED)
    reason = models.TextField(_("why not"), max_length=500, blank=True)
    shared = models.TextField(_("what we looked at together"), max_length=20_000, blank=True)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)  # when it was last moved or called off
    was_at = models.DateTimeField(null=True, editable=False)  # and when it would have been until then
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("supervision meeting")
        verbose_name_plural = _("supervision meetings")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["organization", "leader", "starts_at"], name="supervision_meeting_leader")]
        constraints = [
            StateMachine(
                name="supervision_meeting_states", field="state", starts=MeetingState.PLANNED, moves=MEETING_MOVES
            ),
            Fixed(name="supervision_meeting_leader_fixed", columns=["leader_id", "public_id"]),
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=720), name="supervision_meeting_minutes"),
            models.CheckConstraint(
                condition=~Q(state__in=[MeetingState.CANCELLED, MeetingState.MISSED]) | ~Q(reason=""),
                name="supervision_meeting_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=MeetingState.FROZEN, mode=Mode.GROUP) | ~Q(shared=""),
                name="supervision_meeting_shared",
            ),
            models.CheckConstraint(
                condition=Q(second__isnull=True) | (Q(mode=Mode.CO_SUPERVISION) & ~Q(second=F("leader"))),
                name="supervision_meeting_second",
            ),
            models.CheckConstraint(
                condition=Q(room__isnull=True) | Q(place=Place.IN_PERSON),
                name="supervision_meeting_room",
                violation_error_message=_("A room is for meeting in person."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[MeetingState.CANCELLED, MeetingState.MISSED])
                | Q(leader_reservation__isnull=True, second_reservation__isnull=True, room_reservation__isnull=True),
                name="supervision_meeting_frees",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leader}, {self.on}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


@keeps_history()
class MeetingPerson(ScopedModel):
    """One of those a meeting is planned with, by their plan, and whether they were there and how long."""

    meeting = ScopedForeignKey(SupervisionMeeting, related_name="people")
    plan = ScopedForeignKey(SupervisionPlan, related_name="meetings")
    attendance = models.CharField(
        _("attendance"), max_length=20, choices=Attendance.choices, default=Attendance.EXPECTED
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    reason = models.CharField(_("why not"), max_length=300, blank=True)
    reservation = ScopedForeignKey(Reservation, null=True, related_name="+", editable=False)
    session = ScopedOneToOneField(SupervisionSession, null=True, related_name="attended")

    class Meta:
        verbose_name = _("attendance at supervision")
        verbose_name_plural = _("attendance at supervision")
        constraints = [
            models.UniqueConstraint(fields=["organization", "meeting", "plan"], name="supervision_attendance_once"),
            models.CheckConstraint(
                condition=Q(attendance__in=WAS_THERE, session__isnull=False, minutes__gte=5, minutes__lte=720)
                | Q(~Q(attendance__in=WAS_THERE), session__isnull=True, minutes__isnull=True),
                name="supervision_attendance_part",
            ),
            models.CheckConstraint(
                condition=~Q(attendance=Attendance.MISSED) | ~Q(reason=""), name="supervision_attendance_reason"
            ),
            Fixed(name="supervision_attendance_who", columns=["meeting_id", "plan_id"]),
            ClosedWith(
                name="supervision_attendance_closed",
                table="supervision_supervisionnote",
                table_column="session_id",
                column="session_id",
                state="state",
                open_states=OPEN_STATES,
            ),
        ]

    def __str__(self) -> str:
        return str(self.plan.specialist)
