"""Reminders of certifications that end: 90, 60, 30, 14 and 7 days ahead, on the last day and after it; once each."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from apps.access.scope import open_scope, system_scope
from apps.certifications import selectors, services
from apps.messaging.models import Message
from apps.messaging.registry import Facts, Withdraw, purpose_called
from apps.outreach.certifications import ENDING, ENDING_OFFICE
from tests.factories.certifications import make_certification
from tests.factories.messaging import make_contact_point
from tests.factories.organizations import SYSTEM, make_member, make_organization
from tests.factories.outreach import ledger, run_planner

pytestmark = pytest.mark.django_db
THERE = ZoneInfo("America/New_York")
STEPS = ["90_days_before", "60_days_before", "30_days_before", "14_days_before", "7_days_before", "last_day", "ended"]


@pytest.fixture
def here():
    """One organization in New York."""
    return make_organization(zone=str(THERE))


def person(organization, role):
    made = make_member(organization, role)
    make_contact_point(made)
    return made


def planned():
    return [(purpose, step) for purpose, _occurrence, step in ledger()]


def messages(purpose):
    with system_scope("a test looks at the ledger"), transaction.atomic():
        return list(Message.objects.filter(purpose=purpose).select_related("person"))


def noon():
    """Midday of today there: what is due this morning is due, whatever the hour of the test."""
    return datetime.now(THERE).replace(hour=12)


def ends(days):
    """A last day so many days from today there."""
    return datetime.now(THERE).date() + timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "step"),
    [(90, STEPS[0]), (60, STEPS[1]), (30, STEPS[2]), (14, STEPS[3]), (7, STEPS[4]), (0, STEPS[5]), (-1, STEPS[6])],
)
def test_each_reminder_is_planned_once_for_the_holder_and_for_the_office(here, days, step):
    peer, boss = person(here, "peer_specialist"), person(here, "administrator")
    make_certification(peer, issued_on="2020-01-01", expires_on=ends(days))
    make_certification(make_member(make_organization()), issued_on="2020-01-01", expires_on=ends(days + 3000))
    for _twice in range(2):
        run_planner(noon())
    assert (ENDING, step) in planned() and (ENDING_OFFICE, step) in planned()
    assert len(planned()) == len(set(planned())) <= 4  # what is due tomorrow may stand there as well
    assert {message.person for message in messages(ENDING)} == {peer}
    assert {message.person for message in messages(ENDING_OFFICE)} == {boss}


def test_a_record_written_down_late_brings_one_message_and_not_five(here):
    make_certification(person(here, "peer_specialist"), issued_on="2020-01-01", expires_on=ends(20))
    run_planner(noon())
    assert planned() == [(ENDING, "30_days_before")]


def test_a_renewed_or_suspended_one_is_taken_back_before_it_leaves(here):
    renewed, suspended = (
        make_certification(person(here, "peer_specialist"), issued_on="2020-01-01", expires_on=ends(30))
        for _number in range(2)
    )
    run_planner(noon())
    assert {message.state for message in messages(ENDING)} == {"planned"}
    first, second = sorted(messages(ENDING), key=lambda message: message.occurrence)
    with open_scope(here.pk):
        services.renew_certification(certification=renewed, actor=SYSTEM, starts_on=ends(31), ends_on=ends(700))
        services.step_certification(
            certification=suspended, actor=SYSTEM, seen="certified", status="suspended", on=None, reason="body_decided"
        )
        answers = purpose_called(ENDING).facts(here.pk, [first, second])
        assert all(isinstance(answer, Withdraw) for answer in answers.values())
    run_planner(noon())
    assert {message.state for message in messages(ENDING)} == {"withdrawn"}


def test_the_mail_says_the_day_and_neither_whose_it_is_nor_which(here):
    peer = person(here, "peer_specialist")
    row = make_certification(peer, issued_on="2020-01-01", expires_on=ends(30))
    run_planner(noon())
    (message,) = messages(ENDING)
    with open_scope(here.pk):
        answer = purpose_called(ENDING).facts(here.pk, [message])[message.pk]
    assert isinstance(answer, Facts)
    assert set(answer.context) == {"ends_on", "has_ended", "renewable_until", "action_url"}
    assert str(row.public_id) in answer.context["action_url"]


@pytest.mark.parametrize(
    ("zone", "last", "instant"),
    [
        ("America/New_York", date(2026, 3, 8), datetime(2026, 3, 8, 13, 0, tzinfo=UTC)),  # the clocks go forward
        ("America/New_York", date(2026, 11, 1), datetime(2026, 11, 1, 14, 0, tzinfo=UTC)),  # and back
        ("Pacific/Honolulu", date(2026, 12, 31), datetime(2026, 12, 31, 19, 0, tzinfo=UTC)),
        ("Pacific/Kiritimati", date(2026, 12, 31), datetime(2026, 12, 30, 19, 0, tzinfo=UTC)),
    ],
)
def test_a_certification_ends_on_the_calendar_of_its_organization(zone, last, instant):
    peer = make_member(make_organization(zone=zone))
    make_certification(peer, issued_on="2020-01-01", expires_on=last)
    with system_scope("the planner looks"), transaction.atomic():
        near = timedelta(hours=1)
        (row,) = selectors.ending_between(instant - near, instant + near)
        assert row["due_at"] == instant
        assert row["occurrence"].endswith(f":{last.isoformat()}")
        assert not selectors.ending_between(instant, instant + near).exists()


def test_where_certifications_are_not_used_nobody_is_written_to(here):
    make_certification(person(here, "peer_specialist"), issued_on="2020-01-01", expires_on=ends(30))
    here.features_off = ["certifications"]
    with open_scope(here.pk):
        here.save(update_fields=["features_off"])
    run_planner(noon())
    assert planned() == []
