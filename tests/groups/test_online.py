"""The link to join online: for whom, when, and where it never stands."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.access.scope import open_scope
from apps.groups import selectors, services
from apps.groups.models import Session
from apps.kit.once import new_key
from tests.cast import build_cast
from tests.factories.groups import make_enrolment, make_facilitator, make_group
from tests.factories.organizations import SYSTEM

pytestmark = pytest.mark.django_db
LINK = "https://meet.example/abc?pwd=secret"
NOTE = "The link appears here 15 minutes before"


@pytest.fixture
def cast():
    return build_cast()


def online_group(cast, minutes, **fields):
    """An online group whose next session begins in so many minutes and lasts an hour."""
    group = make_group(cast.harbor, **{"format": "online", "join_link": LINK, **fields})
    begins = timezone.now() + timedelta(minutes=minutes)
    with open_scope(cast.harbor.pk):
        session = group.sessions.filter(starts_at__gt=timezone.now()).earliest("starts_at")
        Session.objects.filter(pk=session.pk).update(starts_at=begins, ends_at=begins + timedelta(hours=1))
        # only this one is near
        group.sessions.exclude(pk=session.pk).filter(starts_at__lt=begins + timedelta(days=2)).delete()
    return group, session


def way_in(session):
    return reverse("groups:go_online", args=[session.public_id])


def page_of(group):
    return reverse("groups:group", args=[group.public_id])


@pytest.mark.parametrize(
    ("minutes", "is_open"), [(16, False), (14, True), (1, True), (-1, True), (-59, True), (60 * 24, False)]
)
def test_the_way_in_opens_fifteen_minutes_before_and_closes_at_the_end(cast, minutes, is_open):
    group, session = online_group(cast, minutes)
    make_enrolment(group, cast.people["client"])
    browser = cast.client("client")
    answer = browser.get(way_in(session))
    assert answer.status_code == 302
    assert answer["Location"] == (LINK if is_open else page_of(group))
    page = browser.get(page_of(group)).content.decode()
    assert (way_in(session) in page, NOTE in page) == (is_open, not is_open)
    assert "meet.example" not in page


def test_a_session_that_is_over_has_no_way_in(cast):
    group, session = online_group(cast, -61)
    make_enrolment(group, cast.people["client"])
    assert cast.client("client").get(way_in(session))["Location"] == page_of(group)


def test_only_those_in_the_group_and_who_lead_it_are_let_in(cast):
    group, session = online_group(cast, 5)
    make_enrolment(group, cast.people["client"])
    make_facilitator(group, cast.people["peer_specialist"])
    statuses = {name: cast.client(name).get(way_in(session)).status_code for name in cast.users}
    assert {name for name, status in statuses.items() if status == 302} == {"client", "peer_specialist", "visitor"}
    assert {status for name, status in statuses.items() if status != 302} == {403}
    assert "/accounts/login/" in cast.client("visitor").get(way_in(session))["Location"]
    shown = {name for name in cast.users if way_in(session) in cast.client(name).get(page_of(group)).content.decode()}
    assert shown == {"client", "peer_specialist"}


def test_whoever_left_the_group_is_not_let_in_by_a_page_they_kept(cast):
    group, session = online_group(cast, 5)
    place = make_enrolment(group, cast.people["client"])
    assert cast.client("client").get(way_in(session))["Location"] == LINK
    with open_scope(cast.harbor.pk):
        services.leave(enrolment=place, actor=SYSTEM)
    assert cast.client("client").get(way_in(session)).status_code == 403


def test_a_hidden_group_reads_like_one_that_never_was(cast):
    _group, session = online_group(cast, 5, visibility="members")
    for address in (way_in(session), reverse("groups:go_online", args=[new_key()])):
        assert cast.client("client").get(address).status_code == 404


def test_where_no_names_are_written_down_whoever_signs_in_and_may_find_it_is_let_in(cast):
    group, session = online_group(cast, 5, attendance_mode="none")
    assert cast.client("client").get(way_in(session))["Location"] == LINK
    page = cast.client("visitor").get(page_of(group)).content.decode()
    assert way_in(session) not in page and "To join online, sign in or call us." in page
    assert "/accounts/login/" in cast.client("visitor").get(way_in(session))["Location"]


def test_a_session_called_off_or_in_a_house_has_no_way_in(cast):
    group, session = online_group(cast, 5)
    make_enrolment(group, cast.people["client"])
    with open_scope(cast.harbor.pk):
        services.cancel_session(session=session, actor=SYSTEM)
    browser = cast.client("client")
    assert "This session is called off." in browser.get(way_in(session), follow=True).content.decode()
    assert way_in(session) not in browser.get(page_of(group)).content.decode()
    other, here = online_group(cast, 5, format="in_person")
    make_enrolment(other, cast.people["client"])
    assert browser.get(way_in(here))["Location"] == page_of(other)


def test_the_meetings_host_is_not_told_from_where_and_nothing_is_kept(cast):
    group, session = online_group(cast, 5)
    make_enrolment(group, cast.people["client"])
    answer = cast.client("client").get(way_in(session))
    assert answer["Referrer-Policy"] == "no-referrer" and "no-store" in answer["Cache-Control"]
    page = cast.client("client").get(page_of(group)).content.decode()
    assert re.search(rf'<a [^>]*href="{way_in(session)}" rel="noreferrer"', page)


def test_the_link_stands_in_no_list_and_no_feed_of_anybody(cast):
    group, session = online_group(cast, 5)
    make_enrolment(group, cast.people["client"])
    make_facilitator(group, cast.people["peer_specialist"])
    day = timezone.now().date() - timedelta(days=1)
    addresses = [f"/schedule/?view=list&day={day}", "/schedule/?view=month", "/schedule/", "/schedule/calendar.ics"]
    addresses += [reverse("groups:one_event", args=[session.public_id]), page_of(group)]
    for name in ("visitor", "client", "peer_specialist", "coordinator", "administrator"):
        for address in (*addresses, "/" if name == "visitor" else "/staff/" if name != "client" else "/me/"):
            assert b"meet.example" not in cast.client(name).get(address).content, (name, address)
    listed = cast.client("client").get(addresses[0]).content.decode()
    assert way_in(session) in listed


def test_a_row_says_whose_link_it_is(cast):
    group, _session = online_group(cast, 5)
    make_enrolment(group, cast.people["client"])
    with open_scope(cast.harbor.pk):
        found = {
            name: selectors.gets_link(selectors.sessions_of(group, cast.actor(name))[0], cast.actor(name))
            for name in ("visitor", "client", "family", "coordinator")
        }
    assert found == {"visitor": False, "client": True, "family": False, "coordinator": False}
