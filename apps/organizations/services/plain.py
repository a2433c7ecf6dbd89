"""The write of a plain record: one whose change has no consequence beyond its own row (a room, a programme)."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may_add, require

R = TypeVar("R", bound=models.Model)


@transaction.atomic
def store(*, row: R, actor: Actor, **values: Any) -> R:
    """Write `values` to a new or standing row of a plain record and return it.

    Raises PermissionDenied where the actor may not add or change it, or would no longer see it; ValidationError, by
    field, where the row is not valid. Records whose change means more (people, groups, appointments) have services of
    their own.
    """
    if row.pk is None:
        if not may_add(actor, type(row)):
            raise PermissionDenied
    else:
        require(actor, "change", row)
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    ensure_still_visible(actor, row)
    return row


@transaction.atomic
def archive(*, row: R, actor: Actor) -> R:
    """Put a plain record away. Archiving an archived one changes nothing."""
    require(actor, "change", row)
    if row.archived_at is None:  # type: ignore[attr-defined]  # only rows with archived_at are archived
        row.archived_at = timezone.now()  # type: ignore[attr-defined]  # as above
        row.save(update_fields=["archived_at"])
    return row


@transaction.atomic
def take_back(*, row: R, actor: Actor) -> R:
    """Take a plain record back that was put away. Taking back one that is in use changes nothing.

    Raises PermissionDenied; ValidationError where what it belongs to is put away, or where its name is taken by now.
    """
    require(actor, "change", row)
    if row.archived_at is None:  # type: ignore[attr-defined]  # only rows with archived_at are archived
        return row
    for key in row._meta.fields:
        above = getattr(row, key.name) if key.is_relation else None
        if getattr(above, "archived_at", None) is not None:
            raise ValidationError(_("Take back %(what)s first.") % {"what": above})
    row.archived_at = None  # type: ignore[attr-defined]  # as above
    row.full_clean()
    row.save(update_fields=["archived_at"])
    return row
