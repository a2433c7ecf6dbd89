"""Messages about appointments: what is planned from care's selectors, and what each says when it leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.access.actor import Actor
from apps.care import registry as care
from apps.care import selectors
from apps.care.choices import AppointmentState, TaskState
from apps.care.models import Appointment, FollowUpTask
from apps.messaging import registry as messaging
from apps.messaging.choices import Reason
from apps.organizations.models import Organization
from apps.organizations.selectors import link_to
from apps.outreach.registry import Source, register_source
from apps.outreach.selectors import enabled_names

REMINDER, MISSED = "appointment_reminder", "appointment_missed"
PURPOSES = (REMINDER, MISSED)

Answer = Mapping[int, messaging.Facts | messaging.Withdraw]


def register() -> None:
    """Make sources, purposes and the topic known, and hear of what care takes back."""
    register_source(
        Source("appointments", selectors.booked_between, partial(selectors.not_as_planned, AppointmentState.BOOKED))
    )
    register_source(
        Source(
            "missed_appointments", selectors.missed_between, partial(selectors.not_as_planned, AppointmentState.MISSED)
        )
    )
    messaging.register_topic("appointments", _("your appointments"))
    messaging.register_purpose(
        messaging.Purpose(REMINDER, "appointments", REMINDER, _reminders, _("a reminder of an appointment"))
    )
    messaging.register_purpose(
        messaging.Purpose(MISSED, "appointments", MISSED, _missed, _("a word after a missed appointment"))
    )
    care.register_overtaken(_take_back)


def _take_back(occurrences: Sequence[str], reason: str, actor: Actor) -> int:
    from apps.outreach.services import take_back

    return take_back(PURPOSES, occurrences, reason, actor)


def _reminders(organization_id: int, messages: list[Any]) -> Answer:
    """When and where, if the appointment still is booked for that time and has not begun."""
    found = selectors.appointments_behind(message.occurrence for message in messages)
    steps = enabled_names(REMINDER)
    words = _Words(organization_id)
    answers: dict[int, messaging.Facts | messaging.Withdraw] = {}
    for message in messages:
        row = found.get(message.occurrence)
        if row is None or not row.is_booked or row.has_begun or message.step not in steps:
            cancelled = row is not None and row.state == AppointmentState.CANCELLED
            answers[message.pk] = messaging.Withdraw(Reason.CANCELLED if cancelled else Reason.NO_LONGER_TRUE)
        else:
            answers[message.pk] = messaging.Facts(words.about(row))
    return answers


def _missed(organization_id: int, messages: list[Any]) -> Answer:
    """That we would be glad to see them, if the visit still is written down as missed and nobody reached them since."""
    found = selectors.appointments_behind(message.occurrence for message in messages)
    done = set(
        FollowUpTask.objects.filter(
            occurrence__in=[message.occurrence for message in messages], state=TaskState.DONE
        ).values_list("occurrence", flat=True)
    )
    steps = enabled_names(MISSED)
    words = _Words(organization_id)
    answers: dict[int, messaging.Facts | messaging.Withdraw] = {}
    for message in messages:
        row = found.get(message.occurrence)
        if row is None or not row.is_missed:
            answers[message.pk] = messaging.Withdraw(Reason.CORRECTED)
        elif message.occurrence in done:
            answers[message.pk] = messaging.Withdraw(Reason.ANSWERED)
        elif message.step not in steps:
            answers[message.pk] = messaging.Withdraw()
        else:
            answers[message.pk] = messaging.Facts(words.about(row))
    return answers


class _Words:
    """What messages of one organization say about an appointment: never what it is for, nor a name that tells."""

    def __init__(self, organization_id: int) -> None:
        self.organization = Organization.objects.get(pk=organization_id)

    def about(self, row: Appointment) -> dict[str, Any]:
        person = row.client.person
        url = ""
        if person.user_id is not None:
            url = link_to(self.organization, reverse("care:appointment", args=[row.public_id]))
        return {
            "starts_at": row.starts_at,
            "ends_at": row.ends_at,
            "zone": self._zone(row),
            "place": self._place(row),
            "with_name": row.staff.greeting_name,
            "action_url": url,
        }

    def _zone(self, row: Appointment) -> str:
        """The person's own zone: that is where they read it. Somebody whose zone we were not told reads the place's."""
        return row.client.person.zone or row.zone

    def _place(self, row: Appointment) -> str:
        """The street and nothing more: the name of a house may say why somebody goes there."""
        place = row.location
        if place.is_online or place.is_confidential:
            return ""
        return place.address
