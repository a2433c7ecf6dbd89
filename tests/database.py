"""Logins and connections of the suite, and the migrated database that each of its databases is a copy of."""

import fcntl
import hashlib
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

SERVICES = pytest.StashKey()


def start_services(config: pytest.Config) -> None:
    from peerplatform.commands import check_roles
    from peerplatform.embedded.running import configured_services

    config.stash[SERVICES] = configured_services(throwaway=True)
    config.stash[SERVICES].start()
    check_roles()


def stop_services(config: pytest.Config) -> None:
    if services := config.stash.get(SERVICES, None):
        services.stop()


ROOT = Path(__file__).resolve().parents[1]
SHAPES_TABLES = [
    "apps/*/migrations/*.py",
    "apps/*/models.py",
    "apps/*/models/*.py",
    "apps/*/apps.py",
    "apps/access/*.py",
    "apps/kit/*.py",
    "apps/signing/*.py",
    "apps/organizations/roles.py",
    "peerplatform/management/commands/migrate.py",
    "peerplatform/settings/*.py",
    "requirements*.txt",
]


def migrated_template() -> str:
    """The name of a database with all migrations, made once for one state of the code; call it as the owner.

    Migrating takes twenty seconds of processor time, copying the result takes one: workers of xdist and later runs on
    the same cluster take the copy. What is older is dropped.
    """
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from peerplatform import logins

    digest = hashlib.sha256()
    for path in sorted(path for pattern in SHAPES_TABLES for path in ROOT.glob(pattern)):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    name = f"migrated_{digest.hexdigest()[:16]}"
    with (Path(settings.VAR_DIR) / "template.lock").open("w") as lock, logins.connect("owner", "postgres") as server:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = [row[0] for row in server.execute("SELECT datname FROM pg_database WHERE datname ^@ 'migrated_'")]
        if name not in found:
            for old in found:
                server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
            draft = f"{name}_draft"
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
            with logins.using("owner", draft):
                call_command("migrate", verbosity=0)
                connection.close()
            server.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name))
            )
    return name


def grant_what_tests_need() -> None:
    """Tests with real transactions empty the tables after them, which the running platform may never do."""
    from django.conf import settings
    from django.db import connection

    runtime = connection.ops.quote_name(settings.DATABASE_ROLES["runtime"])
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {runtime}")
        cursor.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {runtime}")
        cursor.execute(
            "SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger WHERE tgname LIKE '%_sealed_truncate'"
        )
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")


def open_connection(login: str) -> psycopg.Connection:
    """A psycopg connection to the current test database as "owner", "runtime" or "superuser"."""
    from django.db import connection

    from peerplatform import logins
    from peerplatform.embedded.addresses import EMBEDDED_SUPERUSER

    database = connection.settings_dict["NAME"]
    if login != "superuser":
        return logins.connect(login, database)
    return psycopg.connect(**logins.address("owner", database) | {"user": EMBEDDED_SUPERUSER}, autocommit=True)
