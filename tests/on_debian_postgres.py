"""The walls once more on Debian's PostgreSQL, reached as a server of one's own through DATABASE_URL.

Skipped, and said so, where Debian's server is not installed; a failure there under CI=true.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from peerplatform.embedded.processes import log_file, service_account, spawn, stop

SUITES = ["tests/walls", "tests/platform/test_roles.py"]


def installed() -> Path | None:
    """The programs of the newest Debian PostgreSQL, 15 or later."""
    found = [p for p in Path("/usr/lib/postgresql").glob("*/bin") if (p / "initdb").exists()]
    new_enough = [p for p in found if p.parent.name.isdigit() and int(p.parent.name) >= 15]
    return max(new_enough, key=lambda p: int(p.parent.name), default=None)


def main() -> int:
    """Start the server in a temporary folder, make the two logins, run the suites; gives the exit status."""
    programs = installed()
    suites = [suite for suite in SUITES if Path(suite).exists()]
    if programs is None:
        sys.stdout.write("SKIPPED: Debian's PostgreSQL 15 or newer is not installed\n")
        return 1 if os.environ.get("CI") == "true" else 0
    with tempfile.TemporaryDirectory(prefix="peer-") as name:
        folder = Path(name)
        return _run(programs, folder, suites)


def _run(programs: Path, folder: Path, suites: list[str]) -> int:
    account = service_account(folder / "data")
    folder.chmod(0o755)  # the server's user passes through it
    (folder / "data").mkdir(mode=0o700)
    (folder / "sockets").mkdir(mode=0o700)
    if account is not None:
        os.chown(folder / "data", account.uid, account.gid)
        os.chown(folder / "sockets", account.uid, account.gid)
    with log_file(folder, "server") as log:
        initdb = [
            programs / "initdb",
            "-D",
            folder / "data",
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
        ]
        if spawn([*initdb, "--locale=C.UTF-8", "--no-sync"], log=log, account=account).wait():
            sys.stdout.write((folder / "server.log").read_text())
            return 1
        server = spawn(
            [
                programs / "postgres",
                "-D",
                folder / "data",
                "-h",
                "",
                "-k",
                folder / "sockets",
                "-c",
                "fsync=off",
            ],
            log=log,
            account=account,
        )
    try:
        _make_logins(folder / "sockets")
        host = str(folder / "sockets").replace("/", "%2F")
        environment = os.environ | {
            "DATABASE_URL": f"postgres://peer_app@{host}/peer",
            "DATABASE_OWNER_URL": f"postgres://peer_app_owner@{host}/peer",
        }
        sys.stdout.write(f"walls on {programs.parent}\n")
        sys.stdout.flush()
        asked = [sys.executable, "-m", "pytest", "-q", "-n", "3", "--dist", "worksteal", "-m", "not slow", *suites]
        return subprocess.run(asked, env=environment).returncode
    finally:
        stop(server, signal.SIGINT)


def _make_logins(sockets: Path) -> None:
    """What the handbook tells an administrator to do before the first `migrate`."""
    end = time.monotonic() + 20
    while True:
        try:
            connection = psycopg.connect(host=str(sockets), user="postgres", dbname="postgres", autocommit=True)
            break
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
    with connection:
        connection.execute("CREATE ROLE peer_app_owner LOGIN CREATEDB CREATEROLE")
        connection.execute("CREATE ROLE peer_app LOGIN NOINHERIT")
        connection.execute("CREATE DATABASE peer OWNER peer_app_owner")


if __name__ == "__main__":
    sys.exit(main())
