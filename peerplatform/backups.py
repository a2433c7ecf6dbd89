"""A copy of everything the platform is: database, files, keys, and a manifest that says what was in it.

A backup is a folder: `database.dump` (pg_dump's custom format), `files/`, `keys.json`, `heads.json` (the last link of
each organization's chain of signatures), `manifest.json`. The manifest is written last, so a folder without one is a
backup that did not finish.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from psycopg import sql

from apps.access.actor import Actor
from apps.access.scope import system_scope
from apps.messaging.selectors import sending_window, standing_pause
from apps.messaging.services import pause_sending
from apps.signing.heads import write_heads
from apps.signing.verification import Head
from peerplatform import logins
from peerplatform.embedded.postgres import MAJOR, program

FORMAT = 1
DUMP, FILES, KEYS, HEADS, MANIFEST = "database.dump", "files", "keys.json", "heads.json", "manifest.json"
Say = Callable[[str], None]


class BackupError(RuntimeError):
    """A backup or a restore was refused or failed; the message says why and what to do."""


def back_up(folder: Path, say: Say) -> dict[str, Any]:
    """Write a backup into `folder`, which must be new or empty; returns the manifest.

    The database is read in one snapshot, which the counts of the manifest are of; files are copied after it, as
    they are only ever added. The platform may go on working meanwhile.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty: a backup goes into a folder of its own")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)  # it holds the keys
    with logins.connect("owner") as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot = _one(connection, "SELECT pg_export_snapshot()")
        version = int(_one(connection, "SHOW server_version_num")) // 10000
        say("database")
        _pg_tool("pg_dump", version, "--format=custom", f"--snapshot={snapshot}", "--file", str(folder / DUMP))
        tables = _counts(connection)
        heads = _heads(connection)
    say("files")
    if Path(settings.MEDIA_ROOT).is_dir():
        shutil.copytree(settings.MEDIA_ROOT, folder / FILES)
    _write_private(folder / KEYS, {"SECRET_KEY": settings.SECRET_KEY})
    write_heads(heads, folder / HEADS)
    (folder / HEADS).chmod(0o600)
    manifest = {
        "format": FORMAT,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "server": version,
        "roles": settings.DATABASE_ROLES,
        "tables": tables,
        "signature_heads": {head.organization: head.number for head in heads},
        "sha256": {name: _digest(folder / name) for name in _contents(folder)},
    }
    _write_private(folder / MANIFEST, manifest)
    return manifest


def check(folder: Path) -> dict[str, Any]:
    """The manifest of a whole backup; raises BackupError where something is missing, changed, or not readable."""
    path = folder / MANIFEST
    if not path.exists():
        raise BackupError(f"{folder} holds no {MANIFEST}: it is no backup, or one that did not finish")
    manifest: dict[str, Any] = json.loads(path.read_text())
    if manifest["format"] != FORMAT:
        raise BackupError(f"the backup has format {manifest['format']}, this release reads {FORMAT}")
    present = set(_contents(folder))
    for name, digest in manifest["sha256"].items():
        if name not in present:
            raise BackupError(f"{name} is missing from the backup")
        if _digest(folder / name) != digest:
            raise BackupError(f"{name} is not what was backed up: its SHA-256 differs")
    if extra := present - set(manifest["sha256"]):
        raise BackupError(f"{min(extra)} was not part of the backup")
    if manifest["roles"] != settings.DATABASE_ROLES:
        raise BackupError(
            f"the backup's rights are for the roles {', '.join(manifest['roles'].values())}: make logins of these "
            f"names and put them into DATABASE_URL, DATABASE_OWNER_URL and DATABASE_SYSTEM_ROLE"
        )
    return manifest


def restore(folder: Path, *, force: bool, verify: bool, say: Say) -> bool:
    """Bring a backup back; returns whether the running data was replaced.

    Everything is restored and checked in a database of its own, with sending paused, which then takes the place
    of the present one; what fails before that leaves the present one untouched. A present database with tables is
    replaced with `force` only: without it, `verify` stops after the check, and anything else is refused. Raises
    BackupError.
    """
    manifest = check(folder)
    name = logins.address("owner")["dbname"]
    occupied = _has_tables(name)
    if occupied and not force and not verify:
        raise BackupError("the database is not empty: --force replaces it, --verify only tries the backup")
    replaces = force or not occupied
    draft = f"{name[:40]}_restored_{datetime.now(UTC):%Y%m%d%H%M%S}"
    try:
        _restore_into(draft, folder, manifest, say)
        with logins.using("runtime", draft):
            if verify:
                _verify_signatures(folder, say)
            _pause_sending(manifest, say)
        if replaces:
            _refuse_company(name)
            _take_place(name, draft)
            _restore_files(folder, say)
            _restore_keys(folder, say)
    finally:
        _drop(draft)
    return replaces


def _restore_into(draft: str, folder: Path, manifest: dict[str, Any], say: Say) -> None:
    with logins.connect("owner", _maintenance()) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
        version = int(_one(connection, "SHOW server_version_num")) // 10000
    if version < manifest["server"]:
        raise BackupError(f"the backup is of PostgreSQL {manifest['server']}, this server is {version}: older")
    say("database")
    options = ["--no-owner", "--exit-on-error", "--single-transaction"]
    _pg_tool("pg_restore", version, *options, str(folder / DUMP), database=draft)
    with logins.connect("owner", draft) as connection:
        found = _counts(connection)
    for table in sorted(set(found) | set(manifest["tables"])):
        if found.get(table) != manifest["tables"].get(table):
            raise BackupError(f"{table}: {manifest['tables'].get(table)} rows backed up, {found.get(table)} restored")
    say(f"{sum(found.values())} rows in {len(found)} tables, as backed up")


def _verify_signatures(folder: Path, say: Say) -> None:
    """Every chain holds, and none ends before the head it had when the backup was made."""
    say("signatures")
    try:
        call_command("verify_signatures", heads=[folder / HEADS])
    except CommandError as error:
        raise BackupError(f"{error}: the backup is whole, what was in it does not hold") from error


def _pause_sending(manifest: dict[str, Any], say: Say) -> None:
    """Nothing leaves a restored platform until an operator has looked: what is due may have been sent before.

    Written by the runtime login, as everything the platform does, and read back before the data takes its place.
    """
    why = f"restored from the backup of {manifest['made_at']}"
    reason = "a restored platform sends nothing until an operator has looked"
    with system_scope(reason, work="restore"), transaction.atomic():
        pause_sending(why=why, actor=Actor.for_system(reason))
    with system_scope(reason, work="restore"), transaction.atomic():
        if standing_pause() is None:
            raise BackupError("sending could not be paused")
        waiting = sum(int(line["how_many"]) for line in sending_window())
    say(f"sending is paused, {waiting} messages wait for an operator's release")


def _take_place(name: str, draft: str) -> None:
    """Put the restored database where the present one is, in one transaction."""
    former = f"{draft}_former"
    with logins.connect("owner", _maintenance()) as connection:
        with connection.transaction():
            _rename(connection, name, former)
            _rename(connection, draft, name)
        connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(former)))


def _rename(connection: psycopg.Connection, old: str, new: str) -> None:
    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new)))


def _refuse_company(name: str) -> None:
    with logins.connect("owner", _maintenance()) as connection:
        others = _one(connection, "SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name])
    if others:
        raise BackupError(f"{others} other processes use the database: stop the platform, then restore")


def _restore_files(folder: Path, say: Say) -> None:
    root = Path(settings.MEDIA_ROOT)
    if root.exists():
        shutil.rmtree(root)
    if (folder / FILES).is_dir():
        say("files")
        shutil.copytree(folder / FILES, root)


def _restore_keys(folder: Path, say: Say) -> None:
    key = json.loads((folder / KEYS).read_text())["SECRET_KEY"]
    if key == settings.SECRET_KEY:
        return
    if os.environ.get("SECRET_KEY"):
        say(f"the backup has another SECRET_KEY: take it from {folder / KEYS}, or sign-ins end and links break")
    else:
        _write_private(settings.VAR_DIR / "secret_key", key)
        say("keys")


def _has_tables(name: str) -> bool:
    with logins.connect("owner", name) as connection:
        return bool(_counts(connection))


def _drop(draft: str) -> None:
    with logins.connect("owner", _maintenance()) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(draft)))


def _maintenance() -> str:
    return "postgres"  # always there, and open to every login


def _counts(connection: psycopg.Connection) -> dict[str, int]:
    """Rows by table of the public schema."""
    names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    count = sql.SQL("SELECT count(*) FROM {}")
    return {name: int(_one(connection, count.format(sql.Identifier(name)))) for (name,) in names}


def _heads(connection: psycopg.Connection) -> list[Head]:
    """The last link of each organization's chain, in the snapshot of the dump."""
    rows = connection.execute(
        "SELECT DISTINCT ON (s.organization_id) o.public_id::text, s.number, s.hash FROM signing_signature s"
        " JOIN organizations_organization o ON o.id = s.organization_id ORDER BY s.organization_id, s.number DESC"
    )
    return [Head(*row) for row in rows]


def _one(connection: psycopg.Connection, query: Any, values: list[Any] | None = None) -> Any:
    row = connection.execute(query, values).fetchone()
    return row[0] if row else None


def _pg_tool(name: str, server: int, *args: str, database: str = "") -> None:
    """Run pg_dump or pg_restore as the owner; the password goes by the environment."""
    address = logins.address("owner", database)
    variables = {"user": "PGUSER", "password": "PGPASSWORD", "host": "PGHOST", "port": "PGPORT"}
    environment = os.environ | {variables[key]: str(value) for key, value in address.items() if key in variables}
    command = [str(_find_tool(name, server)), *args, f"--dbname={address['dbname']}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)  # noqa: S603  our own arguments
    if done.returncode:
        raise BackupError(f"{name} failed:\n{done.stderr.strip()}")


def _find_tool(name: str, server: int) -> Path:
    """The program of the server's own version where it is installed, else the newest known one that reads it."""
    for candidate in (Path(f"/usr/lib/postgresql/{server}/bin/{name}"), *_on_path(name)):
        if candidate.exists() and _major(candidate) == server:
            return candidate
    if server > MAJOR:
        raise BackupError(f"{name} of PostgreSQL {server} is needed, and was not found on PATH")
    return program(name)


def _on_path(name: str) -> Iterator[Path]:
    if found := shutil.which(name):
        yield Path(found)


def _major(path: Path) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True).stdout  # noqa: S603  found above
    match = re.search(r"\b(\d+)", said)
    return int(match[1]) if match else 0


def _contents(folder: Path) -> list[str]:
    """Every file of a backup but the manifest, by its path in it."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [str(path.relative_to(folder)) for path in found if path.name != MANIFEST or path.parent != folder]


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _write_private(path: Path, content: Any) -> None:
    """Write whole or not at all, for the owner's eyes only. A string is written as it is, all else as JSON."""
    draft = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
        handle.write(content if isinstance(content, str) else json.dumps(content, indent=1))
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(path)
