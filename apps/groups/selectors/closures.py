"""Reads of closures."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.groups.models import Closure


def coming_closures(actor: Actor) -> QuerySet[Closure]:
    """Closures that are not over, the next one first, as far as this reader may see them."""
    return (
        visible_to(Closure, actor)
        .filter(archived_at__isnull=True, ends_on__gte=timezone.localdate())
        .select_related("location")
        .order_by("starts_on", "pk")
    )
