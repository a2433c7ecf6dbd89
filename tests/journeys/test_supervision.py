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


def test_nothing_typed_is_lost_with_the_network_or_a_second_page(platform, person):
    phone = person("tom@harbor.example", viewport={"width": 390, "height": 844}).open("/supervision/new/")
    phone.locator("[name=reviewed]").fill("First words.")
    phone.locator("form button[type=submit]:visible").last.click()
    words = phone.locator("[data-autosave-words]")
    phone.locator("[name=strengths]").fill("He asked for help himself.")
    expect(words).to_be_visible(timeout=20_000)
    note = phone.url

    phone.context.set_offline(True)
    phone.locator("[name=decided]").fill("Typed on the bus, without a network.")
    expect(words).to_contain_text("sealed for you", timeout=20_000)
    kept = phone.evaluate("JSON.stringify(localStorage)")
    assert "note:" in kept
    assert not [word for word in ("Typed", "without", "network") if word in kept]
    phone.context.set_offline(False)
    expect(words).to_contain_text("Kept just now", timeout=30_000)
    phone.reload()
    expect(phone.locator("[name=decided]")).to_have_value("Typed on the bus, without a network.")

    second = phone.context.new_page()
    second.goto(note)
    second.locator("[name=decided]").fill("Typed on the second page.")
    expect(second.locator("[data-autosave-words]")).to_contain_text("Kept just now", timeout=20_000)
    phone.locator("[name=decided]").fill("Typed on the first page.")
    place = phone.locator("[data-autosave-place]")
    expect(place).to_contain_text("Typed on the second page.", timeout=20_000)
    expect(phone.locator("[name=decided]")).to_have_value("Typed on the first page.")
    place.locator("button").first.click()
    expect(words).to_contain_text("Kept just now", timeout=20_000)
    second.reload()
    expect(second.locator("[name=decided]")).to_have_value("Typed on the first page.")


def test_a_locked_note_takes_an_addendum_that_the_other_signs_too(platform, person):
    peer = person("peer@harbor.example").open("/supervision/?show=mine")
    peer.locator(".row:has(.stamp.good) a").first.click()
    expect(peer.get_by_text("Signed and locked").first).to_be_visible()
    note = peer.url
    peer.get_by_role("link", name="Add to this note").click()
    peer.locator("[name=text]").fill("We also spoke about the weekend.")
    peer.locator("[name=minutes]").fill("65")
    confirm(peer)
    peer.locator("form:has(input[name=do][value=addend]) button[type=submit]").first.click()
    expect(peer.get_by_text("We also spoke about the weekend.").first).to_be_visible()
    assert peer.evaluate("document.querySelectorAll('form:has(input[name=do])').length") == 0

    chief = person("supervisor@harbor.example").page
    chief.goto(note)
    chief.get_by_role("link", name="Sign this as well").first.click()
    confirm(chief)
    chief.locator("form:has(input[name=do][value=review]) button[type=submit]").first.click()
    expect(chief.get_by_text("read and signed by").first).to_be_visible()
    chief.emulate_media(media="print")
    expect(chief.get_by_role("link", name="Add to this note")).to_be_hidden()
    expect(chief.get_by_text("We also spoke about the weekend.").first).to_be_visible()
