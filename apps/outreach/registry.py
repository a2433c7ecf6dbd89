"""What lower apps' selectors outreach plans from, and what it writes to people about. Nothing else names an app.

A source gives, in one queryset over every organization in scope, the things that messages can be about. A step (see
`models.OutreachStep`) says how long before or after the thing's own moment a message is due. A new kind of message is a
selector in its app, a source and a purpose registered here, a step in `choices.DEFAULT_STEPS`, and a template.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

__all__ = ["Source", "register_source", "source_called", "source_names"]


@dataclass(frozen=True)
class Source:
    """Something to write to people about.

    `between(since, until)` yields, as `.values()`, `organization_id`, `person_id`, `occurrence` (text that changes when
    what was planned no longer holds), `due_at` (the thing's own moment, here between `since` and `until`),
    `useful_until`, and `zone` (where its wall time is read). `no_longer()` is a condition on the ledger that is true
    where a message's occurrence is no longer among them. Where what is due is worked out by a function and not by a
    query, `between` returns a list of named tuples with these fields. Such a source gives with `for_one_run` the same
    source for one run of the planner, which works it out once however often it is asked.
    """

    name: str
    between: Callable[[datetime, datetime], QuerySet[Any, Any] | list[Any]]
    no_longer: Callable[[], Any]
    for_one_run: Callable[[], Source] | None = None


_sources: dict[str, Source] = {}


def register_source(source: Source) -> Source:
    """Make this source known; registering one name twice keeps the last."""
    _sources[source.name] = source
    return source


def source_called(name: str) -> Source | None:
    """The source of this name, or None where no app registered it."""
    return _sources.get(name)


def source_names() -> list[str]:
    """The names of every registered source."""
    return sorted(_sources)
