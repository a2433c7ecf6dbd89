"""What other apps' pages read of groups."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from apps.access.scope import open_scope
from apps.groups import selectors, services
from tests.cast import build_cast
from tests.factories.groups import make_enrolment, make_facilitator, make_group
from tests.factories.organizations import SYSTEM

pytestmark = pytest.mark.django_db


def names(rows):
    return [str(row.name) for row in rows]


def test_each_first_screen_gets_its_own_sessions():
    cast = build_cast()
    today = timezone.localdate().isoweekday()
    mine = make_group(cast.harbor, name={"en": "Mine"}, weekday=today, starts="23:59", visibility="members")
    make_group(cast.harbor, name={"en": "Open"}, weekday=today % 7 + 1)
    make_group(cast.harbor, name={"en": "Closed"}, visibility="members")
    make_group(cast.aurora, name={"en": "Next door"})
    client, peer = cast.people["client"], cast.people["peer_specialist"]
    make_enrolment(mine, client)
    make_facilitator(mine, peer)
    with open_scope(cast.harbor.pk):
        assert set(names(selectors.upcoming_for_person(client, cast.actor("client")))) == {"Mine"}
        assert names(selectors.upcoming_for_person(client, cast.actor("visitor"))) == []
        assert set(names(selectors.next_public(cast.actor("visitor"), limit=9))) == {"Open"}
        assert set(names(selectors.next_public(cast.actor("coordinator"), limit=9))) == {"Open"}
        assert len(selectors.next_public(cast.actor("visitor"), limit=1)) == 1
        assert set(names(selectors.today_for_staff(peer, cast.actor("peer_specialist")))) <= {"Mine"}
        assert names(selectors.today_for_staff(client, cast.actor("client"))) == []


def test_a_person_joins_as_a_client_before_any_other_hat_and_staff_only_not_at_all():
    cast = build_cast()
    with open_scope(cast.harbor.pk):
        assert selectors.person_to_enrol(cast.actor("client")) == cast.people["client"]
        assert selectors.person_to_enrol(cast.actor("coordinator")) is None
        assert selectors.person_to_enrol(cast.actor("visitor")) is None
        assert selectors.person_to_enrol(cast.actor("stranger")) is None


def test_rows_are_written_on_other_pages_and_say_what_was_called_off():
    cast = build_cast()
    group = make_group(cast.harbor, name={"en": "Tea"})
    with open_scope(cast.harbor.pk):
        services.cancel_session(session=group.sessions.last(), actor=SYSTEM, reason={"en": "Closed"})
        request = RequestFactory().get("/")
        request.organization, request.user = cast.harbor, cast.users["client"]
        rows = selectors.sessions_of(group, cast.actor("client"), limit=20)
        text = Template("{% load groups %}{% session_rows rows %}").render(Context({"request": request, "rows": rows}))
    assert (text.count("<li"), text.count("<s>"), text.count("Closed")) == (len(rows), 1, 1)
