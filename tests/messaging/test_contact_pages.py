"""The office writes down how people may be reached."""

import pytest

from apps.access.scope import open_scope
from apps.messaging.models import ContactPoint
from tests.factories.clients import make_client
from tests.factories.organizations import make_member, make_organization

pytestmark = pytest.mark.django_db
ADD = "/admin/messaging/contactpoint/add/"
HOST = {"host": "here.localhost"}


@pytest.fixture
def here():
    return make_organization(domain="here.localhost")


@pytest.fixture
def office(here, client):
    client.force_login(make_member(here, "coordinator").user)
    return client


def points(here):
    with open_scope(here.pk):
        return list(ContactPoint.objects.order_by("pk"))


def test_a_coordinator_writes_down_an_address_and_a_newly_preferred_one_takes_its_place(here, office):
    person = make_client(here).person
    data = {"person": person.pk, "channel": "email", "safe_to_send": "on", "is_preferred": "on"}
    assert office.post(ADD, data | {"address": "Ana@Example.ORG"}, headers=HOST).status_code == 302
    assert office.post(ADD, data | {"address": "b@example.org"}, headers=HOST).status_code == 302
    assert [(p.address, p.safe_to_send, p.is_preferred) for p in points(here)] == [
        ("ana@example.org", True, False),
        ("b@example.org", True, True),
    ]


def test_consent_to_texts_is_kept_with_who_wrote_it_down_and_which_words(here, office):
    person = make_client(here).person
    data = {"person": person.pk, "channel": "sms", "address": "512 555 0142", "safe_to_send": "on"}
    office.post(ADD, data | {"agreed": "on"}, headers=HOST)
    (point,) = points(here)
    assert (point.address, point.consent_wording_version) == ("+15125550142", "2026-11")
    assert point.consent_at is not None
    assert point.consent_by_id is not None
    office.post(f"/admin/messaging/contactpoint/{point.pk}/change/", {"address": "5125550142"}, headers=HOST)
    (point,) = points(here)
    assert (point.consent_at, point.consent_wording_version, point.safe_to_send) == (None, "", False)


def test_what_is_no_address_is_said_beside_the_field_and_kept(here, office):
    data = {"person": make_client(here).person.pk, "channel": "email", "address": "nobody"}
    page = office.post(ADD, data, headers=HOST)
    assert page.status_code == 200
    assert "address" in page.context["adminform"].form.errors
    assert 'value="nobody"' in page.content.decode()
    assert points(here) == []


def test_a_person_of_another_organization_is_refused(here, office):
    stranger = make_client(make_organization()).person
    data = {"person": stranger.pk, "channel": "email", "address": "a@example.org"}
    assert office.post(ADD, data, headers=HOST).status_code == 200
    assert points(here) == []
