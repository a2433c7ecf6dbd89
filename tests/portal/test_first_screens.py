"""Each person's first screen: where `/` leads, what stands there, what it costs, and how it reads."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.scope import open_scope, system_scope
from apps.care.models import Appointment
from apps.clients import services as clients
from apps.kit.reading import grade_of_html
from apps.messaging.selectors import standing_pause
from apps.messaging.services import pause_sending
from tests.cast import SYSTEM, Cast
from tests.factories.care import make_appointment, make_missed
from tests.factories.clients import make_client
from tests.factories.groups import make_enrolment, make_group
from tests.factories.organizations import make_location, make_member, make_person, make_user

pytestmark = pytest.mark.django_db
HARBOR = "harbor.localhost"


def signed_in(user, host=HARBOR) -> Client:
    browser = Client(headers={"host": host})
    browser.force_login(user)
    return browser


def words(response) -> str:
    """What a page says, without what differs in each request (one-use keys, tokens)."""
    return re.sub(r'(name="(?:csrfmiddlewaretoken|once)" value=)"[^"]*"', r"\1", response.content.decode())


@pytest.fixture
def client_of_harbor(cast: Cast):
    return make_client(cast.harbor, user=make_user(), name="Sam Reyes")


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("administrator", "/admin/"),
        ("coordinator", "/staff/"),
        ("peer_specialist", "/staff/"),
        ("supervisor", "/staff/"),
        ("auditor", "/staff/"),
        ("family", "/family/"),
    ],
)
def test_first_address_leads_each_person_to_their_own_screen(cast: Cast, who, where):
    assert cast.client(who).get("/").headers["Location"] == where


def test_client_is_led_to_their_own_pages(cast: Cast, client_of_harbor):
    assert signed_in(client_of_harbor.person.user).get("/").headers["Location"] == "/me/"


def test_somebody_with_two_hats_chooses_and_no_page_shows_both(cast: Cast):
    user = make_user()
    make_member(cast.harbor, "peer_specialist", user=user)
    make_client(cast.harbor, user=user)
    browser = signed_in(user)
    doors = browser.get("/").content.decode()
    assert 'href="/staff/"' in doors
    assert 'href="/me/"' in doors
    assert 'href="/staff/"' not in browser.get("/me/").content.decode()
    assert 'href="/me/"' not in browser.get("/staff/").content.decode()


def test_visitor_reads_who_we_are_and_the_next_open_groups(cast: Cast):
    make_group(cast.harbor, name={"en": "Walk and talk"})
    make_group(cast.harbor, name={"en": "Closed circle"}, visibility="members")
    page = cast.client("visitor").get("/").content.decode()
    assert "Walk and talk" in page
    assert "Closed circle" not in page


def test_family_page_reads_the_same_whether_nothing_was_shared_it_ended_or_the_person_is_no_client(cast: Cast):
    client = make_client(cast.harbor, name="Sam Reyes")
    make_appointment(client)
    people = [make_person(cast.harbor, user=make_user(), name="Grace Reyes") for _ in range(3)]
    with open_scope(cast.harbor.pk), transaction.atomic():
        ended = clients.name_family(
            client=client, person=people[0], tie="friend", actor=SYSTEM, shares_appointments=True
        )
        clients.end_family_link(link=ended, actor=SYSTEM)
        clients.name_family(client=client, person=people[1], tie="friend", actor=SYSTEM)
    pages = {words(signed_in(person.user).get("/family/")) for person in people}
    assert len(pages) == 1
    assert "Nothing is shared with you right now." in pages.pop()


def test_family_member_sees_when_a_visit_is_and_neither_where_nor_with_whom(cast: Cast):
    client = make_client(cast.harbor, name="Sam Reyes")
    place = make_location(cast.harbor, name="Bluebird house", is_confidential=True)
    make_appointment(client, location=place, staff=make_member(cast.harbor, "peer_specialist", name="Maya Ortiz"))
    family = make_person(cast.harbor, user=make_user(), name="Grace Reyes")
    with open_scope(cast.harbor.pk), transaction.atomic():
        clients.name_family(client=client, person=family, tie="friend", actor=SYSTEM, shares_appointments=True)
    page = signed_in(family.user).get("/family/").content.decode()
    assert "Sam" in page
    assert "Bluebird" not in page
    assert "Maya" not in page


def test_client_calls_a_visit_off_and_it_leaves_the_page(cast: Cast, client_of_harbor):
    visit = make_appointment(client_of_harbor)
    browser = signed_in(client_of_harbor.person.user)
    assert "I can’t come" in browser.get("/me/").content.decode()
    assert browser.post(f"/me/visits/{visit.public_id}/cannot-come/").status_code == 302
    assert "I can’t come" not in browser.get("/me/").content.decode()
    assert browser.post(f"/me/visits/{visit.public_id}/cannot-come/").status_code == 302, "twice changes nothing"


def test_client_cannot_call_off_the_visit_of_another(cast: Cast, client_of_harbor):
    visit = make_appointment(make_client(cast.harbor))
    browser = signed_in(client_of_harbor.person.user)
    assert browser.post(f"/me/visits/{visit.public_id}/cannot-come/").status_code == 404
    with open_scope(cast.harbor.pk), transaction.atomic():
        assert Appointment.objects.get(pk=visit.pk).is_booked


def test_client_stops_sharing_at_once(cast: Cast, client_of_harbor):
    family = make_person(cast.harbor, user=make_user(), name="Grace Reyes")
    make_appointment(client_of_harbor)
    with open_scope(cast.harbor.pk), transaction.atomic():
        clients.name_family(
            client=client_of_harbor, person=family, tie="friend", actor=SYSTEM, shares_appointments=True
        )
    assert "They chose to share" in signed_in(family.user).get("/family/").content.decode()
    signed_in(client_of_harbor.person.user).post(f"/me/family/{family.public_id}/stop/")
    assert "They chose to share" not in signed_in(family.user).get("/family/").content.decode()


def test_specialist_writes_down_with_one_tap_that_they_met(cast: Cast):
    peer = cast.people["peer_specialist"]
    visit = make_appointment(make_client(cast.harbor), staff=peer, starts_at=timezone.now() - timedelta(minutes=1))
    browser = cast.client("peer_specialist")
    assert "was here" in browser.get("/staff/").content.decode()
    browser.post(f"/staff/visits/{visit.public_id}/", {"what": "came"})
    with open_scope(cast.harbor.pk), transaction.atomic():
        assert Appointment.objects.get(pk=visit.pk).is_kept


@pytest.mark.parametrize(
    ("who", "path"), [("peer_specialist", "/staff/"), ("supervisor", "/staff/"), ("coordinator", "/staff/")]
)
def test_staff_page_asks_as_many_questions_for_many_rows_as_for_one(cast: Cast, who, path):
    staff = cast.people["peer_specialist" if who == "coordinator" else who]
    place = make_location(cast.harbor)

    def more(first, last):
        for n in range(first, last):
            client = make_client(cast.harbor)
            when = timezone.now() - timedelta(minutes=60 * (n + 1))
            make_missed(client, staff=staff, location=place, starts_at=when)

    def asked():
        browser = cast.client(who)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code == 200
        return len(queries)

    more(0, 1)
    one = asked()
    more(1, 9)
    assert asked() == one


def test_client_page_asks_as_many_questions_for_many_rows_as_for_one(cast: Cast, client_of_harbor):
    def more(days):
        group = make_group(cast.harbor, capacity=5)
        make_enrolment(group, client_of_harbor.person)
        make_appointment(client_of_harbor, starts_at=timezone.now() + timedelta(days=days))

    def asked():
        browser = signed_in(client_of_harbor.person.user)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/me/").status_code == 200
        return len(queries)

    more(1)
    one = asked()
    for days in range(2, 7):
        more(days)
    assert asked() == one


def test_pages_for_clients_family_and_visitors_read_at_grade_six(cast: Cast, client_of_harbor):
    make_group(cast.harbor, audience={"en": "Family and friends"})
    make_appointment(client_of_harbor)
    client, family = signed_in(client_of_harbor.person.user), cast.client("family")
    for browser, path in ((client, "/me/"), (family, "/family/"), (cast.client("visitor"), "/")):
        page = browser.get(path).content.decode()
        assert grade_of_html(page) <= 6, path


def test_operator_sees_names_and_hosts_and_releases_a_pause(cast: Cast):
    make_client(cast.harbor, name="Sam Reyes")
    with system_scope("a restore pauses"), transaction.atomic():
        pause_sending(why="restored from a backup", actor=Actor.for_system("test"))
    browser = cast.client("operator", "localhost")
    page = browser.get("/operator/").content.decode()
    assert "harbor.localhost" in page
    assert "Sending is paused" in page
    assert not re.search(r"\bSam\b", page)  # a token may hold the letters
    assert browser.post("/operator/sending/release/").status_code == 302
    assert standing_pause() is None


def test_administrator_reads_the_numbers_that_need_somebody(cast: Cast):
    assert "All is fine" in cast.client("administrator").get("/admin/").content.decode()
    make_appointment(make_client(cast.harbor), starts_at=timezone.now() - timedelta(hours=2))
    make_group(cast.harbor)
    page = cast.client("administrator").get("/admin/").content.decode()
    assert "past visit is not written down yet" in page
    assert "group has nobody who leads it" in page


@pytest.mark.parametrize("path", ["/staff/", "/follow-ups/", "/people/me/"])
def test_what_is_opened_from_today_stands_under_today(cast: Cast, path):
    page = words(cast.client("coordinator").get(path))
    assert re.findall(r'<a href="([^"]+)" aria-current="page">', page) == ["/staff/"]
