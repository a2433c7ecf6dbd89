"""Writes of the rules of supervision."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.access.actor import Actor
from apps.access.policy import may_add, require
from apps.organizations.services import store
from apps.supervision.examples import EXAMPLES
from apps.supervision.models import SupervisionCadence, SupervisionRules

__all__ = ["store_cadence", "store_rules", "take_example"]


@transaction.atomic
def store_rules(*, rules: SupervisionRules, actor: Actor, **values: Any) -> SupervisionRules:
    """Make or change a set of rules. Raises PermissionDenied, or ValidationError by field."""
    if state := values.get("jurisdiction", ""):
        values["jurisdiction"] = state.strip().upper()
    return store(row=rules, actor=actor, **values)


@transaction.atomic
def store_cadence(*, cadence: SupervisionCadence, actor: Actor, **values: Any) -> SupervisionCadence:
    """Make or change one thing that a set of rules asks. Raises PermissionDenied, or ValidationError by field."""
    require(actor, "change", cadence.rules)
    return store(row=cadence, actor=actor, **values)


@transaction.atomic
def take_example(*, key: str, actor: Actor, organization_id: int, **values: Any) -> SupervisionRules:
    """Take a shipped set of rules over as the organization's own, to be changed as they like; `values` win over it.

    Raises PermissionDenied, or ValidationError where there are rules for that state already.
    """
    if not may_add(actor, SupervisionRules):
        raise PermissionDenied
    example = EXAMPLES[key]
    filled = {name: value for name, value in values.items() if value not in (None, "", False)}
    rules = store_rules(
        rules=SupervisionRules(organization_id=organization_id),
        actor=actor,
        **{"name": example.name, **example.values, **filled},
    )
    for each in example.cadences:
        store_cadence(cadence=SupervisionCadence(organization_id=organization_id, rules=rules), actor=actor, **each)
    return rules
