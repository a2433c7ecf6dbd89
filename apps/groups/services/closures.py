"""Closures: days on which a house, or everything, is closed, and public holidays among them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may_add, require
from apps.groups.holidays import holidays_of
from apps.groups.models import Closure
from apps.groups.services.planning import plan_sessions


@transaction.atomic
def add_closure(*, actor: Actor, organization_id: int, **values: Any) -> Closure:
    """Close one location or everything for some days. Sessions on them are off at once and say why.

    Raises PermissionDenied, or ValidationError by field.
    """
    if not may_add(actor, Closure):
        raise PermissionDenied
    row = Closure(organization_id=organization_id, **values)
    row.full_clean()
    row.save()
    ensure_still_visible(actor, row)
    plan_sessions(actor=actor, closures_changed=True)
    return row


@transaction.atomic
def change_closure(*, closure: Closure, actor: Actor, **values: Any) -> Closure:
    """Change a closure's days, place or words. Sessions that it no longer covers come back."""
    require(actor, "change", closure)
    row = Closure.objects.select_for_update().get(pk=closure.pk)
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    ensure_still_visible(actor, row)
    plan_sessions(actor=actor, closures_changed=True)
    return row


@transaction.atomic
def end_closure(*, closure: Closure, actor: Actor) -> Closure:
    """Take a closure back: its sessions that are still to come take place. Doing it again changes nothing."""
    require(actor, "change", closure)
    row = Closure.objects.select_for_update().get(pk=closure.pk)
    if row.archived_at is None:
        row.archived_at = timezone.now()
        row.save(update_fields=["archived_at"])
        plan_sessions(actor=actor, closures_changed=True)
    return row


@transaction.atomic
def add_holidays(*, actor: Actor, organization_id: int, days: Iterable[date]) -> int:
    """Close everything on these public holidays; those among the closures already are left. Returns how many are new.

    Days that are no federal holidays of the United States are left out. Raises PermissionDenied.
    """
    if not may_add(actor, Closure):
        raise PermissionDenied
    wanted = set(days)
    known = {each.on: each for year in {day.year for day in wanted} for each in holidays_of(year)}
    standing = set(
        Closure.objects.filter(holiday__in=wanted, archived_at__isnull=True, location__isnull=True).values_list(
            "holiday", flat=True
        )
    )
    made = 0
    for day in sorted(wanted & known.keys() - standing):
        row = Closure(organization_id=organization_id, starts_on=day, ends_on=day, reason=known[day].words, holiday=day)
        row.full_clean()
        row.save()
        made += 1
    if made:
        plan_sessions(actor=actor, closures_changed=True)
    return made
