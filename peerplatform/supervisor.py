"""One process that starts everything, says when it is ready, brings back what dies, and takes all with it.

Each child is in a session of its own and ends when this process dies, however it dies. Children carry a mark
in their environment, by which the next start finds whatever a SIGKILL in between left behind.
"""

import contextlib
import ctypes
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from django.conf import settings

from peerplatform.embedded import EmbeddedError, RolesError
from peerplatform.embedded.processes import PR_SET_PDEATHSIG, last_lines, log_file, spawn, stop
from peerplatform.embedded.running import configured_services

MARK = "PEER_SUPERVISED_BY"
FOLLOW_PARENT = "PEER_FOLLOW_PARENT"
READY_SECONDS = 90
STEADY_SECONDS = 60
LONGEST_PAUSE_SECONDS = 30
_STEP = re.compile(r"\w+: [\d.]+ s$")  # a step of the command `prepare` that is done
SIGN_INS = """
  platform       http://localhost:{port}          operator@platform.example
  Harbor         http://harbor.localhost:{port}   owner@ coordinator@ supervisor@ peer@ client@ family@
                                         harbor.example
  Aurora         http://aurora.localhost:{port}   the same names at aurora.example; its staff have a second
                                         factor: TOTP with secret JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP
  password       peer-demo-2026
  what was sent  http://localhost:{port}/demo/outbox/
"""


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@dataclass
class Program:
    """One long-running child, started again after a growing pause when it ends by itself."""

    name: str
    args: list[str]
    child: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    not_before: float = 0.0
    environment: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        with log_file(settings.VAR_DIR / "log", self.name) as log:
            self.child = spawn(self.args, log=log, env=self.environment, cwd=settings.BASE_DIR)
        self.started = time.monotonic()

    def watch(self) -> None:
        """Notice an end, end what it left of its group, and start it again when its pause is over."""
        now = time.monotonic()
        if self.child is not None and self.child.poll() is not None:
            _end_group(self.child.pid)
            self.failures = 1 if now - self.started > STEADY_SECONDS else self.failures + 1
            pause = min(2 ** (self.failures - 1), LONGEST_PAUSE_SECONDS)
            say(f"{self.name} ended with {self.child.returncode}, starting again in {pause} s")
            if self.failures > 2:
                say(last_lines(settings.VAR_DIR / "log", self.name))
            self.child, self.not_before = None, now + pause
        if self.child is None and now >= self.not_before:
            self.start()

    def ask_to_end(self) -> None:
        if self.child is not None and self.child.poll() is None:
            self.child.terminate()

    def stop(self) -> None:
        if self.child is not None:
            stop(self.child, signal.SIGTERM)
            _end_group(self.child.pid)


def _end_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def main() -> int:
    """Run the platform until SIGINT or SIGTERM; returns the exit status."""
    if os.environ.get(FOLLOW_PARENT):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    signal.signal(signal.SIGTERM, _stop_on_signal)
    signal.signal(signal.SIGINT, _stop_on_signal)
    port = int(os.environ.get("PORT") or 8000)
    services = configured_services()
    programs: list[Program] = []
    try:
        services.take()
        _end_leftovers()
        _refuse_taken_port(port)
        services.start_owned()
        environment = _environment()
        _prepare(environment)
        programs = _programs(port, environment)
        for program in programs:
            program.start()
        _wait_until_healthy(port, programs)
        say(f"ready http://localhost:{port}")
        if settings.DEMO:
            say(SIGN_INS.format(port=port))
        while True:
            time.sleep(0.5)
            for program in programs:
                program.watch()
            for name in services.revive():
                say(f"{name} had ended and was started again")
    except (EmbeddedError, RolesError, StartError) as error:
        say(str(error))
        return 1
    except _Stop:
        say("stopping")
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave things half stopped
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for program in programs:
            program.ask_to_end()
        for program in programs:
            program.stop()
        services.stop()


class StartError(RuntimeError):
    """The platform did not start; the message says why."""


class _Stop(BaseException):
    """Somebody asked for the end."""


def _stop_on_signal(*_: object) -> None:
    raise _Stop


def _environment() -> dict[str, str]:
    """The children's environment: the settings, the runtime login, the mark, and the sink's ports."""
    given = os.environ | {
        MARK: str(settings.VAR_DIR.resolve()),
        "PEER_DB_LOGIN": "runtime",
        "PYTHONUNBUFFERED": "1",
    }
    given.pop(FOLLOW_PARENT, None)
    for name, wanted in (("SINK_SMTP_PORT", 8025), ("SINK_HTTP_PORT", 8026)):
        given.setdefault(name, str(free_port(wanted)))
    return given


def _prepare(environment: dict[str, str]) -> None:
    """Bring tables, roles, demo and, beside that, static files up to date; say each step that is done."""
    logs, begun = settings.VAR_DIR / "log", time.monotonic()
    with log_file(logs, "prepare") as log, log_file(logs, "static") as other_log:
        files = _manage("collectstatic", "--noinput", environment=environment, output=other_log)
        rows = _manage("prepare", environment=environment, output=subprocess.PIPE)
        assert rows.stdout is not None
        for line in rows.stdout:
            log.write(line)
            if told := _STEP.match(line.decode(errors="replace")):
                say(told[0])
    for child, name in ((rows, "prepare"), (files, "static")):
        if child.wait() != 0:
            raise StartError(f"{name} failed:\n{last_lines(logs, name, 30)}")
    say(f"prepared: {time.monotonic() - begun:.1f} s")


def _manage(*args: str, environment: dict[str, str], output: IO[bytes] | int) -> subprocess.Popen[bytes]:
    return spawn([sys.executable, "manage.py", *args], log=output, env=environment, cwd=settings.BASE_DIR)


def _programs(port: int, environment: dict[str, str]) -> list[Program]:
    python = sys.executable
    celery = [python, "-m", "celery", "-A", "peerplatform.celery"]
    web = [python, "-m", "granian", "--interface", "wsgi", "--host", os.environ.get("HOST", "127.0.0.1")]
    web += ["--port", str(port), "--workers", "1", "--blocking-threads", "4", "--respawn-failed-workers"]
    programs = [
        Program("web", [*web, "--no-ws", "--log-level", "warning", "peerplatform.wsgi:application"]),
        Program("worker", [*celery, "worker", "-c", "2", "-l", "warning", "--without-gossip", "--without-mingle"]),
        Program("beat", [*celery, "beat", "-l", "warning", "--pidfile="]),
    ]
    if not os.environ.get("EMAIL_HOST"):
        programs.append(Program("sink", [python, "-m", "peerplatform.sink"]))
    for program in programs:
        program.environment = environment
    return programs


def _wait_until_healthy(port: int, programs: list[Program]) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10).close()  # noqa: S310  our own
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
        for program in programs:
            program.watch()
    log = last_lines(settings.VAR_DIR / "log", "web", 30)
    raise StartError(f"the web server did not answer within {READY_SECONDS} s:\n{log}")


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise StartError(f"port {port} is taken: choose another, `PORT={port + 1} make run`") from None


def free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise StartError("there is no free port for the mail sink")


def _end_leftovers() -> None:
    """End what a killed run of this folder left behind: processes that carry its mark."""
    left = list(marked_processes(str(settings.VAR_DIR.resolve())))
    for process in left:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue
    end = time.monotonic() + 5
    while any(Path(f"/proc/{process}").exists() for process in left) and time.monotonic() < end:
        time.sleep(0.05)


def marked_processes(folder: str) -> Iterator[int]:
    mark = f"{MARK}={folder}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if int(process.name) != os.getpid() and mark in (process / "environ").read_bytes().split(b"\0"):
                yield int(process.name)
        except OSError:  # somebody else's, or gone
            continue


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerplatform.settings.dev")
    sys.exit(main())
