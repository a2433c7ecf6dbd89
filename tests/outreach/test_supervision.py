"""Reminders of supervision: two days before a week or month ends without it, and once it was missed; to both."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.access.scope import open_scope, system_scope
from apps.messaging.models import Message
from apps.messaging.registry import Facts, Withdraw, purpose_called
from apps.organizations.models import Person
from apps.outreach.supervision import DUE
from apps.supervision import services
from apps.supervision.models import SupervisionPlan
from tests.factories.messaging import make_contact_point
from tests.factories.organizations import actor_for, make_member, make_organization
from tests.factories.outreach import ledger, run_planner
from tests.factories.supervision import WEEKLY, make_meeting, make_note, make_plan, make_rules

pytestmark = pytest.mark.django_db


def within_a_week() -> ZoneInfo:
    """A zone in which a week is under way: on its Sunday from nine on there is nothing left to remind of beforehand."""
    now = datetime.now(ZoneInfo("UTC"))
    for name in ("America/New_York", "Pacific/Pago_Pago", "Pacific/Kiritimati"):
        there = now.astimezone(ZoneInfo(name))
        if there.weekday() != 6 or there.time() < time(8):
            return ZoneInfo(name)
    raise AssertionError("one of these zones is always before or after that Sunday")


THERE = within_a_week()


@pytest.fixture
def here():
    return make_organization(zone=str(THERE))


@pytest.fixture
def plan(here):
    made = make_plan(here, make_member(here, "peer_specialist", name="Dana Whitfield"))
    for person in (made.specialist, made.supervisor):
        make_contact_point(person)
    make_rules(here, WEEKLY)
    return made


def sunday(weeks=0):
    """The last day of this week there."""
    today = datetime.now(THERE).date()
    return today + timedelta(days=6 - today.weekday(), weeks=weeks)


def morning(day):
    return datetime.combine(day, time(9), THERE)


def messages():
    with system_scope("a test looks at the ledger"), transaction.atomic():
        return list(Message.objects.filter(purpose=DUE).select_related("person").order_by("person_id"))


@pytest.mark.parametrize(
    ("weeks", "days", "step"),
    [(0, -2, "2_days_before"), (0, -1, "2_days_before"), (-1, 1, "missed"), (-1, 5, "missed")],
)
def test_both_are_told_once_of_each_week_that_lacks_supervision(here, plan, weeks, days, step):
    elsewhere = make_plan(make_organization())
    for _twice in range(2):
        run_planner(morning(sunday(weeks)) + timedelta(days=days, minutes=5))
    told = [row for row in ledger() if row[1].endswith(sunday(weeks).isoformat()) and row[2] == step]
    assert [occurrence.split(":")[1] for _purpose, occurrence, _step in told] == [
        str(pk) for pk in sorted((plan.specialist_id, plan.supervisor_id), key=str)
    ]
    assert {message.person for message in messages()} == {plan.specialist, plan.supervisor}
    assert elsewhere.specialist not in {message.person for message in messages()}


def test_a_supervisor_of_three_is_told_once_and_not_three_times(here, plan):
    for _number in range(2):
        make_plan(here, supervisor=plan.supervisor)
    run_planner(morning(sunday()) - timedelta(days=2))
    own = [m for m in messages() if m.person == plan.supervisor and m.step == "2_days_before"]
    assert len(own) == 1


def test_once_it_was_held_what_was_planned_is_taken_back(here, plan):
    run_planner(morning(sunday()) - timedelta(days=2))
    first = messages()
    assert {message.state for message in first} == {"planned"}
    make_note(plan, held_on=datetime.now(THERE).date())
    with open_scope(here.pk):
        answers = purpose_called(DUE).facts(here.pk, first)
    assert all(isinstance(answer, Withdraw) for answer in answers.values())
    run_planner(morning(sunday()) - timedelta(days=2))
    assert {message.state for message in messages()} == {"withdrawn"}


def test_the_mail_says_the_day_and_names_nobody(here, plan):
    run_planner(morning(sunday()) - timedelta(days=2))
    (first, *_more) = [message for message in messages() if message.step == "2_days_before"]
    with open_scope(here.pk):
        answer = purpose_called(DUE).facts(here.pk, [first])[first.pk]
    assert isinstance(answer, Facts)
    assert answer.context["last_day"] == sunday()
    assert answer.context["has_gone_by"] is False
    assert set(answer.context) == {"last_day", "has_gone_by", "action_url"}
    assert answer.context["action_url"].endswith("/supervision/due/")


def test_where_supervision_is_not_used_nobody_is_written_to(here, plan):
    here.features_off = ["supervision"]
    with open_scope(here.pk):
        here.save(update_fields=["features_off"])
    run_planner(morning(sunday()) - timedelta(days=2))
    assert messages() == []


def test_a_run_works_out_once_what_is_due_for_one_plan_and_for_many_in_as_many_queries(here, plan):
    run_planner()  # settles the steps
    asked = []
    for many in (0, 40):
        with open_scope(here.pk):
            people = Person.objects.bulk_create(Person(organization=here, name=f"Person {n}") for n in range(many))
            SupervisionPlan.objects.bulk_create(
                SupervisionPlan(
                    organization=here, specialist=each, supervisor=plan.supervisor, starts_on=plan.starts_on
                )
                for each in people
            )
        with CaptureQueriesContext(connection) as queries:
            run_planner(morning(sunday()) - timedelta(days=2, minutes=-5))
        asked.append(len(queries))
        assert sum('FROM "supervision_supervisioncadence"' in query["sql"] for query in queries) == 1
    assert asked[0] == asked[1]
    assert len(messages()) == 2 * 42  # of the week that ends and of the one that was missed


def test_what_is_arranged_in_time_is_not_reminded_and_what_was_missed_still_is(here, plan):
    meeting = make_meeting(plan, on=sunday(), zone=str(THERE))
    run_planner(morning(sunday()) - timedelta(days=2))
    assert {message.step for message in messages()} <= {"missed"}
    with open_scope(here.pk), transaction.atomic():
        services.call_off(meeting=meeting, actor=actor_for(plan.supervisor), reason="Snow")
    run_planner(morning(sunday()) - timedelta(days=2))
    assert [message.person for message in messages() if message.step == "2_days_before"] == [
        plan.specialist, plan.supervisor
    ]  # fmt: skip
