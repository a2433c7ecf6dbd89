"""A coordinator makes a group, a client takes its last place; a certification ends; a text is read in Spanish."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

GROUP = "Bread and talk"
TODAY = datetime.now(ZoneInfo("America/New_York")).date()


def test_a_client_takes_the_last_place_of_a_group_that_a_coordinator_made(person):
    office = person("coordinator@harbor.example").open("/admin/groups/supportgroup/add/")
    office.locator("[name=name_en]").fill(GROUP)
    office.locator("[name=weekday]").select_option(str(TODAY.isoweekday()))
    office.locator("[name=starts]").fill("23:30")
    office.locator("[name=minutes]").fill("25")
    office.locator("[name=starts_on]").fill(TODAY.isoformat())
    office.locator("[name=location]").select_option(label="Mill Street house")
    office.locator("[name=capacity]").fill("1")
    office.locator("[name=languages][value=en]").check()
    office.locator("[name=_save]").click()
    expect(office.get_by_text(GROUP).first).to_be_visible()

    visitor = person(timezone_id="America/New_York").open("/schedule/")
    visitor.get_by_role("link", name=GROUP).first.click()
    expect(visitor.get_by_text("1 place left")).to_be_visible()
    group = visitor.url

    client = person("client@harbor.example").page
    client.goto(group)
    client.locator("details.ask > summary").first.click()
    client.locator("details.ask[open] button[type=submit]").first.click()
    expect(client.locator(".stamp.good").first).to_be_visible()

    visitor.reload()
    expect(visitor.get_by_text("Full now")).to_be_visible()


def test_an_administrator_records_a_certification_and_the_specialist_sees_it_end(person):
    ends = TODAY + timedelta(days=5)
    office = person("owner@harbor.example").open("/admin/certifications/certification/?q=Yusuf")
    office.get_by_role("link", name="Yusuf Haddad").first.click()
    office.locator("[name=status]").select_option("certified")
    office.locator("[name=issued_on]").fill("2024-11-01")
    office.locator("[name=expires_on]").fill(ends.isoformat())
    office.locator("[name=_save]").click()
    expect(office.get_by_text(re.compile("ends in 5 days")).first).to_be_visible()

    specialist = person("yusuf@harbor.example").open("/certifications/")
    expect(specialist.locator(".stamp.wait").first).to_contain_text("5")


def test_a_client_reads_in_spanish_what_was_handed_to_them_and_a_visitor_does_not(person):
    client = person("client@harbor.example").open("/materials/")
    client.get_by_role("link", name="Dormir mejor").click()
    expect(client.locator("html")).to_have_attribute("lang", "es")
    expect(client.locator("article")).to_contain_text("Las malas noches nos pasan a todos")

    visitor = person()
    answer = visitor.page.goto(client.url)
    assert answer is not None
    assert answer.status == 404
    visitor.open("/materials/")
    expect(visitor.page.get_by_text("Dormir mejor")).to_have_count(0)
