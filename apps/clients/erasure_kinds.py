"""What the erasure of one client's record takes in: each kind of row that says something of them, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q

from apps.access.policy import identifying
from apps.signing.sealing import Sealed

__all__ = ["Erasable", "erasables", "register_erasable"]

Rows = Callable[[Sequence[int]], models.QuerySet[Any, Any]]


@dataclass(frozen=True)
class Erasable:
    """One kind of row that an erasure takes in.

    `blanks` says by field what takes the place of what would tell who somebody is, or what was said of them; the same
    fields of the row's history are blanked with it. Empty: the row names nobody by itself and stays as a number.
    `closes` is set on the row alone, so that nothing goes on.
    `moments` are fields (or paths to them) that say when it was last about them: the time of keeping counts from the
    latest of all. `open` picks rows that somebody must end first. `rows(persons)` gives the rows by the keys of the
    Persons that are erased, by its policy's own `identifies` unless given. `signed_as` names the kind under which such
    rows are signed: the signed bytes are blanked, the hash stays. Sealed rows are blanked in their `erasable` columns.

    A kind that is not `told` reaches beyond this organization: it is neither counted before nor written down after, for
    its number would say that somebody is known elsewhere. `also(keys, using)` does what else goes with the rows.
    """

    model: type[models.Model]
    blanks: Mapping[str, Any] = field(default_factory=dict)
    closes: Mapping[str, Any] = field(default_factory=dict)
    moments: tuple[str, ...] = ()
    open: Q | None = None
    rows: Rows | None = None
    signed_as: str = ""
    told: bool = True
    also: Callable[[Sequence[int], str], None] | None = None

    def of(self, persons: Sequence[int]) -> models.QuerySet[Any, Any]:
        """The rows about these Persons, in the open scope."""
        if self.rows is not None:
            return self.rows(persons)
        found: models.QuerySet[Any, Any] = self.model._default_manager.filter(  # type: ignore[attr-defined]  # a model class has one
            pk__in=identifying(self.model, persons)
        )
        return found


_kinds: dict[type[models.Model], list[Erasable]] = {}


def register_erasable(kind: Erasable) -> None:
    """Register a kind of row that tells something of a client.

    Raises ValueError where a sealed row would be blanked in a column that its seal does not let go.
    """
    if issubclass(kind.model, Sealed) and (other := set(kind.blanks) - set(kind.model.erasable)):
        raise ValueError(f"{kind.model._meta.label} is sealed: {', '.join(sorted(other))} can't be blanked")
    standing = _kinds.setdefault(kind.model, [])
    if kind not in standing:
        standing.append(kind)


def erasables() -> list[Erasable]:
    """Every kind, in the order of registration: lower floors first."""
    return [kind for kinds in _kinds.values() for kind in kinds]
