"""Reads of lost second factors on their way back."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.access.scope import current_scope
from apps.accounts.models import User
from apps.organizations.models import (
    RoleCapability,
    SecondFactorRestoring,
)
from apps.organizations.selectors.people import active_memberships


def standing_restorings() -> QuerySet[SecondFactorRestoring]:
    """Restorings of a second factor that are neither used nor ended nor too old."""
    return SecondFactorRestoring.objects.filter(used_at__isnull=True, ended_at__isnull=True, expires_at__gt=Now())


def open_restoring(user: User) -> SecondFactorRestoring | None:
    """The restoring that two have confirmed for this user, in the open scope."""
    return standing_restorings().filter(user=user, confirmed_at__isnull=False).select_related("person").first()


def has_open_restoring(user: User) -> bool:
    """Whether two have confirmed that this user's second factor is lost, on the host of the open scope."""
    return current_scope() is not None and open_restoring(user) is not None


def restorers(restoring: SecondFactorRestoring) -> list[User]:
    """The administrators who may be the second of two: neither the first nor the person themself."""
    holders = RoleCapability.objects.filter(
        organization_id=restoring.organization_id, permission__codename="manage_members"
    ).values("group__organization_role__role")
    works = active_memberships().filter(organization_id=restoring.organization_id, role__in=holders)
    people = User.objects.filter(pk__in=works.values("person__user_id"), is_active=True)
    return list(people.exclude(pk__in=[restoring.asked_by_id, restoring.user_id]).order_by("pk"))


def restorings_for_operator(public_id: str | None = None) -> list[SecondFactorRestoring]:
    """Restorings that wait for a second where the organization has none. Needs a system scope."""
    waiting = standing_restorings().filter(confirmed_at__isnull=True).select_related("person", "organization")
    if public_id is not None:
        try:
            waiting = waiting.filter(public_id=uuid.UUID(public_id))
        except ValueError:
            return []
    return [one for one in waiting.order_by("asked_at") if not restorers(one)]
