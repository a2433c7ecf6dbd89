"""Messages about a place that is offered: at once, while it is held, with the way to say yes or no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.groups import selectors
from apps.messaging import registry as messaging
from apps.organizations.models import Organization
from apps.organizations.selectors import link_to
from apps.outreach.registry import Source, register_source
from apps.outreach.selectors import enabled_names

OFFER = "place_offered"


def register() -> None:
    """Make the source and its purpose known; the topic is that of changed sessions."""
    register_source(Source("place_offers", selectors.offers_between, selectors.no_longer_offered))
    messaging.register_purpose(messaging.Purpose(OFFER, "groups", OFFER, _facts, _("word that a place is free")))


def _facts(organization_id: int, messages: list[Any]) -> Mapping[int, messaging.Facts | messaging.Withdraw]:
    """Until when the place is held, and the way to answer. Never which group, nor where it is."""
    found = selectors.offers_behind(message.occurrence for message in messages)
    steps = enabled_names(OFFER)
    organization = Organization.objects.get(pk=organization_id)
    answers: dict[int, messaging.Facts | messaging.Withdraw] = {}
    for message in messages:
        entry = found.get(message.occurrence)
        if entry is None or message.step not in steps or entry.person_id != message.person_id:
            answers[message.pk] = messaging.Withdraw()
            continue
        answers[message.pk] = messaging.Facts(
            {
                "starts_at": entry.offer_until,
                "zone": str(entry.group.location.zone),
                "action_url": link_to(organization, reverse("group_offer", args=[selectors.offer_token(entry)])),
            }
        )
    return answers
