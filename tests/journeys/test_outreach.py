"""A visit is booked and reminded of by mail, missed and written about, reached out for, and the miss corrected.

The person and the place are put into a zone where it is the middle of the day now, so that real sending hours let real
messages leave while the test runs. Nothing fakes the clock.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import text_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

ZONES = ("Pacific/Honolulu", "America/Los_Angeles", "America/New_York", "America/Sao_Paulo", "Europe/Paris",
         "Europe/Athens", "Asia/Dubai", "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney",
         "Pacific/Auckland")  # fmt: skip
CLIENT = "Samuel Reyes"
MAIL = "client@harbor.example"
PLACE = "Midday house"


def midday_zone() -> str:
    """A zone where it is between 10:30 and 18:00 now."""
    for zone in ZONES:
        here = datetime.now(ZoneInfo(zone))
        if 10.5 <= here.hour + here.minute / 60 <= 18:
            return zone
    raise AssertionError("the list of zones has a gap")


def put_into(person, zone: str, *, client: str = CLIENT, place: str = PLACE) -> None:
    """The office adds a place in the zone and writes down that the client is there, and lets more mails leave a day.

    Reminders of the demo that waited for the morning leave at once where it is midday now, and would use the day up.
    """
    office = person("owner@harbor.example")
    page = office.open("/admin/organizations/location/add/")
    page.locator("[name=name]").fill(place)
    page.locator("[name=zone]").select_option(zone)
    page.locator("[name=_save]").click()
    page = office.open("/admin/messaging/sendingrules/add/")
    page.locator("[name=mails_a_day]").fill("30")
    page.locator("[name=mails_a_week]").fill("60")
    page.locator("[name=_save]").click()  # where another journey did, it is so
    page = office.open(f"/admin/clients/clientrecord/?q={client.split()[0]}")
    page.get_by_role("link", name=client).first.click()
    page.locator("[name=zone]").select_option(zone)
    page.locator("[name=_save]").click()


def book(page: Page, starts: datetime, *, staff: str = "Maya Ortiz", client: str = CLIENT, place: str = PLACE) -> None:
    """Fill in and send the form that books a visit."""
    page.locator("[name=client]").select_option(label=client)
    page.locator("[name=staff]").select_option(label=staff)
    page.locator("[name=day]").fill(starts.date().isoformat())
    page.locator("[name=starts]").fill(starts.strftime("%H:%M"))
    page.locator("[name=minutes]").fill("30")
    page.locator("[name=location]").select_option(label=place)
    page.get_by_role("button", name="Book it").click()


def book_when_free(page: Page, address: str, starts: datetime) -> datetime:
    """Book the visit, a few minutes earlier each time the specialist turns out to have something else then.

    The demo's visits lie around today, so which minutes are taken depends on when the test runs.
    """
    for earlier in range(0, 180, 15):
        page.goto(address)
        book(page, starts - timedelta(minutes=earlier))
        if "/new/" not in page.url:
            return starts - timedelta(minutes=earlier)
    raise AssertionError("the specialist has no free half hour")


def do(page: Page, question: str) -> None:
    """Open a question in place and say yes."""
    asked = page.locator("details.ask").filter(has=page.locator("summary", has_text=re.compile(f"^\\s*{question}")))
    asked.locator("summary").first.click()
    asked.locator("button[type=submit]").first.click()


def test_a_reminder_leaves_and_a_missed_visit_ends_in_a_recorded_outcome(platform, person):
    zone = midday_zone()
    put_into(person, zone)
    now = datetime.now(ZoneInfo(zone))

    desk = person("coordinator@harbor.example")
    form = platform.url("/appointments/new/")
    tomorrow = book_when_free(desk.page, form, now + timedelta(hours=23, minutes=30))
    expect(desk.page.get_by_text(CLIENT).first).to_be_visible()

    # The same specialist at the same time is refused, beside the field, with what was typed kept.
    book(desk.open("/appointments/new/"), tomorrow)
    expect(desk.page.locator(".err").first).to_be_visible()
    assert desk.page.locator("[name=starts]").input_value() == tomorrow.strftime("%H:%M")

    said = text_of(platform.wait_for_mail(MAIL, about=tomorrow.strftime("%-I:%M")))
    assert re.search(r"\b(lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b", said, re.IGNORECASE)
    assert "Maya" in said
    assert f"http://harbor.localhost:{platform.port}/" in said

    # One that has begun: a quarter of an hour ago, and nobody came.
    began = book_when_free(desk.page, form, now - timedelta(minutes=15))
    visit = desk.page.url
    peer = person("peer@harbor.example").page
    peer.goto(visit)
    before = len(platform.mails(MAIL))
    do(peer, "They did not come")
    expect(peer.get_by_text("They did not meet").first).to_be_visible()
    platform.wait_for_mails(MAIL, more_than=before)

    peer.goto(visit)
    peer.locator("#reach ~ * a, section[aria-labelledby=reach] a").first.click()
    task = peer.url
    peer.get_by_role("button", name="Write it down").click()
    expect(peer.locator(".err").first).to_be_visible()  # it does not close without an outcome
    peer.goto(task)
    peer.locator("input[name=outcome][value=reached]").check()
    peer.get_by_role("button", name="Write it down").click()
    peer.goto(task)
    expect(peer.get_by_text("I reached them").first).to_be_visible()

    # Another one was written down as missed by mistake: correcting it takes back what it started.
    book_when_free(desk.page, form, began - timedelta(minutes=35))
    mistaken = desk.page.url
    peer.goto(mistaken)
    do(peer, "They did not come")
    peer.locator("section[aria-labelledby=reach] a").first.click()
    task = peer.url
    peer.goto(mistaken)
    do(peer, "They were here after all")
    expect(peer.get_by_text("They met").first).to_be_visible()
    peer.goto(task)
    expect(peer.get_by_text("Nothing is left to do here").first).to_be_visible()

    outbox = person().open("/demo/outbox/")
    expect(outbox.get_by_text(MAIL).first).to_be_visible()
