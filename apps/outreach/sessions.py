"""Messages about sessions of groups that were called off or put elsewhere at short notice: calendars hear too late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.care.selectors import told_of_sessions
from apps.groups import selectors
from apps.messaging import registry as messaging
from apps.organizations.models import Organization
from apps.organizations.selectors import link_to
from apps.outreach.registry import Source, register_source
from apps.outreach.selectors import enabled_names

CHANGE = "session_change"


def register() -> None:
    """Make the source, its purpose and the topic known."""
    register_source(Source("session_changes", _changed_between, selectors.no_longer_changed))
    messaging.register_topic("groups", _("your groups"))
    messaging.register_purpose(
        messaging.Purpose(CHANGE, "groups", CHANGE, _facts, _("word that a group’s session is off or moved"))
    )


def _changed_between(since: datetime, until: datetime) -> QuerySet[Any, Any]:
    """Those that nobody hears of in another way: a day out or closed tells each person once for all that it changes."""
    return selectors.changed_between(since, until).filter(~told_of_sessions())


def _facts(organization_id: int, messages: list[Any]) -> Mapping[int, messaging.Facts | messaging.Withdraw]:
    """When it would have been and that it is off, or when and where it is now. Never which group."""
    found = selectors.sessions_behind(message.occurrence for message in messages)
    people = selectors.still_in(found.values(), [message.person_id for message in messages])
    steps = enabled_names(CHANGE)
    organization = Organization.objects.get(pk=organization_id)
    answers: dict[int, messaging.Facts | messaging.Withdraw] = {}
    for message in messages:
        row = found.get(message.occurrence)
        if row is None or message.step not in steps or (row.group_id, message.person_id) not in people:
            answers[message.pk] = messaging.Withdraw()
            continue
        place = row.location or row.group.location
        remote = row.group.format in ("online", "phone")
        answers[message.pk] = messaging.Facts(
            {
                "starts_at": row.starts_at,
                "zone": str(place.zone),
                "is_off": row.state == "cancelled",
                "place": "" if remote or place.is_confidential or place.is_online else place.address,
                "action_url": link_to(organization, reverse("groups:group", args=[row.group.public_id])),
            }
        )
    return answers
