"""The pages about visits and follow-ups, through the browser's requests."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.access.models import AccessLog
from apps.access.scope import open_scope
from apps.care.models import Appointment, FollowUpTask
from apps.organizations.models import Host
from tests.factories.care import make_appointment, make_missed, wall
from tests.factories.clients import make_client, put_on_team
from tests.factories.organizations import make_location, make_member, make_organization, make_user

pytestmark = pytest.mark.django_db
KEY = "6f1c1a52-0f0e-4a7e-9c55-0a5a5d7a0001"


@pytest.fixture
def here():
    """One organization."""
    return make_organization()


def signed_in(client, person):
    client.force_login(person.user)
    client.defaults["HTTP_HOST"] = Host.objects.get(organization_id=person.organization_id).domain
    return client


def state(here):
    with open_scope(here.pk), transaction.atomic():
        return Appointment.objects.get().state


def test_a_coordinator_books_once_with_one_key_and_hears_of_a_double_booking_beside_the_field(here, client):
    browser = signed_in(client, make_member(here, "coordinator"))
    record, peer, place = make_client(here), make_member(here, "peer_specialist"), make_location(here)
    with open_scope(here.pk):
        when = wall(place, timezone.now() + timedelta(days=2))
    values = {"client": record.pk, "staff": peer.pk, "location": place.pk, "room": "", "minutes": "45", "once": KEY}
    values |= {"day": when["day"].isoformat(), "starts": when["starts"].strftime("%H:%M")}
    assert browser.get("/appointments/new/").status_code == 200
    first = browser.post("/appointments/new/", values)
    again = browser.post("/appointments/new/", values)
    assert (first.status_code, again.status_code, first.url) == (302, 302, again.url)
    other = browser.post("/appointments/new/", values | {"once": KEY.replace("0001", "0002")})
    assert other.status_code == 422
    assert "already taken" in other.content.decode()
    assert values["starts"] in other.content.decode()
    with open_scope(here.pk):
        assert Appointment.objects.count() == 1


def test_a_specialist_marks_a_visit_missed_closes_the_task_and_corrects_it(here, client):
    peer, record = make_member(here, "peer_specialist"), make_client(here)
    visit = make_appointment(record, staff=peer, starts_at=timezone.now() - timedelta(minutes=10))
    browser = signed_in(client, peer)
    page = f"/appointments/{visit.public_id}/"
    assert "They did not come" in browser.get(page).content.decode()
    assert browser.post(page, {"deed": "missed"}).status_code == 302
    assert state(here) == "missed"
    listed = browser.get("/follow-ups/").content.decode()
    assert record.person.name in listed
    with open_scope(here.pk):
        task = FollowUpTask.objects.get()
    task_page = f"/follow-ups/{task.public_id}/"
    refused = browser.post(task_page, {"deed": "close", "words": "kept"})
    assert refused.status_code == 422
    assert "kept" in refused.content.decode()
    assert browser.post(task_page, {"deed": "close", "outcome": "reached"}).status_code == 302
    assert record.person.name not in browser.get("/follow-ups/").content.decode()
    assert browser.post(page, {"deed": "correct"}).status_code == 302
    assert state(here) == "kept"


def test_a_client_says_that_they_cannot_come_and_sees_no_staff_page(here, client):
    record = make_client(here, user=make_user())
    visit = make_appointment(record)
    browser = signed_in(client, record.person)
    page = f"/appointments/{visit.public_id}/"
    shown = browser.get(page).content.decode()
    assert "I can’t come" in shown
    assert "Another time" not in shown
    assert browser.get("/appointments/").status_code == 403
    assert browser.post(page, {"deed": "missed"}).status_code == 403
    assert state(here) == "booked"
    assert browser.post(page, {"deed": "cancel"}).status_code == 302
    assert state(here) == "cancelled"
    assert browser.get(page).status_code == 200


def test_moving_on_the_portal_keeps_what_was_typed_when_it_is_refused(here, client):
    peer = make_member(here, "peer_specialist")
    place = make_location(here)
    visit = make_appointment(make_client(here), staff=peer, location=place)
    taken = make_appointment(
        make_client(here), staff=peer, location=place, starts_at=visit.starts_at + timedelta(hours=3)
    )
    browser = signed_in(client, peer)
    page = f"/appointments/{visit.public_id}/move/"
    assert browser.get(page).status_code == 200
    with open_scope(here.pk):
        when = wall(place, taken.starts_at)
    values = {"staff": peer.pk, "location": place.pk, "room": "", "minutes": "45"}
    values |= {"day": when["day"].isoformat(), "starts": when["starts"].strftime("%H:%M")}
    refused = browser.post(page, values)
    assert refused.status_code == 422
    assert values["starts"] in refused.content.decode()
    assert browser.post(page, values | {"minutes": "15", "starts": "00:05"}).status_code == 302
    with open_scope(here.pk):
        assert Appointment.objects.get(pk=visit.pk).version == 2


def test_a_clients_page_shows_their_visits_to_the_care_team_and_each_look_is_logged(here, client):
    peer, record = make_member(here, "peer_specialist"), make_client(here)
    put_on_team(record, peer)
    make_missed(record, staff=peer)
    visit = make_appointment(record, staff=peer)
    browser = signed_in(client, peer)
    shown = browser.get(f"/clients/{record.public_id}/").content.decode()
    assert str(visit.public_id) in shown
    assert "no-show" not in shown.lower()
    browser.get(f"/appointments/{visit.public_id}/")
    with open_scope(here.pk):
        assert AccessLog.objects.filter(model="care.appointment", row_id=visit.pk).count() == 1


def test_lists_cost_the_same_with_few_rows_and_with_many(here, client):
    peer, place = make_member(here, "peer_specialist"), make_location(here)
    browser = signed_in(client, peer)
    day = wall(place, timezone.now() - timedelta(days=1))["day"]

    def fill(first, many):
        for n in range(first, first + many):
            record = make_client(here)
            at = timezone.now() - timedelta(days=1, hours=n)
            make_missed(record, staff=peer, location=place, starts_at=at)
            make_appointment(record, staff=peer, location=place, starts_at=at - timedelta(days=10))

    def count(page):
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(page).status_code == 200
        return len(queries)

    fill(0, 1)
    pages = (f"/appointments/?day={day}", "/follow-ups/", "/appointments/new/")
    few = [count(page) for page in pages]
    fill(1, 4)
    assert [count(page) for page in pages] == few
