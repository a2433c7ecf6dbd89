"""A director's first hour, from an empty install: her organization, her staff from a sheet, what lapsed, her groups,
and her own record closed to one colleague."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import StringIO
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import Page, expect

from tests.browser import chromium_path, open_browser
from tests.factories.certifications import make_credential

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "heron lamp quiet river"
SHEET = (
    "Nombre\tPuesto\tCorreo\n"
    "Noor Haddad\tPeer specialist\tnoor@willow.example\n"
    "Bo Lindqvist\tCordinator\tbo@willow.example\n"
    "Eva Duarte\tSupervisor\teva@willow.example\n"
)


@pytest.fixture
def invited(live_server, monkeypatch) -> str:
    """The link that a director got on a platform with nothing in it but her house and the catalogue."""
    chromium_path()
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    make_credential(jurisdiction="IL", credential_name="Certified Recovery Support Specialist")
    link = StringIO()
    call_command(
        "create_organization", "Willow Peer House", host="willow.localhost", short_name="Willow", stdout=link,
        zone="America/Chicago", admin_name="Dana Whitfield", admin_email="dana@willow.example",
    )  # fmt: skip
    connection.close()
    port = urlsplit(live_server.url).port
    return f"http://willow.localhost:{port}{urlsplit(link.getvalue().strip()).path}"


@pytest.fixture
def page() -> Iterator[Page]:
    with open_browser() as browser:
        yield browser.new_context(locale="en-US", viewport={"width": 1280, "height": 900}).new_page()


def test_a_director_has_a_public_schedule_within_her_first_hour(invited, page: Page):
    wrong: list[str] = []
    site = invited.split("/join/")[0]

    # She makes her sign-in, and is led to the first steps.
    page.goto(invited)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Make my sign-in").click()
    page.wait_for_url(lambda url: "/join/" not in url)
    page.get_by_text("With my password").click()
    form = page.locator("form:has(input[type=password])")
    form.locator("[name=login]").fill("dana@willow.example")
    form.locator("[type=password]").fill(PASSWORD)
    form.get_by_role("button").first.click()
    page.wait_for_url("**/admin/")
    expect(page.get_by_role("heading", name="Your first steps")).to_be_visible()
    wrong += wrong_on(page)

    # She pastes her staff, sees the one bad line with its reason, mends it there, and brings all of them in.
    page.get_by_role("link", name="Bring in your staff").click()
    page.get_by_role("link", name="Bring in a sheet").click()
    page.locator("[name=pasted]").fill(SHEET)
    page.get_by_role("button", name="See what it would do").press("Enter")
    expect(page.get_by_text("“Cordinator” is no role.")).to_be_visible()
    expect(page.get_by_text("1 line can't be read")).to_be_visible()
    page.locator("[name=pasted]").fill(page.locator("[name=pasted]").input_value().replace("Cordinator", "Coordinator"))
    page.get_by_role("button", name="Look again").press("Enter")
    wrong += wrong_on(page)
    page.get_by_role("button", name="Bring it in").press("Enter")
    expect(page.get_by_text("3 people were added")).to_be_visible()

    # She writes down a certification that has ended, and the first page says so.
    page.goto(f"{site}/admin/certifications/certification/add/")
    page.locator("[name=person]").select_option(label="Noor Haddad")
    page.locator(".field-credential .select2-selection, .select2-selection").first.click()
    page.locator(".select2-search__field").fill("Recovery Support")
    page.locator(".select2-results__option", has_text="Certified Recovery").first.click()
    page.locator("[name=status]").select_option("certified")
    page.locator("[name=issued_on]").fill("2023-01-10")
    page.locator("[name=expires_on]").fill("2025-01-09")
    page.locator("[name=_save]").first.click()
    page.goto(f"{site}/admin/")
    page.get_by_role("link", name="certification has ended").click()
    expect(page.locator("#result_list").get_by_text("Noor Haddad")).to_be_visible()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)

    # A place, then three groups in two languages, which anybody finds.
    page.goto(f"{site}/admin/organizations/location/add/")
    page.locator("[name=name]").fill("Willow house")
    page.locator("[name=zone]").select_option("America/Chicago")
    page.locator("[name=_save]").first.click()
    for number, (english, spanish) in enumerate(GROUPS.items(), 1):
        page.goto(f"{site}/admin/groups/supportgroup/add/")
        page.locator("[name=name_en]").fill(english)
        page.locator("details:has([name=name_es]) > summary").first.click()
        page.locator("[name=name_es]").fill(spanish)
        page.locator("[name=weekday]").select_option(str(number))
        page.locator("[name=starts]").fill("17:30")
        page.locator("[name=minutes]").fill("60")
        page.locator("[name=location]").select_option(label="Willow house")
        page.locator("[name=_save]").first.click()
        expect(page.locator("#result_list").get_by_text(english)).to_be_visible()
    visitor = page.context.browser.new_context(locale="es-ES").new_page()
    visitor.goto(f"{site}/")  # the next open groups, whatever day of the week it is
    for spanish in GROUPS.values():
        expect(visitor.get_by_text(spanish).first).to_be_visible()

    # She was helped here herself: she closes her own old record to one colleague, and reads there why it holds.
    page.goto(f"{site}/admin/clients/clientrecord/add/")
    page.locator("[name=name]").fill("Dana Whitfield")
    page.locator("[name=since]").fill("2019-03-01")
    page.locator("[name=_save]").first.click()
    page.goto(f"{site}/clients/")
    page.get_by_role("link", name="Dana Whitfield").click()
    page.get_by_role("link", name="Close this record to somebody").click()
    page.locator("[name=staff]").select_option(label="Bo Lindqvist")
    page.get_by_role("button", name="Close it").press("Enter")
    expect(page.get_by_text("This record is closed from now on.")).to_be_visible()
    page.goto(f"{site}/staff/closed/")
    expect(page.get_by_text("Bo Lindqvist does not see Dana Whitfield: a private rule")).to_be_visible()
    wrong += wrong_on(page)
    page.goto(f"{site}/admin/clients/clientrecord/")
    page.locator("#result_list").get_by_role("link", name="Dana Whitfield").first.click()
    page.get_by_role("link", name="Who can see this").first.click()
    expect(page.get_by_text("when one of these holds and no private rule stands against it")).to_be_visible()
    assert wrong == []


GROUPS = {
    "Morning circle": "Círculo de la mañana",
    "Walk and talk": "Caminar y hablar",
    "Open evening": "Tarde abierta",
}


def wrong_on(page: Page) -> list[str]:
    """What axe finds on a page of the administration, by rule and place."""
    page.wait_for_load_state("networkidle")
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {[node['target'] for node in one['nodes']][:4]}" for one in found]
