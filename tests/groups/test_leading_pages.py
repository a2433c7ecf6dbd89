"""A leader's pages: one request for a check-in, few queries, the same with one and a hundred people on the list."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.access.scope import open_scope
from apps.groups.models import Attendance, Enrolment, HeadCount, Session, SessionLeader, SessionMaterial, SessionNote
from apps.kit.once import new_key
from apps.materials.models import Material, MaterialText
from apps.organizations.models import Person
from apps.organizations.services import reserve
from tests.cast import Cast
from tests.factories.clients import make_client, put_on_team
from tests.factories.groups import make_enrolment, make_facilitator, make_group
from tests.factories.messaging import zone_at
from tests.factories.organizations import SYSTEM, make_location, make_member, make_room

pytestmark = pytest.mark.django_db
EMPTY = "materials:list"  # a signed-in page of the same frame on which nothing stands
MORE = 6


def meeting(cast, **fields):
    """A group of the cast's specialist that meets today around now, where it is midday; and today's session."""
    zone = zone_at(12)
    today = timezone.now().astimezone(ZoneInfo(zone))
    fields.setdefault("location", make_location(cast.harbor, zone=zone))
    group = make_group(cast.harbor, weekday=today.isoweekday(), starts="23:00", minutes=50, **fields)
    make_facilitator(group, cast.people["peer_specialist"])
    with open_scope(cast.harbor.pk), transaction.atomic():
        session = group.sessions.get(on=today.date())
        now = timezone.now()
        Session.objects.filter(pk=session.pk).update(
            starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1)
        )
        return group, session


def address(name, session, **more):
    return reverse(f"groups:{name}", kwargs={"public_id": session.public_id, **more})


def fill(group, n):
    """So many people in a group."""
    with open_scope(group.organization_id), transaction.atomic():
        organization = group.organization
        people = Person.objects.bulk_create(Person(organization=organization, name=f"Ann {i:03}") for i in range(n))
        Enrolment.objects.bulk_create(Enrolment(organization=organization, group=group, person=each) for each in people)
        return list(Enrolment.objects.filter(group=group).select_related("person").order_by("pk"))


def queries(work):
    with CaptureQueriesContext(connection) as caught:
        response = work()
    assert response.status_code in (200, 302), response.status_code
    return len(caught)


def test_the_list_and_a_check_in_take_six_queries_more_than_an_empty_page_with_one_and_with_a_hundred(cast: Cast):
    browser = cast.client("peer_specialist")
    browser.get(reverse(EMPTY))
    empty = queries(lambda: browser.get(reverse(EMPTY)))
    group, session = meeting(cast)
    (first,) = fill(group, 1)
    counted = {}
    for people in (1, 100):
        if people > 1:
            fill(group, people - 1)
        page = queries(lambda: browser.get(address("session", session)))
        tap = queries(
            lambda: browser.post(
                address("check_in", session),
                {"enrolment": str(first.public_id), "mark": "here"},
                headers={"hx-request": "true"},
            )
        )
        undo = {"enrolment": str(first.public_id), "mark": "unknown"}
        browser.post(address("check_in", session), undo)
        counted[people] = (page - empty, tap - empty)
    assert counted == {1: (3, MORE), 100: (3, MORE)}


def test_a_check_in_is_one_request_and_answers_with_the_line(cast: Cast):
    group, session = meeting(cast)
    (row,) = fill(group, 1)
    told = {"enrolment": str(row.public_id), "mark": "here"}
    browser = cast.client("peer_specialist")
    response = browser.post(address("check_in", session), told, headers={"hx-request": "true"})
    body = response.content.decode()
    assert body.count("<li") == 1
    assert (f'id="line-{row.public_id}"' in body, "Undo" in body) == (True, True)
    with open_scope(cast.harbor.pk):
        assert list(Attendance.objects.values_list("person", "came")) == [(row.person_id, True)]


def test_without_javascript_a_check_in_leads_back_to_the_line(cast: Cast):
    group, session = meeting(cast)
    (row,) = fill(group, 1)
    told = {"enrolment": str(row.public_id), "mark": "told_us"}
    response = cast.client("peer_specialist").post(address("check_in", session), told)
    assert response["Location"] == address("session", session) + f"#line-{row.public_id}"
    page = cast.client("peer_specialist").get(address("session", session)).content.decode()
    assert "Said they can’t come" in page


def test_a_line_of_another_group_is_no_line_here(cast: Cast):
    group, session = meeting(cast)
    other = make_group(cast.harbor)
    (row,) = fill(other, 1)
    told = {"enrolment": str(row.public_id), "mark": "here"}
    assert cast.client("peer_specialist").post(address("check_in", session), told).status_code == 404
    with open_scope(cast.harbor.pk):
        assert not Attendance.objects.exists()


def test_today_s_list_shows_own_sessions_and_a_room_that_is_taken(cast: Cast):
    place = make_location(cast.harbor, zone=zone_at(12))
    room = make_room(place)
    _group, session = meeting(cast, location=place, room=room, name={"en": "Tea"})
    make_group(cast.harbor, name={"en": "Not mine"})
    browser = cast.client("peer_specialist")
    page = browser.get(reverse("groups:leading")).content.decode()
    assert ("Tea" in page, "Not mine" in page, "Room taken" in page) == (True, False, False)
    with open_scope(cast.harbor.pk), transaction.atomic():
        session.refresh_from_db()
        reserve(kind="room", pk=room.pk, starts_at=session.starts_at, ends_at=session.ends_at, purpose="t",
                organization_id=cast.harbor.pk, actor=SYSTEM)  # fmt: skip
    assert "Room taken" in browser.get(reverse("groups:leading")).content.decode()


def test_a_walk_in_sent_twice_is_one(cast: Cast):
    _group, session = meeting(cast)
    browser = cast.client("peer_specialist")
    told = {"once": str(new_key()), "alias": "Jay"}
    for _twice in range(2):
        assert browser.post(address("walk_in", session), told).status_code == 302
    with open_scope(cast.harbor.pk):
        assert list(Attendance.objects.values_list("alias", "person")) == [("Jay", None)]


def test_a_walk_in_without_anything_is_asked_again_and_nothing_is_written(cast: Cast):
    _group, session = meeting(cast)
    response = cast.client("peer_specialist").post(address("walk_in", session), {"once": str(new_key()), "alias": " "})
    assert (response.status_code, "Write a first name" in response.content.decode()) == (422, True)
    with open_scope(cast.harbor.pk):
        assert not Attendance.objects.exists()


def test_a_walk_in_is_found_among_one_s_own_clients_alone(cast: Cast):
    _group, session = meeting(cast)
    mine, other = make_client(cast.harbor, name="Robin Mine"), make_client(cast.harbor, name="Robin Other")
    put_on_team(mine, cast.people["peer_specialist"])
    browser = cast.client("peer_specialist")
    page = browser.get(address("walk_in", session), {"q": "robin"}).content.decode()
    assert ("Robin Mine" in page, "Robin Other" in page) == (True, False)
    told = {"once": str(new_key()), "client": str(other.public_id)}
    assert browser.post(address("walk_in", session), told).status_code == 404
    told |= {"client": str(mine.public_id)}
    assert browser.post(address("walk_in", session), told).status_code == 302


def test_a_head_count_is_set_by_big_buttons_and_by_a_number(cast: Cast):
    _group, session = meeting(cast, attendance_mode="head_count")
    browser = cast.client("peer_specialist")
    page = browser.get(address("session", session)).content.decode()
    assert 'name="people" value="1"' in page
    for _twice in range(2):
        browser.post(address("count_heads", session), {"people": 7})
    partial = browser.post(address("count_heads", session), {"people": 8}, headers={"hx-request": "true"})
    assert 'value="9"' in partial.content.decode()
    refused = browser.post(address("count_heads", session), {"people": "many"})
    assert (refused.status_code, 'value="many"' in refused.content.decode()) == (422, True)
    with open_scope(cast.harbor.pk):
        assert list(HeadCount.objects.values_list("people", flat=True)) == [8]


def test_where_nothing_is_written_down_nothing_is_offered(cast: Cast):
    _group, session = meeting(cast, attendance_mode="none")
    browser = cast.client("peer_specialist")
    page = browser.get(address("session", session)).content.decode()
    assert "Nothing is written down in this group" in page
    assert address("count_heads", session) not in page
    assert address("walk_in", session) not in page
    assert browser.get(address("walk_in", session)).status_code == 404
    assert browser.post(address("count_heads", session), {"people": 3}).status_code == 422
    with open_scope(cast.harbor.pk):
        assert not HeadCount.objects.exists()


def test_after_it_took_place_an_entry_is_corrected_with_a_reason(cast: Cast):
    group, session = meeting(cast)
    (row,) = fill(group, 1)
    browser = cast.client("peer_specialist")
    told = {"enrolment": str(row.public_id), "mark": "missed"}
    browser.post(address("check_in", session), told)
    assert browser.post(address("hold", session), {"do": "hold"}).status_code == 302
    refused = browser.post(address("check_in", session), told | {"mark": "here"})
    assert (refused.status_code, "Correct the entry" in refused.content.decode()) == (422, True)
    correct = address("correct", session, line=row.public_id)
    assert row.person.name in browser.get(correct).content.decode()
    refused = browser.post(correct, {"mark": "here", "reason": ""})
    assert refused.status_code == 422
    assert browser.post(correct, {"mark": "here", "reason": "Wrong line"}).status_code == 302
    assert "Wrong line" in browser.get(address("session", session)).content.decode()


def test_in_a_group_of_aliases_no_page_of_its_leader_has_a_name(cast: Cast):
    group, session = meeting(cast, attendance_mode="alias")
    with open_scope(cast.harbor.pk), transaction.atomic():
        person = Person.objects.create(organization=cast.harbor, name="Wilhelmina Zander")
    enrolment = make_enrolment(group, person)
    browser = cast.client("peer_specialist")
    pages = [
        address("session", session), address("correct", session, line=enrolment.public_id),
        reverse("groups:group", args=[group.public_id]), reverse("groups:leading"),
    ]  # fmt: skip
    for path in pages:
        body = browser.get(path).content.decode()
        assert ("Wilhelmina" in body, "Zander" in body) == (False, False), path
    told = {"enrolment": str(enrolment.public_id), "mark": "here"}
    body = browser.post(address("check_in", session), told, headers={"hx-request": "true"}).content.decode()
    assert ("Guest 1" in body, "Zander" in body) == (True, False)


def test_a_member_chooses_what_they_are_called(cast: Cast):
    group, _session = meeting(cast, attendance_mode="alias")
    make_enrolment(group, cast.people["client"])
    browser = cast.client("client")
    path = reverse("groups:alias", args=[group.public_id])
    assert browser.post(path, {"once": str(new_key()), "alias": ""}).status_code == 422
    assert browser.post(path, {"once": str(new_key()), "alias": "Blue Jay"}).status_code == 302
    assert "Blue Jay" in browser.get(reverse("groups:group", args=[group.public_id])).content.decode()


def test_a_substitute_is_chosen_from_those_who_can_and_the_others_have_their_reason(cast: Cast):
    _group, session = meeting(cast)
    able = make_member(cast.harbor, "peer_specialist", name="Sky Able")
    browser = cast.client("coordinator")
    page = browser.get(address("substitute", session)).content.decode()
    assert ("Sky Able" in page, "Leading groups is not part of their role." in page) == (True, True)
    told = {"once": str(new_key()), "person": str(able.public_id), "note": "Keys at the desk"}
    for _twice in range(2):
        assert browser.post(address("substitute", session), told).status_code == 302
    with open_scope(cast.harbor.pk):
        assert SessionLeader.objects.count() == 1
    auditor = cast.people["auditor"]
    refused = browser.post(address("substitute", session), told | {"person": str(auditor.public_id)})
    assert refused.status_code == 422
    assert browser.post(address("end_substitute", session, number=1)).status_code == 302
    assert browser.post(address("end_substitute", session, number=1)).status_code == 404


def write(browser, session, **words):
    told = {"once": str(new_key()), "done": "We drew a map.", "used": "", "for_next": "", "version": "", **words}
    return browser.post(address("notes", session), told)


def test_a_note_is_for_whoever_leads_the_next_session_and_for_nobody_else(cast: Cast):
    group, session = meeting(cast)
    browser = cast.client("peer_specialist")
    assert write(browser, session, for_next="Bring pens").status_code == 302
    with open_scope(cast.harbor.pk):
        later = group.sessions.filter(on__gt=session.on).order_by("on").first()
    assert "Bring pens" in browser.get(address("notes", later)).content.decode()
    assert "We drew a map." in cast.client("coordinator").get(address("notes", session)).content.decode()
    for name in ("supervisor", "observer", "auditor"):
        assert cast.client(name).get(address("notes", session)).status_code == 403


def test_two_pages_overwrite_no_note_and_after_a_week_more_is_only_added(cast: Cast):
    _group, session = meeting(cast)
    browser = cast.client("peer_specialist")
    write(browser, session)
    with open_scope(cast.harbor.pk):
        note = SessionNote.objects.get()
    change = address("change_note", session, note=note.public_id)
    told = {"done": "First page.", "used": "", "for_next": "", "version": "1"}
    assert browser.post(change, told | {"once": str(new_key())}).status_code == 302
    refused = browser.post(change, told | {"once": str(new_key()), "done": "Second page."})
    body = refused.content.decode()
    assert (refused.status_code, "First page." in body, "Second page." in body) == (422, True, True)
    with open_scope(cast.harbor.pk), transaction.atomic():
        old = timezone.now() - timedelta(days=8)
        Session.objects.filter(pk=session.pk).update(starts_at=old - timedelta(hours=1), ends_at=old)
    refused = browser.post(change, told | {"once": str(new_key()), "version": "2", "done": "Too late."})
    assert (refused.status_code, "a week old" in refused.content.decode()) == (422, True)
    with open_scope(cast.harbor.pk):
        assert SessionNote.objects.get().done == "First page."


def test_a_material_shows_to_members_in_their_language_where_they_may_read_it(cast: Cast):
    group, session = meeting(cast)
    make_enrolment(group, cast.people["client"])
    with open_scope(cast.harbor.pk), transaction.atomic():
        for name, everybody in (("open", True), ("closed", False)):
            row = Material.objects.create(organization=cast.harbor, name=name, for_everybody=everybody)
            for language, title in (("en", f"Sleep {name}"), ("es", f"Dormir {name}")):
                MaterialText.objects.create(
                    organization=cast.harbor, material=row, language=language, title=title, body="a",
                    state="published", reviewed_at=timezone.now(),
                )  # fmt: skip
    browser = cast.client("peer_specialist")
    for row in (1, 2):
        with open_scope(cast.harbor.pk):
            material = Material.objects.order_by("pk")[row - 1]
        told = {"once": str(new_key()), "material": material.pk, "scope": "group"}
        for _twice in range(2):
            assert browser.post(address("give_material", session), told).status_code == 302
    with open_scope(cast.harbor.pk):
        assert SessionMaterial.objects.count() == 2
    client = cast.client("client")
    client.cookies["django_language"] = "es"
    page = client.get(reverse("groups:group", args=[group.public_id])).content.decode()
    assert ("Dormir open" in page, "closed" in page) == (True, False)
    taken = address("take_material", session, material=key_of_material(cast, "open"))
    assert browser.post(taken).status_code == 302
    assert "Dormir" not in client.get(reverse("groups:group", args=[group.public_id])).content.decode()


def key_of_material(cast, name):
    with open_scope(cast.harbor.pk):
        return Material.objects.get(name=name).public_id
