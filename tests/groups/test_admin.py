"""The office's pages about groups: a weekly group in plain words, and nothing of anybody else's."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.access.scope import open_scope
from apps.groups.models import Enrolment, GroupFacilitator, Session, SupportGroup
from apps.organizations.choices import Role
from tests.cast import build_cast
from tests.factories.groups import make_enrolment, make_group
from tests.factories.organizations import make_location, make_person, make_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    cast = build_cast()
    cast.here = make_location(cast.harbor, name="Mill Street house", zone="America/New_York")
    cast.there = make_location(cast.aurora, name="Foreign house")
    return cast


def form(location, **more):
    today = timezone.localdate(timezone=ZoneInfo("America/New_York")).isoformat()
    return {
        "name_en": "Wellness plan circle",
        "name_es": "Círculo de bienestar",
        "weekday": "2",
        "membership": "drop_in",
        "frequency": "weekly",
        "interval": "1",
        "dates-TOTAL_FORMS": "0",
        "dates-INITIAL_FORMS": "0",
        "starts": "17:30",
        "minutes": "90",
        "starts_on": today,
        "location": str(location.pk),
        "format": "in_person",
        "visibility": "public",
        "attendance_mode": "named",
        "offer_hours": "24",
        "capacity": "12",
        "languages": ["en", "es"],
        "facilitators-TOTAL_FORMS": "1",
        "facilitators-INITIAL_FORMS": "0",
        "facilitators-0-starts_on": today,
        **more,
    }


def test_a_coordinator_makes_a_weekly_group_and_sees_its_next_sessions(house):
    browser = house.client(Role.COORDINATOR)
    leader = house.people[Role.PEER_SPECIALIST]
    answer = browser.post(
        reverse("admin:groups_supportgroup_add"),
        form(house.here, **{"facilitators-0-person": str(leader.pk), "_continue": "1"}),
    )
    assert answer.status_code == 302, answer.context_data["errors"]
    with open_scope(house.harbor.pk):
        group = SupportGroup.objects.get()
        assert (group.name["es"], group.weekday, group.starts, group.capacity) == (
            "Círculo de bienestar",
            2,
            time(17, 30),
            12,
        )
        assert group.languages == ["en", "es"]
        assert [each.person for each in GroupFacilitator.objects.all()] == [leader]
        assert group.sessions.count() == 12
    page = browser.get(answer.url).content.decode()
    assert page.count("5:30 to 7:00 pm") == 6
    assert "Eastern time (New York)" in page


def test_a_group_that_cannot_be_is_explained_beside_the_field(house):
    browser = house.client(Role.COORDINATOR)
    room = make_room(make_location(house.harbor))
    answer = browser.post(
        reverse("admin:groups_supportgroup_add"), form(house.here, room=str(room.pk), minutes="5", starts="25:00")
    )
    assert answer.status_code == 200
    errors = answer.context_data["adminform"].form.errors
    assert set(errors) == {"room", "minutes", "starts"}
    with open_scope(house.harbor.pk):
        assert not SupportGroup.objects.exists()


def test_fewer_places_than_people_is_refused_beside_the_field_and_changes_nothing(house):
    browser = house.client(Role.COORDINATOR)
    group = make_group(house.harbor, location=house.here, capacity=5)
    make_enrolment(group), make_enrolment(group)
    answer = browser.post(reverse("admin:groups_supportgroup_change", args=[group.pk]), form(house.here, capacity="1"))
    assert answer.status_code == 200
    assert list(answer.context_data["adminform"].form.errors) == ["capacity"]
    with open_scope(house.harbor.pk):
        group.refresh_from_db()
        assert (group.capacity, group.name["en"]) == (5, group.name["en"])


def test_the_office_offers_only_its_own_organizations_things(house):
    room, foreign_room = make_room(house.here, name="Our room"), make_room(house.there, name="Their room")
    make_group(house.aurora, location=house.there, name={"en": "Their group"})
    make_group(house.harbor, location=house.here, name={"en": "Our group"})
    make_person(house.aurora, name="Foreign Person")
    browser = house.client(Role.COORDINATOR)
    for address in (
        reverse("admin:groups_supportgroup_add"),
        reverse("admin:groups_supportgroup_changelist"),
        reverse("admin:groups_supportgroup_changelist") + "?q=group",
        reverse("admin:groups_session_changelist"),
        reverse("admin:groups_enrolment_add"),
        reverse("admin:groups_enrolment_changelist"),
    ):
        page = browser.get(address)
        assert page.status_code == 200, address
        text = page.content.decode()
        assert not [word for word in ("Foreign", "Their", "Aurora") if word in text], address
    assert room.name in browser.get(reverse("admin:groups_supportgroup_add")).content.decode()
    assert foreign_room.name == "Their room"


def test_planted_ids_of_another_organization_are_refused(house):
    browser = house.client(Role.COORDINATOR)
    room = make_room(house.there)
    theirs = make_group(house.aurora, location=house.there)
    stranger = house.neighbours[Role.PEER_SPECIALIST]
    planted = [
        ("admin:groups_supportgroup_add", form(house.there)),
        ("admin:groups_supportgroup_add", form(house.here, room=str(room.pk))),
        ("admin:groups_supportgroup_add", form(house.here, **{"facilitators-0-person": str(stranger.pk)})),
        ("admin:groups_enrolment_add", {"group": str(theirs.pk), "person": str(house.people["client"].pk)}),
        ("admin:groups_enrolment_add", {"group": str(theirs.pk), "person": str(house.neighbours["client"].pk)}),
    ]
    for name, values in planted:
        answer = browser.post(reverse(name), values)
        assert answer.status_code == 200, name
        assert answer.context_data["errors"], name
    for name in ("change", "history"):
        assert browser.get(reverse(f"admin:groups_supportgroup_{name}", args=[theirs.pk])).status_code in (403, 404)
    assert (
        browser.post(reverse("admin:groups_supportgroup_change", args=[theirs.pk]), form(house.here)).status_code == 404
    )
    with open_scope(house.harbor.pk):
        assert not SupportGroup.objects.exists() and not Enrolment.objects.exists()
    with open_scope(house.aurora.pk):
        assert not Enrolment.objects.exists()
        assert SupportGroup.objects.get().location == house.there


def test_a_session_is_called_off_with_a_reason_and_taken_back(house):
    browser = house.client(Role.COORDINATOR)
    group = make_group(house.harbor, location=house.here)
    with open_scope(house.harbor.pk):
        session = group.sessions.last()
    address = reverse("admin:groups_session_change", args=[session.pk])
    assert browser.post(address, {"called_off": "on", "reason_en": "Snow"}).status_code == 302
    with open_scope(house.harbor.pk):
        session.refresh_from_db()
        assert (session.state, str(session.reason)) == ("cancelled", "Snow")
    assert browser.post(address, {"reason_en": "Snow"}).status_code == 302
    with open_scope(house.harbor.pk):
        session.refresh_from_db()
        assert (session.state, str(session.reason)) == ("planned", "")


def test_a_coordinator_enrols_a_client_and_ends_it(house):
    from apps.clients.models import ClientRecord

    browser = house.client(Role.COORDINATOR)
    group = make_group(house.harbor, location=house.here, capacity=1)
    person, other = house.people["client"], make_person(house.harbor)
    with open_scope(house.harbor.pk):
        for each in (person, other):
            ClientRecord.objects.get_or_create(person=each, defaults={"since": date(2026, 1, 1)})
    add = reverse("admin:groups_enrolment_add")
    assert browser.post(add, {"group": str(group.pk), "person": str(person.pk)}).status_code == 302
    full = browser.post(add, {"group": str(group.pk), "person": str(other.pk)})
    assert full.status_code == 200
    assert "All places in this group are taken" in full.content.decode()
    with open_scope(house.harbor.pk):
        enrolment = Enrolment.objects.get()
    assert (
        browser.post(reverse("admin:groups_enrolment_change", args=[enrolment.pk]), {"has_left": "on"}).status_code
        == 302
    )
    with open_scope(house.harbor.pk):
        enrolment.refresh_from_db()
        assert enrolment.ended_at is not None


@pytest.mark.parametrize("model", ["supportgroup", "session", "enrolment"])
def test_an_auditor_looks_and_changes_nothing(house, model):
    group = make_group(house.harbor, location=house.here)
    enrolment = make_enrolment(group)
    with open_scope(house.harbor.pk):
        row = {"supportgroup": group, "session": group.sessions.last(), "enrolment": enrolment}[model]
        before = dict(type(row).objects.filter(pk=row.pk).values().get())
    browser = house.client(Role.AUDITOR)
    address = reverse(f"admin:groups_{model}_change", args=[row.pk])
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"called_off": "on", "has_left": "on"}).status_code == 403
    with open_scope(house.harbor.pk):
        assert dict(type(row).objects.filter(pk=row.pk).values().get()) == before


def test_the_lists_ask_the_same_number_of_queries_with_one_row_and_with_many(house, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = house.client(Role.COORDINATOR)
    group = make_group(house.harbor, location=house.here)
    make_enrolment(group)
    lists = [reverse(f"admin:groups_{model}_changelist") for model in ("supportgroup", "session", "enrolment")]

    def counts():
        found = []
        for address in lists:
            browser.get(address)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                browser.get(address)
            found.append(len(queries))
        return found

    few = counts()
    for _n in range(20):
        make_enrolment(make_group(house.harbor, location=house.here))
    assert counts() == few
    with open_scope(house.harbor.pk):
        assert Session.objects.filter(on__lt=timezone.localdate() + timedelta(weeks=12)).count() > 200
