"""Appointments between a client and a staff member, and the follow-up tasks that let nobody fall through."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedForeignKey, ScopedModel, keeps_history
from apps.care.choices import (
    APPOINTMENT_TRANSITIONS,
    HOLDS_PLACE,
    TASK_TRANSITIONS,
    AppointmentState,
    CancelReason,
    Outcome,
    TaskKind,
    TaskState,
    WithdrawnReason,
)
from apps.clients.models import ClientRecord
from apps.kit.calling import called
from apps.kit.walltime import TimeZoneField
from apps.organizations.models import Location, Person, Reservation, Room


@keeps_history()
class Appointment(ScopedModel):
    """One planned meeting of a client and a staff member. It has no notes: those are records of their own.

    Its instants come from wall time in the location's zone. `version` rises each time that what was planned about it no
    longer holds (it was moved, or a recorded miss was corrected), and is part of its `occurrence`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = ScopedForeignKey(ClientRecord, related_name="appointments", verbose_name=called("client", _("client")))
    staff = ScopedForeignKey(Person, related_name="appointments", verbose_name=_("with"))
    location = ScopedForeignKey(Location, related_name="appointments", verbose_name=_("location"))
    room = ScopedForeignKey(Room, null=True, blank=True, related_name="appointments", verbose_name=_("room"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    zone = TimeZoneField(_("time zone"), editable=False)
    state = models.CharField(
        _("state"), max_length=20, choices=AppointmentState.choices, default=AppointmentState.BOOKED, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    cancelled_reason = models.CharField(
        _("called off because"), max_length=10, choices=CancelReason.choices, blank=True, editable=False
    )
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("booked by"),
    )
    booked_at = models.DateTimeField(_("booked"), default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    recorded_at = models.DateTimeField(_("recorded"), null=True, editable=False)
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    corrected_at = models.DateTimeField(_("corrected"), null=True, editable=False)
    staff_reservation = ScopedForeignKey(Reservation, null=True, related_name="+", editable=False)
    room_reservation = ScopedForeignKey(Reservation, null=True, related_name="+", editable=False)

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="care_appointment_span",
                violation_error_message=_("The end comes after the start."),
            ),
            models.CheckConstraint(
                condition=Q(state=AppointmentState.BOOKED, recorded_at__isnull=True)
                | (~Q(state=AppointmentState.BOOKED) & Q(recorded_at__isnull=False)),
                name="care_appointment_recorded",
            ),
            models.CheckConstraint(
                condition=(Q(state=AppointmentState.CANCELLED) & ~Q(cancelled_reason=""))
                | (~Q(state=AppointmentState.CANCELLED) & Q(cancelled_reason="")),
                name="care_appointment_called_off",
            ),
            # What holds no place has freed it, and the other way round: nothing stays taken for nobody.
            models.CheckConstraint(
                condition=Q(state__in=HOLDS_PLACE, staff_reservation__isnull=False)
                | (~Q(state__in=HOLDS_PLACE) & Q(staff_reservation__isnull=True, room_reservation__isnull=True)),
                name="care_appointment_holds_place",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "starts_at"], name="care_appointment_day"),
            models.Index(fields=["client", "starts_at"], name="care_appointment_client"),
            models.Index(fields=["staff", "starts_at"], name="care_appointment_staff"),
            models.Index(fields=["starts_at"], condition=Q(state="booked"), name="care_appointment_booked"),
            models.Index(fields=["recorded_at"], condition=Q(state="missed"), name="care_appointment_missed"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="life", field="state", transitions=[(str(a), str(b)) for a, b in APPOINTMENT_TRANSITIONS]
            ),
            pgtrigger.Protect(
                name="starts_booked", operation=pgtrigger.Insert, condition=~pgtrigger.Q(new__state="booked")
            ),
        ]

    def __str__(self) -> str:
        return str(_("Appointment"))

    @property
    def occurrence(self) -> str:
        """What messages and tasks about this appointment, as it stands now, are known by."""
        return f"appointment:{self.pk}:{self.version}"

    @property
    def is_booked(self) -> bool:
        return self.state == AppointmentState.BOOKED

    @property
    def is_missed(self) -> bool:
        return self.state == AppointmentState.MISSED

    @property
    def is_kept(self) -> bool:
        return self.state == AppointmentState.KEPT

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()


@keeps_history()
class FollowUpTask(ScopedModel):
    """Something a person must see to, opened by what happened and closed only with what came of it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("what for"), max_length=30, choices=TaskKind.choices)
    occurrence = models.CharField(_("about"), max_length=120)
    client = ScopedForeignKey(ClientRecord, related_name="follow_ups", verbose_name=called("client", _("client")))
    appointment = ScopedForeignKey(
        Appointment, null=True, editable=False, related_name="follow_ups", verbose_name=_("appointment")
    )
    assigned_to = ScopedForeignKey(Person, related_name="follow_ups", verbose_name=_("whose task"))
    due_on = models.DateField(_("by"))
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=TaskState.choices, default=TaskState.OPEN)
    outcome = models.CharField(_("what came of it"), max_length=20, choices=Outcome.choices, blank=True)
    outcome_words = models.CharField(_("in your words"), max_length=500, blank=True)
    withdrawn_reason = models.CharField(max_length=20, choices=WithdrawnReason.choices, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    class Meta:
        verbose_name = _("follow-up task")
        verbose_name_plural = _("follow-up tasks")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "kind", "occurrence"], name="care_one_task_an_occurrence"),
            models.CheckConstraint(
                condition=Q(state=TaskState.OPEN, closed_at__isnull=True, outcome="", withdrawn_reason="")
                | (Q(state=TaskState.DONE, closed_at__isnull=False, withdrawn_reason="") & ~Q(outcome=""))
                | (Q(state=TaskState.WITHDRAWN, closed_at__isnull=False, outcome="") & ~Q(withdrawn_reason="")),
                name="care_task_closed_with_outcome",
                violation_error_message=_("Choose what came of it; then it can be closed."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.OTHER) | ~Q(outcome_words=""),
                name="care_task_other_in_words",
                violation_error_message=_("Say in a few words what came of it."),
            ),
        ]
        indexes = [
            models.Index(fields=["assigned_to", "due_on"], condition=Q(state="open"), name="care_task_open"),
            models.Index(fields=["client", "opened_at"], name="care_task_client"),
            models.Index(fields=["id"], condition=Q(state="open"), name="care_task_all_open"),
        ]
        triggers = [
            pgtrigger.FSM(name="life", field="state", transitions=[(str(a), str(b)) for a, b in TASK_TRANSITIONS]),
            pgtrigger.Protect(
                name="starts_open", operation=pgtrigger.Insert, condition=~pgtrigger.Q(new__state="open")
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_open(self) -> bool:
        return self.state == TaskState.OPEN
