"""Reading the second wall back from the live database: which table lacks its policy, its keys, its privileges."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from apps.access.constraints import AppendOnly, CompositeForeignKey, RowWall
from apps.access.unscoped import UNSCOPED

__all__ = ["scoped_models", "violations"]


def scoped_models() -> list[Any]:
    """Every model with a wall, history and grants included."""
    return [m for m in apps.get_models(include_auto_created=True) if any(_rules(m, RowWall))]


def violations() -> list[str]:
    """What of the second wall does not stand in the connected database, in words. An empty list: it stands."""
    return [
        *_tables_without_policy(),
        *_missing_keys(),
        *_too_much_power(),
        *_open_ledgers(),
    ]


def _rules(model: Any, kind: type) -> list[Any]:
    return [rule for rule in model._meta.constraints if type(rule) is kind]


def _rows(sql: str, params: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _tables_without_policy() -> list[str]:
    runtime, system = settings.DATABASE_ROLES["runtime"], settings.DATABASE_ROLES["system"]
    found = []
    tables = _rows(
        "SELECT c.relname, c.relrowsecurity FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public' ORDER BY 1"
    )
    policies: dict[str, set[tuple[str, str, str]]] = {}
    for table, roles, using, check in _rows(
        "SELECT tablename, roles::text[], coalesce(qual, ''), coalesce(with_check, '') FROM pg_policies"
    ):
        policies.setdefault(table, set()).update((role, using, check) for role in roles)
    for table, secured in tables:
        known = policies.get(table, set())
        if table in UNSCOPED:
            if secured:
                found.append(f"{table} has row-level security and stands in the list of tables that need none")
            continue
        if not secured:
            found.append(f"{table} has no row-level security and does not stand in apps/access/unscoped.py")
        theirs = [(using, check) for role, using, check in known if role == runtime]
        if len(theirs) != 1 or not all("app_orgs()" in part for part in theirs[0]):
            found.append(f"{table} has no policy that narrows {runtime} to its scope")
        if not any(role == system for role, _using, _check in known):
            found.append(f"{table} has no policy for {system}")
        if strangers := {role for role, _using, _check in known} - {runtime, system}:
            found.append(f"{table} has policies for {', '.join(sorted(strangers))}")
    present = {table for table, _secured in tables}
    found += [f"{m._meta.db_table} is missing" for m in scoped_models() if m._meta.db_table not in present]
    return found


def _missing_keys() -> list[str]:
    standing = {
        (table, tuple(columns))
        for table, columns in _rows(
            "SELECT c.conrelid::regclass::text, array_agg(a.attname::text ORDER BY k.n) FROM pg_constraint c,"
            " unnest(c.conkey) WITH ORDINALITY AS k (attnum, n) JOIN pg_attribute a ON a.attnum = k.attnum"
            " WHERE c.contype = 'f' AND c.convalidated AND a.attrelid = c.conrelid GROUP BY c.oid, c.conrelid"
        )
    }
    found = []
    for model in scoped_models():
        keys = {rule.field for rule in _rules(model, CompositeForeignKey)}
        for name in keys:
            column = model._meta.get_field(name).column
            if (model._meta.db_table, ("organization_id", column)) not in standing:
                found.append(f"{model._meta.db_table}.{column} can point across: it has no composite key")
        if hasattr(model, "pgh_tracked_model"):
            continue  # history rows keep no keys
        for key in model._meta.local_fields:
            walled = isinstance(key, models.ForeignKey) and any(_rules(key.related_model, RowWall))
            if walled and key.name not in keys and key.related_model._meta.label != "organizations.Organization":
                found.append(f"{model._meta.db_table}.{key.column} is a plain key to a walled table")
    return found


def _too_much_power() -> list[str]:
    found = []
    for part in ("runtime", "system"):
        role = settings.DATABASE_ROLES[part]
        ((superuser, bypasses, creates),) = _rows(
            "SELECT rolsuper, rolbypassrls, has_schema_privilege(rolname, 'public', 'CREATE') FROM pg_roles"
            " WHERE rolname = %s",
            [role],
        )
        if superuser or bypasses:
            found.append(f"{role} goes around row-level security")
        if creates:
            found.append(f"{role} may make tables")
        owned = _rows(
            "SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = %s", [role]
        )
        found += [f"{role} owns {name}" for (name,) in owned]
        found += [
            f"{role} may {verb} {table}"
            for table, verb in _rows(
                "SELECT c.relname, v.verb FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,"
                " unnest(array['TRUNCATE', 'TRIGGER', 'REFERENCES']) AS v (verb) WHERE c.relkind = 'r'"
                " AND n.nspname = 'public' AND has_table_privilege(%s, c.oid, v.verb)",
                [role],
            )
        ]
    return found


def _open_ledgers() -> list[str]:
    found = []
    for model in scoped_models():
        if not _rules(model, AppendOnly):
            continue
        table = model._meta.db_table
        for part in ("runtime", "system"):
            role = settings.DATABASE_ROLES[part]
            for verb in ("UPDATE", "DELETE"):
                ((may,),) = _rows("SELECT has_table_privilege(%s, %s::regclass, %s)", [role, table, verb])
                if may:
                    found.append(f"{role} may {verb} {table}, which is only ever appended to")
    return found
