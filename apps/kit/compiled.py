"""SQL that every request asks: made once, and its plan kept by PostgreSQL with the connection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connection
from django.db.models import Model

__all__ = ["CompiledRow", "ask"]

M = TypeVar("M", bound=Model)

# what runs each question, by psycopg's connection, which keeps them
_prepared: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()


def ask(text: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows for these values, each of which stands in `text` as `%s`.

    For a question over eight tables PostgreSQL takes several times as long to plan as to answer, so the plan is kept.
    Not where a pooler deals out connections by transaction (the setting `DATABASE_PREPARED`).
    """
    with connection.cursor() as cursor:
        cursor.execute(_run_prepared(text, len(values)) if settings.DATABASE_PREPARED else text, values)
        return list(cursor.fetchall())


def _run_prepared(text: str, places: int) -> str:
    """What runs a question on this connection, which knows it from its first use on, whatever is rolled back."""
    known = _prepared.setdefault(connection.connection, {})
    if text not in known:
        name, numbered = f"asked_{len(known)}", text % tuple(f"${place}" for place in range(1, places + 1))
        with connection.wrap_database_errors:
            connection.connection.execute(f"PREPARE {name} AS {numbered}".encode())
        known[text] = f"EXECUTE {name} ({', '.join(['%s'] * places)})"
    return known[text]


class CompiledRow(Generic[M]):
    """The row of a model that has a value in a unique field, whose SQL is made at its first use and kept.

    Row-level security alone decides whether it is found: the scope adds nothing to the question.
    """

    def __init__(self, model: type[M], field: str) -> None:
        self._model, self._field = model, field
        self._made: tuple[str, list[str], Callable[[list[Any]], Any]] | None = None

    def find(self, value: Any) -> M | None:
        """The row with this value, or None."""
        if self._made is None:
            self._made = self._make(value)
        text, names, converted = self._made
        found = ask(text, [value])
        if not found:
            return None
        (values,) = converted(found)
        return self._model.from_db(connection.alias, names, values)

    def _make(self, value: Any) -> tuple[str, list[str], Callable[[list[Any]], Any]]:
        """The SQL, the names of its columns, and what makes of its rows what the fields hold."""
        compiler = self._model._base_manager.filter(**{self._field: value}).query.get_compiler(connection=connection)
        text, _params = compiler.as_sql()
        columns = [column for column, _sql, _alias in compiler.select]
        converters = compiler.get_converters(columns)
        names = [column.target.attname for column in columns]
        return text, names, lambda rows: compiler.apply_converters(rows, converters)
