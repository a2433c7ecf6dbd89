"""A facilitator's evening: one tap a person, walk-ins, a number, a note, somebody else who leads; and a wrong tap."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
GROUP = "Recovery support group"


def open_list(page: Page) -> str:
    """The list of the next session of a group that this person leads; its address."""
    page.locator("section[aria-labelledby=closed]").get_by_role("link", name=GROUP).first.click()
    page.get_by_role("link", name="The group’s page").click()
    page.get_by_role("link", name="Who is here").click()
    expect(page.get_by_role("heading", name="On the list")).to_be_visible()
    return page.url


def test_a_leader_checks_people_in_with_one_tap_and_adds_who_walked_in(person):
    phone = person("peer@harbor.example", viewport=PHONE).open("/groups/leading/")
    meeting = open_list(phone)
    key = phone.locator("li[id^=line-]:has(button[value=here])").first.get_attribute("id")
    line = phone.locator(f"#{key}")
    line.get_by_role("button", name=re.compile("^Here")).click()
    expect(line.locator(".stamp.good")).to_have_text(re.compile("Here"))
    assert phone.url == meeting
    phone.reload()
    expect(line.locator(".stamp.good")).to_be_visible()
    line.get_by_role("button", name=re.compile("^Undo")).click()
    expect(line.locator(".stamp.good")).to_have_count(0)

    phone.get_by_role("link", name="Somebody else is here").click()
    phone.locator("[name=alias]").first.fill("Blue Jay")
    phone.get_by_role("button", name="Write them down").click()
    expect(phone.get_by_text("Blue Jay").first).to_be_visible()

    phone.get_by_role("button", name="One more").click()
    expect(phone.locator("#count")).to_contain_text("1 person")
    phone.get_by_role("button", name="One more").click()
    expect(phone.locator("#count")).to_contain_text("2 people")
    phone.get_by_role("button", name="One less").click()
    expect(phone.locator("#count")).to_contain_text("1 person")

    phone.get_by_role("link", name="Notes and materials").click()
    phone.locator("[name=done]").fill("We drew a map of good places.")
    phone.locator("[name=for_next]").fill("Bring more pens.")
    phone.get_by_role("button", name="Keep the note").click()
    expect(phone.get_by_text("We drew a map of good places.").first).to_be_visible()

    colleague = person("supervisor@harbor.example").page
    answer = colleague.goto(meeting)
    assert answer is not None
    assert answer.status == 403


def test_without_javascript_a_tap_leads_back_to_the_same_line(person):
    phone = person("peer@harbor.example", viewport=PHONE, java_script_enabled=False).open("/groups/leading/")
    open_list(phone)
    key = phone.locator("li[id^=line-]:has(button[value=here])").last.get_attribute("id")
    phone.locator(f"#{key}").get_by_role("button", name=re.compile("^Here")).click()
    assert phone.url.endswith(f"#{key}")
    expect(phone.locator(f"#{key} .stamp.good")).to_be_visible()


def test_the_office_lets_somebody_else_lead_and_they_find_it(person):
    meeting = open_list(person("peer@harbor.example", viewport=PHONE).open("/groups/leading/"))
    office = person("coordinator@harbor.example").page
    office.goto(meeting)
    office.get_by_role("link", name="Let somebody else lead").click()
    choice = office.locator("input[name=person]").first
    name = office.locator(f"label[for={choice.get_attribute('id')}]").inner_text()
    choice.check()
    office.locator("[name=note]").fill("The key is at the desk.")
    office.get_by_role("button", name="They lead it this time").click()
    expect(office.locator("section[aria-labelledby=standing]")).to_contain_text(name.split(",")[0].strip())


def test_a_wrong_entry_is_corrected_with_a_reason(person):
    phone = person("peer@harbor.example", viewport=PHONE).open("/groups/leading/")
    phone.locator("section[aria-labelledby=closed]").get_by_role("link", name=GROUP).first.click()
    line = phone.locator("li[id^=line-]").first
    key = line.get_attribute("id")
    line.get_by_role("link", name=re.compile("^Correct")).click()
    phone.locator("input[name=mark][value=told_us]").check()
    phone.get_by_role("button", name="Correct it").click()
    phone.locator("[name=reason]").fill("They had called before.")
    phone.get_by_role("button", name="Correct it").click()
    expect(phone.locator(f"#{key}")).to_contain_text("They had called before.")
