"""The administration by keyboard alone, as somebody who can't use a mouse works in it, and what axe finds there.

One session through the pages an office has open all day: find, add, change, many at once, a sheet, the trail.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection, transaction
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import TWO_LOOKS, chromium_path, open_browser, what_axe_finds
from tests.cast import build_cast
from tests.factories.clients import make_client

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHEET = "Name\tClient since\nIda Pasted\t2026-01-05\n"
# whether the focus stands on something with a size, and shows: an outline, or a ring drawn as a shadow
SEEN = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one)
  const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
  return box.width > 0 && box.height > 0 && (outline || style.boxShadow !== "none")
}"""


@pytest.fixture
def context(live_server, monkeypatch) -> Iterator[BrowserContext]:
    """A browser in which the administrator is signed in, on the organization's host."""
    chromium_path()
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with transaction.atomic():
        cast = build_cast()
        for name in ("Ada Lind", "Bo Marsh", "Cy North"):
            make_client(cast.harbor, name=name)
        session = cast.client("administrator").cookies[settings.SESSION_COOKIE_NAME].value
    connection.close()
    site = f"http://harbor.localhost:{urlsplit(live_server.url).port}"
    with open_browser() as browser:
        made = browser.new_context(locale="en-US", viewport={"width": 1280, "height": 900}, base_url=site)
        made.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
        yield made


def site_of(context: BrowserContext) -> str:
    """The address of the organization's host, as the cookie of the session has it."""
    return f"http://{context.cookies()[0]['domain']}"


def reach(page: Page, selector: str, most: int = 150) -> None:
    """Press Tab until the focus is on it; the focus must be seen. Fails where Tab alone does not lead there."""
    for _step in range(most):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate(SEEN), f"the focus on {selector} can't be seen at {page.url}"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector} at {page.url}")


def press(page: Page, selector: str, key: str = "Enter") -> None:
    """Reach it, press the key, and wait for the page that follows."""
    reach(page, selector)
    with page.expect_navigation():
        page.keyboard.press(key)


def test_an_office_works_by_keyboard_alone(context: BrowserContext):
    page = context.new_page()
    page.goto("/admin/")

    # the first page leads to the list by its navigation
    press(page, "a[href='/admin/clients/clientrecord/']")

    # add
    press(page, "a[href='/admin/clients/clientrecord/add/']")
    reach(page, "[name=name]")
    page.keyboard.type("Eve Typed")
    reach(page, "[name=since]")
    page.keyboard.type("2026-01-05")
    press(page, "[name=_save]")
    expect(page.locator("#result_list")).to_contain_text("Eve Typed")

    # find
    reach(page, "[name=q]")
    page.keyboard.type("Eve")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)

    # change
    press(page, "#result_list tbody a[href*='/change/']")
    reach(page, "[name=called]")
    page.keyboard.type("Evie")
    press(page, "[name=_save]")
    page.goto("/admin/clients/clientrecord/?q=Eve")
    press(page, "#result_list tbody a[href*='/change/']")
    assert page.locator("[name=called]").input_value() == "Evie"

    # many at once: choose two rows, what is done with them, look, yes
    page.goto("/admin/clients/clientrecord/")
    for row in (1, 2):
        reach(page, f"#result_list tbody tr:nth-of-type({row}) .action-select, "
                    f"#result_list tbody:nth-of-type({row}) .action-select")  # fmt: skip
        page.keyboard.press("Space")
    assert page.locator(".action-select:checked").count() == 2
    reach(page, "select[name=action]")
    page.keyboard.type("Add")
    press(page, "#changelist-actions button[name=index]")
    expect(page.get_by_text("You chose 2")).to_be_visible()
    reach(page, "select[name=person]")
    page.keyboard.type("Harbor Peer")
    press(page, "[name=look]")
    expect(page.get_by_text("For 2 of them")).to_be_visible()
    press(page, "[name=sure]")
    expect(page.get_by_text("done for 2.")).to_be_visible()

    # a sheet, pasted
    press(page, "a[href*='/bring-in/']")
    reach(page, "[name=pasted]")
    page.keyboard.insert_text(SHEET)
    press(page, "form:has([name=pasted]) button[type=submit]")
    expect(page.get_by_role("cell", name="Ida Pasted")).to_be_visible()
    press(page, "[name=confirm]")
    page.goto("/admin/clients/clientrecord/?q=Ida")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)

    # the trail: who did what
    page.goto("/admin/trail/")
    reach(page, "[name=about]")
    page.keyboard.type("Eve")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#trail li").first).to_be_visible()


def test_axe_finds_nothing_on_the_pages_an_office_has_open(context: BrowserContext):
    page, wrong = context.new_page(), []
    addresses = {
        "trail": "/admin/trail/",
        "invitations": "/admin/organizations/invitation/",
        "invite": "/admin/organizations/invitation/add/",
    }
    for language in ("en", "ar"):
        context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": site_of(context)}])
        for name, address in addresses.items():
            page.goto(address)
            page.wait_for_load_state("load")
            wrong += [f"{name} {language} {one}" for one in what_axe_finds(page, f"admin-{name}-{language}", TWO_LOOKS)]
    assert wrong == [], "\n".join(wrong)
