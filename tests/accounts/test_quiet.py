"""Signing off after quiet time: on the server, with a warning in the page, and never a word lost or sent by itself."""

import json
from urllib.parse import parse_qs

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import IntegrityError, transaction

from apps.access.scope import open_scope
from apps.organizations import services
from apps.organizations.choices import Role
from apps.organizations.models import Organization
from tests.accounts.test_password import PASSWORD, sign_in
from tests.accounts.test_second_factor import led_to
from tests.browser import chromium_path, open_browser
from tests.factories.organizations import SYSTEM, make_member, make_person, make_user

pytestmark = pytest.mark.django_db

HOST = "harbor.localhost"
OWN = "/accounts/sign-in/"
NOTE = "/supervision/none/write/"  # any address of a form: it is never carried out here
KEPT = "/accounts/kept/"
WORDS = "Noor told me that the new flat is quiet."


@pytest.fixture
def staff(harbor):
    return make_member(
        harbor, Role.PEER_SPECIALIST, user=make_user(email="peer@harbor.example", password=PASSWORD)
    ).user


@pytest.fixture
def client(staff, browser):
    made = browser(HOST)
    sign_in(made, staff.email)
    made.get(OWN)
    return made


def wait(client, minutes):
    """Let the session have been quiet for so long."""
    session = client.session
    session["seen_at"] -= int(minutes * 60)
    session.save()


def test_staff_are_signed_out_after_fifteen_quiet_minutes_and_told_why(client):
    wait(client, 14)
    assert client.get(OWN).status_code == 200
    wait(client, 14)
    assert client.get(OWN).status_code == 200
    wait(client, 15)
    answer = client.get("/staff/?day=1")
    assert answer["Location"] == "/accounts/login/?next=/staff/%3Fday%3D1"
    assert "it was quiet here" in client.get("/accounts/login/").content.decode()
    assert led_to(client.get(OWN)) == "/accounts/login/"


def test_a_part_of_a_page_leads_the_whole_page_to_the_sign_in(client):
    wait(client, 15)
    answer = client.get(OWN, headers={"hx-request": "true"})
    assert answer["HX-Redirect"].startswith("/accounts/login/")


def test_the_organization_says_how_long_within_bounds_the_database_holds(harbor, staff, browser):
    with open_scope(harbor.pk):
        services.change_organization(organization=harbor, actor=SYSTEM, idle_minutes=5)
        for minutes in (4, 61):
            with pytest.raises(IntegrityError), transaction.atomic():
                Organization.objects.filter(pk=harbor.pk).update(idle_minutes=minutes)
    client = browser(HOST)
    sign_in(client, staff.email)
    client.get(OWN)
    wait(client, 5)
    assert led_to(client.get(OWN)) == "/accounts/login/"


def test_clients_stay_and_an_operator_does_not(harbor, browser):
    ana = make_user(email="ana@harbor.example", password=PASSWORD)
    make_person(harbor, user=ana)
    make_user(email="operator@platform.example", password=PASSWORD, is_operator=True)
    for host, login, status in ((HOST, ana.email, 200), ("localhost", "operator@platform.example", 302)):
        client = browser(host)
        sign_in(client, login)
        client.get(OWN)
        wait(client, 60)
        assert client.get(OWN).status_code == status


def test_asking_how_long_is_left_is_no_use_and_saying_that_one_is_there_is(client, browser):
    wait(client, 10)
    asked = client.get("/accounts/quiet/").json()
    assert 290 <= asked["left"] <= 300
    assert "5" not in asked["words"]["title"]
    assert client.get("/accounts/quiet/").json()["left"] <= 300
    assert client.post("/accounts/quiet/").json()["left"] >= 898
    wait(client, 15)
    assert client.get("/accounts/quiet/").json()["left"] == 0
    assert led_to(client.get(OWN)) == "/accounts/login/"
    assert browser(HOST).get("/accounts/quiet/").json()["left"] is None


def test_a_form_that_comes_too_late_is_not_carried_out_and_its_words_wait_for_the_person(client, staff):
    wait(client, 16)
    late = client.post(NOTE, {"note": WORDS, "do": "submit", "password": PASSWORD})
    assert late["Location"] == f"/accounts/login/?next={KEPT}"
    assert WORDS not in json.dumps(dict(client.session))
    assert led_to(client.get(KEPT)) == "/accounts/login/"
    assert sign_in(client, staff.email, next=KEPT)["Location"] == KEPT
    page = client.get(KEPT).content.decode()
    assert page.count(WORDS) == 2
    assert f'action="{NOTE}"' in page
    assert 'name="do" value="submit"' in page
    assert PASSWORD not in page
    client.post(NOTE, {"note": WORDS})
    assert client.get(KEPT)["Location"] == "/"


def test_kept_words_are_thrown_away_on_demand_and_before_anybody_else_sees_them(client, staff, browser, harbor):
    wait(client, 16)
    client.post(NOTE, {"note": WORDS})
    sign_in(client, staff.email)
    assert client.post(KEPT)["Location"] == "/"
    assert client.get(KEPT)["Location"] == "/"
    client.get(OWN)
    wait(client, 16)
    client.post(NOTE, {"note": WORDS})
    other = make_member(harbor, Role.COORDINATOR, user=make_user(email="other@harbor.example", password=PASSWORD)).user
    sign_in(client, other.email)
    answer = client.get(KEPT)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert "kept_words" not in client.session


def test_a_form_of_another_site_leaves_nothing_to_be_sent(staff, browser):
    client = browser(HOST)
    sign_in(client, staff.email)
    client.get(OWN)
    wait(client, 16)
    client.handler.enforce_csrf_checks = True
    assert client.post(NOTE, {"note": "send me"})["Location"] == "/accounts/login/?next=/"
    assert "kept_words" not in client.session


def test_the_page_s_script_leaves_with_what_was_typed_and_only_for_this_host(client, staff):
    fields = json.dumps([["note", WORDS]])
    for path, kept in (("https://evil.example/", False), ("//evil.example/", False), (NOTE, True)):
        wait(client, 16)
        told = client.post("/accounts/quiet/leave/", {"path": path, "page": OWN, "fields": fields}).json()
        assert told == {"to": f"/accounts/login/?next={KEPT if kept else OWN}"}
        sign_in(client, staff.email)
        assert client.get(KEPT).status_code == (200 if kept else 302)
        client.get(OWN)


@pytest.mark.browser
def test_the_page_warns_two_minutes_before_and_the_keyboard_keeps_one_signed_in(client):
    chromium_path()
    html = client.get(OWN).content
    state = {"left": 110, "posts": [], "gone": ""}

    def answer(route):
        request = route.request
        address = request.url.removeprefix(f"http://{HOST}")
        if address == "/accounts/quiet/leave/":
            state["gone"] = parse_qs(request.post_data)
            route.fulfill(json={"to": "/accounts/login/"})
        elif address == "/accounts/quiet/":
            if request.method == "POST":
                state["posts"].append(request.headers["x-csrftoken"])
                state["left"] = 900
            words = {
                "title": "Are you still there?",
                "text": "Soon.",
                "stay": "Stay signed in",
                "leave": "Sign out now",
            }
            route.fulfill(json={"left": state["left"], "token": "t", "words": words})
        elif address.startswith(settings.STATIC_URL):
            found = finders.find(address.removeprefix(settings.STATIC_URL))
            route.fulfill(path=found) if found else route.fulfill(status=404)
        else:
            form = b'<main id="main"><form method="post" action="/notes/"><textarea name="note"></textarea></form>'
            route.fulfill(body=html.replace(b'<main id="main" tabindex="-1">', form), content_type="text/html")

    with open_browser() as browser:
        page = browser.new_page()
        page.set_default_timeout(10_000)
        page.clock.install()
        page.route("**/*", lambda route: answer(route))
        page.goto(f"http://{HOST}{OWN}")
        page.clock.run_for(700_000)
        assert page.locator("dialog").count() == 0
        page.clock.run_for(90_000)
        page.get_by_role("alertdialog", name="Are you still there?").wait_for()
        assert page.evaluate("document.activeElement.textContent") == "Stay signed in"
        with page.expect_response(lambda answered: answered.request.method == "POST"):
            page.keyboard.press("Enter")
        page.locator("dialog").wait_for(state="detached")
        assert state["posts"] == ["t"]
        page.fill("textarea", "half a sentence")
        state["left"] = 0
        with page.expect_navigation(url="**/accounts/login/"):
            page.clock.run_for(800_000)
    assert state["gone"]["path"] == ["/notes/"]
    assert json.loads(state["gone"]["fields"][0]) == [["note", "half a sentence"]]
