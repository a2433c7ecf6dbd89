"""The second wall, asked with raw SQL under the runtime login, for every walled table that there is."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from apps.access.constraints import AppendOnly, CompositeForeignKey
from apps.access.scope import open_scope, system_scope
from apps.access.unscoped import UNSCOPED
from apps.access.walls import scoped_models, violations
from tests.cast import Cast
from tests.walls.matrix import World
from tests.walls.matrix.admin import TABLE

pytestmark = pytest.mark.django_db

MODELS = scoped_models()
KEYS = [
    (model, rule.field) for model in MODELS for rule in model._meta.constraints if isinstance(rule, CompositeForeignKey)
]
LEDGERS = [m for m in MODELS if any(type(rule) is AppendOnly for rule in m._meta.constraints)]


def label(value: Any) -> str:
    return value._meta.label if hasattr(value, "_meta") else str(value)


def run(sql: str, params: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall()) if cursor.description else []


@pytest.fixture
def furnished(cast: Cast) -> Cast:
    """The cast, with a row of everything that the matrix knows how to make, in both organizations."""
    world = World(cast)
    for organization in (cast.harbor, cast.aurora):
        with open_scope(organization.pk):
            for model in TABLE.values():
                if model.make is not None:
                    model.make(world, organization)
    return cast


def test_every_wall_stands_and_every_other_table_has_its_reason():
    with system_scope("the walls are read back"):
        # tests may empty tables after them, which the running platform may not
        assert [v for v in violations() if " may TRUNCATE " not in v] == []


def test_the_list_of_tables_without_a_wall_names_no_table_that_is_gone_and_gives_every_reason():
    tables = set(connection.introspection.table_names())
    assert UNSCOPED.keys() - tables == set()
    assert [name for name, reason in UNSCOPED.items() if len(reason.split()) < 3] == []


def test_no_walled_table_shows_a_row_of_another_organization(furnished: Cast):
    seen = {}
    for model in MODELS:
        table, column = model._meta.db_table, model.scope_field
        with open_scope(furnished.harbor.pk):
            owners = {owner for (owner,) in run(f'SELECT DISTINCT "{column}" FROM "{table}"')}
        assert owners <= {furnished.harbor.pk}, table
        with system_scope("both organizations have rows that could leak"):
            seen[table] = {owner for (owner,) in run(f'SELECT DISTINCT "{column}" FROM "{table}"')}
    both = {furnished.harbor.pk, furnished.aurora.pk}
    told = [table for table, owners in seen.items() if owners >= both]
    assert len(told) > 15, f"too few tables have rows that could leak: {told}"


def test_no_walled_table_is_written_across(furnished: Cast):
    changed = []
    for model in MODELS:
        table, column = model._meta.db_table, model.scope_field
        for sql in (
            f'UPDATE "{table}" SET "{column}" = "{column}" WHERE "{column}" = %s',
            f'DELETE FROM "{table}" WHERE "{column}" = %s',
        ):
            with open_scope(furnished.harbor.pk), connection.cursor() as cursor:
                try:
                    with transaction.atomic():
                        cursor.execute(sql, [furnished.aurora.pk])
                        if cursor.rowcount:
                            changed.append(sql)
                except DatabaseError as refused:
                    assert "permission denied" in str(refused), sql
    assert changed == []


def test_no_row_moves_to_another_organization(furnished: Cast):
    for model in MODELS:
        table, column = model._meta.db_table, model.scope_field
        with open_scope(furnished.harbor.pk), connection.cursor() as cursor:
            try:
                with transaction.atomic():
                    cursor.execute(f'UPDATE "{table}" SET "{column}" = %s', [furnished.aurora.pk])
                    assert cursor.rowcount == 0, table
            except DatabaseError as refused:
                # what is signed is refused before the wall is asked: its trigger stands in front
                walls = ("row-level security", "permission denied", "and can not change")
                assert any(words in str(refused) for words in walls), f"{table}: {refused}"


@pytest.mark.parametrize(("model", "field"), KEYS, ids=label)
def test_no_key_points_across(model: Any, field: str, cast: Cast, owner_connection: psycopg.Connection):
    """Asked of the catalogue for each key: it names the organization on both sides and is checked for every row."""
    column = model._meta.get_field(field).column
    target = model._meta.get_field(field).related_model._meta.db_table
    found = owner_connection.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND convalidated"
        " AND conrelid = %s::regclass",
        [model._meta.db_table],
    ).fetchall()
    wanted = f"FOREIGN KEY (organization_id, {column}) REFERENCES {target}(organization_id, id)"
    assert any(text.replace('"', "").startswith(wanted) for (text,) in found)


def test_a_planted_row_whose_key_points_across_is_refused(furnished: Cast):
    refused = 0
    for model, field in KEYS:
        key = model._meta.get_field(field)
        with system_scope("a row next door is found"):
            theirs = run(
                f'SELECT id FROM "{key.related_model._meta.db_table}" WHERE organization_id = %s LIMIT 1',
                [furnished.aurora.pk],
            )
        with open_scope(furnished.harbor.pk):
            mine = run(f'SELECT id FROM "{model._meta.db_table}" LIMIT 1')
            if not theirs or not mine:
                continue
            with pytest.raises(DatabaseError), transaction.atomic():
                run(
                    f'UPDATE "{model._meta.db_table}" SET "{key.column}" = %s WHERE id = %s', [theirs[0][0], mine[0][0]]
                )
                connection.check_constraints()
            refused += 1
    assert refused > 8


@pytest.mark.parametrize("model", LEDGERS, ids=label)
@pytest.mark.parametrize("scope", ["runtime", "system"])
def test_history_and_logs_are_only_ever_appended_to(model: Any, scope: str, cast: Cast):
    table, column = model._meta.db_table, model.scope_field
    opened = open_scope(cast.harbor.pk) if scope == "runtime" else system_scope("a test tries to change the past")
    with opened:
        for sql in (f'UPDATE "{table}" SET "{column}" = "{column}"', f'DELETE FROM "{table}"'):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                run(sql)


def test_the_runtime_login_can_neither_make_tables_nor_switch_triggers_off(cast: Cast):
    for sql in (
        "CREATE TABLE planted (id int)",
        "ALTER TABLE organizations_person DISABLE TRIGGER ALL",
        "ALTER TABLE organizations_person DISABLE ROW LEVEL SECURITY",
        "DROP POLICY system_scope ON organizations_person",
        "SET LOCAL session_replication_role = 'replica'",
        f'SET LOCAL ROLE "{settings.DATABASE_ROLES["owner"]}"',
        "UPDATE organizations_host SET domain = 'planted.example'",
    ):
        with open_scope(cast.harbor.pk), pytest.raises(DatabaseError), transaction.atomic():
            run(sql)


def test_outside_a_scope_and_outside_a_transaction_there_are_no_rows(furnished: Cast):
    tables = [m._meta.db_table for m in MODELS]
    assert {table: run(f'SELECT count(*) FROM "{table}"')[0][0] for table in tables} == dict.fromkeys(tables, 0)
