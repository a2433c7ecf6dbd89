"""The pages of a place: waiting, an offer by link and on the page, who comes, a guardian's yes, the office's list."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.access.scope import open_scope
from apps.clients.services import name_family
from apps.groups import selectors, services
from apps.groups.models import Enrolment, GuardianConsent, Rsvp, WaitlistEntry
from apps.kit.once import new_key
from tests.cast import build_cast
from tests.factories.clients import make_client
from tests.factories.groups import make_enrolment, make_facilitator, make_group, make_waiting
from tests.factories.messaging import make_contact_point
from tests.factories.organizations import SYSTEM, make_location, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return build_cast()


@pytest.fixture
def full(cast):
    """A group of one place that is taken."""
    group = make_group(cast.harbor, capacity=1, name={"en": "Tea"})
    make_enrolment(group)
    return group


def once():
    return {"once": str(new_key())}


def page_of(group):
    return reverse("groups:group", args=[group.public_id])


def text_of(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


def free_a_place(group):
    with open_scope(group.organization_id):
        services.leave(enrolment=Enrolment.objects.filter(group=group, ended_at=None).first(), actor=SYSTEM)


def offered_to_client(cast, group):
    entry = make_waiting(group, cast.people["client"])
    free_a_place(group)
    with open_scope(cast.harbor.pk):
        entry.refresh_from_db()
        return entry, reverse("group_offer", args=[selectors.offer_token(entry)])


def test_a_client_waits_sees_that_they_do_and_stops(cast, full):
    browser = cast.client("client")
    make_waiting(full)
    assert "Wait for a place?" in text_of(browser.get(page_of(full)))
    said = text_of(browser.post(reverse("groups:join", args=[full.public_id]), once(), follow=True))
    assert "You are on the waiting list" in said
    assert "1 person waits before you." in said
    assert "You are on the waiting list" in text_of(browser.get("/me/groups/"))
    with open_scope(cast.harbor.pk):
        entry = WaitlistEntry.objects.get(person=cast.people["client"])
    text_of(browser.post(reverse("groups:answer", args=[entry.public_id]), {"answer": "no"}, follow=True))
    with open_scope(cast.harbor.pk):
        assert WaitlistEntry.objects.get(pk=entry.pk).state == "left"


def test_an_offer_is_taken_on_the_page_in_one_tap(cast, full):
    entry, _link = offered_to_client(cast, full)
    browser = cast.client("client")
    for page in (page_of(full), "/me/groups/"):
        assert "Yes, I want it" in text_of(browser.get(page))
    address = reverse("groups:answer", args=[entry.public_id])
    assert "You are in" in text_of(browser.post(address, {"answer": "yes"}, follow=True))
    assert cast.client("family").post(address, {"answer": "yes"}).status_code == 404


def test_the_link_of_a_message_answers_without_signing_in_and_says_neither_group_nor_name(cast, full):
    entry, link = offered_to_client(cast, full)
    browser = Client(headers={"host": "harbor.localhost"})
    for _twice in range(2):
        said = text_of(browser.get(link))
        assert "Yes, I want it" in said
        assert not any(secret in said for secret in ("Tea", cast.people["client"].name, str(full.public_id)))
    assert "You are in" in text_of(browser.post(link, {"answer": "yes"}))
    with open_scope(cast.harbor.pk):
        assert WaitlistEntry.objects.get(pk=entry.pk).state == "joined"
    assert "You took the place" in text_of(browser.get(link))
    assert browser.get(link[:-2] + "x/").status_code == 404


def test_the_link_opens_nothing_on_another_organizations_host(cast, full):
    _entry, link = offered_to_client(cast, full)
    for method in ("get", "post"):
        assert getattr(Client(headers={"host": "aurora.localhost"}), method)(link).status_code == 404


def test_a_link_whose_offer_has_ended_says_so_and_changes_nothing(cast, full):
    entry, link = offered_to_client(cast, full)
    past = timezone.now() - timedelta(days=2)
    with open_scope(cast.harbor.pk):
        WaitlistEntry.objects.filter(pk=entry.pk).update(offered_at=past, offer_until=past + timedelta(hours=2))
    browser = Client(headers={"host": "harbor.localhost"})
    assert "This offer has ended" in text_of(browser.get(link))
    assert "This offer has ended" in text_of(browser.post(link, {"answer": "yes"}))
    with open_scope(cast.harbor.pk):
        assert not Enrolment.objects.filter(person=cast.people["client"]).exists()


def test_somebody_in_the_group_says_that_they_cannot_come_and_the_leader_sees_how_many(cast):
    group = make_group(cast.harbor)
    make_enrolment(group, cast.people["client"])
    make_facilitator(group, cast.people["peer_specialist"])
    with open_scope(cast.harbor.pk):
        session = group.sessions.filter(starts_at__gt=timezone.now()).order_by("starts_at").first()
    address = reverse("groups:reply", args=[session.public_id])
    browser = cast.client("client")
    assert "I can’t come" in text_of(browser.get(page_of(group)))
    for _twice in range(2):
        assert "I can come after all" in text_of(browser.post(address, {"answer": "no"}, follow=True))
    assert "1 can’t come" in text_of(cast.client("peer_specialist").get(page_of(group)))
    assert "1 can’t come" not in text_of(cast.client("family").get(page_of(group)))
    with open_scope(cast.harbor.pk):
        assert [row.is_coming for row in selectors.rsvps_of(session)] == [False]
        (line,) = selectors.roster_of(session, cast.actor("peer_specialist")).lines
        assert line.said == "Says they can’t come"
    browser.post(address, {"answer": "yes"})
    with open_scope(cast.harbor.pk):
        assert [row.is_coming for row in Rsvp.objects.all()] == [True]


def test_nobody_replies_for_a_group_that_they_are_not_in(cast):
    group = make_group(cast.harbor)
    with open_scope(cast.harbor.pk):
        session = group.sessions.filter(starts_at__gt=timezone.now()).first()
    address = reverse("groups:reply", args=[session.public_id])
    assert cast.client("family").post(address, {"answer": "no"}).status_code == 403
    with open_scope(cast.harbor.pk):
        assert not Rsvp.objects.exists()


# ---- a guardian's yes
@pytest.fixture
def minor(cast):
    """A client of fifteen who named the cast's family as a parent, and a group that asks for a guardian's yes."""
    client = make_client(
        cast.harbor, name="Mina Young", user=make_user(), born_on=timezone.localdate() - timedelta(days=15 * 365 + 30)
    )
    with open_scope(cast.harbor.pk):
        name_family(client=client, person=cast.people["family"], tie="parent", actor=SYSTEM)
    group = make_group(cast.harbor, name={"en": "Young voices"}, needs_guardian_consent=True)
    browser = cast.client("client")
    browser.force_login(client.person.user)
    browser.post(reverse("groups:join", args=[group.public_id]), once())
    return client, group, browser


def state_of(client):
    with open_scope(client.organization_id):
        return WaitlistEntry.objects.filter(person=client.person).values_list("state", flat=True).last()


def test_a_parent_agrees_to_one_group_and_takes_it_back(cast, minor):
    client, group, _browser = minor
    assert state_of(client) == "asked"
    parent = cast.client("family")
    assert "Young voices" in text_of(parent.get("/me/consents/"))
    with open_scope(cast.harbor.pk):
        entry = WaitlistEntry.objects.get(person=client.person)
    for _twice in range(2):
        parent.post(reverse("groups:agree", args=[entry.public_id]), once())
    with open_scope(cast.harbor.pk):
        consent = GuardianConsent.objects.get()
        assert (consent.guardian, consent.person) == (cast.people["family"], client.person)
        services.enrol(group=group, person=client.person, actor=cast.actor("coordinator"))
    parent.post(reverse("groups:end_consent", args=[consent.public_id]))
    with open_scope(cast.harbor.pk):
        assert GuardianConsent.objects.get().ended_at is not None


def test_whoever_is_no_guardian_agrees_to_nothing(cast, minor):
    client, _group, browser = minor
    with open_scope(cast.harbor.pk):
        entry = WaitlistEntry.objects.get(person=client.person)
    for other in (browser, cast.client("client"), cast.client("coordinator")):
        assert other.post(reverse("groups:agree", args=[entry.public_id]), once()).status_code == 404
        assert "Young voices" not in text_of(other.get("/me/consents/"))
    with open_scope(cast.harbor.pk):
        assert not GuardianConsent.objects.exists()


def test_the_office_lets_nobody_under_age_in_without_a_consent_on_paper(cast, minor):
    client, group, _browser = minor
    office = cast.client("coordinator")
    with open_scope(cast.harbor.pk):
        entry = WaitlistEntry.objects.get(person=client.person)
    page = reverse("groups:people", args=[group.public_id])
    assert "A parent or guardian has not agreed yet." in text_of(office.get(page))
    decide = reverse("groups:decide", args=[entry.public_id])
    assert "A parent or guardian agrees first." in text_of(office.post(decide, {"deed": "enrol"}), 422)
    data = {**once(), "person": str(client.person.public_id), "agreed_on": "2026-01-05"}
    office.post(reverse("groups:record_consent", args=[group.public_id]), data)
    office.post(decide, {"deed": "enrol"})
    assert state_of(client) == "joined"


# ---- the office's page
def test_the_office_sees_the_list_in_order_adds_somebody_and_keeps_a_refused_reason(cast, full):
    office = cast.client("coordinator")
    page = reverse("groups:people", args=[full.public_id])
    rows = [make_waiting(full, make_client(cast.harbor, name=name).person) for name in ("Ada", "Bo", "Cy")]
    new = make_client(cast.harbor, name="Dee Finder")

    def names():
        return re.findall(r'<h3 class="name">\d+\. <a [^>]*><bdi>([^<]*)</bdi>', text_of(office.get(page)))

    assert names() == ["Ada", "Bo", "Cy"]
    decide = reverse("groups:decide", args=[rows[2].public_id])
    refused = text_of(office.post(decide, {"deed": "up", "reason": "x" * 201}), 422)
    assert "x" * 201 in refused
    office.post(decide, {"deed": "up", "reason": "Came first in spring"})
    assert names() == ["Cy", "Ada", "Bo"]
    office.post(reverse("groups:decide", args=[rows[0].public_id]), {"deed": "off", "reason": "Moved away"})
    assert "Dee Finder" in text_of(office.get(page, {"q": "dee"}))
    add = {**once(), "person": str(new.person.public_id), "deed": "wait"}
    for _twice in range(2):
        office.post(reverse("groups:add_person", args=[full.public_id]), add)
    assert names() == ["Cy", "Bo", "Dee Finder"]


def test_names_lead_to_the_records_that_the_reader_may_open_and_to_no_other(cast, full):
    known = make_waiting(full, make_client(cast.harbor).person)
    unknown = make_waiting(full)
    said = text_of(cast.client("coordinator").get(reverse("groups:people", args=[full.public_id])))
    record = reverse("clients:detail", args=[known.person.client.public_id])
    assert re.findall(r'class="name"[^>]*>(?:\d+\. )?<a href="([^"]+)"', said) == [record]
    assert f"<bdi>{unknown.person.name}</bdi></h3>" in said


def test_the_office_is_told_whom_no_message_reaches(cast, full):
    rows = [make_waiting(full, make_client(cast.harbor, name=name).person) for name in ("Ada", "Bo")]
    make_contact_point(rows[0].person)
    said = text_of(cast.client("coordinator").get(reverse("groups:people", args=[full.public_id])))
    assert said.count("Nothing can be sent to them.") == 1
    assert said.index("Nothing can be sent to them.") > said.index("Bo</bdi>")


def test_the_offices_page_asks_the_database_the_same_for_one_and_for_many(cast, full):
    office = cast.client("coordinator")
    page = reverse("groups:people", args=[full.public_id])

    def count():
        office.get(page)
        with CaptureQueriesContext(connection) as asked:
            text_of(office.get(page))
        return len(asked)

    make_waiting(full)
    one = count()
    for _n in range(12):
        make_waiting(full)
    assert count() == one


def test_ones_own_page_and_a_guardians_ask_the_database_the_same_for_one_and_for_many(cast):
    def count(name, url):
        browser = cast.client(name)
        browser.get(url)
        with CaptureQueriesContext(connection) as asked:
            text_of(browser.get(url))
        return len(asked)

    def more():
        full = make_group(cast.harbor, capacity=1)
        make_enrolment(full), make_waiting(full, cast.people["client"])
        make_enrolment(make_group(cast.harbor), cast.people["client"])
        young = make_group(cast.harbor, needs_guardian_consent=True)
        child = make_client(cast.harbor, born_on=timezone.localdate() - timedelta(days=14 * 365))
        with open_scope(cast.harbor.pk):
            name_family(client=child, person=cast.people["family"], tie="guardian", actor=SYSTEM)
            services.join(group=young, person=child.person, actor=SYSTEM)

    pages = (("client", "/me/groups/"), ("family", "/me/consents/"))
    more()
    one = [count(*page) for page in pages]
    for _n in range(5):
        more()
    assert [count(*page) for page in pages] == one


# ---- what is not for everybody
def test_a_confidential_place_stays_hidden_from_who_waits_or_has_an_offer(cast):
    place = make_location(cast.harbor, name="Linden house", address="5 Hidden Lane", is_confidential=True)
    group = make_group(cast.harbor, capacity=1, location=place, name={"en": "Tea"})
    make_enrolment(group)
    browser = cast.client("client")
    with open_scope(cast.harbor.pk):
        session = group.sessions.filter(starts_at__gt=timezone.now()).first()
    pages = [page_of(group), "/schedule/", "/me/groups/", reverse("groups:one_event", args=[session.public_id]),
             "/schedule/calendar.ics"]  # fmt: skip

    def told(more=()):
        return [url for url in (*pages, *more) if any(x in text_of(browser.get(url)) for x in ("Linden", "Hidden"))]

    make_waiting(group, cast.people["client"])
    assert told() == []
    free_a_place(group)
    with open_scope(cast.harbor.pk):
        entry = WaitlistEntry.objects.get(person=cast.people["client"])
        link = reverse("group_offer", args=[selectors.offer_token(entry)])
    assert entry.state == "offered"
    assert told([link]) == []
    browser.post(link, {"answer": "yes"})
    assert page_of(group) in told()


def test_a_group_for_its_members_alone_is_nowhere_for_anybody_else(cast):
    """Over every page, feed and number that a visitor and a client may open, before there is one and after."""
    urls = ["/", "/schedule/", "/schedule/calendar.ics", "/me/groups/", "/schedule/?view=month", "/schedule/?view=list"]
    people = ("visitor", "client", "family")

    def seen():
        found = {}
        for name in people:
            for url in urls:
                answer = cast.client(name).get(url)
                text = re.sub(r'value="[^"]{30,}"|DTSTAMP:\S+', "", answer.content.decode())
                found[name, url] = (answer.status_code, text)
        return found

    place = make_location(cast.harbor)
    before = seen()
    group = make_group(cast.harbor, visibility="members", name={"en": "Quiet circle"}, capacity=2, location=place)
    make_enrolment(group), make_enrolment(group), make_waiting(group)
    assert seen() == before
    with open_scope(cast.harbor.pk):
        session = group.sessions.filter(starts_at__gt=timezone.now()).first()
    for name in people:
        browser = cast.client(name)
        assert browser.get(page_of(group)).status_code == 404
        assert browser.get(reverse("groups:one_event", args=[session.public_id])).status_code == 404
        for deed in ("join", "leave", "people"):
            assert browser.get(reverse(f"groups:{deed}", args=[group.public_id])).status_code in (302, 404)


def test_who_waits_for_a_group_that_is_for_its_members_alone_is_not_told_its_name(cast):
    group = make_group(cast.harbor, visibility="members", name={"en": "Quiet circle"}, capacity=1)
    make_enrolment(group)
    entry, link = offered_to_client(cast, group)
    browser = cast.client("client")
    for url in ("/me/groups/", link):
        assert "Quiet circle" not in text_of(browser.get(url))
    answer = browser.post(reverse("groups:answer", args=[entry.public_id]), {"answer": "yes"}, follow=True)
    assert "Quiet circle" in text_of(answer)
