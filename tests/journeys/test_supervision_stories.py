"""Supervision in a browser from the first word to the print, on a phone, by keyboard, and while somebody is away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.supervision.choices import NoteState
from tests.browser import chromium_path, open_browser
from tests.cast import PASSWORD, build_cast
from tests.factories.organizations import make_member
from tests.factories.supervision import make_note, make_plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}
WAIT = 20_000
Open = Callable[..., Page]


@contextmanager
def written() -> Iterator[None]:
    """What is written here is there for the server at once, and leaves no connection behind beside the browser's."""
    with transaction.atomic():
        yield
    connection.close()


@pytest.fixture
def here():
    with written():
        return build_cast()


@pytest.fixture
def browse(here, live_server, monkeypatch) -> Iterator[Open]:
    """`browse("supervisor", "/supervision/")`: a page of a browser of its own in which that person is signed in."""
    chromium_path()
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with written():
        names = ("peer_specialist", "supervisor", "coordinator", "administrator", "clinical_contact", "colleague")
        here.users["colleague"] = make_member(here.harbor, "supervisor", name="Ruth Alvarez").user
        here.people["colleague"] = None
        sessions = {name: here.client(name).cookies[settings.SESSION_COOKIE_NAME].value for name in names}
    site = f"http://harbor.localhost:{urlsplit(live_server.url).port}"
    with open_browser() as browser:

        def make(name: str, path: str, **context) -> Page:
            made = browser.new_context(locale="en-US", base_url=site, **context)
            made.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": sessions[name], "url": site}])
            page = made.new_page()
            answer = page.goto(path)
            assert answer is not None
            assert answer.ok, f"{path} answered {answer.status}"
            return page

        yield make


def plan_of(here, **fields):
    with written():
        return make_plan(here.harbor, here.people["peer_specialist"], here.people["supervisor"], **fields)


def confirm(page: Page) -> None:
    """Show that it is you, where the form asks for it."""
    field = page.locator("input[type=password]:visible")
    if field.count():
        field.first.fill(PASSWORD)


def act(page: Page, deed: str) -> None:
    """Confirm and send the form that does one thing."""
    confirm(page)
    with page.expect_navigation():
        page.locator(f"form:has(input[name=do][value={deed}]) button[type=submit]").first.click()


def test_a_note_is_begun_on_a_phone_without_a_network_returned_signed_by_both_added_to_and_printed(here, browse):
    second = here.people["clinical_contact"]
    plan_of(here, clinical_supervisor=second, clinical_signs=True)
    phone = browse("peer_specialist", "/supervision/new/", viewport=PHONE)
    words = phone.locator("[data-autosave-words]")
    phone.locator("[name=reviewed]").press_sequentially("In case K-31 I spoke first.")
    expect(words).to_contain_text("Kept just now", timeout=WAIT)
    expect(phone).to_have_url(re.compile("/supervision/notes/"))
    note = phone.url

    phone.context.set_offline(True)
    phone.locator("[name=decided]").fill("Next time I ask.")
    expect(words).to_contain_text("sealed for you", timeout=WAIT)
    phone.context.set_offline(False)
    expect(words).to_contain_text("Kept just now", timeout=WAIT)
    with phone.expect_navigation():
        phone.get_by_role("button", name="Keep it and go on").click()
    expect(phone.locator("[name=decided]")).to_have_value("Next time I ask.")
    confirm(phone)
    with phone.expect_navigation():
        phone.locator("button[name=do][value=submit]").click()
    expect(phone.locator(".stamp").filter(has_text="Version 1").first).to_be_visible()

    chief = browse("supervisor", note)
    chief.locator("details.ask > summary").first.click()
    chief.locator("[name=reason]").fill("What did he say to that?")
    with chief.expect_navigation():
        chief.locator("button[name=do][value=return]").click()
    phone.goto(note)
    expect(phone.get_by_text("What did he say to that?").first).to_be_visible()
    phone.locator("[name=decided]").fill("Next time I ask. He agreed.")
    confirm(phone)
    with phone.expect_navigation():
        phone.locator("button[name=do][value=submit]").click()

    chief.goto(note)
    expect(chief.locator("ins").filter(has_text="agreed").first).to_be_visible()
    act(chief, "sign")
    chief.goto(note)
    expect(chief.get_by_text("Signed and locked").first).to_be_visible()
    expect(chief.get_by_text("Waits for the clinical supervisor").first).to_be_visible()
    clinical = browse("clinical_contact", note)
    clinical.get_by_role("link", name="Co-sign").click()
    act(clinical, "co_sign")
    expect(clinical.get_by_text("Co-signed").first).to_be_visible()

    phone.goto(f"{note}?do=addend")
    phone.locator("[name=text]").fill("We also spoke about the weekend.")
    act(phone, "addend")
    chief.goto(note)
    chief.get_by_role("link", name="Sign this as well").click()
    act(chief, "review")
    chief.emulate_media(media="print")
    for text in ("In case K-31 I spoke first.", "We also spoke about the weekend.", "read and signed by", second.name):
        expect(chief.get_by_text(text).first).to_be_visible()
    expect(chief.get_by_role("link", name="Add to this note")).to_be_hidden()
    assert chief.pdf().startswith(b"%PDF")


def test_who_was_signed_out_while_typing_signs_in_again_and_finds_every_word(here, browse):
    plan = plan_of(here)
    with written():
        note = make_note(plan)
    path = f"/supervision/notes/{note.public_id}/"
    for start in (path, "/supervision/new/"):
        page = browse("peer_specialist", start, viewport=PHONE)
        with written():
            kept = list(Session.objects.all())
            Session.objects.all().delete()
        page.locator("[name=decided]").fill("Typed after the session had ended.")
        expect(page.locator("[data-autosave-place]")).to_contain_text("You were signed out", timeout=WAIT)
        assert "ended" not in page.evaluate("JSON.stringify(localStorage)")
        page.get_by_role("link", name="Sign in again").click()
        form = page.locator("form:has(input[type=password])")
        opener = page.locator("details:has(input[type=password])")
        if opener.count() and not form.first.is_visible():
            opener.locator("summary").first.click()
        form.locator("input[name=login]").fill("peer_specialist@harbor.example")
        form.locator("input[type=password]").fill(PASSWORD)
        form.get_by_role("button").first.click()
        page.wait_for_url(f"**{start}")
        expect(page.locator("[name=decided]")).to_have_value("Typed after the session had ended.", timeout=WAIT)
        expect(page.locator("[data-autosave-words]")).to_contain_text("Kept just now", timeout=WAIT)
        page.reload()
        expect(page.locator("[name=decided]")).to_have_value("Typed after the session had ended.")
        assert ("/supervision/new/" in page.url) is False
        with written():
            Session.objects.bulk_create(kept, ignore_conflicts=True)


def test_the_fridays_queue_is_worked_through_by_keyboard_alone(here, browse):
    plan = plan_of(here)
    today = timezone.localdate()
    with written():
        for n in range(4):
            make_note(plan, NoteState.SUBMITTED, held_on=today - timedelta(days=9 - n), reviewed=f"Note {n + 1}")
    page = browse("supervisor", "/supervision/")

    def reads(text: str) -> None:
        expect(page.locator("article").get_by_text(text, exact=True).first).to_be_visible()

    def press(key: str) -> None:
        with page.expect_navigation():
            page.keyboard.press(key)

    for _step in range(80):  # into the first one, by Tab alone
        if page.evaluate("document.activeElement.matches('.row a[href*=\"/supervision/notes/\"]')"):
            break
        page.keyboard.press("Tab")
    press("Enter")
    reads("Note 1")
    press("j")
    reads("Note 2")
    press("k")
    reads("Note 1")
    page.keyboard.press("k")  # there is none before
    reads("Note 1")

    page.keyboard.press("s")
    page.keyboard.type(PASSWORD)  # letters in a field are letters
    press("Enter")
    reads("Note 2")
    page.keyboard.press("r")
    page.keyboard.type("Please say who asked for it, just a line.")
    assert page.evaluate("document.activeElement.name") == "reason"
    page.keyboard.press("Tab")
    press("Enter")
    reads("Note 3")
    page.keyboard.press("s")  # confirmed a moment ago: straight on the button
    press("Enter")
    reads("Note 4")
    page.keyboard.press("s")
    press("Enter")
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    page.goto("/supervision/?show=on-others")
    expect(page.locator(".row a[href*='/supervision/notes/']")).to_have_count(1)

    # switched off, the keys say nothing
    with written():
        for n in range(2):
            make_note(plan, NoteState.SUBMITTED, held_on=today - timedelta(days=2 - n), reviewed=f"Later {n + 1}")
    page.goto("/supervision/")
    page.locator(".row a[href*='/supervision/notes/']").first.click()
    page.locator("[data-keys-switch]").uncheck()
    page.keyboard.press("j")
    reads("Later 1")


def test_while_the_supervisor_is_on_leave_the_one_who_covers_signs_and_nobody_else(here, browse):
    plan = plan_of(here)
    with written():
        note = make_note(plan, NoteState.SUBMITTED)
    path = f"/supervision/notes/{note.public_id}/"
    cover = browse("colleague", "/supervision/")
    assert cover.goto(path).status == 404

    today = timezone.localdate()
    office = browse("administrator", "/admin/organizations/absence/add/")
    office.locator("[name=person]").select_option(label=plan.supervisor.name)
    office.locator("[name=starts_on]").fill((today - timedelta(days=1)).isoformat())
    office.locator("[name=ends_on]").fill((today + timedelta(days=5)).isoformat())
    office.locator("[name=covered_by]").select_option(label="Ruth Alvarez")
    with office.expect_navigation():
        office.locator("[name=_save]").click()

    cover.goto("/supervision/")
    cover.locator(f"a[href='{path}']").first.click()
    act(cover, "sign")
    cover.goto(path)
    expect(cover.get_by_text("Signed and locked").first).to_be_visible()
    author = browse("peer_specialist", path, viewport=PHONE)
    expect(author.get_by_text("Ruth Alvarez").first).to_be_visible()
    expect(author.get_by_text(f"for {plan.supervisor.name}, who is away").first).to_be_visible()
    assert browse("coordinator", "/").goto(path).status == 404
