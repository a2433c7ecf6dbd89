"""Every write to an organization's own figures."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may_add, require
from apps.certifications.catalogue.storing import said_in_catalogue
from apps.certifications.models import CatalogueCredential, RequirementOverride


@transaction.atomic
def set_own_figure(
    *, actor: Actor, organization_id: int, credential: CatalogueCredential, requirement_code: str, **values: Any
) -> RequirementOverride:
    """Put an organization's own figure in the place of the catalogue's, for this organization only.

    Raises PermissionDenied, or ValidationError where the catalogue has no such requirement to stand in for.
    """
    if not may_add(actor, RequirementOverride):
        raise PermissionDenied
    row = RequirementOverride(organization_id=organization_id, credential=credential, requirement_code=requirement_code)
    return _store(row, actor, values)


@transaction.atomic
def change_own_figure(*, own: RequirementOverride, actor: Actor, **values: Any) -> RequirementOverride:
    """Change an own figure; it then rests on what the catalogue says now."""
    require(actor, "change", own)
    return _store(own, actor, values)


@transaction.atomic
def take_back_own_figure(*, own: RequirementOverride, actor: Actor) -> None:
    """Let the catalogue's figure stand again. Taking it back twice changes nothing."""
    require(actor, "change", own)
    if own.archived_at is None:
        own.archived_at = timezone.now()
        own.save(update_fields=["archived_at"])


@transaction.atomic
def restore_own_figure(*, own: RequirementOverride, actor: Actor) -> None:
    """Let a figure that was taken back stand again; it then rests on what the catalogue says now.

    Raises PermissionDenied, or ValidationError where another one stands for that requirement by now.
    """
    require(actor, "change", own)
    if own.archived_at is not None:
        _store(own, actor, {"archived_at": None})


def _store(row: RequirementOverride, actor: Actor, values: dict[str, Any]) -> RequirementOverride:
    for name, value in values.items():
        setattr(row, name, value)
    row.rests_on = said_in_catalogue(row.credential, row.level_code, row.requirement_code)[:200]
    if not row.rests_on:
        raise ValidationError({"requirement_code": _("The catalogue has no such requirement for this credential.")})
    row.full_clean()
    row.save()
    ensure_still_visible(actor, row)
    return row
