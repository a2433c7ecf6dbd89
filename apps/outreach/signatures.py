"""Messages about supervision notes: a late signature, to whoever signs and to the office; a note that came back."""

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
from apps.supervision.choices import NoteState

LATE, LATE_OFFICE, NUDGE = "signature_late", "signature_late_office", "note_returned"

Answer = Mapping[int, messaging.Facts | messaging.Withdraw]


def register() -> None:
    """Make sources, purposes and the topic known."""
    register_source(Source("late_signatures", selectors.late_between, selectors.no_longer_late))
    register_source(Source("late_signatures_office", selectors.late_for_office, selectors.no_longer_late))
    register_source(Source("returned_notes", selectors.nudged_between, selectors.no_longer_returned))
    messaging.register_topic("supervision", _("supervision"))
    for purpose, facts, words in (
        (LATE, _late, _("word to a supervisor that a signature is late")),
        (LATE_OFFICE, _late_office, _("word to the office that a signature is late")),
        (NUDGE, _nudge, _("a reminder of a note that came back")),
    ):
        messaging.register_purpose(messaging.Purpose(purpose, "supervision", purpose, facts, words))


def _late(organization_id: int, rows: list[Any]) -> Answer:
    return _answers(rows, LATE, NoteState.SUBMITTED)


def _late_office(organization_id: int, rows: list[Any]) -> Answer:
    return _answers(rows, LATE_OFFICE, NoteState.SUBMITTED)


def _nudge(organization_id: int, rows: list[Any]) -> Answer:
    return _answers(rows, NUDGE, NoteState.RETURNED)


def _answers(rows: list[Any], purpose: str, state: str) -> Answer:
    """The way to the page and nothing else: not whose note it is, nor what it says. Mail is read aside."""
    found = selectors.notes_behind((message.occurrence for message in rows), state)
    steps = enabled_names(purpose)
    answers: dict[int, messaging.Facts | messaging.Withdraw] = {}
    for message in rows:
        row = found.get(message.occurrence)
        if row is None or message.step not in steps:
            answers[message.pk] = messaging.Withdraw()
            continue
        page = reverse("supervision:note", args=[row.public_id])
        if purpose == LATE_OFFICE:
            page = reverse("admin:supervision_supervisionsession_changelist") + "?waiting=signature"
        answers[message.pk] = messaging.Facts({"action_url": link_to(row.organization, page)})
    return answers
