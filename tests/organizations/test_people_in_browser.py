"""The office's pages about people in a real browser: axe finds nothing in them, and the keyboard alone gets through."""

from __future__ import annotations

import mimetypes
import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route

from tests.browser import chromium_path, open_browser
from tests.cast import Cast
from tests.organizations.test_inviting import ADD, typed
from tests.organizations.test_leaving import Leaver, once, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


def rendered(cast: Cast) -> dict[str, str]:
    """Each page's HTML by a name: as an administrator sees it, and a staff member their own."""
    leaver, office = Leaver(cast), cast.client("administrator")
    address = page_of(leaver.person)
    page = office.get(address)
    values = dict.fromkeys(leaver.KINDS, leaver.other.pk) | {"once": once(page)}
    found = {
        "leave": page,
        "refused": office.post(address, {"once": once(page), "step": "look"}),
        "look": office.post(address, {**values, "step": "look"}),
        "own": cast.client("peer_specialist").get("/people/me/"),
        "card code": cast.client("visitor").get("/join/"),
        "invite": office.get(ADD),
        "card": office.post(ADD, typed(office, way="card", email="")),
        "left": office.post(address, {**values, "step": "do"}, follow=True),
    }
    return {name: answer.content.decode() for name, answer in found.items()}


def axe_in(page: Page) -> list[str]:
    """What axe finds in the page's own part: the administration's frame is another's."""
    part = next(name for name in ("#leave", "#invite", "#card", "main") if page.locator(name).count())
    found = Axe().run(page, context=part).response["violations"]
    return [f"{one['id']} {[node['target'] for node in one['nodes']][:2]}" for one in found]


def test_axe_finds_nothing_and_the_keyboard_reaches_every_choice_and_the_button(cast: Cast):
    chromium_path()
    pages, wrong, shown = rendered(cast), [], {"html": ""}
    pictures = os.environ.get("PICTURES")
    with open_browser() as browser:
        page = browser.new_context().new_page()

        def answer(route: Route) -> None:
            path = "/" + route.request.url.split("?")[0].split("/", 3)[3]
            file = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
            if file:
                kind = mimetypes.guess_type(file)[0] or "application/octet-stream"
                route.fulfill(body=Path(file).read_bytes(), content_type=kind)
            elif path == "/page":
                route.fulfill(body=shown["html"], content_type="text/html; charset=utf-8")
            else:
                route.fulfill(status=404, body="")

        page.context.route("**/*", answer)
        for name, html in pages.items():
            shown["html"] = html
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto("http://harbor.localhost/page")
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                page.evaluate("dark => document.documentElement.classList.toggle('dark', dark)", scheme == "dark")
                wrong += [f"{name} {scheme}: {one}" for one in axe_in(page)]
                if pictures:
                    page.screenshot(path=f"{pictures}/{name}-{scheme}.png", full_page=True)
            page.set_viewport_size({"width": 390, "height": 900})
            if pictures:
                page.screenshot(path=f"{pictures}/{name}-phone.png", full_page=True)
            if name == "leave":
                fields = set(re.findall(r'id="(take-[^"]+)"', html))
                page.evaluate("document.querySelector('#leave select').focus()")
                reached = set()
                for _step in range(len(fields) + 2):
                    reached.add(page.evaluate("document.activeElement.id || document.activeElement.value"))
                    page.keyboard.press("Tab")
                assert fields | {"look"} <= reached, fields - reached
    assert wrong == [], "\n".join(wrong)
