"""The three database roles, on whatever server the suite runs on."""

import pytest
from django.conf import settings
from django.db import connection, transaction

from peerplatform.embedded import RolesError, ensure_roles

pytestmark = pytest.mark.django_db


def one(cursor_or_connection, query, *args):
    row = cursor_or_connection.execute(query, args).fetchone()
    return row[0]


def current_user():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return cursor.fetchone()[0]


def test_tests_run_under_the_runtime_login():
    assert current_user() == settings.DATABASE_ROLES["runtime"]


def test_the_runtime_login_owns_nothing_and_cannot_make_tables(owner_connection):
    owned = one(
        owner_connection,
        "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = ANY(%s)",
        [settings.DATABASE_ROLES["runtime"], settings.DATABASE_ROLES["system"]],
    )
    assert owned == 0
    with (
        pytest.raises(Exception, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("CREATE TABLE planted (id int)")


def test_the_system_role_lasts_for_one_transaction():
    system = settings.DATABASE_ROLES["system"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{system}"')
        assert current_user() == system
        cursor.execute("RESET ROLE")
    assert current_user() == settings.DATABASE_ROLES["runtime"]


def test_the_runtime_login_has_no_right_of_the_system_role_until_it_takes_it(owner_connection):
    runtime, system = settings.DATABASE_ROLES["runtime"], settings.DATABASE_ROLES["system"]
    assert one(owner_connection, "SELECT pg_has_role(%s, %s, 'MEMBER')", runtime, system) is True
    assert one(owner_connection, "SELECT pg_has_role(%s, %s, 'USAGE')", runtime, system) is False


def test_none_of_the_three_goes_around_row_level_security(owner_connection):
    powerful = owner_connection.execute(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND (rolsuper OR rolbypassrls)",
        [list(settings.DATABASE_ROLES.values())],
    ).fetchall()
    assert powerful == []


def test_checking_roles_that_are_right_does_nothing(owner_connection):
    assert ensure_roles(owner_connection, settings.DATABASE_ROLES) == []


def test_one_login_for_both_parts_is_refused(owner_connection):
    same = settings.DATABASE_ROLES | {"runtime": settings.DATABASE_ROLES["owner"]}
    with pytest.raises(RolesError, match="two logins"):
        ensure_roles(owner_connection, same)


def test_a_missing_runtime_login_is_told_with_the_sql_that_makes_it(owner_connection):
    with pytest.raises(RolesError, match="CREATE ROLE nobody_here LOGIN NOINHERIT"):
        ensure_roles(owner_connection, settings.DATABASE_ROLES | {"runtime": "nobody_here"})


def test_a_system_role_the_owner_may_not_make_is_told_with_the_sql(owner_connection, superuser_connection):
    with pytest.raises(RolesError, match="GRANT other_system TO"):
        ensure_roles(owner_connection, settings.DATABASE_ROLES | {"system": "other_system"})


def test_a_runtime_login_that_bypasses_the_walls_is_refused(owner_connection, superuser_connection):
    superuser_connection.execute("CREATE ROLE strong_runtime LOGIN NOINHERIT BYPASSRLS")
    superuser_connection.execute(f'GRANT "{settings.DATABASE_ROLES["system"]}" TO strong_runtime')
    try:
        with pytest.raises(RolesError, match="NOBYPASSRLS"):
            ensure_roles(owner_connection, settings.DATABASE_ROLES | {"runtime": "strong_runtime"})
    finally:
        superuser_connection.execute("DROP ROLE strong_runtime")


def test_the_runtime_login_cannot_take_the_owners_role():
    with (
        pytest.raises(Exception, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f'SET LOCAL ROLE "{settings.DATABASE_ROLES["owner"]}"')


def test_times_are_in_utc_and_the_trigger_switch_exists():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('timezone'), current_setting('pgtrigger.ignore')")
        assert cursor.fetchone() == ("UTC", "{}")
