"""Pairs of people who are kept apart in groups."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may, may_add, require
from apps.clients.models import KeepApart
from apps.organizations.models import Person


@transaction.atomic
def keep_apart(
    *, one: Person, other: Person, actor: Actor, why: str = "", is_strict: bool = True, since: date | None = None
) -> KeepApart:
    """Say that two people must not meet in a group. Saying it again, either way round, changes why and how strictly.

    Neither of them learns of it. Raises PermissionDenied, also where the actor is one of them or may not see both;
    ValidationError where both are one and the same person.
    """
    if not may_add(actor, KeepApart) or not may(actor, "view", one) or not may(actor, "view", other):
        raise PermissionDenied
    if one.pk == other.pk or (one.user_id is not None and one.user_id == other.user_id):
        raise ValidationError({"person": _("This is the same person. Choose somebody else.")})
    first, second = sorted((one, other), key=lambda person: person.pk)
    # the lower Person is locked, so that the same pair is not written twice at once
    Person.objects.select_for_update(no_key=True).get(pk=first.pk)
    row = KeepApart.objects.filter(person_a=first, person_b=second, ended_at__isnull=True).first()
    if row is None:
        row = KeepApart(organization_id=first.organization_id, person_a=first, person_b=second)
        row.since = since or timezone.localdate()
    row.why, row.is_strict = why, is_strict
    row.full_clean()
    row.save()
    ensure_still_visible(actor, row)
    return row


@transaction.atomic
def change_apart(*, pair: KeepApart, actor: Actor, **values: Any) -> KeepApart:
    """Change why, how strictly or since when two people are kept apart. Raises PermissionDenied, or ValidationError."""
    require(actor, "change", pair)
    pair = KeepApart.objects.select_for_update(of=("self",)).get(pk=pair.pk)
    for name in ("why", "is_strict", "since"):
        if name in values:
            setattr(pair, name, values[name])
    pair.full_clean()
    pair.save()
    return pair


@transaction.atomic
def end_apart(*, pair: KeepApart, actor: Actor) -> KeepApart:
    """These two may meet again. Ending it twice changes nothing. Raises PermissionDenied."""
    require(actor, "change", pair)
    pair = KeepApart.objects.select_for_update(of=("self",)).get(pk=pair.pk)
    if pair.ended_at is None:
        pair.ended_at = timezone.now()
        pair.save(update_fields=["ended_at"])
    return pair
