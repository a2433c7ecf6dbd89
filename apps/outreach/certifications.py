"""Messages about certifications that end: to whoever holds one, and to those who keep them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.certifications import selectors
from apps.certifications.models import Certification
from apps.messaging import registry as messaging
from apps.organizations.selectors import link_to
from apps.outreach.registry import Source, register_source
from apps.outreach.selectors import enabled_names

ENDING, ENDING_OFFICE = "certification_ending", "certification_ending_office"

Answer = Mapping[int, messaging.Facts | messaging.Withdraw]


def register() -> None:
    """Make sources, purposes and the topic known."""
    register_source(Source("certifications", selectors.ending_between, selectors.no_longer_ends))
    register_source(Source("certifications_office", selectors.ending_for_office, selectors.no_longer_ends))
    messaging.register_topic("certifications", _("your certification"))
    messaging.register_purpose(
        messaging.Purpose(ENDING, "certifications", ENDING, _holder, _("a reminder that a certification ends"))
    )
    messaging.register_purpose(
        messaging.Purpose(
            ENDING_OFFICE, "certifications", ENDING_OFFICE, _office, _("word to the office that a certification ends")
        )
    )


def _holder(organization_id: int, rows: list[Any]) -> Answer:
    return _answers(rows, ENDING)


def _office(organization_id: int, rows: list[Any]) -> Answer:
    return _answers(rows, ENDING_OFFICE)


def _answers(rows: list[Any], purpose: str) -> Answer:
    """The day and the way to its page, if it still ends on that day. Not which it is, nor whose: mail is read aside."""
    found = selectors.ending_behind(message.occurrence for message in rows)
    steps = enabled_names(purpose)
    renewable = _renewable(found.values())
    answers: dict[int, messaging.Facts | messaging.Withdraw] = {}
    for message in rows:
        row = found.get(message.occurrence)
        if row is None or row.expires_on is None or message.step not in steps:
            answers[message.pk] = messaging.Withdraw()
            continue
        today = selectors.today_of(row.organization_id)
        url = link_to(row.organization, reverse("certifications:detail", args=[row.public_id]))
        answers[message.pk] = messaging.Facts(
            {
                "ends_on": row.expires_on,
                "has_ended": row.expires_on < today,
                "renewable_until": until if (until := renewable.get(row.pk)) and until >= today else None,
                "action_url": url,
            }
        )
    return answers


def _renewable(rows: Iterable[Certification]) -> dict[int, date]:
    """Until when those that ended can still be renewed, by the calendar of their one organization."""
    ended = list(rows)
    if not ended:
        return {}
    return selectors.renewable_until(ended, selectors.day_there(ended[0].organization))
