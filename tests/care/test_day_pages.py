"""The pages about somebody who is out, a house that is closed, and people to call."""

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.access.models import AccessLog
from apps.access.scope import open_scope
from apps.care import selectors, services
from apps.care.models import Disruption, DisruptionItem, DisruptionNotice
from apps.groups import services as groups
from apps.kit.once import new_key
from apps.messaging.models import Message
from apps.messaging.services import opt_out
from apps.organizations import services as people
from apps.organizations.models import Host
from tests.factories.care import make_appointment
from tests.factories.clients import make_client
from tests.factories.days import make_day
from tests.factories.groups import make_enrolment
from tests.factories.messaging import make_contact_point
from tests.factories.organizations import SYSTEM, make_member, make_person

pytestmark = pytest.mark.django_db
OUT, CLOSED, CALLS = "/staff/out-today/", "/staff/site-closed/", "/staff/calls/"


@pytest.fixture
def day():
    return make_day()


def browser(person):
    with open_scope(person.organization_id), transaction.atomic():
        domain = Host.objects.get(organization_id=person.organization_id).domain
    found = Client(headers={"host": domain})
    found.force_login(person.user)
    return found


def asked(day, **more):
    """What the list is sent with: everything as the page proposes it."""
    with open_scope(day.here.pk), transaction.atomic():
        keys = selectors.session_key(day.session), selectors.visit_key(day.visit)
    today = day.at(12).date().isoformat()
    choices = {f"what_{key}": "off" for key in keys}
    return {"person": str(day.maya.public_id), "first": today, "last": today, "once": str(new_key()), **choices, **more}


def state(day):
    with open_scope(day.here.pk), transaction.atomic():
        day.visit.refresh_from_db()
        day.session.refresh_from_db()
        return day.visit.state, day.session.state


def test_a_coordinator_looks_then_does_it_once_and_each_person_gets_one_message(day):
    desk = browser(day.desk)
    form = desk.get(OUT)
    assert "Maya Out" in form.content.decode()
    listed = desk.get(OUT, {"person": str(day.maya.public_id), "first": day.at(12).date().isoformat()})
    assert "Visit with Ana Client" in listed.content.decode()
    assert "Grief circle" in listed.content.decode()
    data = asked(day)
    look = desk.post(OUT, {**data, "step": "look"})
    text = look.content.decode()
    assert look.status_code == 200
    assert "2 people by e-mail" in text
    assert "Ben Member" in text
    assert state(day) == ("booked", "planned")
    first = desk.post(OUT, {**data, "step": "do"})
    again = desk.post(OUT, {**data, "step": "do"})
    assert (first.status_code, again.status_code, first.url) == (302, 302, again.url)
    assert state(day) == ("cancelled", "cancelled")
    page = desk.get(first.url).content.decode()
    assert "Called off" in page
    with open_scope(day.here.pk), transaction.atomic():
        assert Disruption.objects.count() == 1
        assert Message.objects.filter(purpose="day_change").count() == 2


def test_change_something_leads_back_with_everything_that_was_chosen(day):
    data = asked(day, **{f"what_{_key(day)}": "leave"})
    back = browser(day.desk).post(OUT, {**data, "step": "change"})
    assert back.status_code == 200
    assert re.search(r'value="leave"[^>]* selected', back.content.decode())


def _key(day):
    with open_scope(day.here.pk), transaction.atomic():
        return selectors.session_key(day.session)


def test_what_is_refused_stands_beside_its_thing_with_what_was_typed(day):
    field = f"what_{_key(day)}"
    refused = browser(day.desk).post(OUT, asked(day, **{field: "move", "step": "look"}))
    assert refused.status_code == 422
    assert "Say the new day." in refused.content.decode()
    foreign = make_day()
    for value in (f"by:{foreign.maya.public_id}", f"at:{foreign.house.public_id}", "nothing"):
        answer = browser(day.desk).post(OUT, asked(day, **{field: value, "step": "do"}))
        assert answer.status_code == 422
    for person in (foreign.maya, foreign.desk):
        answer = browser(day.desk).post(OUT, asked(day, person=str(person.public_id), step="do"))
        assert answer.status_code == 422
        assert str(person.public_id) not in answer.content.decode()
    assert state(day) == ("booked", "planned")


def test_a_day_that_somebody_else_wrote_down_meanwhile_is_said_so(day):
    data = asked(day, step="do")
    day.out()
    answer = browser(day.desk).post(OUT, data)
    assert answer.status_code == 422
    assert "written down already" in answer.content.decode()


def test_a_specialist_says_that_they_are_out_and_finds_nobody_elses_page(day):
    maya = browser(day.maya)
    today = day.at(12).date().isoformat()
    listed = maya.get(OUT, {"first": today})
    assert "Visit with Ana Client" in listed.content.decode()
    assert 'name="person"' not in listed.content.decode()
    for _twice in range(2):
        sent = maya.post(OUT, {"first": today, "person": str(day.desk.public_id)})
        assert sent.status_code == 302
    assert maya.get(sent.url).status_code == 200
    assert state(day) == ("booked", "planned")
    with open_scope(day.here.pk), transaction.atomic():
        row = Disruption.objects.get()
        assert (row.person, row.state) == (day.maya, "asked")
    assert [maya.get(page).status_code for page in (CLOSED, CALLS)] == [403, 403]
    other = make_member(day.here, "peer_specialist")
    assert browser(other).get(sent.url).status_code == 404
    desk = browser(day.desk)
    answered = desk.get(OUT, {"ask": str(row.public_id)}).content.decode()
    assert f'value="{day.maya.public_id}" selected' in answered
    done = desk.post(OUT, {**asked(day), "ask": str(row.public_id), "step": "do"})
    assert done.url == sent.url
    assert state(day) == ("cancelled", "cancelled")


def test_a_visit_that_the_reader_may_not_see_is_counted_and_named_nowhere(day):
    with open_scope(day.here.pk), transaction.atomic():
        people.declare_bar(barred=day.desk, subject=day.people["ana"], actor=SYSTEM)
    ada = make_member(day.here, "administrator")
    desk = browser(day.desk)
    listed = desk.get(OUT, {"person": str(day.maya.public_id), "first": day.at(12).date().isoformat()})
    assert "1 more that you can’t see." in listed.content.decode()
    data = {name: value for name, value in asked(day).items() if not name.startswith("what_a")}
    done = desk.post(OUT, {**data, "step": "do"})
    assert done.status_code == 302
    for page in (listed, desk.post(OUT, {**data, "step": "look"}), desk.get(done.url), desk.get(CALLS)):
        assert not re.search(r"\bAna\b", page.content.decode())  # a token may hold the letters
    admin = browser(ada)
    assert "Ana Client" in admin.get(done.url).content.decode()
    with open_scope(day.here.pk), transaction.atomic():
        item = DisruptionItem.objects.get(decision="open")
    field = f"what_i{item.public_id}"
    sent = {"item": str(item.public_id), "once": str(new_key())}
    assert desk.post(done.url, {**sent, field: "off"}).status_code == 404
    assert admin.post(done.url, {**sent, field: "nonsense"}).status_code == 422
    assert admin.post(done.url, {**sent, field: "off"}).status_code == 302
    assert state(day) == ("cancelled", "cancelled")


def test_the_call_list_says_how_it_is_safe_to_call_and_what_to_say_and_no_more(day):
    with open_scope(day.here.pk), transaction.atomic():
        opt_out(person=day.people["ben"], actor=SYSTEM, how="spoken")
    make_contact_point(
        day.people["ben"], "phone", address="512 555 0199", alias="Benny", hours_from=time(9), hours_to=time(12)
    )
    make_contact_point(day.people["ben"], "phone", address="512 555 0100", safe_to_send=False)
    day.out()
    with open_scope(day.here.pk), transaction.atomic():
        row = DisruptionNotice.objects.get(person=day.people["ben"])
        reads = AccessLog.objects.count()
    desk = browser(day.desk)
    text = desk.get(CALLS).content.decode()
    assert "Ben Member" in text
    assert "Ana Client" not in text
    for said in ("0199", "Ask for Benny.", "Leave no message.", "only 9:00 am to 12:00 pm", "does not take place."):
        assert said in text
    for unsaid in ("0100", "Grief", "Maya Out"):
        assert unsaid not in text
    with open_scope(day.here.pk), transaction.atomic():
        assert AccessLog.objects.count() == reads + 1
    assert "1 person to call" in desk.get("/staff/").content.decode()
    page = f"{CALLS}{row.public_id}/"
    assert desk.post(page).status_code == 422
    assert desk.post(page, {f"{row.pk}-outcome": "no_answer"}).status_code == 302
    assert "Called 1 time" in desk.get(CALLS).content.decode()
    assert desk.post(page, {f"{row.pk}-outcome": "reached"}).status_code == 302
    assert "1 person to call" not in desk.get("/staff/").content.decode()
    assert "I reached them" in desk.get(CALLS).content.decode()
    assert browser(day.maya).post(page, {f"{row.pk}-outcome": "reached"}).status_code == 404


def test_who_is_in_a_group_of_aliases_is_named_on_no_page_about_its_day(day):
    with open_scope(day.here.pk), transaction.atomic():
        opt_out(person=day.people["ben"], actor=SYSTEM, how="spoken")
        groups.change_group(group=day.group, actor=SYSTEM, attendance_mode="alias")
        enrolment = day.group.enrolments.get()
        groups.set_alias(enrolment=enrolment, actor=SYSTEM, alias="Robin")
    desk = browser(day.desk)
    look = desk.post(OUT, {**asked(day), "step": "look"}).content.decode()
    row = day.out()
    for text in (look, desk.get(CALLS).content.decode(), desk.get(f"{OUT}{row.public_id}/").content.decode()):
        assert "Robin" in text
        assert not re.search(r"\bBen\b", text)


def test_the_administration_counts_who_is_to_be_called_and_leads_to_the_list(day):
    with open_scope(day.here.pk), transaction.atomic():
        opt_out(person=day.people["ben"], actor=SYSTEM, how="spoken")
    admin = browser(make_member(day.here, "administrator"))
    assert CALLS not in {number.url for number in admin.get("/admin/").context_data["numbers"]}
    day.out()
    assert {number.count for number in admin.get("/admin/").context_data["numbers"] if number.url == CALLS} == {1}


def test_taking_a_day_back_from_its_page(day):
    row = day.out()
    page = f"{OUT}{row.public_id}/"
    desk = browser(day.desk)
    assert "Take it back" in desk.get(page).content.decode()
    assert desk.post(page, {"deed": "end"}).status_code == 302
    assert "Takes place after all" in desk.get(page).content.decode()
    assert state(day)[1] == "planned"


def test_a_closed_house_from_the_page(day):
    data = {**asked(day), "location": str(day.house.public_id)}
    desk = browser(day.desk)
    listed = desk.get(CLOSED, {"location": str(day.house.public_id), "first": data["first"]})
    assert "Grief circle" in listed.content.decode()
    refused = desk.post(CLOSED, {**data, "step": "look"})
    assert refused.status_code == 422
    assert "Say in a few words what people are told." in refused.content.decode()
    assert desk.post(CLOSED, {**data, "words": "Water", "step": "look"}).status_code == 200
    done = desk.post(CLOSED, {**data, "words": "Water", "step": "do"})
    assert done.status_code == 302
    assert state(day) == ("cancelled", "cancelled")
    assert desk.get(done.url).status_code == 200


def queries(desk, page, data=None):
    with CaptureQueriesContext(
        connection,
    ) as caught:
        answer = desk.get(page, data or {})
    assert answer.status_code == 200
    return len(caught.captured_queries)


def test_the_lists_cost_the_same_with_one_row_and_with_many(day):
    desk = browser(day.desk)
    row = day.out()
    with open_scope(day.here.pk), transaction.atomic():
        Message.objects.filter(purpose="day_change").update(next_try_at=day.at(23) + timedelta(days=1))
    pages = (CALLS, f"{OUT}{row.public_id}/", OUT, "/staff/")
    desk.get("/staff/")
    before = [queries(desk, page) for page in pages]
    with open_scope(day.here.pk), transaction.atomic():
        for _n in range(30):
            person = make_person(day.here)
            make_enrolment(day.group, person)
            DisruptionNotice.objects.create(
                organization=day.here, disruption=row, person=person, first_at=day.at(17), last_at=day.at(17)
            )
        for n in range(20):
            starts = day.at(12, days=n + 1)
            Disruption.objects.create(
                organization=day.here, kind="out", person=day.desk, state="stands", decided_at=starts, zone=row.zone,
                starts_at=starts, ends_at=starts + timedelta(hours=1),
            )  # fmt: skip
    assert [queries(desk, page) for page in pages] == before


def test_the_list_of_what_a_day_touches_costs_the_same_with_one_and_with_many(day):
    desk = browser(day.desk)
    asks = {"person": str(day.maya.public_id), "first": day.at(12).date().isoformat(),
            "last": day.at(12, days=3).date().isoformat()}  # fmt: skip
    desk.get(OUT, asks)
    before = queries(desk, OUT, asks)
    for n in range(1, 4):
        for hour in range(9, 16):
            make_appointment(
                make_client(day.here), staff=day.maya, location=day.house, starts_at=day.at(hour, days=n), minutes=30
            )
        make_member(day.here, "peer_specialist")
    assert queries(desk, OUT, asks) == before
    assert services  # the module is the one the page uses
