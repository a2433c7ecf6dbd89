"""The pages of the catalogue, of progress, of the team and of other states, each for those whose part it is."""

import pytest
from django.urls import reverse

from apps.access.scope import open_scope
from apps.certifications.models import CatalogueCredential, Certification
from tests.factories.certifications import load_shipped, make_certification
from tests.factories.organizations import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(db):
    load_shipped()


def credential(place, name):
    return CatalogueCredential.objects.get(jurisdiction=place, credential_name=name)


@pytest.fixture
def record(loaded, cast):
    """Harbor's peer specialist in training for the Texas credential."""
    return make_certification(
        cast.people["peer_specialist"],
        credential=credential("TX", "Mental Health Peer Specialist"),
        status="in_training",
        issued_on=None,
        expires_on=None,
    )


def page(cast, who, url, **query):
    return cast.client(who).get(url, query)


def test_every_state_is_listed_and_leads_to_what_it_asks(loaded, cast):
    body = page(cast, "peer_specialist", reverse("certifications:states")).content.decode()
    assert body.count("/certifications/states/") >= 55
    assert "Washington" in body


def test_each_figure_of_a_state_links_to_its_source_and_a_blank_is_not_known(loaded, cast):
    body = page(cast, "supervisor", reverse("certifications:state", args=["TX"])).content.decode()
    assert 'href="http://txrules.elaws.us/rule/354.3161"' in body
    assert "59.5 hours" in body
    assert "not known, check with the certifying body" in body
    assert "One extension is possible." in body


def test_a_poorly_sourced_row_says_so(loaded, cast):
    body = page(cast, "supervisor", reverse("certifications:state", args=["AK"])).content.decode()
    assert "These figures are poorly sourced" in body


@pytest.mark.parametrize("place", ["ME", "NY", "VT", "MS", "VA-FED", "US", "OH", "GA"])
def test_the_page_of_a_state_renders(loaded, cast, place):
    assert page(cast, "administrator", reverse("certifications:state", args=[place])).status_code == 200


def test_a_state_that_is_none_is_not_found(loaded, cast):
    assert page(cast, "supervisor", reverse("certifications:state", args=["ZZ"])).status_code == 404


def test_a_specialist_sees_their_own_next_step(record, cast):
    body = page(cast, "peer_specialist", reverse("certifications:progress", args=[record.public_id])).content.decode()
    assert "Initial certificate" in body
    assert "0 of 6 known requirements met" in body
    assert "Say yes or no to this age: 18 or older." in body


def test_a_record_that_was_shared_does_not_open_its_holders_way(record, cast):
    for name, status in {"supervisor": 200, "administrator": 200, "coordinator": 404, "client": 404}.items():
        found = page(cast, name, reverse("certifications:progress", args=[record.public_id]))
        assert (name, found.status_code) == (name, status)


def test_the_team_table_is_narrowed_by_name_and_state(record, cast):
    other = make_certification(
        cast.people["observer"], credential=credential("CA", "Certified Medi-Cal Peer Support Specialist")
    )
    url = reverse("certifications:team")

    def names(**query):
        return {way.record.pk for way in page(cast, "supervisor", url, **query).context["page_obj"]}

    assert names() == {record.pk, other.pk}
    assert names(state="TX") == {record.pk}
    assert names(name=cast.people["observer"].name) == {other.pk}
    assert names(stands="not_yet") == {record.pk, other.pk}
    assert names(stands="met") == set()
    assert page(cast, "peer_specialist", url).status_code == 403


def test_the_team_table_asks_the_database_as_often_for_one_as_for_many(record, cast, django_assert_num_queries):
    url = reverse("certifications:team")
    client = cast.client("supervisor")
    client.get(url)
    with django_assert_num_queries(QUERIES):
        client.get(url)
    texas = record.credential
    with open_scope(cast.harbor.pk):
        people = [make_person(cast.harbor, name=f"Person {n}") for n in range(40)]
        Certification.objects.bulk_create(
            Certification(organization=cast.harbor, person=one, credential=texas) for one in people
        )
    with django_assert_num_queries(QUERIES):
        client.get(url)


QUERIES = 27


def test_another_state_is_compared_with_what_its_body_may_waive(record, cast):
    held = make_certification(
        cast.people["peer_specialist"], credential=credential("GA", "Certified Peer Specialist - Mental Health")
    )
    found = page(cast, "peer_specialist", reverse("certifications:elsewhere"), record=held.public_id, state="WA")
    there = {c.credential_name: e for c, e in found.context["found"]}["Certified Peer Support Specialist"]
    assert [v.rule.code for v in there.maybe_waived] == ["exam"]
    assert {"age", "training", "work", "recovery", "lived_experience"} == {v.rule.code for v in there.missing}
    assert "education" in {v.rule.code for v in there.unknown}
    body = found.content.decode()
    assert "40 to 60 hours" in body
    assert "not known, the text was not seen" in body


def test_nobody_elses_record_is_offered_or_compared(record, cast):
    other = make_certification(cast.people["observer"], credential=record.credential)
    found = page(cast, "peer_specialist", reverse("certifications:elsewhere"), record=other.public_id, state="WA")
    assert found.context["found"] == []
    offered = page(cast, "peer_specialist", reverse("certifications:elsewhere")).content.decode()
    assert (str(record.public_id) in offered, str(other.public_id) in offered) == (True, False)
