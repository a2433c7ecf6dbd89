"""Messages about supervision that is due: to the specialist and to the supervisor of a plan."""

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

DUE = "supervision_due"

Answer = Mapping[int, messaging.Facts | messaging.Withdraw]


def register() -> None:
    """Make source, purpose and topic known."""
    register_source(Source("supervision", selectors.due_between, selectors.no_longer_due, _for_one_run))
    messaging.register_purpose(
        messaging.Purpose(DUE, "supervision", DUE, _facts, _("a reminder that supervision is due"))
    )


def _for_one_run() -> Source:
    """The source with one picture of what is due, worked out when it is first asked for."""
    picture = selectors.DuePicture()
    return Source("supervision", picture.between, picture.no_longer)


def _facts(organization_id: int, rows: list[Any]) -> Answer:
    """The day and the way to the page, if it still is asked for. Not whose supervision it is: mail is read aside."""
    found = selectors.due_behind(message.occurrence for message in rows)
    steps = enabled_names(DUE)
    answers: dict[int, messaging.Facts | messaging.Withdraw] = {}
    for message in rows:
        asked = found.get(message.occurrence)
        if asked is None or message.step not in steps:
            answers[message.pk] = messaging.Withdraw()
            continue
        url = link_to(asked.organization, reverse("supervision:due"))
        answers[message.pk] = messaging.Facts(
            {"last_day": asked.last_day, "has_gone_by": asked.has_gone_by, "action_url": url}
        )
    return answers
