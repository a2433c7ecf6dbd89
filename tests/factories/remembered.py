"""What many tests begin with: made by its services once in a process, its rows written again from then on."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.db import connection, models, transaction

from apps.access.scope import system_scope
from peerplatform.audit.asking import written


def remembered(*kinds: type[models.Model]) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Decorator for what makes rows of these models, in the order in which they need one another, and of no others.

    The first call makes them; later ones write the same rows and give a copy of what the first one returned.
    """
    tables = [kind._meta.db_table for kind in kinds]

    def decorate(make: Callable[[], Any]) -> Callable[[], Any]:
        known: list[Any] = []

        @wraps(make)
        def made() -> Any:
            with transaction.atomic(), system_scope("what many tests begin with is written"):
                if not known:
                    known.extend(_make(make, tables))
                    return pickle.loads(known[0])
                with connection.cursor() as cursor:
                    for statement, rows in known[1]:
                        cursor.execute(statement, [rows])
            return pickle.loads(known[0])

        return made

    return decorate


def _make(make: Callable[[], Any], tables: Sequence[str]) -> tuple[bytes, list[tuple[str, str]]]:
    """What `make` returns, pickled, and for each table the statement that writes its rows, and these as JSON."""
    found = []
    with connection.cursor() as cursor:
        before = written()
        old = {}
        for table in tables:
            cursor.execute(f"SELECT COALESCE(jsonb_agg(t), '[]')::text FROM {table} t")
            old[table] = cursor.fetchone()[0]
        result = pickle.dumps(make())
        more = {table for table, count in written().items() if count != before.get(table)} - set(tables)
        more -= {table for table in more if table.endswith("history")}  # the triggers write it again
        assert not more, f"it writes to more than it says: {sorted(more)}"
        for table in tables:
            cursor.execute(
                "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
                " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
                [table],
            )
            columns = cursor.fetchone()[0]
            new = f"FROM {table} t WHERE NOT %s::jsonb @> jsonb_build_array(to_jsonb(t))"
            cursor.execute(f"SELECT COALESCE(jsonb_agg(t), '[]')::text {new}", [old[table]])
            source = f"SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s)"
            found.append((f"INSERT INTO {table} ({columns}) {source}", cursor.fetchone()[0]))
    return result, found
