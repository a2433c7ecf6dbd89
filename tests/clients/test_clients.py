"""Clients: who sees them, and what a write refuses."""

import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from apps.access.models import AccessLog
from apps.access.policy import may, visible_to
from apps.access.scope import open_scope
from apps.clients import services
from apps.clients.models import CareTeamMember, ClientRecord, FamilyLink
from apps.messaging.models import ContactPoint
from apps.messaging.services import add_contact_point
from apps.organizations.models import Bar
from apps.organizations.services import declare_bar
from tests.cast import Cast
from tests.factories.clients import make_client, put_on_team
from tests.factories.organizations import SYSTEM, actor_for, make_member, make_organization, make_person, make_user

pytestmark = pytest.mark.django_db


def seen(actor):
    return set(visible_to(ClientRecord, actor))


def test_a_coordinator_sees_every_client_of_their_organization_and_no_other():
    here, there = make_organization(), make_organization()
    mine = {make_client(here), make_client(here)}
    make_client(there)
    actor = actor_for(make_member(here, "coordinator"))
    with open_scope(here.pk):
        assert seen(actor) == mine


def test_a_specialist_sees_those_whose_care_team_they_are_on_until_they_leave_it():
    here = make_organization()
    peer = make_member(here, "peer_specialist")
    client, _other = make_client(here), make_client(here)
    member = put_on_team(client, peer)
    actor = actor_for(peer)
    with open_scope(here.pk):
        assert seen(actor) == {client}
        services.leave_care_team(member=member, actor=SYSTEM)
        assert seen(actor) == set()


def test_a_client_sees_their_own_record_alone():
    here = make_organization()
    client = make_client(here, user=make_user())
    make_client(here)
    with open_scope(here.pk):
        assert seen(actor_for(client.person)) == {client}


def test_a_bar_hides_a_client_whatever_the_role():
    here = make_organization()
    boss = make_member(here, "administrator")
    barred, other = make_client(here), make_client(here)
    with open_scope(here.pk):
        Bar.objects.create(organization=here, barred=boss, subject=barred.person)
        assert seen(actor_for(boss)) == {other}
        assert not may(actor_for(boss), "change", barred)


def test_a_family_member_sees_their_link_and_not_the_record():
    here = make_organization()
    client = make_client(here)
    mother = make_person(here, user=make_user())
    with open_scope(here.pk):
        link = services.name_family(client=client, person=mother, tie="parent", actor=SYSTEM)
        assert seen(actor_for(mother)) == set()
        assert list(visible_to(FamilyLink, actor_for(mother))) == [link]
        services.end_family_link(link=link, actor=SYSTEM)
        assert list(visible_to(FamilyLink, actor_for(mother))) == []


def test_adding_a_client_without_the_right_writes_nothing():
    here = make_organization()
    actor = actor_for(make_member(here, "peer_specialist"))
    with open_scope(here.pk):
        with pytest.raises(PermissionDenied):
            services.add_client(actor=actor, organization_id=here.pk, name="X", since="2026-01-01")
        assert not ClientRecord.objects.exists()


def test_a_client_without_a_name_is_refused_and_nothing_is_half_written():
    here = make_organization()
    with open_scope(here.pk), pytest.raises(ValidationError) as refused:
        services.add_client(actor=SYSTEM, organization_id=here.pk, name="", since="2026-01-01")
    assert set(refused.value.message_dict) == {"name"}


def test_two_first_contacts_are_refused_by_the_database():
    here = make_organization()
    client = make_client(here)
    put_on_team(client, make_member(here, "peer_specialist"), leads=True)
    with open_scope(here.pk), pytest.raises(IntegrityError), transaction.atomic():
        CareTeamMember.objects.create(
            organization=here, client=client, person=make_member(here), leads=True, since="2026-01-01"
        )


def test_opening_a_list_and_a_record_leaves_one_row_a_client_in_the_log(client):
    here = make_organization()
    people = [make_client(here) for _n in range(3)]
    boss = make_member(here, "coordinator")
    client.force_login(boss.user)
    host = here.hosts.get().domain
    assert client.get("/clients/", headers={"host": host}).status_code == 200
    assert client.get(f"/clients/{people[0].public_id}/", headers={"host": host}).status_code == 200
    with open_scope(here.pk):
        logged = AccessLog.objects.values_list("action", "row_id").order_by("pk")
        assert sorted(logged) == sorted([("list", p.pk) for p in people] + [("view", people[0].pk)])


def test_another_organizations_client_answers_like_one_that_never_was(client):
    here, there = make_organization(), make_organization()
    theirs = make_client(there)
    client.force_login(make_member(here, "coordinator").user)
    host = {"host": here.hosts.get().domain}
    never_was = "11111111-1111-4111-8111-111111111111"
    answers = []
    for public_id in (str(theirs.public_id), never_was):
        answer = client.get(f"/clients/{public_id}/", headers=host)
        assert answer.status_code == 404
        # The form that changes the language carries the address asked for and a mask that changes each time.
        page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
        answers.append(page.replace(public_id, never_was))
    assert answers[0] == answers[1]


def test_a_care_team_member_reads_how_to_reach_their_client_and_nobody_elses(client):
    here = make_organization(domain="here.localhost")
    peer = make_member(here, "peer_specialist")
    mine, other = make_client(here), make_client(here)
    put_on_team(mine, peer)
    with open_scope(here.pk):
        for record, address in ((mine, "mine@example.org"), (other, "other@example.org")):
            add_contact_point(person=record.person, actor=SYSTEM, channel="email", address=address, safe_to_send=True)
        assert [point.address for point in visible_to(ContactPoint, actor_for(peer))] == ["mine@example.org"]
    client.force_login(peer.user)
    page = client.get(f"/clients/{mine.public_id}/", headers={"host": "here.localhost"}).content.decode()
    assert "mine@example.org" in page
    assert "Safe to use" in page


def test_each_field_of_a_client_has_an_edge_in_the_administration_and_the_list_says_who_supports_them(cast: Cast):
    alone, supported = make_client(cast.harbor, name="Al One"), make_client(cast.harbor, name="Su Ported")
    put_on_team(supported, cast.people["peer_specialist"])
    browser = cast.client("administrator")
    page = browser.get("/admin/clients/clientrecord/add/").content.decode()
    for name in ("name", "called", "pronouns", "language", "zone", "since", "location"):
        (drawn,) = re.findall(rf'<(?:input|select)[^>]*\bname="{name}"[^>]*>', page)
        assert "border-base-200" in drawn, name
    listed = browser.get("/admin/clients/clientrecord/").content.decode()
    assert "Harbor Peer Specialist" in listed and "nobody yet" in listed
    with open_scope(cast.harbor.pk):
        declare_bar(barred=cast.people["administrator"], subject=cast.people["peer_specialist"], actor=SYSTEM)
    assert "Harbor Peer Specialist" not in browser.get("/admin/clients/clientrecord/").content.decode()
    assert alone.pk != supported.pk
