"""A client's own calendar: a secret link that they make, choose the detail of, renew and end."""

import re
import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.scope import open_scope
from apps.care import services as care
from apps.clients.models import ClientRecord
from apps.groups import services as groups
from apps.kit.once import new_key
from apps.portal import services
from apps.portal.choices import Detail
from apps.portal.models import CalendarLink
from tests.cast import build_cast
from tests.factories.care import make_appointment
from tests.factories.clients import make_client
from tests.factories.groups import make_enrolment, make_group
from tests.factories.organizations import SYSTEM, actor_for, make_location, make_member
from tests.groups.test_feeds import events

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(cast):
    """A client who signs in, with a visit in a known house and a group of members; somebody else has both too."""
    harbor = cast.harbor
    client = _client_of(cast)
    house = make_location(harbor, name="Blue house", address="1 Main St")
    staff = make_member(harbor, "peer_specialist", name="Maya Staff")
    client.visit = make_appointment(client, staff=staff, location=house)
    client.group = make_group(harbor, name={"en": "Quiet circle"}, visibility="members", location=house)
    make_enrolment(client.group, client.person)
    other = make_client(harbor, name="Olga Other")
    other.visit = make_appointment(other, staff=make_member(harbor, "peer_specialist"))
    other.group = make_group(harbor, name={"en": "Olga’s circle"})
    make_enrolment(other.group, other.person)
    client.other = other
    return client


def _client_of(cast):
    with open_scope(cast.harbor.pk):
        row = ClientRecord(organization=cast.harbor, person=cast.people["client"], since=timezone.localdate())
        row.save()
        return row


def page(cast):
    return cast.client("client")


def make_link(cast, **data):
    response = page(cast).post("/me/calendar/", {"once": str(new_key()), **data})
    assert response.status_code == 200
    return re.search(r"/calendar/[\w-]+\.ics", response.content.decode())[0]


def read(address, **headers):
    return Client(headers={"host": "harbor.localhost"}).get(address, headers=headers)


def test_it_shows_only_the_word_appointment_unless_they_ask_for_more(cast, anna):
    address = make_link(cast)
    with open_scope(cast.harbor.pk):
        wanted = {str(key) for key in anna.group.sessions.values_list("public_id", flat=True)}
    found = events(read(address))
    assert set(found) == wanted | {str(anna.visit.public_id)}
    assert {str(event["SUMMARY"]) for event in found.values()} == {"Appointment"}
    text = read(address).content.decode()
    for word in ("Quiet", "Maya", "Blue", "Main St", "Anna", "Harbor", "/groups/", "/me/visits"):
        assert word not in text
    page(cast).post("/me/calendar/detail/", {"detail": Detail.NAMES})
    named = read(address).content.decode()
    assert "SUMMARY:Quiet circle" in named
    assert "SUMMARY:Visit with Maya" in named
    assert "Blue house" not in named
    page(cast).post("/me/calendar/detail/", {"detail": Detail.FULL})
    full = read(address).content.decode()
    assert "Blue house" in full
    for word in ("Anna", "Olga"):
        assert word not in full


def test_a_new_link_ends_the_old_one_and_ending_leaves_none(cast, anna):
    first = make_link(cast, detail=Detail.NAMES)
    second = make_link(cast, detail=Detail.NAMES)
    assert [read(each).status_code for each in (first, second)] == [404, 200]
    page(cast).post("/me/calendar/end/")
    page(cast).post("/me/calendar/end/")
    assert read(second).status_code == 404
    with open_scope(cast.harbor.pk):
        assert CalendarLink.objects.filter(ended_at__isnull=True).count() == 0
        stored = " ".join(CalendarLink.objects.values_list("token_hash", flat=True))
    for each in (first, second):
        assert each.removeprefix("/calendar/").removesuffix(".ics") not in stored


def test_pressing_twice_makes_one_link(cast, anna):
    key = str(new_key())
    first = page(cast).post("/me/calendar/", {"once": key})
    again = page(cast).post("/me/calendar/", {"once": key})
    assert (first.status_code, again.status_code) == (200, 302)
    with open_scope(cast.harbor.pk):
        assert CalendarLink.objects.count() == 1


def test_the_address_is_shown_once(cast, anna):
    address = make_link(cast)
    later = page(cast).get("/me/calendar/").content.decode()
    assert address not in later
    assert "/calendar/" not in later.replace("/me/calendar/", "")


def test_it_changes_with_visits_groups_and_places_and_is_a_304_that_looks_at_none_in_between(cast, anna):
    address = make_link(cast)
    harbor = cast.harbor

    def changed(tag):
        return read(address, **{"if-none-match": tag})

    tag = read(address)["ETag"]
    with CaptureQueriesContext(connection) as asked:
        again = changed(tag)
    assert (again.status_code, again.content) == (304, b"")
    told = " ".join(query["sql"] for query in asked)
    assert "groups_session" not in told
    assert "care_appointment" not in told
    with open_scope(harbor.pk):
        groups.cancel_session(session=anna.other.group.sessions.last(), actor=SYSTEM, reason={"en": "Snow"})
        care.cancel_appointment(appointment=anna.other.visit, actor=SYSTEM)
    assert changed(tag).status_code == 304  # nothing of theirs
    deeds = [
        lambda: groups.cancel_session(session=anna.group.sessions.last(), actor=SYSTEM, reason={"en": "Snow"}),
        lambda: care.cancel_appointment(appointment=anna.visit, actor=SYSTEM),
        lambda: groups.leave(enrolment=anna.group.enrolments.get(), actor=SYSTEM),
        lambda: groups.enrol(group=anna.other.group, person=anna.person, actor=SYSTEM),
    ]
    for deed in deeds:
        with open_scope(harbor.pk):
            deed()
        response = changed(tag)
        assert response.status_code == 200
        tag = response["ETag"]
    assert str(anna.visit.public_id) in read(address).content.decode()
    off = events(read(address))[str(anna.visit.public_id)]
    assert (str(off["STATUS"]), str(off["SUMMARY"]), int(off["SEQUENCE"])) == ("CANCELLED", "Cancelled: Appointment", 1)


def test_a_moved_visit_keeps_its_uid_and_raises_its_sequence(cast, anna):
    address = make_link(cast)
    before = events(read(address))[str(anna.visit.public_id)]
    with open_scope(cast.harbor.pk):
        day = timezone.localdate() + timedelta(days=9)
        care.move_appointment(
            appointment=anna.visit, actor=SYSTEM, day=day, starts=anna.visit.starts_at.time(), minutes=30
        )
    after = events(read(address))[str(anna.visit.public_id)]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["LAST-MODIFIED"].dt >= before["LAST-MODIFIED"].dt
    assert after["DTSTART"].dt != before["DTSTART"].dt


def test_nothing_is_read_once_somebody_is_no_client_any_more_nor_on_another_organizations_host(cast, anna):
    address = make_link(cast)
    assert Client(headers={"host": "aurora.localhost"}).get(address).status_code == 404
    with open_scope(cast.harbor.pk):
        ClientRecord.objects.filter(pk=anna.pk).update(archived_at=timezone.now())
    assert read(address).status_code == 404


def test_nobody_makes_or_changes_anothers_link(cast, anna):
    make_link(cast)
    with open_scope(cast.harbor.pk):
        link = CalendarLink.objects.get()
        for name in ("administrator", "coordinator", "peer_specialist"):
            actor = actor_for(cast.people[name])
            with pytest.raises(PermissionDenied):
                services.make_calendar_link(person=anna.person, actor=actor)
            with pytest.raises(PermissionDenied):
                services.change_detail(link=link, actor=actor, detail=Detail.FULL)
            with pytest.raises(PermissionDenied):
                services.end_calendar_link(link=link, actor=actor)
        link.refresh_from_db()
        assert (link.detail, link.ended_at) == (Detail.MASKED, None)


@pytest.mark.django_db(transaction=True)
def test_two_new_links_at_the_same_moment_leave_one_that_stands():
    with transaction.atomic():
        cast = build_cast()
        client = _client_of(cast)
        actor = Actor(client.person.user_id, cast.harbor.pk, own=True)
    ready, errors = threading.Barrier(3), []

    def make():
        try:
            with open_scope(cast.harbor.pk):
                ready.wait()
                services.make_calendar_link(person=client.person, actor=actor)
        except Exception as error:  # noqa: BLE001  whatever a thread met is what the test shows
            errors.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=make) for _n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with open_scope(cast.harbor.pk), transaction.atomic():
        assert [link.ended_at is None for link in CalendarLink.objects.order_by("ended_at")].count(True) == 1
        assert CalendarLink.objects.count() == 3
