"""Ways to reach people, and messages, for tests."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.scope import system_scope
from apps.messaging import services
from apps.messaging.models import ContactPoint, Message
from apps.messaging.registry import Purpose
from apps.organizations.models import Person

_number = itertools.count(1)
SYSTEM = Actor.for_system("test data is made")


def zone_at(hour: int) -> str:
    """A zone whose clock reads about this hour now, so that a test of sending hours needs no false clock."""
    zones = ["Pacific/Honolulu", "America/Los_Angeles", "America/New_York", "America/Noronha", "Africa/Lagos"]
    zones += ["Africa/Nairobi", "Asia/Karachi", "Asia/Dhaka", "Asia/Shanghai", "Asia/Tokyo", "Pacific/Noumea"]
    zones += ["Pacific/Apia", "America/Anchorage", "America/Denver", "America/Chicago", "America/Argentina/Salta"]
    now = timezone.now()

    def away(name: str) -> float:
        wall = now.astimezone(ZoneInfo(name))
        off = abs(wall.hour + wall.minute / 60 - hour)
        return min(off, 24 - off)

    return min(zones, key=away)


def make_contact_point(person: Person, channel: str = "email", **fields: Any) -> ContactPoint:
    """A safe way to reach a person; a text number is agreed to unless `consent_at` says otherwise."""
    n = next(_number)
    address = f"reader{n}@example.org" if channel == "email" else f"+1512555{n % 10000:04d}"
    fields = {"channel": channel, "address": address, "safe_to_send": True, **fields}
    if channel == "sms" and "consent_at" not in fields:
        fields |= {"consent_at": timezone.now(), "consent_wording_version": "2026-01"}
    with transaction.atomic(), system_scope("test data is made"):
        return services.add_contact_point(person=person, actor=SYSTEM, **fields)


def plan_for(
    person: Person,
    purpose: Purpose,
    *,
    occurrence: str = "",
    due_at: datetime | None = None,
    useful_until: datetime | None = None,
    step: str = "only",
) -> Message:
    """One planned message to a person, due a minute ago unless told otherwise."""
    occurrence = occurrence or f"test:{next(_number)}"
    due_at = due_at or timezone.now() - timedelta(minutes=1)
    row = [person.organization_id, person.pk, occurrence, due_at, useful_until or due_at + timedelta(days=2)]
    sql = "SELECT %s::bigint, %s::bigint, %s::text, %s::timestamptz, %s::timestamptz"
    with transaction.atomic(), system_scope("test data is made"):
        services.plan(purpose=purpose, step=step, rows=(sql, row), actor=SYSTEM)
        return Message.objects.filter(purpose=purpose.name, occurrence=occurrence, step=step).latest("pk")
