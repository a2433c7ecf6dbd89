"""Messages about planned supervision: a reminder the day before, and word that it was moved or called off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.messaging import registry as messaging
from apps.organizations.selectors import link_to
from apps.outreach.registry import Source, register_source
from apps.outreach.selectors import enabled_names
from apps.supervision import selectors
from apps.supervision.choices import MeetingState

REMINDER, CHANGE = "supervision_meeting", "supervision_change"

Answer = Mapping[int, messaging.Facts | messaging.Withdraw]


def register() -> None:
    """Make sources and purposes known."""
    register_source(Source("supervision_meetings", selectors.meetings_between, selectors.no_longer_planned))
    register_source(Source("supervision_changes", selectors.meeting_changes_between, selectors.no_longer_changed))
    for purpose, template, facts, words in (
        (REMINDER, REMINDER, _reminder, _("a reminder of supervision that is planned")),
        # what a group's people read says what is to be said here too
        (CHANGE, "session_change", _change, _("word that supervision is off or moved")),
    ):
        messaging.register_purpose(messaging.Purpose(purpose, "supervision", template, facts, words))


def _reminder(organization_id: int, rows: list[Any]) -> Answer:
    return _answers(rows, REMINDER, (MeetingState.PLANNED,))


def _change(organization_id: int, rows: list[Any]) -> Answer:
    return _answers(rows, CHANGE, (MeetingState.PLANNED, MeetingState.CANCELLED))


def _answers(rows: list[Any], purpose: str, states: tuple[str, ...]) -> Answer:
    """When it is, and the way to its page. Not with whom, nor what it is about: mail is read aside."""
    found = selectors.meetings_behind(message.occurrence for message in rows)
    steps = enabled_names(purpose)
    answers: dict[int, messaging.Facts | messaging.Withdraw] = {}
    for message in rows:
        row, people = found.get(message.occurrence, (None, set()))
        if row is None or row.state not in states or message.person_id not in people or message.step not in steps:
            answers[message.pk] = messaging.Withdraw()
            continue
        page = reverse("supervision:meeting", args=[row.public_id])
        answers[message.pk] = messaging.Facts(
            {
                "starts_at": row.starts_at,
                "zone": str(row.zone),
                "is_off": row.state == MeetingState.CANCELLED,
                "place": "",
                "action_url": link_to(row.organization, page),
            }
        )
    return answers
