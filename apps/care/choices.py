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


class DisruptionKind(models.TextChoices):
    """What upsets a plan: a person, or a house."""

    OUT = "out", _("Somebody is out")
    CLOSED = "closed", _("A house is closed")


class DisruptionState(models.TextChoices):
    """Where it is: somebody asked and nobody has decided, it stands, or it was taken back."""

    ASKED = "asked", _("Waits for a decision")
    STANDS = "stands", _("Stands")
    ENDED = "ended", _("Taken back")


DISRUPTION_TRANSITIONS = [
    (DisruptionState.ASKED, DisruptionState.STANDS),
    (DisruptionState.ASKED, DisruptionState.ENDED),
    (DisruptionState.STANDS, DisruptionState.ENDED),
]


class Decision(models.TextChoices):
    """What was decided about one visit or session that is touched. The last one waits for somebody who may see it."""

    SUBSTITUTE = "substitute", _("Somebody else does it")
    MOVED = "moved", _("At another time")
    ELSEWHERE = "elsewhere", _("At another place, or by phone")
    CALLED_OFF = "called_off", _("Called off")
    LEFT = "left", _("Left as it is")
    OPEN = "open", _("Waits for a decision")


class NoticePart(models.TextChoices):
    """Why somebody is told: it changes something for them, or they have to decide."""

    CONCERNED = "concerned", _("It changes something for them")
    DECIDES = "decides", _("They have to decide")


class CallOutcome(models.TextChoices):
    """How a call ended. After the first one the person stays on the list."""

    NO_ANSWER = "no_answer", _("Nobody answered; I left no message")
    REACHED = "reached", _("I reached them")
    LEFT_MESSAGE = "left_message", _("I left a message where that is safe")
    COULD_NOT_REACH = "could_not_reach", _("I could not reach them in time")


# With these the call is done with; the first two of them mean that the person knows.
CALL_ENDS = (CallOutcome.REACHED, CallOutcome.LEFT_MESSAGE, CallOutcome.COULD_NOT_REACH)
CALL_TOLD = (CallOutcome.REACHED, CallOutcome.LEFT_MESSAGE)
