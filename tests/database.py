"""Logins and connections of the suite, and the migrated database that each of its databases is a copy of."""

import fcntl
import hashlib
import json
import re
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
MIGRATIONS = "apps/*/migrations/*.py"
SHAPES_TABLES = [
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


def _hashes(*patterns: str) -> dict[str, str]:
    """The hash of each file that these patterns name, by its path in the project."""
    paths = sorted(path for pattern in patterns for path in ROOT.glob(pattern))
    return {str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def migrated_template() -> str:
    """The name of a database with all migrations, made once for one state of the code; call it as the owner.

    Migrating takes forty seconds of processor time, copying the result takes one: workers of xdist and later runs on
    the same cluster take the copy. One that lacks only the newest migrations is taken further, the rest dropped.
    """
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from peerplatform import logins

    migrations, rest = _hashes(MIGRATIONS), _hashes(*SHAPES_TABLES)
    name = f"migrated_{hashlib.sha256(json.dumps([migrations, rest]).encode()).hexdigest()[:16]}"
    with (Path(settings.VAR_DIR) / "template.lock").open("w") as lock, logins.connect("owner", "postgres") as server:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = dict(
            server.execute(
                "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname ^@ 'migrated_'"
            ).fetchall()
        )
        if name not in found:
            base = next((old for old, made in found.items() if _leads_to(made, migrations, rest)), "template1")
            draft = f"{name}_draft"
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(draft)))
            found.pop(draft, None)
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(draft), sql.Identifier(base))
            )
            with logins.using("owner", draft):
                call_command("migrate", verbosity=0)
                connection.close()
            told = sql.SQL("COMMENT ON DATABASE {} IS {}")
            server.execute(told.format(sql.Identifier(draft), sql.Literal(json.dumps([migrations, rest]))))
            server.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name))
            )
            for old in (old for old, made in found.items() if not _leads_to(made, migrations, rest)):
                server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
    return name


def _leads_to(made: str | None, migrations: dict[str, str], rest: dict[str, str]) -> bool:
    """Whether a database made from that code becomes today's by the migrations that it lacks."""
    if not made:
        return False
    had, others = json.loads(made)

    def models_aside(hashes: dict[str, str]) -> dict[str, str]:  # what they add to tables comes by migrations
        return {path: told for path, told in hashes.items() if not re.match(r"apps/\w+/(models\.py|models/)", path)}

    return had.items() <= migrations.items() and models_aside(others) == models_aside(rest)


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
