"""The pages that change sessions and close houses: a look first, then the deed, for those who may."""

from datetime import timedelta

import pytest
from django.urls import reverse

from apps.access.models import AccessLog
from apps.access.scope import open_scope
from apps.groups.models import Closure, EarlierRule, Session
from apps.kit.once import new_key
from tests.factories.groups import make_enrolment, make_facilitator, make_group
from tests.factories.organizations import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(cast):
    group = make_group(cast.harbor, name={"en": "Evening circle"}, weekday=3)
    make_facilitator(group, cast.people["peer_specialist"])
    with open_scope(cast.harbor.pk):
        make_enrolment(group, make_person(cast.harbor, name="Anna Member"))
        group.rows = list(group.sessions.order_by("on"))
    return group


def asked(session, **more):
    return {
        "once": str(new_key()),
        "scope": "one",
        "deed": "move",
        "on": (session.on + timedelta(days=1)).isoformat(),
        "starts": "09:30",
        "minutes": "45",
        "frequency": "weekly",
        "interval": "1",
        "weekdays": ["3"],
        **more,
    }


def page(session):
    return reverse("groups:change_session", args=[session.public_id])


def stood(cast, group):
    with open_scope(cast.harbor.pk):
        return list(Session.objects.filter(group=group, ended_with_group=False).order_by("slot")
                    .values_list("public_id", "on", "starts_at", "state"))  # fmt: skip


def test_a_look_names_who_is_told_and_writes_nothing_and_a_yes_does_it_once(cast, group):
    session, browser = group.rows[0], cast.client("coordinator")
    before, data = stood(cast, group), asked(group.rows[0])
    with open_scope(cast.harbor.pk):
        reads = AccessLog.objects.count()
    look = browser.post(page(session), {**data, "step": "look"})
    text = look.content.decode()
    assert look.status_code == 200
    assert "Anna Member" in text
    assert "9:30" in text
    assert stood(cast, group) == before
    with open_scope(cast.harbor.pk):
        assert AccessLog.objects.count() == reads + 1
    for _twice in range(2):
        assert browser.post(page(session), {**data, "step": "do"}).status_code == 302
    after = stood(cast, group)
    assert after[0][1] == session.on + timedelta(days=1)
    assert after[1:] == before[1:]


def test_this_and_following_from_the_page(cast, group):
    data = asked(group.rows[4], scope="following", weekdays=["5"], step="do")
    assert cast.client("coordinator").post(page(group.rows[4]), data).status_code == 302
    after = stood(cast, group)
    assert [day.isoweekday() for _key, day, _at, _state in after] == [3] * 4 + [5] * (len(after) - 4)
    with open_scope(cast.harbor.pk):
        assert EarlierRule.objects.filter(group=group).count() == 1


def test_what_is_refused_stands_beside_its_field_with_what_was_typed_and_can_be_sent_again(cast, group):
    session, browser = group.rows[0], cast.client("coordinator")
    data = asked(session, on=group.rows[1].on.isoformat())
    for step in ("look", "do"):
        refused = browser.post(page(session), {**data, "step": step})
        assert refused.status_code == 422
        assert "The group has a session on that day already." in refused.content.decode()
        assert 'value="09:30"' in refused.content.decode()
    data["on"] = (session.on + timedelta(days=2)).isoformat()
    assert browser.post(page(session), {**data, "step": "do"}).status_code == 302
    assert stood(cast, group)[0][1] == session.on + timedelta(days=2)


def test_who_leads_it_changes_one_session_and_no_rule(cast, group):
    session, browser = group.rows[0], cast.client("peer_specialist")
    form = browser.get(page(session)).content.decode()
    assert 'value="one"' in form
    assert 'value="following"' not in form
    before = stood(cast, group)
    assert browser.post(page(session), asked(session, scope="all", step="do")).status_code == 422
    assert stood(cast, group) == before
    assert browser.post(page(session), asked(session, deed="off", reason="Snow", step="do")).status_code == 302
    assert stood(cast, group)[0][3] == "cancelled"
    assert 'value="off"' not in browser.get(page(session)).content.decode()
    assert browser.post(page(session), asked(session, deed="back", step="do")).status_code == 302
    assert stood(cast, group) == before


def test_a_closure_is_looked_at_then_made_and_taken_back(cast, group):
    browser, day = cast.client("coordinator"), group.rows[1].on.isoformat()
    data = {"once": str(new_key()), "location": "", "starts_on": day, "ends_on": day, "words": "Water damage"}
    before = stood(cast, group)
    look = browser.post("/groups/closures/", {**data, "step": "look"})
    assert look.status_code == 200
    assert stood(cast, group) == before
    for _twice in range(2):
        assert browser.post("/groups/closures/", {**data, "step": "do"}).status_code == 302
    assert stood(cast, group)[1][3] == "cancelled"
    assert "Water damage" in browser.get("/groups/closures/").content.decode()
    with open_scope(cast.harbor.pk):
        closure = Closure.objects.get()
    browser.post(reverse("groups:end_closure", args=[closure.public_id]))
    assert stood(cast, group) == before


def test_federal_holidays_are_chosen_on_the_page(cast, group):
    browser = cast.client("coordinator")
    text = browser.get("/groups/closures/").content.decode()
    first = text.split('name="days" value="')[1][:10]
    browser.post("/groups/closures/holidays/", {"once": str(new_key()), "days": [first]})
    with open_scope(cast.harbor.pk):
        assert [row.starts_on.isoformat() for row in Closure.objects.all()] == [first]
    assert f'value="{first}"' not in browser.get("/groups/closures/").content.decode()
