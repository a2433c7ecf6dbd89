"""Real workers, real beats, a Redis of their own, and a mail server that notes what it took and can hold its tongue."""

from __future__ import annotations

import asyncio
import contextlib
import email
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from apps.access.scope import system_scope
from apps.messaging import services
from apps.messaging.models import Message
from peerplatform.embedded import EmbeddedServices, redis_url
from peerplatform.embedded.addresses import socket_dir
from peerplatform.embedded.processes import spawn
from peerplatform.settings.base import env
from peerplatform.supervisor import free_port
from tests.factories.messaging import SYSTEM, make_contact_point, zone_at
from tests.factories.organizations import make_organization, make_person
from tests.faults.purpose import PURPOSE

LEASE_SECONDS = 4
ROOT = Path(__file__).resolve().parents[2]


class MailServer:
    """Takes every mail. With `hold_at` n it keeps silent from its n-th mail on: `before` it takes it, or after."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.hold_at, self.before = 0, False
        self.holding, self.released = threading.Event(), threading.Event()
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port(0))
        self._controller.start()
        self.port = int(self._controller.port)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Note the mail's Message-ID, and hold where asked."""
        if self.hold_at and self.before and len(self.taken) + 1 >= self.hold_at:
            await self._hold()
            return "451 4.3.0 the server went away"
        self.taken.append(str(email.message_from_bytes(envelope.content)["Message-ID"]))
        if self.hold_at and len(self.taken) >= self.hold_at:
            await self._hold()
        return "250 OK"

    async def _hold(self) -> None:
        self.holding.set()
        while not self.released.is_set():
            await asyncio.sleep(0.05)

    def release(self) -> None:
        self.hold_at = 0
        self.released.set()

    def stop(self) -> None:
        self.release()
        self._controller.stop()


class Installation:
    """The processes of one running platform, without its web server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.services = EmbeddedServices(folder / "var", database=False, redis=True)
        self.services.start()
        self.mail = MailServer()
        self.children: list[subprocess.Popen[bytes]] = []
        self.died = 0
        self._how: dict[int, tuple[str, ...]] = {}
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "FAULTS_DATABASE": str(connection.settings_dict["NAME"]),
            "REDIS_URL": redis_url(env, folder / "var"),
            "PEER_VAR_DIR": str(settings.VAR_DIR),
            "MESSAGING_LEASE_SECONDS": str(LEASE_SECONDS),
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.mail.port),
            "LOG_LEVEL": "WARNING",
        }

    def worker(self) -> subprocess.Popen[bytes]:
        return self._start("worker", "-c", "2", "--without-gossip", "--without-mingle", "--without-heartbeat")

    def beat(self) -> subprocess.Popen[bytes]:
        return self._start("beat", "--pidfile=")

    def _start(self, *args: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{args[0]}.log").open("ab") as log:
            command = [sys.executable, "-m", "celery", "-A", "peerplatform.celery", *args, "-l", "warning"]
            child = spawn(command, log=log, env=self.environment, cwd=ROOT)
        self.children.append(child)
        self._how[child.pid] = args
        return child

    def bring_back(self) -> None:
        """Start again what ended by itself, as the supervisor does; what a test killed stays dead."""
        for child in list(self.children):
            if child.poll() not in (None, -signal.SIGKILL):
                self.children.remove(child)
                kill(child)
                self.died += 1
                self._start(*self._how[child.pid])

    @property
    def broker(self) -> Any:
        return self.services.servers[0]

    def stop(self) -> None:
        self.mail.release()
        for child in self.children:
            kill(child)
        self.mail.stop()
        self.services.stop()
        with contextlib.suppress(OSError):
            socket_dir(self.folder / "var").rmdir()

    def log(self) -> str:
        return "\n".join(path.read_text()[-12000:] for path in self.folder.glob("*.log"))


def kill(child: subprocess.Popen[bytes]) -> None:
    """SIGKILL to a process and everything it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait(10)


@pytest.fixture
def installation(transactional_db: None, tmp_path: Path) -> Iterator[Installation]:
    running = Installation(tmp_path)
    try:
        yield running
    finally:
        running.stop()


def plan_reminders(how_many: int) -> list[str]:
    """Plan one reminder each for so many people, due now, where it is midday. Returns their Message-IDs, sorted."""
    house = make_organization(zone=zone_at(12))
    people = [make_person(house) for _n in range(how_many)]
    for person in people:
        make_contact_point(person)
    now = timezone.now()
    sql = (
        "SELECT organization_id, id, 'visit:' || id, %s::timestamptz, %s::timestamptz + interval '5 hours'"
        " FROM organizations_person WHERE id = ANY(%s)"
    )
    with transaction.atomic(), system_scope("test"):
        rows = (sql, [now, now, [person.pk for person in people]])
        assert services.plan(purpose=PURPOSE, step="only", rows=rows, actor=SYSTEM) == how_many
        return sorted(message.message_id for message in Message.objects.all())


def states() -> Counter[str]:
    with transaction.atomic(), system_scope("test"):
        return Counter(Message.objects.values_list("state", flat=True))


def wait_for(condition: Callable[[], Any], installation: Installation, seconds: float = 45) -> None:
    end = time.monotonic() + seconds
    while not condition():
        installation.bring_back()
        assert installation.died < 10, installation.log()
        assert time.monotonic() < end, f"{states()} after {seconds} s\n{installation.log()}"
        time.sleep(0.2)


def tell(what: str, planned: list[str], taken: list[str]) -> dict[str, int]:
    """Print and return the counts."""
    counts = {
        "planned": len(planned),
        "arrived": len(set(taken)),
        "lost": len(set(planned) - set(taken)),
        "repeated under the same Message-ID": len(taken) - len(set(taken)),
        "under a foreign Message-ID": len(set(taken) - set(planned)),
    }
    sys.stdout.write(f"\n{what}: " + ", ".join(f"{number} {name}" for name, number in counts.items()) + "\n")
    return counts
