"""Questions of one organization that every request asks, whose SQL is made once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from psycopg import sql

from apps.access.scope import open_scope, require_scope
from apps.kit.compiled import ask

__all__ = ["CompiledQuery"]

_MARK = 7_000_000_000_000_000_000  # no key: stands where a number will be, while the SQL is made


class CompiledQuery:
    """A queryset of `values_list` whose SQL is made at its first use and kept.

    Django makes the SQL of a queryset anew each time, which for a question over eight tables takes longer than its
    answer. `build(**numbers)` returns the queryset; it may use the numbers only as values to compare with.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._made: tuple[str, tuple[str, ...]] | None = None

    def rows(self, **numbers: int) -> list[tuple[Any, ...]]:
        """The rows for these numbers in the ambient scope, which must be that of one organization."""
        scope = require_scope()
        if scope.system or len(scope.organizations) != 1:
            return list(self._build(**numbers))
        if self._made is None:
            self._made = self._make(tuple(numbers))
        text, names = self._made
        values = numbers | {"": scope.organizations[0]}
        return ask(text, [values[name] for name in names])

    def _make(self, names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        """The SQL with a place for each number, and whose number each place takes; "" is the organization."""
        marks = {_MARK + place: name for place, name in enumerate(("", *names))}
        with open_scope(_MARK):
            text, given = self._build(**{name: mark for mark, name in marks.items() if name}).query.sql_with_params()
        parts = text.split("%s")
        if len(parts) != len(given) + 1:
            raise ValueError("A percent sign in the SQL of a compiled query can't be told from a place for a value.")
        made, wanted = [parts[0]], []
        for value, part in zip(given, parts[1:], strict=True):
            if value in marks:
                made.append("%s")
                wanted.append(marks[value])
            else:
                made.append(sql.Literal(value).as_string(connection.connection).replace("%", "%%"))
            made.append(part)
        return "".join(made), tuple(wanted)
