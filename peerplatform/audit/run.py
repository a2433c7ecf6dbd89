"""One whole audit: the houses are opened, everybody asks everything, and all of it is undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db import connection, transaction

from apps.access.admin import OperatorAdmin, PolicyAdmin
from apps.access.policy import policy_of
from apps.access.walls import scoped_models
from peerplatform.audit.addresses import addresses, unknown
from peerplatform.audit.houses import Houses, open_houses
from peerplatform.audit.walks import EVERYTHING, Finding, Walker
from peerplatform.audit.walls import set_apart

__all__ = ["Audit", "Finding", "audit", "unknown_models"]

# Walled tables that no page asks for: what a row was, and who it is opened to. They are read with their row.
READ_WITH_THEIR_ROW = ("History", "Grant", "Capability")
WITHOUT_A_POLICY = {
    "organizations.bar": "read by its own pages alone: who declared it, and the deputy",
    "organizations.organizationrole": "which auth group stands for a role: no record about anybody",
}


@dataclass
class Audit:
    """What an audit found: leaks, what it did not know, what it had no row for, and who got what where."""

    findings: list[Finding] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    untried: list[str] = field(default_factory=list)
    statuses: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    asked: int = 0

    @property
    def ok(self) -> bool:
        return not self.findings and not self.unknown


def unknown_models() -> list[str]:
    """Models of organizations that no policy speaks of, and pages of the administration that ask none."""
    found = []
    for model in scoped_models():
        named = model.__name__.endswith(READ_WITH_THEIR_ROW) or model._meta.label_lower in WITHOUT_A_POLICY
        if policy_of(model) is None and not named:
            found.append(f"{model._meta.label} belongs to organizations and has no policy")
    for model, page in admin.site._registry.items():
        if not isinstance(page, PolicyAdmin | OperatorAdmin):
            found.append(f"the admin page of {model._meta.label} asks no policy")
    return found


def audit(
    *,
    people: Iterable[str] | None = None,
    wants: Callable[[str], bool] = lambda name: True,
    only: frozenset[str] = EVERYTHING,
    distinct: bool = False,
    here: int | None = None,
    next_door: int | None = None,
    progress: Callable[[str], Any] = lambda word: None,
) -> Audit:
    """Ask every address that `wants` (its name) as each of `people` (everybody), and undo all of it.

    `only` names the walks: "pages", "rows", "lists", "forms", "autocompletes". `distinct`: a forged question is asked
    once for each distinct set of rights over what it is about, not again by the next role that has the same. `here` is
    the organization that is asked and `next_door` the one it must not tell of. Needs to be the first to open a
    transaction, or to be inside one that the caller undoes.
    """
    result = Audit()
    all_of_them = addresses()
    result.unknown = [*unknown(all_of_them), *unknown_models()]
    with set_apart(), transaction.atomic():
        houses, known = open_houses(here, next_door), set[Any]() if distinct else None
        for who in people or houses.here.users:
            progress(who)
            walker = Walker(houses, who, wants, only, known)
            walker.walk(all_of_them)
            result.findings += walker.findings
            result.asked += walker.asked
            for address, kinds in walker.statuses.items():
                result.statuses.setdefault(address, {})[who] = kinds
        result.untried = _untried(houses)
        transaction.set_rollback(True)
    connection.scope_stamp = None  # type: ignore[attr-defined]  # the scope's own mark: what is undone is stamped anew
    return result


def _untried(houses: Houses) -> list[str]:
    """The kinds of record of which the house next door has no row: nothing could be asked about them."""
    walled = [m for m in apps.get_models() if policy_of(m) is not None and hasattr(m, "scope_field")]
    return sorted(m._meta.label for m in walled if houses.next_door.rows.of(m) is None)
