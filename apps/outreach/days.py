"""Word of a day on which somebody is out or a house is closed: once to each, for all that it changes for them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.care import selectors
from apps.care.choices import DisruptionState, NoticePart
from apps.messaging import registry as messaging
from apps.messaging.choices import Reason
from apps.organizations.models import Organization
from apps.organizations.selectors import link_to
from apps.outreach.registry import Source, register_source
from apps.outreach.selectors import switched_off

CHANGE, DECISION = selectors.DAY_CHANGE, selectors.DAY_DECISION

Answer = Mapping[int, messaging.Facts | messaging.Withdraw]


def register() -> None:
    """Make the sources, their purposes and their topic known."""
    for name, part in (("day_changes", NoticePart.CONCERNED), ("day_decisions", NoticePart.DECIDES)):
        register_source(Source(name, partial(selectors.notices_between, part), selectors.no_longer_to_tell))
    messaging.register_topic("day_changes", _("changes of your visits and groups at short notice"))
    messaging.register_purpose(
        messaging.Purpose(CHANGE, "day_changes", CHANGE, _changes, _("word that visits or groups are off or changed"))
    )
    messaging.register_purpose(
        messaging.Purpose(DECISION, "day_changes", DECISION, _decisions, _("word that something waits for a decision"))
    )


def _changes(organization_id: int, messages: list[Any]) -> Answer:
    """Everything that it changes for one person, as it stands now: when, and never what or about whom."""
    found = selectors.notices_behind(message.occurrence for message in messages)
    lines = selectors.lines_for(found.values())
    stopped = selectors.stopped(message.person_id for message in messages)
    off = switched_off(CHANGE)
    organization = Organization.objects.get(pk=organization_id)
    answers: dict[int, messaging.Facts | messaging.Withdraw] = {}
    for message in messages:
        row = found.get(message.occurrence)
        said = lines.get(row.pk, []) if row is not None else []
        if message.person_id in stopped:
            answers[message.pk] = messaging.Withdraw(Reason.OPTED_OUT)
        elif row is None or not said or message.step in off:
            answers[message.pk] = messaging.Withdraw()
        else:
            url = link_to(organization, "/") if row.person.user_id is not None else ""
            answers[message.pk] = messaging.Facts(
                {"lines": said, "first": said[0], "more": len(said) - 1, "action_url": url}
            )
    return answers


def _decisions(organization_id: int, messages: list[Any]) -> Answer:
    """That something waits, and the way to it. Not what: mail is read aside."""
    found = selectors.notices_behind(message.occurrence for message in messages)
    off = switched_off(DECISION)
    organization = Organization.objects.get(pk=organization_id)
    answers: dict[int, messaging.Facts | messaging.Withdraw] = {}
    for message in messages:
        row = found.get(message.occurrence)
        if row is None or row.disruption.state == DisruptionState.ENDED or message.step in off:
            answers[message.pk] = messaging.Withdraw()
            continue
        url = link_to(organization, reverse("care:out_today_one", args=[row.disruption.public_id]))
        answers[message.pk] = messaging.Facts({"action_url": url})
    return answers
