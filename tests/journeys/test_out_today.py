"""Somebody says that they are out; the front desk decides and tells everybody in one go; then they are back after all.

As in the journey of a reminder, people are put into a zone where it is the middle of the day, so that real sending
hours let real messages leave.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import text_of
from tests.journeys.test_outreach import book, do, midday_zone, put_into

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

CLIENT, MAIL = "Marcus Bell", "client2@harbor.example"
OUT = "Tom Whitfield"
PLACE = "Noon house"  # its zone may be another than that of the other journey's place


def booked(page: Page, address: str, starts: datetime) -> datetime:
    """Book the visit, a few minutes later each time the specialist turns out to have something else then."""
    for later in range(0, 180, 15):
        page.goto(address)
        at = starts + timedelta(minutes=later)
        book(page, at, staff=OUT, client=CLIENT, place=PLACE)
        if "/new/" not in page.url:
            return at
    raise AssertionError("the specialist has no free half hour")


def test_a_specialist_is_out_the_desk_decides_once_and_the_client_hears_both_ways(platform, person):
    zone = midday_zone()
    put_into(person, zone, client=CLIENT, place=PLACE)
    at = datetime.now(ZoneInfo(zone)) + timedelta(hours=26)
    desk = person("coordinator@harbor.example")
    starts = booked(desk.page, platform.url("/appointments/new/"), at)
    said_at = starts.strftime("%-I:%M")

    # Tom says so himself, and changes nothing by it.
    own = person("tom@harbor.example").open("/staff/out-today/")
    days = [datetime.now(ZoneInfo("America/New_York")).date() + timedelta(days=n) for n in (0, 3)]
    own.locator("[name=first]").fill(days[0].isoformat())
    own.locator("[name=last]").fill(days[1].isoformat())
    own.get_by_role("button", name="See what it touches").click()
    expect(own.get_by_text(f"Visit with {CLIENT}").first).to_be_visible()
    own.get_by_role("button", name="Tell the office").click()
    expect(own.get_by_text("The office knows").first).to_be_visible()

    # The desk sees it first thing, chooses, looks, and does it.
    page = desk.open("/staff/")
    page.get_by_role("link", name="See to it").first.click()
    page.get_by_role("button", name="See what it touches").click()
    theirs = page.locator("section").filter(has=page.get_by_role("heading", name=f"Visit with {CLIENT}")).last
    for choice in page.locator("select[name^=what_a]").all():
        choice.select_option("off")
    expect(theirs).to_be_visible()
    page.get_by_role("button", name="See what it does").click()
    expect(page.get_by_text("Nothing is written yet.")).to_be_visible()
    expect(page.get_by_text(re.compile("by e-mail")).first).to_be_visible()
    page.get_by_role("button", name="Yes, do it and tell them").click()
    expect(page.get_by_text("It is done.").first).to_be_visible()
    day = page.url

    told = text_of(platform.wait_for_mail(MAIL, about="does not take place"))
    assert said_at in told
    assert not re.search(r"\bTom\b", told)  # a token may hold the letters
    mails = len(platform.mails(MAIL))

    # Nothing new is booked with Tom then.
    form = platform.url("/appointments/new/")
    desk.page.goto(form)
    book(desk.page, starts, staff=OUT, client=CLIENT, place=PLACE)
    expect(desk.page.locator(".err").first).to_be_visible()

    # The rest stands on the list of calls until somebody writes down what came of each.
    calls = desk.open("/staff/calls/")
    expect(calls.get_by_role("heading", name="People to call").first).to_be_visible()
    while (rest := calls.locator("form[action*='/staff/calls/']")).count():
        before = rest.count()
        calls.locator("details.opener > summary, details > summary").filter(
            has_text="Write down what came of it"
        ).first.click()
        rest.first.locator("input[value=reached]").check()
        rest.first.get_by_role("button", name="Write it down").click()
        expect(calls.locator("form[action*='/staff/calls/']")).to_have_count(before - 1)
    expect(calls.get_by_text("Nobody has to be called")).to_be_visible()

    # He comes after all: the visit is there again, and who had heard hears again.
    desk.page.goto(day)
    do(desk.page, "Take it back")
    expect(desk.page.get_by_text("Takes place after all").first).to_be_visible()
    platform.wait_for_mails(MAIL, more_than=mails)
    assert "takes place after all" in text_of(platform.wait_for_mail(MAIL, about="after all"))
