"""Whole numbers: a page whose numbers count somebody who is hidden from its reader says that it does."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.access.scope import open_scope
from apps.clients.models import ClientRecord
from apps.groups.models import SupportGroup
from apps.organizations import services
from apps.organizations.models import Location
from tests.cast import SYSTEM, Cast
from tests.factories.care import make_appointment, make_missed
from tests.factories.clients import make_client, put_on_team
from tests.factories.groups import make_enrolment, make_group
from tests.factories.messaging import make_contact_point
from tests.factories.organizations import make_location
from tests.walls.test_bars import pages

pytestmark = pytest.mark.django_db
SAYS = re.compile(r"may not be shown to you", re.I)


def words_of(page: str) -> str:
    """What a reader reads: no markup, no scripts, no keys of forms."""
    page = re.sub(r"<(script|style|svg|head|template)\b.*?</\1>", " ", page, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def read(browser: Client, more: list[str]) -> dict[str, str]:
    """Every list that this person may open, the pages of the group, the schedule, in words."""
    found = {url: words_of(text) for url, text in pages(browser)}
    for url in more:
        answer = browser.get(url)
        if answer.status_code == 200:
            found[url] = words_of(answer.content.decode())
    return found


def fill(cast: Cast, client: ClientRecord, group: SupportGroup, place: Location) -> None:
    """A row about this client in as many tables as can be, among people and places that are there already."""
    holder = cast.people["supervisor"]
    put_on_team(client, holder)
    for starts_at in (timezone.now() + timedelta(minutes=5), timezone.now() + timedelta(days=1)):
        make_appointment(client, staff=holder, location=place, starts_at=starts_at)
    make_missed(client, staff=holder, location=place)
    make_enrolment(group, client.person)
    make_contact_point(client.person)


def test_a_hidden_person_changes_a_page_only_where_it_says_that_it_counts_whole(cast: Cast):
    group = make_group(cast.harbor, capacity=5, name={"en": "Open evening"})
    place = make_location(cast.harbor)
    hidden = make_client(cast.harbor, name="Quentin Hidden")
    readers = ("administrator", "coordinator", "peer_specialist")
    more = [
        reverse("groups:schedule"),
        reverse("groups:group", args=[group.public_id]),
        reverse("admin:groups_supportgroup_change", args=[group.pk]),
        "/staff/to-hand-over/",
        "/staff/closed/",
        "/supervision/",
        "/certifications/",
    ]
    with open_scope(cast.harbor.pk), transaction.atomic():
        for name in readers:
            services.declare_bar(barred=cast.people[name], subject=hidden.person, actor=SYSTEM)
    before = {name: read(cast.client(name), more) for name in readers}
    with open_scope(cast.harbor.pk), transaction.atomic():
        fill(cast, hidden, group, place)
    silent, counted = [], set()
    for name in readers:
        after = read(cast.client(name), more)
        for url in after.keys() & before[name].keys():
            if after[url] != before[name][url]:
                counted.add(url)
                if not SAYS.search(after[url]):
                    silent.append(f"{name} {url}")
    assert silent == []
    assert {"/admin/", reverse("groups:group", args=[group.public_id])} <= counted, "the walk sees nothing"
