"""Appointments for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from apps.access.scope import open_scope
from apps.care import services
from apps.care.models import Appointment
from apps.clients.models import ClientRecord
from apps.organizations.models import Location, Person
from tests.factories.organizations import SYSTEM, make_location, make_member


def wall(location: Location, instant: datetime) -> dict[str, Any]:
    """An instant as the day and time that a person would type there."""
    local = instant.astimezone(ZoneInfo(location.zone)).replace(second=0, microsecond=0)
    return {"day": local.date(), "starts": local.time()}


@transaction.atomic
def make_appointment(client: ClientRecord, **fields: Any) -> Appointment:
    """A booked appointment of 45 minutes, `starts_at` an instant (tomorrow at this time unless given)."""
    with open_scope(client.organization_id):
        organization = client.organization
    staff: Person = fields.pop("staff", None) or make_member(organization, "peer_specialist")
    location = fields.pop("location", None) or make_location(organization)
    starts_at = fields.pop("starts_at", None) or timezone.now() + timedelta(days=1)
    fields = {"minutes": 45, "actor": SYSTEM, **wall(location, starts_at), **fields}
    with open_scope(organization.pk):
        return services.book_appointment(client=client, staff=staff, location=location, **fields)


def make_missed(client: ClientRecord, **fields: Any) -> Appointment:
    """An appointment of an hour ago at which the client was not."""
    fields.setdefault("starts_at", timezone.now() - timedelta(hours=1))
    appointment = make_appointment(client, **fields)
    with open_scope(client.organization_id), transaction.atomic():
        return services.mark_missed(appointment=appointment, actor=SYSTEM)
