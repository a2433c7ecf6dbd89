"""Handing on what somebody holds: to the first who can take it, and where a private rule came between."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.organizations import selectors
from apps.organizations.models import Person, Seal
from apps.organizations.registry import Holding


def first_who_can(kind: Holding, row: Any, people: list[Person | None], system: Actor) -> list[str]:
    """Give the row to the first of these who can take it. Returns why not, where nobody can."""
    refused: list[str] = []
    for to in people:
        if to is None and kind.takers and (not kind.without or kind.needs_somebody(row)):
            refused = refused or [_("Choose who takes this.")]
            continue
        try:
            with transaction.atomic():
                kind.hand_over(row, to, system)
            return []
        except ValidationError as error:
            refused = refused or error.messages
    return refused


@transaction.atomic
def hand_over_unseen(*, kind: Holding, row: Any, to: Person | None, actor: Actor) -> None:
    """Give one thing whose holder can't see it any more to somebody who can, or to nobody where that is in order.

    Raises PermissionDenied for whoever does not keep records or does not see it; ValidationError where it can't go
    there. What was handed over meanwhile is left as it is.
    """
    if not actor.can("manage_clients"):
        raise PermissionDenied
    kind.lock(row.organization_id)
    found = visible_to(selectors.unseen(kind), actor).filter(pk=row.pk).select_for_update(of=("self",)).first()
    if found is None:
        if kind.held is not None and not selectors.unseen(kind).filter(pk=row.pk).exists():
            return
        raise PermissionDenied
    if to is not None and to not in selectors.takers_of(kind, found):
        raise ValidationError(_("Choose somebody else for this."))
    system = Actor.for_system("what somebody held is handed over, for a private rule came between", row.organization_id)
    if refused := first_who_can(kind, found, [to], system):
        raise ValidationError(refused)


def hand_to_custodian(*, seal: Seal) -> bool:
    """Give the one who keeps a sealed record what is about its person and would be seen by nobody from now on.

    What the custodian sees anyway waits for their choice on the page of things to hand over. False where something
    can't go to them.
    """
    system = Actor.for_system("what nobody else sees goes to who keeps the sealed record", seal.organization_id)
    keeps = Actor(seal.custodian.user_id, seal.organization_id)
    for kind in selectors.unseen_kinds():
        rows = selectors.unseen(kind).filter(**{kind.whose: seal.subject})
        for row in rows.exclude(pk__in=visible_to(rows, keeps).order_by().values("pk")):
            if first_who_can(kind, row, [seal.custodian], system):
                return False
    return True
