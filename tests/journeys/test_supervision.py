"""A note is signed, returned, signed again and locked, and the chain of signatures is proven."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD, ROOT, Platform, plain_environment

pytestmark = pytest.mark.browser

FIRST = "In case K-31 I spoke for somebody who wanted to speak."
MORE = "Next time I ask first, and wait."


def confirm(page: Page) -> None:
    """Show that it is you, where the form asks for it."""
    field = page.locator("input[type=password]:visible")
    if field.count():
        field.first.fill(PASSWORD)


def manage(platform: Platform, *args: str) -> subprocess.CompletedProcess[str]:
    """Run a command beside the platform that is running."""
    return subprocess.run(
        [sys.executable, "manage.py", *args],
        cwd=ROOT,
        env=plain_environment(platform.folder),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_note_is_returned_signed_again_and_then_never_changes(platform, person):
    peer = person("tom@harbor.example").open("/supervision/new/")
    peer.locator("[name=reviewed]").fill(FIRST)
    peer.locator("form button[type=submit]:visible").last.click()
    confirm(peer)
    peer.locator("button[name=do][value=submit]").click()
    expect(peer.locator(".stamp").filter(has_text="Version 1").first).to_be_visible()
    note = peer.url

    chief = person("supervisor@harbor.example").page
    chief.goto(note)
    chief.locator("details.ask > summary").first.click()
    chief.locator("[name=reason]").fill("What will you do next time?")
    chief.locator("button[name=do][value=return]").click()

    peer.goto(note)
    expect(peer.get_by_text("What will you do next time?").first).to_be_visible()
    peer.locator("[name=decided]").fill(MORE)
    confirm(peer)
    peer.locator("button[name=do][value=submit]").click()

    chief.goto(note)
    expect(chief.locator("ins").filter(has_text=re.compile("ask first")).first).to_be_visible()
    confirm(chief)
    chief.locator("form:has(input[name=do][value=sign]) button[type=submit]").first.click()
    chief.goto(note)
    expect(chief.get_by_text("Signed and locked").first).to_be_visible()
    expect(chief.locator("[name=reviewed]")).to_have_count(0)

    proven = manage(platform, "verify_signatures")
    assert proven.returncode == 0, proven.stdout + proven.stderr
