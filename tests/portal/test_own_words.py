"""An organization's own words for client, peer specialist and group stand on every main page, and ours nowhere."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.access.scope import open_scope
from apps.kit.calling import called, calling
from apps.organizations.models import Organization
from tests.cast import Cast
from tests.factories.care import make_appointment
from tests.factories.clients import make_client, put_on_team
from tests.factories.groups import make_enrolment, make_group
from tests.factories.organizations import make_user
from tests.factories.supervision import make_plan

pytestmark = pytest.mark.django_db
WORDS = {
    "client": {"one": {"en": "Guest", "es": "Huésped"}, "many": {"en": "Guests", "es": "Huéspedes"}},
    "specialist": {"one": {"en": "Recovery coach"}, "many": {"en": "Recovery coaches"}},
    "group": {"one": {"en": "Circle"}, "many": {"en": "Circles"}},
}
OURS = re.compile(r"\b(clients?|peer specialists?|specialists?|groups?)\b", re.IGNORECASE)
STANDS_ALONE = {"title", "h1", "h2", "h3", "nav", "th", "label", "legend", "dt"}
PAGES = {
    "visitor": ["/", "/schedule/"],
    "client": ["/me/", "/schedule/"],
    "family": ["/family/"],
    "coordinator": ["/staff/", "/clients/", "/schedule/", "/appointments/", "/appointments/new/", "/follow-ups/"],
    "peer_specialist": ["/staff/", "/clients/", "/supervision/", "/certifications/", "/people/me/"],
}


class Alone(HTMLParser):
    """The words of headings, navigation, columns and labels."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in STANDS_ALONE:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            self.inside.remove(tag)

    def handle_data(self, data: str) -> None:
        if self.inside and data.strip():
            self.found.append(" ".join(data.split()))


def alone(page: Any) -> list[str]:
    parser = Alone()
    parser.feed(page.content.decode())
    # neither the names of icons (Material Symbols) nor sentences, which keep our words
    return [words for words in parser.found if words not in ("group", "groups") and len(words.split()) < 5]


@pytest.fixture
def house(cast: Cast) -> Cast:
    """Harbor with words of its own, and something on each page."""
    peer = cast.people["peer_specialist"]
    client = make_client(cast.harbor, user=make_user(), name="Sam Reyes")
    put_on_team(client, peer, leads=True)
    make_appointment(client, staff=peer, starts_at=timezone.now() + timedelta(hours=3))
    make_enrolment(make_group(cast.harbor, name={"en": "Morning"}, capacity=9), client.person)
    make_plan(cast.harbor, specialist=peer, supervisor=cast.people["supervisor"])
    cast.users["client"] = client.person.user
    with open_scope(cast.harbor.pk):
        Organization.objects.filter(pk=cast.harbor.pk).update(words=WORDS)
    return cast


def test_no_word_of_ours_stands_alone_on_a_page_of_the_portal(house: Cast):
    wrong = []
    for who, paths in PAGES.items():
        for path in paths:
            page = house.client(who).get(path)
            assert page.status_code == 200, (who, path)
            wrong += [(who, path, words) for words in alone(page) if OURS.search(words)]
    assert wrong == []


def test_no_word_of_ours_stands_alone_in_the_administration(house: Cast):
    browser, wrong = house.client("administrator"), []
    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")
        for model in admin.site._registry
        if model._meta.app_label in ("clients", "groups", "care", "supervision", "materials")
        for page in ("changelist", "add")
    ]
    for path in [reverse("admin:index"), *lists, "/admin/organizations/sheetimport/clients/bring-in/"]:
        page = browser.get(path)
        assert page.status_code in (200, 403), path
        if page.status_code == 200:
            wrong += [(path, words) for words in alone(page) if OURS.search(words) and "Harbor" not in words]
    assert wrong == []


def test_the_own_words_stand_in_the_navigation_of_both(house: Cast):
    staff, office = (
        alone(house.client("coordinator").get("/staff/")),
        alone(house.client("administrator").get("/admin/")),
    )
    assert {"Guests", "Circles"} <= set(staff) and {"Guests", "Circles"} <= set(office)


def test_each_reader_gets_the_word_of_their_language_and_each_house_its_own(house: Cast):
    browser = house.client("coordinator")
    browser.cookies["django_language"] = "es"
    assert "Huéspedes" in browser.get("/clients/").content.decode()
    strangers = Client(headers={"host": "aurora.localhost"})
    strangers.force_login(house.users["stranger"])
    page = strangers.get("/admin/clients/clientrecord/").content.decode()
    assert "Guests" not in page and "Clients" in page


def test_outside_a_request_things_are_called_by_our_words():
    word = called("client", "client")
    with calling(lambda of, many: "guest"):
        assert str(word) == "guest" and f"{word}" == "guest"
    assert str(word) == "client"
    assert str(apps.get_model("groups.SupportGroup")._meta.verbose_name) == "group"
