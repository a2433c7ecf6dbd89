"""Planned supervision: a reminder the day before, and word at once where it is moved or called off within a week."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.access.scope import open_scope, system_scope
from apps.messaging.models import Message
from apps.messaging.registry import Facts, Withdraw, purpose_called
from apps.organizations.choices import Feature
from apps.outreach.meetings import CHANGE, REMINDER
from apps.supervision import services
from apps.supervision.choices import Every, Mode, Reach
from apps.supervision.models import SupervisionMeeting, SupervisionPlan
from tests.factories.messaging import make_contact_point
from tests.factories.organizations import actor_for, make_member, make_organization
from tests.factories.outreach import run_planner
from tests.factories.supervision import make_meeting, make_plan

pytestmark = pytest.mark.django_db
THERE = "America/New_York"


@pytest.fixture
def here():
    return make_organization(zone=THERE)


@pytest.fixture
def plan(here):
    made = make_plan(here, clinical_supervisor=make_member(here, "supervisor"), clinical_signs=True)
    for person in (made.specialist, made.supervisor, made.clinical_supervisor):
        make_contact_point(person)
    return made


def in_days(days):
    return timezone.now().astimezone(ZoneInfo(THERE)).date() + timedelta(days=days)


def told(purpose, *, all_of_it=False):
    """Whom the ledger tells of it, each as often as it stands there."""
    with system_scope("a test looks at the ledger"), transaction.atomic():
        rows = Message.objects.filter(purpose=purpose)
        rows = rows if all_of_it else rows.exclude(state="withdrawn")
        return sorted(rows.values_list("person_id", flat=True))


def plan_twice(at=None):
    for _twice in range(2):
        assert run_planner(at).errors == []


def everybody(plan):
    return sorted([plan.specialist_id, plan.supervisor_id])


def test_the_day_before_everybody_is_reminded_once(here, plan):
    make_plan(here)
    make_meeting(make_plan(make_organization()), on=in_days(40), zone=THERE)
    meeting = make_meeting(plan, on=in_days(5), zone=THERE)
    plan_twice(meeting.starts_at - timedelta(days=3))
    assert told(REMINDER) == []
    plan_twice(meeting.starts_at - timedelta(hours=23))
    assert told(REMINDER) == everybody(plan)
    plan_twice(meeting.starts_at + timedelta(minutes=1))
    assert told(REMINDER) == everybody(plan)


def test_who_leads_with_another_is_reminded_too(plan):
    meeting = make_meeting(plan, on=in_days(5), zone=THERE, mode=Mode.CO_SUPERVISION)
    plan_twice(meeting.starts_at - timedelta(hours=23))
    assert told(REMINDER) == sorted([*everybody(plan), plan.clinical_supervisor_id])


@pytest.mark.parametrize("what", ["moved", "called off", "the plan ends", "switched off"])
def test_a_reminder_of_what_is_no_longer_so_is_taken_back(here, plan, what):
    meeting = make_meeting(plan, on=in_days(5), zone=THERE)
    at = meeting.starts_at - timedelta(hours=23)
    plan_twice(at)
    leader = actor_for(plan.supervisor)
    with transaction.atomic(), open_scope(here.pk):
        if what == "moved":
            services.move_meetings(
                meeting=meeting, actor=leader, reach=Reach.ONE, on=in_days(20), starts=meeting.starts, minutes=60,
                place="video", room=None,
            )  # fmt: skip
        elif what == "called off":
            services.call_off(meeting=meeting, actor=leader, reason="Snow")
        elif what == "the plan ends":
            office = actor_for(make_member(here, "administrator"))
            services.end_plan(plan=plan, actor=office, last_day=in_days(1))
        else:
            here.features_off = [str(Feature.SUPERVISION)]
            here.save()
    plan_twice(at)
    if what == "switched off":  # nothing more is planned; what stands is asked again when it is sent
        return
    assert told(REMINDER) == []


@pytest.mark.parametrize(("days", "to"), [(3, 30), (30, 3)])
def test_a_meeting_moved_from_or_into_this_week_is_told_of_to_all_but_who_moved_it(here, plan, days, to):
    meeting = make_meeting(plan, on=in_days(days), zone=THERE, mode=Mode.CO_SUPERVISION)
    plan_twice()
    assert told(CHANGE) == []
    with transaction.atomic(), open_scope(here.pk):
        services.move_meetings(
            meeting=meeting, actor=actor_for(plan.clinical_supervisor), reach=Reach.ONE, on=in_days(to),
            starts=meeting.starts, minutes=60, place="video", room=None,
        )  # fmt: skip
    plan_twice()
    assert told(CHANGE) == everybody(plan)


def test_what_is_further_away_is_read_on_pages(here, plan):
    meeting = make_meeting(plan, on=in_days(30), zone=THERE)
    with transaction.atomic(), open_scope(here.pk):
        services.call_off(meeting=meeting, actor=actor_for(plan.supervisor), reason="Leave")
    plan_twice()
    assert told(CHANGE) == []


def facts_of(purpose, here):
    with transaction.atomic(), open_scope(here.pk):
        rows = list(Message.objects.filter(purpose=purpose, person__supervises__isnull=True).order_by("pk"))
        answers = purpose_called(purpose).facts(here.pk, rows)
    return [answers[row.pk] for row in rows]


def test_a_message_says_when_and_where_to_read_on_and_is_asked_again_when_it_is_sent(here, plan):
    meeting = make_meeting(plan, on=in_days(3), zone=THERE)
    with transaction.atomic(), open_scope(here.pk):
        services.call_off(meeting=meeting, actor=actor_for(plan.supervisor), reason="Snow")
    plan_twice()
    (fact,) = facts_of(CHANGE, here)
    assert isinstance(fact, Facts)
    values = fact.context
    assert values["is_off"] is True
    assert values["action_url"].endswith(f"/supervision/meetings/{meeting.public_id}/")
    assert plan.supervisor.name not in str(values)
    with transaction.atomic(), open_scope(here.pk):
        SupervisionPlan.objects.filter(pk=plan.pk).update(ends_on=in_days(-1))
    assert facts_of(CHANGE, here) == [Withdraw()]


def test_a_series_and_many_people_ask_the_database_no_more_often(here):
    plans = [make_plan(here) for _n in range(2)]
    counts = []
    for n, until in enumerate((in_days(3), in_days(80))):
        with transaction.atomic(), open_scope(here.pk):
            make_meeting(plans[n], on=in_days(3), every=Every.WEEKLY, until=until, zone=THERE, starts=time(9 + n))
        run_planner()
        with CaptureQueriesContext(connection) as asked:
            run_planner()
        counts.append(len(asked))
    assert counts[0] == counts[1]
    with system_scope("a test counts"), transaction.atomic():
        assert SupervisionMeeting.objects.count() > 10
