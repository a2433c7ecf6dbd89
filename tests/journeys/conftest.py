"""A whole platform for the journeys: web, worker, beat and sink as `make run` starts them, with the demo in it.

The journeys speak to it through a browser alone. What it mailed is read where the sink wrote it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from peerplatform.supervisor import free_port
from tests.browser import browser, chromium_path

__all__ = ["browser"]

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 280
PASSWORD = "peer-demo-2026"


@dataclass
class Platform:
    """A running platform: where it answers, and what it mailed."""

    port: int
    folder: Path

    def url(self, path: str = "/", host: str = "harbor.localhost") -> str:
        return f"http://{host}:{self.port}{path}"

    def mails(self, to: str) -> list[EmailMessage]:
        """What the sink received for this address, oldest first."""
        found = []
        for file in sorted((self.folder / "outbox").glob("*.eml")):
            message = message_from_bytes(file.read_bytes(), policy=policy.default)
            if to in str(message["To"]):
                found.append(message)
        return found

    def wait_for_mail(self, to: str, *, about: str, seconds: int = 300) -> EmailMessage:
        """The first mail to this address whose text has `about` in it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for mail in self.mails(to):
                if about in text_of(mail):
                    return mail
            time.sleep(1)
        told = [str(mail["Subject"]) for mail in self.mails(to)]
        raise AssertionError(f"no mail about {about!r} to {to} within {seconds} s; there were {told}")

    def wait_for_mails(self, to: str, *, more_than: int, seconds: int = 300) -> list[EmailMessage]:
        """The mails to this address, once there are more than so many."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if len(found := self.mails(to)) > more_than:
                return found
            time.sleep(1)
        raise AssertionError(f"no further mail to {to} within {seconds} s")


def plain_environment(folder: Path) -> dict[str, str]:
    """The environment without what the suite set for its own servers."""
    ours = ("PEER_", "DJANGO_", "PYTEST_", "DATABASE_", "REDIS_", "SINK_")
    return {key: value for key, value in os.environ.items() if not key.startswith(ours)} | {"PEER_VAR_DIR": str(folder)}


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    part = mail.get_body(preferencelist=("plain",))
    assert part is not None
    return str(part.get_content())


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """A platform of its own, started once and stopped at the end; or, with JOURNEY_PORT, the one that runs there."""
    chromium_path()
    if running := os.environ.get("JOURNEY_PORT"):
        yield Platform(int(running), ROOT / "var")
        return
    with tempfile.TemporaryDirectory(prefix="journey") as name:
        folder = Path(name)
        folder.chmod(0o755)
        worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
        port = free_port(8000 + 10 * worker)  # two that look at the same moment must not find the same
        log = folder / "supervisor.log"
        given = plain_environment(folder) | {"PORT": str(port), "PYTHONUNBUFFERED": "1", "PEER_FOLLOW_PARENT": "1"}
        with log.open("wb") as output:
            child = subprocess.Popen(
                [sys.executable, "-m", "peerplatform.supervisor"], cwd=ROOT, env=given, stdout=output, stderr=output
            )
            try:
                _wait_until_ready(child, log)
                yield Platform(port, folder)
            finally:
                child.send_signal(signal.SIGTERM)
                child.wait(timeout=60)


def _wait_until_ready(child: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and child.poll() is None:
        if "ready http://" in log.read_text():
            return
        time.sleep(0.5)
    raise AssertionError(f"the platform did not get ready:\n{log.read_text()[-4000:]}")


@dataclass
class Visitor:
    """One person at one browser."""

    platform: Platform
    page: Page

    def open(self, path: str, host: str = "harbor.localhost") -> Page:
        answer = self.page.goto(self.platform.url(path, host))
        assert answer is not None
        assert answer.ok, f"{path} answered {answer.status}"
        return self.page

    def sign_in(self, email: str) -> Visitor:
        self.open("/accounts/login/?next=/healthz")
        form = self.page.locator("form:has(input[type=password])")
        opener = self.page.locator("details:has(input[type=password])")
        if opener.count() and not form.first.is_visible():
            opener.locator("summary").first.click()
        form.locator("input[name=login]").fill(email)
        form.locator("input[type=password]").fill(PASSWORD)
        form.get_by_role("button").first.click()
        self.page.wait_for_url("**/healthz")
        return self


@pytest.fixture
def person(platform: Platform, browser: Browser) -> Iterator:
    """`person("peer@harbor.example")`: a browser of that person, signed in; `person()` is a visitor."""
    contexts = []

    def make(email: str = "", **context: object) -> Visitor:
        opened = browser.new_context(locale="en-US", **context)
        contexts.append(opened)
        visitor = Visitor(platform, opened.new_page())
        return visitor.sign_in(email) if email else visitor

    yield make
    for opened in contexts:
        opened.close()
