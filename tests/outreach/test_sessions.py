"""Word of a session that is off or moved: at once, once, only while it matters, and never which group it is."""

from datetime import time, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from apps.access.scope import open_scope, system_scope
from apps.groups import services
from apps.messaging.choices import State
from apps.messaging.models import Message
from apps.messaging.registry import Facts, Withdraw, purpose_called
from apps.messaging.rendering import write
from apps.outreach.sessions import CHANGE
from tests.factories.groups import make_enrolment, make_group
from tests.factories.messaging import make_contact_point
from tests.factories.organizations import SYSTEM, make_organization, make_person
from tests.factories.outreach import ledger, run_planner

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    organization = make_organization()
    day = (timezone.now() + timedelta(days=2)).isoweekday()
    group = make_group(organization, name={"en": "Grief circle"}, weekday=day, starts=time(18))
    for name in ("Anna", "Ben"):
        with open_scope(organization.pk), transaction.atomic():
            person = make_person(organization, name=name)
        make_contact_point(person)
        make_enrolment(group, person)
    elsewhere = make_group(organization, weekday=day)
    make_contact_point(make_enrolment(elsewhere).person)
    return group


def answers():
    with system_scope("a test looks at the ledger"), transaction.atomic():
        rows = list(Message.objects.filter(purpose=CHANGE, state=State.PLANNED).select_related("person"))
    if not rows:
        return {}
    with open_scope(rows[0].organization_id), transaction.atomic():
        found = purpose_called(CHANGE).facts(rows[0].organization_id, rows)
    return {row.person.name: found[row.pk] for row in rows}


def deed(group, work):
    with open_scope(group.organization_id), transaction.atomic():
        return work(list(group.sessions.order_by("on")))


def test_those_in_the_group_hear_once_that_the_next_session_is_off_and_not_what_it_is(group):
    deed(group, lambda rows: services.cancel_session(session=rows[0], actor=SYSTEM, reason={"en": "Snow"}))
    for _twice in range(2):
        run_planner()
    found = answers()
    assert set(found) == {"Anna", "Ben"}
    for facts in found.values():
        assert isinstance(facts, Facts)
        assert facts.context["is_off"] is True
        assert "Grief" not in str(facts.context)
    deed(group, lambda rows: services.cancel_session(session=rows[0], actor=SYSTEM, reason={"en": "Much snow"}))
    run_planner()
    assert len(ledger(State.PLANNED)) == 2  # other words are no second message


@pytest.mark.parametrize(
    ("language", "off", "now"),
    [
        ("en", "This does not take place:", "It is now at this time:"),
        ("es", "Esto no se hace:", "Ahora es a esta hora:"),
        ("ar", "هذا لا يُعقد:", "أصبح الآن في هذا الوقت:"),
    ],
)
def test_it_says_so_in_the_language_of_each_person(group, language, off, now):
    deed(group, lambda rows: services.cancel_session(session=rows[0], actor=SYSTEM, reason={"en": "Snow"}))
    run_planner()
    with open_scope(group.organization_id), transaction.atomic():
        row = Message.objects.filter(purpose=CHANGE).select_related("organization", "person", "contact_point").first()
        row.language = language
        facts = purpose_called(CHANGE).facts(group.organization_id, [row])[row.pk].context
        for is_off, words in ((True, off), (False, now)):
            written = write(row, template=CHANGE, address="a@x.example", domain="x.localhost",
                            facts={**facts, "is_off": is_off, "place": "1 Main St"})  # fmt: skip
            text = written.mail.body
            assert words in text
            assert ("1 Main St" in text) is not is_off
            assert "Grief" not in text + written.mail.subject
            row.channel = "sms"
            short = write(row, template=CHANGE, address="+15555550100", domain="x.localhost",
                          facts={**facts, "is_off": is_off}).text  # fmt: skip
            assert "Grief" not in short
            assert len(short) < 161
            row.channel = "email"


def test_what_is_far_off_and_a_plain_new_session_are_told_by_no_message(group):
    deed(group, lambda rows: services.cancel_session(session=rows[3], actor=SYSTEM, reason={"en": "Snow"}))
    run_planner()
    assert ledger() == []


def test_a_session_that_is_moved_far_away_is_told_for_the_day_on_which_somebody_would_come_in_vain(group):
    def move(rows):
        return services.move_session(
            session=rows[0], actor=SYSTEM, on=rows[0].on + timedelta(days=40), starts=time(9), minutes=60
        )

    moved = deed(group, move)
    run_planner()
    found = answers()
    assert {facts.context["starts_at"] for facts in found.values()} == {moved.starts_at}
    assert {facts.context["is_off"] for facts in found.values()} == {False}


def test_a_second_change_takes_the_first_message_back_and_who_left_hears_nothing(group):
    deed(group, lambda rows: services.cancel_session(session=rows[0], actor=SYSTEM, reason={"en": "Snow"}))
    run_planner()
    with open_scope(group.organization_id), transaction.atomic():
        services.leave(enrolment=group.enrolments.get(person__name="Ben"), actor=SYSTEM)
    found = answers()
    assert isinstance(found["Anna"], Facts)
    assert isinstance(found["Ben"], Withdraw)
    deed(group, lambda rows: services.restore_session(session=rows[0], actor=SYSTEM))
    run_planner()
    assert len(ledger(State.WITHDRAWN)) == 2
    found = answers()
    assert {name: facts.context["is_off"] for name, facts in found.items()} == {"Anna": False}
