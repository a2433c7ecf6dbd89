"""Literal lists of the care app."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AppointmentState(models.TextChoices):
    """Where an appointment is (FHIR R4 Appointment.status: booked, fulfilled, noshow, cancelled, entered-in-error)."""

    BOOKED = "booked", _("Booked")
    KEPT = "kept", _("They met")
    MISSED = "missed", _("They did not meet")
    CANCELLED = "cancelled", _("Called off")
    ENTERED_IN_ERROR = "entered_in_error", _("Written down by mistake")


# What may follow what. From the second line on they are corrections of what was recorded.
APPOINTMENT_TRANSITIONS = [
    (AppointmentState.BOOKED, AppointmentState.KEPT),
    (AppointmentState.BOOKED, AppointmentState.MISSED),
    (AppointmentState.BOOKED, AppointmentState.CANCELLED),
    (AppointmentState.BOOKED, AppointmentState.ENTERED_IN_ERROR),
    (AppointmentState.MISSED, AppointmentState.KEPT),
    (AppointmentState.MISSED, AppointmentState.CANCELLED),
    (AppointmentState.MISSED, AppointmentState.ENTERED_IN_ERROR),
    (AppointmentState.KEPT, AppointmentState.MISSED),
    (AppointmentState.KEPT, AppointmentState.ENTERED_IN_ERROR),
]

HOLDS_PLACE = (AppointmentState.BOOKED, AppointmentState.KEPT, AppointmentState.MISSED)


class CancelReason(models.TextChoices):
    """Who called an appointment off. Never why: nobody has to say."""

    CLIENT = "client", _("The person can’t come")
    STAFF = "staff", _("We can’t be there")
    OTHER = "other", _("Something else came up")


class TaskKind(models.TextChoices):
    """What a follow-up task asks for."""

    MISSED_APPOINTMENT = "missed_appointment", _("Reach out after a visit that did not take place")


class TaskState(models.TextChoices):
    """Where a follow-up task is."""

    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    WITHDRAWN = "withdrawn", _("No longer needed")


TASK_TRANSITIONS = [(TaskState.OPEN, TaskState.DONE), (TaskState.OPEN, TaskState.WITHDRAWN)]


class Outcome(models.TextChoices):
    """How a follow-up ended. Nobody falls through: a task closes with one of these and not without."""

    REACHED = "reached", _("I reached them")
    LEFT_MESSAGE = "left_message", _("I left a message where that is safe")
    RESCHEDULED = "rescheduled", _("We found another time")
    DECLINED_FOR_NOW = "declined_for_now", _("They would rather not, for now")
    COULD_NOT_REACH = "could_not_reach", _("I could not reach them; the door stays open")
    OTHER = "other", _("Something else, in my words")


class WithdrawnReason(models.TextChoices):
    """Why a follow-up task was taken back."""

    CORRECTED = "corrected", _("What was recorded about the visit was corrected")
