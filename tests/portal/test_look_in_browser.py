"""Every component in a real browser: nothing that axe finds, nothing that overflows, nothing the policy blocks.

The pages are rendered without a server: the browser's requests are answered from the templates and static files.
"""

import mimetypes
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template, render_to_string
from django.utils import translation
from playwright.sync_api import Browser, Route

from apps.portal.views import brand_stylesheet
from apps.portal.views.demo import style_guide
from tests.browser import what_axe_finds
from tests.portal.test_frame import organization, request_for

pytestmark = pytest.mark.browser

HOST = "http://harbor.localhost"
POLICY = "; ".join(
    f"{name} {' '.join(values)}"
    for name, values in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
    if isinstance(values, list | tuple)
)
PAGES = {
    "/demo/look/": lambda request: style_guide(request).content.decode(),
    "/404/": lambda request: render_to_string("404.html", {}, request=request),
    "/500/": lambda request: get_template("500.html").render({"reference": "heron-42"}),
}


def open_page(browser, path, *, language="en", scheme="light", width=390, script=True):
    """One page of the list above, as that reader's browser shows it."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
    )
    page = context.new_page()
    page.blocked = []
    page.on("console", lambda message: page.blocked.append(message.text) if message.type == "error" else None)

    def answer(route: Route) -> None:
        address = route.request.url.split("?")[0].removeprefix(HOST)
        if address in PAGES:
            with translation.override(language):
                html = PAGES[address](request_for(organization(), path=address))
            route.fulfill(
                body=html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY}
            )
        elif address == "/brand.css":
            css = brand_stylesheet(request_for(organization()))
            route.fulfill(body=css.content, content_type=css["Content-Type"])
        elif address.startswith("/static/") and (found := finders.find(address.removeprefix("/static/"))):
            kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
            route.fulfill(body=Path(found).read_bytes(), content_type=kind)
        elif "weather.gov" in address:
            route.fulfill(body="<title>Weather</title>", content_type="text/html")
        else:
            route.fulfill(status=404, body="")

    context.route("**/*", answer)
    page.goto(HOST + path)
    return page


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_in_any_component(browser: Browser, path, language):
    page = open_page(browser, path, language=language)
    assert list(what_axe_finds(page)) == []
    assert page.blocked == []
    page.context.close()


@pytest.mark.parametrize("width", [320, 768])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_is_wider_than_its_window(browser: Browser, language, width):
    for path in PAGES:
        page = open_page(browser, path, language=language, width=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.context.close()


def test_every_target_is_large_enough_for_a_thumb(browser: Browser):
    page = open_page(browser, "/demo/look/")
    small = page.evaluate(
        """() => [...document.querySelectorAll('a.btn, button, summary, .filter a, .tabs a, .rail a, .back')]
            .filter(one => one.getClientRects().length && one.getBoundingClientRect().height < 44)
            .map(one => one.outerHTML.slice(0, 120))"""
    )
    assert small == []


def test_name_in_another_language_keeps_the_face_of_its_place(browser: Browser):
    page = open_page(browser, "/demo/look/", language="es")
    face = "one => getComputedStyle(one).fontFamily"
    assert page.locator(".org span[lang=en]").evaluate(face) == page.locator("h1").evaluate(face)
    assert page.locator(".lang button[value=en]").evaluate(face) == page.locator("body").evaluate(face)


def test_leaving_takes_the_place_of_the_page_in_the_back_button(browser: Browser):
    page = open_page(browser, "/404/")
    page.goto(HOST + "/demo/look/")
    page.click("[data-leave]")
    page.wait_for_url("**weather**")
    page.go_back()
    assert page.url == HOST + "/404/"


def test_escape_three_times_leaves_and_once_closes_what_is_open(browser: Browser):
    page = open_page(browser, "/demo/look/")
    page.click(".strip summary")
    page.keyboard.press("Escape")
    assert not page.evaluate("document.querySelector('.strip details').open")
    assert page.evaluate("document.activeElement.matches('.strip summary')"), "the focus is not lost"
    for _ in range(3):
        page.keyboard.press("Escape")
    page.wait_for_url("**weather**")


def test_what_was_refused_has_the_focus(browser: Browser):
    page = open_page(browser, "/demo/look/")
    assert page.evaluate("document.activeElement.id") == "fix"


@pytest.mark.parametrize("status", [500, 403, 0])
def test_part_of_a_page_that_does_not_come_is_said_in_words(browser: Browser, status):
    page = open_page(browser, "/404/")
    page.context.route("**/part/", lambda route: route.fulfill(status=status, body="no") if status else route.abort())
    page.evaluate(
        """() => {
            const part = document.createElement("button")
            part.setAttribute("hx-get", "/part/")
            part.textContent = "More"
            document.getElementById("main").append(part)
            htmx.process(part)
        }"""
    )
    page.click("text=More")
    page.wait_for_selector(".not-sent [role=alert]")
    assert "This did not go through." in page.locator(".not-sent").inner_text()
    assert page.get_by_text("More").is_visible(), "what was there stays"


def test_sign_in_page_is_never_put_inside_another(browser: Browser):
    page = open_page(browser, "/404/")
    page.context.route(
        "**/accounts/login/**", lambda route: route.fulfill(body="<h1>Sign in</h1>", content_type="text/html")
    )
    # what a redirected request ends with: the answer's address is the sign-in page's
    page.evaluate("() => { htmx.ajax('GET', '/accounts/login/?next=/me/', {target: '#main'}) }")
    page.wait_for_url("**/accounts/login/?next=/me/", timeout=5000)
    assert page.locator("#main").count() == 0


def test_nothing_of_a_page_is_kept_in_the_browser(browser: Browser):
    page = open_page(browser, "/demo/look/")
    page.evaluate("() => { htmx.ajax('GET', '/404/', {target: '#main', swap: 'innerHTML'}) }")
    page.wait_for_selector("text=This page is not here")
    kept = page.evaluate("({...localStorage, ...sessionStorage})")
    assert kept in ({}, {"htmx-current-path-for-history": "/demo/look/"}), "an address at most, no words"


def test_going_back_from_a_question_closes_it(browser: Browser):
    page = open_page(browser, "/demo/look/")
    page.click(".slip .ask > summary")
    page.click(".slip [data-close]")
    assert not page.evaluate("document.querySelector('.slip .ask').open")
    assert page.url == HOST + "/demo/look/"


def test_without_javascript_the_help_opens_and_the_way_out_is_a_link(browser: Browser):
    page = open_page(browser, "/demo/look/", script=False)
    assert page.get_by_text("Pressing the Escape key").is_hidden()
    page.click(".strip summary")
    assert page.locator(".strip a[href='tel:988']").is_visible()
    page.click("[data-leave]")
    page.wait_for_url("**weather**")


def test_the_check_sees_what_can_only_be_seen_in_the_dark_and_on_a_phone(browser: Browser):
    page = browser.new_page()
    page.set_content(
        """<html lang="en"><title>Planted</title><main><h1>Planted</h1><p>Hard to read</p></main><style>
        p { color: #000; background: #fff }
        @media (prefers-color-scheme: dark) and (max-width: 400px) { p { color: #222; background: #000 } }</style>"""
    )
    found = list(what_axe_finds(page))
    assert [one.split(" [")[0] for one in found] == ["390 dark: color-contrast"]
    page.close()
