"""What a person can reach and why: the page, the command, and what neither tells."""

import json
import re
from datetime import timedelta
from html import unescape
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from apps.access.admin.words import RELATIONS
from apps.access.policy import Relation, all_policies, visible_to
from apps.access.reach import what_is_reached, who_reaches
from apps.access.scope import open_scope
from apps.access.services import share
from apps.clients.models import ClientRecord
from apps.organizations import services
from tests.cast import Cast
from tests.factories.clients import make_client, put_on_team

pytestmark = pytest.mark.django_db


def reached(cast: Cast, name: str, reader: str = "auditor", **options):
    with open_scope(cast.harbor.pk):
        found = what_is_reached(
            cast.users[name].pk, organization_id=cast.harbor.pk, reader=cast.actor(reader), **options
        )
    return {one.model._meta.label_lower: one for one in found}


def whys(one) -> dict[str, int]:
    return {reason.how: reason.count for reason in one.reasons}


def test_the_reasons_are_counted_by_role_by_relation_and_by_grant(cast: Cast):
    mine, shared, both = (make_client(cast.harbor) for _ in range(3))
    make_client(cast.harbor)
    for client in (mine, both):
        put_on_team(client, cast.people["peer_specialist"])
    with open_scope(cast.harbor.pk):
        for client in (shared, both):
            share(
                row=client,
                user=cast.users["peer_specialist"],
                actor=cast.actor("coordinator"),
                until=timezone.now() + timedelta(days=1),
            )
        seen = set(visible_to(ClientRecord, cast.actor("peer_specialist")))
    clients = reached(cast, "peer_specialist")["clients.clientrecord"]
    assert whys(clients) == {"relation": 2, "grant": 2}
    assert seen == {mine, shared, both} and clients.count == 3
    assert whys(reached(cast, "coordinator")["clients.clientrecord"]) == {"role": 4}


def test_a_bar_is_told_as_a_private_rule_and_to_the_barred_reader_not_at_all(cast: Cast):
    client = make_client(cast.harbor)
    make_client(cast.harbor)
    with open_scope(cast.harbor.pk):
        services.declare_bar(
            barred=cast.people["coordinator"], subject=client.person, actor=cast.actor("coordinator"), kind="housemate"
        )
    told = reached(cast, "coordinator")["clients.clientrecord"]
    assert (told.count, told.hidden) == (1, 1)
    mine = reached(cast, "coordinator", reader="coordinator")["clients.clientrecord"]
    assert (mine.count, mine.hidden) == (1, 0)
    page = cast.client("administrator").get(
        reverse("admin:organizations_person_reach", args=[cast.people["coordinator"].pk])
    )
    assert "a private rule" in page.content.decode() and "housemate" not in page.content.decode()


def test_the_page_says_each_kind_with_its_count_its_reason_and_a_link(cast: Cast):
    make_client(cast.harbor)
    page = cast.client("auditor").get(reverse("admin:organizations_person_reach", args=[cast.people["coordinator"].pk]))
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())
    assert re.search(r"Clients 1 a role that allows: see every client's record \(1\)", text)
    assert f'href="{reverse("admin:clients_clientrecord_changelist")}"' in page.content.decode()


def test_somebody_who_also_is_a_client_here_is_told_apart_by_no_page(cast: Cast):
    before = reached(cast, "peer_specialist")
    client = make_client(cast.harbor, name="Harbor Peer Specialist")
    with open_scope(cast.harbor.pk):
        client.person.user = cast.users["peer_specialist"]
        client.person.save()
        after = reached(cast, "peer_specialist")
        assert after.keys() - before.keys() == set()
        told = who_reaches(client, actor=cast.actor("auditor"))
        lines = [(one.name, one.rules) for one in told.people if "relation: it is their own record" in str(one.rules)]
        assert lines == [("Harbor Peer Specialist", ["a relation: it is their own record"])]


def test_explain_access_of_a_person_alone_tells_each_organization(cast: Cast):
    make_client(cast.harbor)
    out = StringIO()
    call_command("explain_access", cast.users["coordinator"].email, "--json", stdout=out)
    (house,) = json.loads(out.getvalue())["organizations"]
    assert house["id"] == cast.harbor.pk
    (clients,) = [one for one in house["reaches"] if one["kind"] == "clients.clientrecord"]
    assert clients["sees"] == 1 and clients["why"][0]["how"] == "role" and clients["may"]["change"] == 1
    plain = StringIO()
    call_command("explain_access", cast.users["coordinator"].email, stdout=plain)
    assert "Clients: 1" in plain.getvalue()


def test_every_relation_can_be_told_in_other_languages():
    names = {
        rule.name
        for policy in all_policies().values()
        for rules in policy.rules.values()
        for rule in rules
        if isinstance(rule, Relation)
    }
    assert names - set(RELATIONS) == set(), "add these to apps/access/admin/words.py and translate them"
