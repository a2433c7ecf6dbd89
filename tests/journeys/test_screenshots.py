"""A picture of every first screen and of what people open most, as four readers meet it; kept in `var/screenshots`.

Nobody compares the pictures by machine: a person looks through them before a release. What a machine can see of each
look is checked on the way: nothing is wider than the screen, nothing fails to load, nothing is blocked by the policy.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage

from tests.journeys.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

NOWHERE = "/nothing-here/"
PAGES = {
    "": (
        "/",
        "/schedule/",
        "/schedule/?view=list&part=eve",
        "/schedule/?view=month",
        "/materials/",
        "/accounts/login/",
        NOWHERE,
    ),
    "client": ("/me/", "/schedule/", "/materials/", "/accounts/sign-in/"),
    "family": ("/family/",),
    "coordinator": ("/staff/", "/clients/", "/appointments/", "/appointments/new/", "/follow-ups/", "/schedule/wall/"),
    "peer": ("/staff/", "/supervision/", "/supervision/new/", "/certifications/"),
    "supervisor": ("/staff/", "/supervision/"),
    "owner": ("/admin/", "/staff/"),
}
LOOKS = {
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    "desktop-dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone-arabic": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    "small-without-javascript": {"viewport": {"width": 320, "height": 700}, "java_script_enabled": False},
}


def blocked(name: str, message: ConsoleMessage) -> Iterator[str]:
    """An error that the browser reports, but for its word on a page that answers 404 as it should."""
    if message.type == "error" and not message.text.startswith("Failed to load resource"):
        yield f"{name}: {message.text}"


@pytest.mark.parametrize("look", LOOKS)
def test_every_first_screen_is_drawn_whole(platform, person, look):
    folder = Path(os.environ.get("SCREENSHOTS") or ROOT / "var" / "screenshots")
    wrong = []
    for name, paths in PAGES.items():
        page = person(f"{name}@harbor.example" if name else "", **LOOKS[look]).page
        if look == "phone-arabic":
            page.context.add_cookies([{"name": "django_language", "value": "ar", "url": platform.url()}])
        page.on("console", lambda message, name=name: wrong.extend(blocked(name, message)))
        page.on("requestfailed", lambda request, name=name: wrong.append(f"{name}: {request.url} did not load"))
        for path in paths:
            if path == "/admin/" and not LOOKS[look].get("java_script_enabled", True):
                continue  # the look of the administration is drawn by unfold's JavaScript
            answer = page.goto(platform.url(path))
            assert answer is not None
            if answer.status != (404 if path == NOWHERE else 200):
                wrong.append(f"{name} {path}: {answer.status}")
            wide, screen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            if wide > screen:
                wrong.append(f"{name} {path}: {wide} wide")
            if look == "phone-arabic" and page.locator("html").get_attribute("dir") != "rtl":
                wrong.append(f"{name} {path}: not from right to left")
            picture = folder / look / f"{name or 'visitor'}{path.replace('/', '-').rstrip('-') or '-home'}.png"
            picture.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=picture, full_page=True)
    assert wrong == [], "\n".join(wrong)
