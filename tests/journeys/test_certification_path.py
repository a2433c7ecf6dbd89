"""A certification from the catalogue to the packet: a class, a document, a check, the warning, another state."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from playwright.sync_api import Page, expect

from apps.certifications.models import CatalogueCredential
from apps.certifications.selectors import day_there
from tests.browser import chromium_path, open_browser
from tests.factories.certifications import a_pdf, make_certification
from tests.factories.organizations import make_member, make_organization

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def enter(live_server, monkeypatch, settings, tmp_path) -> Iterator[tuple[Callable[[str], Page], object, str]]:
    """A page of somebody who is signed in, by their role, the organization's day, and what is held."""
    chromium_path()
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    site, keys = f"http://here.localhost:{urlsplit(live_server.url).port}", {}
    call_command("load_requirements", stdout=StringIO())  # the catalogue as it is shipped
    with transaction.atomic():
        credential = CatalogueCredential.objects.filter(jurisdiction="TX").order_by("pk").first()
        house = make_organization(domain="here.localhost")
        today = day_there(house)
        for role in ("peer_specialist", "administrator"):
            person = make_member(house, role)
            client = Client(headers={"host": "here.localhost"})
            client.force_login(person.user)
            keys[role] = client.cookies[django_settings.SESSION_COOKIE_NAME].value
            if role == "peer_specialist":
                ends = today + timedelta(days=47)
                make_certification(person, credential=credential, issued_on="2024-01-01", expires_on=ends)
    connection.close()
    with open_browser() as browser:

        def page(role: str) -> Page:
            context = browser.new_context(locale="en-US", viewport={"width": 1280, "height": 900}, base_url=site)
            if role in keys:
                context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": keys[role], "url": site}])
            return context.new_page()

        yield page, today, credential.credential_name


def paper(name: str) -> dict[str, object]:
    """A PDF to choose in a file field."""
    return {"name": name, "mimeType": "application/pdf", "buffer": a_pdf(name)}


def test_from_a_class_to_a_checked_certification_that_is_told_to_end(enter):
    page, today, name = enter
    # The specialist enters a class with its paper; a page that only calls itself a PDF is refused in words.
    specialist = page("peer_specialist")
    specialist.goto("/certifications/training/")
    specialist.get_by_role("link", name="Enter training or hours").click()
    specialist.locator("[name=title]").fill("Trauma-informed listening")
    specialist.locator("[name=amount]").fill("6")
    specialist.locator("[name=ended_on]").fill((today - timedelta(days=3)).isoformat())
    bad = {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": b"<html><script>alert(1)</script></html>"}
    specialist.locator("[name=upload]").set_input_files(bad)
    specialist.get_by_role("button", name="Enter it").click()
    expect(specialist.get_by_text("This is no PDF, PNG or JPEG.").first).to_be_visible()
    expect(specialist.locator("[name=title]")).to_have_value("Trauma-informed listening")
    specialist.locator("[name=upload]").set_input_files(paper("listening.pdf"))
    specialist.get_by_role("button", name="Enter it").click()
    expect(specialist.get_by_text("It counts once your administrator has confirmed it.").first).to_be_visible()
    expect(specialist.get_by_text("waits to be confirmed").first).to_be_visible()

    # She says yes to what the state asks, and adds a photo of her certificate.
    specialist.goto("/certifications/")
    specialist.get_by_role("link", name=re.compile(re.escape(name))).first.click()
    certification = specialist.url
    specialist.get_by_role("link", name="Add a document").click()
    specialist.locator("[name=upload]").set_input_files(paper("certificate.pdf"))
    specialist.get_by_role("button", name="Add it").click()
    expect(specialist.get_by_role("link", name="certificate.pdf")).to_be_visible()
    expect(specialist.get_by_text(re.compile("Ends in")).first).to_be_visible()

    # The administrator confirms the class, and compares the certification with the state's register.
    office = page("administrator")
    office.goto("/certifications/training/waiting/")
    row = office.locator("main li", has_text="Trauma-informed listening")
    row.get_by_role("button", name="It counts").click()
    expect(office.get_by_text("Trauma-informed listening")).to_have_count(0)
    office.goto(certification)
    office.get_by_role("link", name="Check it against a register").click()
    office.locator("[name=register]").fill("The state's public register")
    office.get_by_role("button", name="Write the check down").click()
    expect(office.get_by_text("The state's public register")).to_be_visible()

    # She renews it for two years: the warning is gone, and both terms stay.
    office.get_by_role("link", name="Renew it").click()
    ends = today + timedelta(days=400)
    office.locator("[name=starts_on]").fill((today + timedelta(days=200)).isoformat())
    office.locator("[name=ends_on]").fill(ends.isoformat())
    office.get_by_role("button", name="Write the new term down").click()
    expect(office.get_by_text("The new term is written down.").first).to_be_visible()
    specialist.goto(certification)
    expect(specialist.get_by_text(re.compile("Ends in"))).to_have_count(0)
    expect(specialist.get_by_text("The state's public register")).to_be_visible()

    # What of it counts in another state, beside the national standards; and the packet to hand in, as a PDF.
    specialist.goto("/certifications/elsewhere/")
    specialist.locator("[name=record]").select_option(index=1)
    specialist.locator("[name=state]").select_option("NC")
    specialist.get_by_role("button", name="Compare").click()
    expect(specialist.get_by_role("heading", name="This is missing").first).to_be_visible()
    expect(specialist.get_by_text("Beside the National Model Standards").first).to_be_visible()
    specialist.goto(certification + "progress/")
    specialist.get_by_text("Make the packet").first.click()
    specialist.get_by_role("button", name="Yes, make it").click()
    expect(specialist.get_by_text("The packet is among the documents.").first).to_be_visible()
    packet = specialist.get_by_role("link", name=re.compile(r"\.pdf$")).first.get_attribute("href")
    read = "async url => { const file = await fetch(url); return [file.status, (await file.text()).slice(0, 5)] }"
    assert specialist.evaluate(read, packet) == [200, "%PDF-"]
    visitor = page("nobody")
    visitor.goto(str(packet))
    expect(visitor).to_have_url(re.compile("/accounts/login/"))
