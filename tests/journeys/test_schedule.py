"""The schedule as people meet it: a visitor looks for a group, a client joins one, the office prints a sheet."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}}


def rows(page):
    return page.locator("main h3.name a, main table.month li a")


def test_a_visitor_finds_a_group_on_a_phone_and_takes_each_wish_away_again(person):
    page = person(**PHONE, timezone_id="America/New_York").open("/schedule/?view=list")
    everything = rows(page).count()
    assert everything > 5
    page.get_by_text("Search, place, access, time").click()
    page.get_by_label("Time of day").select_option("eve")
    page.get_by_label("No steps on the way in").check()
    page.get_by_role("button", name="Show these").click()
    expect(page).to_have_url(re.compile(r"part=eve"))
    expect(page).to_have_url(re.compile(r"access=step_free"))
    few = rows(page).count()
    assert 0 < few < everything
    page.get_by_role("link", name=re.compile("No steps on the way in")).click()
    expect(page).not_to_have_url(re.compile(r"access="))
    assert few <= rows(page).count() <= everything
    page.get_by_role("navigation", name="Shown as").get_by_role("link", name="Month").click()
    expect(page.locator("table.month")).to_be_visible()
    expect(page).to_have_url(re.compile(r"part=eve"))
    page.go_back()
    expect(page.locator("table.month")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"view=list.*part=eve"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_javascript_the_filters_work_all_the_same(person):
    page = person(**PHONE, java_script_enabled=False).open("/schedule/?view=list")
    page.get_by_text("Search, place, access, time").click()
    page.get_by_label("Words to look for").fill("veterans")
    page.get_by_role("button", name="Show these").click()
    names = rows(page).all_inner_texts()
    assert names and set(names) == {"Veterans circle"}
    page.get_by_role("link", name=re.compile("The words searched for")).click()
    assert rows(page).count() > len(names)


def test_the_filters_are_used_from_the_keyboard_and_keep_the_place_of_the_reader(person):
    page = person().open("/schedule/")
    link = page.get_by_role("navigation", name="Show", exact=True).get_by_role("link", name="Sign language")
    link.focus()
    page.keyboard.press("Enter")
    expect(link).to_have_attribute("aria-current", "true")
    expect(link).to_be_focused()
    expect(page.locator("#found")).to_have_text(re.compile(r"\d+ group"))
    page.keyboard.press("Enter")
    expect(link).not_to_have_attribute("aria-current", "true")


def test_a_client_joins_a_group_and_finds_it_among_their_own(person, platform):
    visitor = person().open("/schedule/?view=list")
    group = rows(visitor).filter(has_text="Walk and talk").first.get_attribute("href")
    page = person("client@harbor.example", **PHONE).open("/schedule/?view=list")
    everything = rows(page).count()

    def answer_yes():
        page.locator("details.ask > summary").first.click()
        page.locator("details.ask[open] button[type=submit]").first.click()

    page.goto(platform.url(group))
    answer_yes()
    expect(page.locator(".stamp.good").first).to_be_visible()
    page.goto(platform.url("/schedule/?view=list&mine=1"))
    assert 0 < rows(page).count() < everything
    expect(page.locator(f"h3.name a[href='{group}']").first).to_be_visible()
    expect(page.locator("main .stamp.good")).to_have_count(rows(page).count())
    assert "meet.example" not in page.content()
    page.goto(platform.url(group))
    answer_yes()
    page.goto(platform.url("/schedule/?view=list&mine=1"))
    expect(page.locator(f"h3.name a[href='{group}']")).to_have_count(0)


def test_a_coordinator_prints_a_sheet_whose_code_opens_the_public_page(person, platform):
    page = person("coordinator@harbor.example").open("/schedule/")
    page.get_by_role("link", name="Posters and codes").click()
    page.get_by_label("Where it will hang").select_option(label="Mill Street house")
    page.get_by_label("Large print").check()
    shown = page.locator("bdi", has_text="/schedule/").inner_text()
    assert shown == platform.url("/schedule/")
    form = page.locator("form[action$='wall.pdf']")
    query = form.evaluate("form => new URLSearchParams(new FormData(form)).toString()")
    kinds = page.evaluate(
        "paths => Promise.all(paths.map(path => fetch(path)"
        ".then(got => [got.status, got.headers.get('content-type')])))",
        [f"/schedule/wall.pdf?{query}", "/schedule/code.png"],
    )
    assert kinds == [[200, "application/pdf"], [200, "image/png"]]
    assert person().page.goto(shown).ok
