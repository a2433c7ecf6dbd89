"""The schedule and a group's page: who sees which group, on which clock, in which words, at what price."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.access.scope import open_scope
from apps.groups import services
from apps.groups.models import Enrolment
from apps.kit.once import new_key
from apps.organizations.choices import Role
from tests.cast import build_cast
from tests.factories.groups import make_enrolment, make_facilitator, make_group
from tests.factories.organizations import SYSTEM, make_location

pytestmark = pytest.mark.django_db
SCHEDULE = "/schedule/"


@pytest.fixture
def cast():
    return build_cast()


def next_week(organization):
    """The address of next week's schedule, in which every session is still to come."""
    today = timezone.now().astimezone(ZoneInfo(organization.zone)).date()
    return f"{SCHEDULE}?week={today + timedelta(days=7)}"


def text_of(response):
    assert response.status_code == 200
    return response.content.decode()


def names_on(response):
    return sorted(re.findall(r'<h3 class="name">(?:<s>)?<a [^>]*>([^<]*)</a>', text_of(response)))


def page_of(group):
    return reverse("groups:group", args=[group.public_id])


@pytest.mark.parametrize(
    ("person", "sees"),
    [
        ("visitor", ["Open"]),
        ("client", ["Open"]),
        ("family", ["Open"]),
        ("stranger", ["Open"]),
        ("translator", ["Open"]),
        ("peer_specialist", ["Closed", "Open"]),
        ("coordinator", ["Closed", "Open"]),
        ("observer", ["Closed", "Open"]),
    ],
)
def test_list_and_page_show_a_closed_group_to_the_same_people(cast, person, sees):
    groups = [
        make_group(cast.harbor, name={"en": "Open"}),
        make_group(cast.harbor, name={"en": "Closed"}, visibility="members"),
    ]
    make_group(cast.aurora, name={"en": "Next door"})
    browser = cast.client(person)
    assert names_on(browser.get(next_week(cast.harbor))) == sees
    opened = [str(group) for group in groups if browser.get(page_of(group)).status_code == 200]
    assert sorted(opened) == sees


def test_a_closed_group_opens_to_who_is_in_it_and_to_who_leads_it(cast):
    group = make_group(cast.harbor, name={"en": "Closed"}, visibility="members")
    make_enrolment(group, cast.people["client"])
    make_facilitator(group, cast.people["translator"])
    for person in ("client", "translator"):
        assert names_on(cast.client(person).get(next_week(cast.harbor))) == ["Closed"]
        assert cast.client(person).get(page_of(group)).status_code == 200
    assert cast.client("family").get(page_of(group)).status_code == 404


def test_a_page_next_door_and_one_that_never_was_read_the_same(cast):
    theirs, closed = make_group(cast.aurora), make_group(cast.harbor, visibility="members")
    browser = cast.client("visitor")
    pages = [
        browser.get(page_of(theirs)),
        browser.get(page_of(closed)),
        browser.get(reverse("groups:group", args=[new_key()])),
    ]
    assert {page.status_code for page in pages} == {404}
    plain = {re.sub(rb"/groups/[0-9a-f-]{36}/|value=\"[^\"]{64}\"", b"", page.content) for page in pages}
    assert len(plain) == 1


def test_online_groups_are_on_the_readers_clock_and_places_on_their_own(cast):
    online = make_location(cast.harbor, zone="America/New_York", is_online=True, name="Online")
    far = make_location(cast.harbor, zone="America/Los_Angeles", name="West house")
    make_group(cast.harbor, location=online, format="online", starts="18:00", name={"en": "On screen"})
    make_group(cast.harbor, location=far, starts="10:00", name={"en": "At the house"})
    browser = cast.client("visitor")
    text = text_of(browser.get(next_week(cast.harbor)))
    assert "<b>6:00 pm</b>" in text and "<b>10:00 am</b>" in text
    assert "Pacific time (Los Angeles)" in text
    assert "Online groups are shown" not in text
    browser.cookies["zone"] = "America/Chicago"
    text = text_of(browser.get(next_week(cast.harbor)))
    assert "<b>5:00 pm</b>" in text and "<b>10:00 am</b>" in text
    assert "Online groups are shown in Central time (Chicago)" in text


def test_a_clients_own_zone_counts_more_than_the_browsers(cast):
    with open_scope(cast.harbor.pk):
        cast.people["client"].zone = "America/Denver"
        cast.people["client"].save()
    make_group(cast.harbor, format="online", starts="18:00")
    browser = cast.client("client")
    browser.cookies["zone"] = "America/Chicago"
    assert "<b>4:00 pm</b>" in text_of(browser.get(next_week(cast.harbor)))


def test_names_are_in_the_readers_language_or_marked_as_what_they_are(cast):
    make_group(cast.harbor, name={"en": "Tea", "es": "Té"}, languages=["es"])
    make_group(cast.harbor, name={"en": "Walk", "ar": "نمشي"})
    make_group(cast.harbor, name={"en": "Plain"})
    browser = cast.client("visitor")
    browser.cookies["django_language"] = "ar"
    text = text_of(browser.get(next_week(cast.harbor)))
    assert '<html lang="ar" dir="rtl">' in text
    assert re.search(r'lang="en" dir="ltr">Plain</a>', text)
    assert re.search(r'/">نمشي</a>', text)
    browser.cookies["django_language"] = "es"
    assert re.search(r'/">Té</a>', text_of(browser.get(next_week(cast.harbor))))


def test_a_session_called_off_stays_crossed_out_with_its_words_and_its_next_time(cast):
    group = make_group(cast.harbor, name={"en": "Tea"})
    today = timezone.now().astimezone(ZoneInfo(cast.harbor.zone)).date()
    monday = today + timedelta(days=7 - today.weekday())
    with open_scope(cast.harbor.pk):
        session = group.sessions.get(on__gte=monday, on__lt=monday + timedelta(days=7))
        services.cancel_session(session=session, actor=SYSTEM, reason={"en": "The house is closed."})
    text = text_of(cast.client("visitor").get(next_week(cast.harbor)))
    assert re.search(r"<s><a [^>]*>Tea</a></s>", text)
    assert "Not this week" in text and "The house is closed." in text and "Next time: " in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["A", "B", "C", "D"]),
        ("&show=online", ["B"]),
        ("&show=asl", ["C"]),
        ("&language=es", ["D"]),
        ("&part=am", ["C"]),
        ("&captions=1", ["B"]),
        ("&free=1", ["A", "B", "C"]),
        ("&show=online&captions=1&free=1", ["B"]),
        ("&show=nonsense&language=xx&place=1&part=2", ["A", "B", "C", "D"]),
    ],
)
def test_plain_links_leave_groups_out(cast, query, found):
    make_group(cast.harbor, name={"en": "A"})
    make_group(cast.harbor, name={"en": "B"}, format="online", has_captions=True)
    make_group(cast.harbor, name={"en": "C"}, has_asl=True, starts="09:00")
    make_group(cast.harbor, name={"en": "D"}, languages=["es"], is_free=False)
    assert names_on(cast.client("visitor").get(next_week(cast.harbor) + query)) == found


def test_a_place_is_chosen_and_a_confidential_one_is_not_told_before_joining(cast):
    house = make_location(cast.harbor, name="Mill Street house")
    safe = make_location(cast.harbor, name="Secret house", address="7 Hidden Lane", is_confidential=True)
    make_group(cast.harbor, name={"en": "A"}, location=house)
    group = make_group(cast.harbor, name={"en": "B"}, location=safe)
    visitor = cast.client("visitor")
    text = text_of(visitor.get(next_week(cast.harbor)))
    assert "Mill Street house" in text and "Secret" not in text and str(safe.public_id) not in text
    assert names_on(visitor.get(next_week(cast.harbor) + f"&place={house.public_id}")) == ["A"]
    assert "Nothing here this week" in text_of(visitor.get(next_week(cast.harbor) + f"&place={safe.public_id}"))
    for person, told in (("visitor", False), ("client", False), ("coordinator", True)):
        page = text_of(cast.client(person).get(page_of(group)))
        assert ("Hidden Lane" in page, "Secret house" in page) == (told, told), person
    make_enrolment(group, cast.people["client"])
    assert "7 Hidden Lane" in text_of(cast.client("client").get(page_of(group)))


def test_the_link_to_join_stands_on_no_page_also_not_for_those_in_the_group(cast):
    group = make_group(cast.harbor, format="online", join_link="https://meet.example/abc")
    make_enrolment(group, cast.people["client"])
    for person in ("visitor", "client", "coordinator"):
        page = text_of(cast.client(person).get(page_of(group)))
        assert "meet.example" not in page
        assert ("The link appears here 15 minutes before" in page) == (person == "client")


def test_a_client_joins_and_leaves_and_a_second_click_changes_nothing(cast):
    group = make_group(cast.harbor, capacity=2)
    browser, key = cast.client("client"), str(new_key())
    join, leave = (reverse(f"groups:{name}", args=[group.public_id]) for name in ("join", "leave"))
    for _n in range(2):
        answer = browser.post(join, {"once": key}, follow=True)
        assert "You are in this group" in text_of(answer)
    assert "What I joined" in text_of(browser.get(next_week(cast.harbor)))
    assert "You are in this group" in text_of(browser.get(next_week(cast.harbor) + "&show=mine"))
    with open_scope(cast.harbor.pk):
        assert [each.person for each in Enrolment.objects.all()] == [cast.people["client"]]
    assert "1 place left" in text_of(cast.client("visitor").get(page_of(group)))
    for _n in range(2):
        assert "Join?" in text_of(browser.post(leave, {"once": str(new_key())}, follow=True))
    with open_scope(cast.harbor.pk):
        assert not Enrolment.objects.filter(ended_at=None).exists()


def test_a_full_group_says_what_is_possible_instead(cast):
    group = make_group(cast.harbor, capacity=1, has_waitlist=False)
    make_enrolment(group)
    browser = cast.client("client")
    assert "Full now" in text_of(browser.get(next_week(cast.harbor)))
    answer = browser.post(reverse("groups:join", args=[group.public_id]), {"once": str(new_key())}, follow=True)
    assert "All places in this group are taken" in text_of(answer)
    assert "See other groups" in text_of(answer)
    with open_scope(cast.harbor.pk):
        assert not Enrolment.objects.filter(person=cast.people["client"]).exists()


def test_the_roster_is_for_who_leads_the_group_or_enrols_and_for_nobody_else(cast):
    group = make_group(cast.harbor)
    make_facilitator(group, cast.people[Role.PEER_SPECIALIST])
    make_enrolment(group, cast.people["client"])
    name = cast.people["client"].name
    shown = {
        person
        for person in cast.users
        if name in text_of(cast.client(person).get(page_of(group))).split("Who is in it")[-1]
    }
    assert shown == {Role.PEER_SPECIALIST, Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR}


def test_the_pages_ask_the_same_number_of_queries_with_one_row_and_with_two_hundred(cast):
    group = make_group(cast.harbor, capacity=3)
    make_enrolment(group, cast.people["client"])

    def counts():
        found = {}
        for person in ("visitor", "client", "coordinator"):
            browser = cast.client(person)
            for address in (next_week(cast.harbor), page_of(group)):
                browser.get(address)
                with CaptureQueriesContext(connection) as queries:
                    text_of(browser.get(address))
                found[person, address] = len(queries)
        return found

    few = counts()
    many = [make_group(cast.harbor, capacity=9, languages=["es"], has_asl=True) for _n in range(200)]
    make_enrolment(many[0], cast.people["client"])
    assert counts() == few


def test_the_first_view_stays_below_60_kilobytes_with_a_full_week(cast):
    import gzip

    for n in range(60):
        make_group(
            cast.harbor, name={"en": f"Recovery support group {n}"}, weekday=n % 7 + 1, capacity=12, has_asl=True
        )
    page = cast.client("visitor").get(next_week(cast.harbor)).content
    assert len(gzip.compress(page)) < 20_000


@pytest.mark.parametrize(
    "query", ["?week=x", "?week=9999-12-31", "?week=0001-01-01", "?place=" + "x" * 500, "?zone=../../etc/passwd"]
)
def test_an_address_that_makes_no_sense_shows_this_week(cast, query):
    make_group(cast.harbor)
    assert "Groups this week" in text_of(cast.client("visitor").get(SCHEDULE + query))


def test_the_platforms_own_host_has_no_schedule(cast):
    assert cast.client("visitor", host="localhost").get(SCHEDULE).status_code == 404
