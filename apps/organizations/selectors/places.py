"""Reads of what is taken when: staff, rooms and beds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apps.organizations.choices import Resource
from apps.organizations.models import Reservation


def reserved_between(kind: Resource, starts: datetime, ends: datetime) -> list[tuple[int, Any]]:
    """What of a kind is taken between two instants: the key of the Person, Room or Bed, and the range of instants."""
    rows = Reservation.objects.filter(kind=kind, ended_at__isnull=True, during__overlap=(starts, ends))
    return [(Reservation.resource_in(key), during) for key, during in rows.values_list("resource_key", "during")]
