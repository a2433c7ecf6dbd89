"""A look before a deed: it is done, looked at, and undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.access.actor import Actor
from apps.care import selectors
from apps.care.models import Disruption, DisruptionItem
from apps.care.selectors import Told


@dataclass
class Look:
    """What a deed would do: items in order of time, who would hear of it and how, and how many in which way."""

    row: Disruption | None = None
    items: list[DisruptionItem] = field(default_factory=list)
    hidden: int = 0
    told: list[Told] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    problem: ValidationError | None = None


class _Undo(Exception):  # noqa: N818  not an error: the way out of the transaction that a look undoes
    """Ends the transaction of a look."""


def look_at(*, deed: Callable[[], Disruption], actor: Actor) -> Look:
    """Run `deed` (a call of this module), note what came of it and who would be told how, and undo it all.

    What the page says can't differ from what happens, as it is the same service. A refusal is the look's `problem`;
    PermissionDenied passes.
    """
    found = Look()
    try:
        with transaction.atomic():
            row = deed()
            found.row = row
            found.items = list(selectors.items_of([row], actor))
            found.hidden = row.items.count() - len(found.items)
            found.told, found.counts = selectors.how_told(row, actor)
            raise _Undo
    except ValidationError as refused:
        found.problem = refused
    except _Undo:
        pass
    return found
