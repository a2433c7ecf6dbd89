"""Start or attach: one process owns the embedded servers, the others use them."""

import contextlib
import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import IO

from peerplatform.embedded.addresses import socket_dir
from peerplatform.embedded.errors import EmbeddedError
from peerplatform.embedded.postgres import Postgres
from peerplatform.embedded.processes import service_account
from peerplatform.embedded.redis import Redis

ATTACH_SECONDS = 30
FORMER_OWNER_SECONDS = 15


class EmbeddedServices:
    """The embedded servers of one `var` folder, as a context manager.

    `start` takes the folder's lock and starts the servers, or, where another process holds it, waits until
    that one's servers answer. The kernel frees the lock when its holder dies, so nothing is left to clean up.
    With `database` or `redis` False (a server of one's own serves) that one is left alone.
    """

    def __init__(self, var_dir: Path, *, database: bool = True, redis: bool = True, throwaway: bool = False) -> None:
        self.var_dir = var_dir
        self.servers: list[Postgres | Redis] = []
        if database:
            self.servers.append(Postgres(var_dir, throwaway=throwaway))
        if redis:
            self.servers.append(Redis(var_dir, throwaway=throwaway))
        self._lock: IO[str] | None = None

    @property
    def owned(self) -> bool:
        """Whether this process started the servers (and so ends them)."""
        return self._lock is not None

    def __enter__(self) -> "EmbeddedServices":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start or attach; raises EmbeddedError when neither succeeds within 30 seconds."""
        end = time.monotonic() + ATTACH_SECONDS
        while self.servers and not self._take_lock():
            if all(server.answers() for server in self.servers):
                return
            if time.monotonic() > end:
                raise EmbeddedError(
                    f"another process holds {self._lock_path} but its servers do not answer: "
                    f"end it (the file names its number) and start again"
                )
            time.sleep(0.2)
        self._start_servers()

    def take(self) -> None:
        """Become the one process that runs the platform in this folder; `start_owned` starts the servers.

        A former one that is just ending is waited for; raises EmbeddedError after 15 seconds.
        """
        end = time.monotonic() + FORMER_OWNER_SECONDS
        while not self._take_lock():
            if time.monotonic() > end:
                holder = self._lock_path.read_text().strip()
                raise EmbeddedError(f"the platform already runs in {self.var_dir} (process {holder})")
            time.sleep(0.2)

    def start_owned(self) -> None:
        """Start the servers after `take`; raises EmbeddedError where one does not start."""
        self._start_servers()

    def _start_servers(self) -> None:
        if not self.servers:
            return
        try:
            self._prepare_socket_folder()
            for server in self.servers:
                server.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the servers, where this process started them."""
        if self._lock is None:
            return
        for server in reversed(self.servers):
            server.stop()
        with contextlib.suppress(OSError):  # never made, or something in it is still in use
            socket_dir(self.var_dir).rmdir()
        self._lock.close()
        self._lock = None

    def revive(self) -> list[str]:
        """Start again what has died since, and name it. Only for the process that owns the servers."""
        dead = [s for s in self.servers if s.child is not None and s.child.poll() is not None]
        for server in dead:
            server.start()
        return [type(server).__name__ for server in dead]

    @property
    def _lock_path(self) -> Path:
        return self.var_dir / "services.lock"

    def _take_lock(self) -> bool:
        self.var_dir.mkdir(parents=True, exist_ok=True)
        handle = self._lock_path.open("a+")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            return False
        handle.truncate(0)
        handle.write(f"{os.getpid()}\n")
        handle.flush()
        self._lock = handle
        return True

    def _prepare_socket_folder(self) -> None:
        folder = socket_dir(self.var_dir)
        account = service_account(self.var_dir / "postgres")
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
        ours = {os.geteuid()} | ({account.uid} if account else set())
        if folder.is_symlink() or status.st_uid not in ours:
            raise EmbeddedError(f"{folder} belongs to somebody else: remove it")
        folder.chmod(0o700)
        if account is not None:
            os.chown(folder, account.uid, account.gid)
