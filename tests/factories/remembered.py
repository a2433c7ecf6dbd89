"""What many tests begin with: made by its services once in a process, its rows written again from then on."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.db import connection, models, transaction

from apps.access.scope import system_scope

# what the rows of `models` do not hold and triggers write again
_BESIDES = "SELECT relname, n_tup_ins FROM pg_stat_xact_user_tables WHERE n_tup_ins > 0 AND relname NOT LIKE '%history'"


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
        cursor.execute(_BESIDES)
        before = dict(cursor.fetchall())
        old = {}
        for table in tables:
            cursor.execute(f"SELECT COALESCE(jsonb_agg(t), '[]')::text FROM {table} t")
            old[table] = cursor.fetchone()[0]
        result = pickle.dumps(make())
        cursor.execute(_BESIDES)
        written = {table for table, count in cursor.fetchall() if count != before.get(table)}
        assert written <= set(tables), f"it writes to more than it says: {sorted(written - set(tables))}"
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
