"""The planner: what is due stands on the ledger once, and goes when it no longer holds."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from apps.access.models import JobRun
from apps.access.scope import open_scope, system_scope
from apps.care import services as care
from apps.care.models import Appointment, FollowUpTask
from apps.messaging.choices import Reason, State
from apps.messaging.models import Message
from apps.messaging.registry import Facts, Withdraw, purpose_called
from apps.outreach import appointments, registry, services
from apps.outreach.models import OutreachStep
from apps.outreach.tasks import plan
from tests.factories.care import make_appointment, make_missed, wall
from tests.factories.clients import make_client
from tests.factories.messaging import make_contact_point
from tests.factories.organizations import SYSTEM, actor_for, make_location, make_member, make_organization, make_user
from tests.factories.outreach import ledger, run_planner

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REMINDER, MISSED = appointments.PURPOSES


@pytest.fixture
def here():
    """One organization."""
    return make_organization()


def reachable(organization, **fields):
    client = make_client(organization, **fields)
    make_contact_point(client.person)
    return client


def messages():
    with system_scope("a test looks at the ledger"), transaction.atomic():
        return list(Message.objects.select_related("person").order_by("pk"))


def facts(message):
    purpose = purpose_called(message.purpose)
    with open_scope(message.organization_id), transaction.atomic():
        return purpose.facts(message.organization_id, [message])[message.pk]


def test_a_late_booking_brings_one_reminder_and_not_two(here):
    booked = make_appointment(reachable(here), starts_at=timezone.now() + 5 * HOUR)
    run_planner()
    assert ledger() == [(REMINDER, booked.occurrence, "1_day_before")]
    message = messages()[0]
    assert message.useful_until == booked.starts_at
    assert message.person == booked.client.person


def test_each_step_is_planned_a_day_ahead_and_once_however_often_the_planner_runs(here):
    booked = make_appointment(reachable(here), starts_at=timezone.now() + 5 * DAY)
    run_planner()
    assert ledger() == []
    run_planner(booked.starts_at - 3 * DAY - 20 * HOUR)
    assert ledger() == [(REMINDER, booked.occurrence, "3_days_before")]
    for late in (0, 1, 30):
        run_planner(booked.starts_at - DAY - late * HOUR)
    both = [(REMINDER, booked.occurrence, "1_day_before"), (REMINDER, booked.occurrence, "3_days_before")]
    assert ledger() == both
    first, second = messages()
    assert first.useful_until == second.due_at == booked.starts_at - DAY


def test_a_reminder_waits_for_the_persons_sending_hours_where_they_are(here):
    client = reachable(here, zone="Pacific/Honolulu")
    starts = (timezone.now() + 3 * DAY).astimezone(ZoneInfo("Pacific/Honolulu")).replace(hour=6, minute=30)
    booked = make_appointment(client, starts_at=starts)
    run_planner(booked.starts_at - DAY)
    message = messages()[0]
    assert message.due_at == booked.starts_at - DAY
    opening = message.next_try_at.astimezone(ZoneInfo("Pacific/Honolulu"))
    assert (opening.hour, opening.minute, opening.date()) == (8, 0, starts.date() - DAY)


@pytest.mark.parametrize(
    ("starts", "due"),
    [  # noon in Chicago on the Sunday when clocks change: noon on the Saturday, 23 or 25 hours before
        (datetime(2027, 3, 14, 17, tzinfo=UTC), datetime(2027, 3, 13, 18, tzinfo=UTC)),
        (datetime(2027, 11, 7, 18, tzinfo=UTC), datetime(2027, 11, 6, 17, tzinfo=UTC)),
        # 2:30 am does not exist on that Sunday: one day before a visit on Monday at 2:30 the clock had moved on to 3:30
        (datetime(2027, 3, 15, 7, 30, tzinfo=UTC), datetime(2027, 3, 14, 8, 30, tzinfo=UTC)),
        # 1:30 am comes twice on that Sunday: the first
        (datetime(2027, 11, 8, 7, 30, tzinfo=UTC), datetime(2027, 11, 7, 6, 30, tzinfo=UTC)),
    ],
)
def test_a_day_before_is_the_same_time_of_day_in_the_night_when_clocks_change(here, starts, due):
    place = make_location(here, zone="America/Chicago")
    booked = make_appointment(reachable(here), location=place, starts_at=starts)
    run_planner(due)
    (message,) = [m for m in messages() if m.step == "1_day_before"]
    assert (booked.starts_at, message.due_at) == (starts, due)


def test_moving_takes_the_planned_reminder_back_and_plans_the_new_time(here):
    booked = make_appointment(reachable(here), starts_at=timezone.now() + 5 * HOUR)
    run_planner()
    with open_scope(here.pk):
        moved = care.move_appointment(
            appointment=booked, actor=SYSTEM, minutes=45, **wall(booked.location, timezone.now() + 7 * HOUR)
        )
    assert ledger(State.PLANNED) == []
    run_planner()
    assert ledger(State.PLANNED) == [(REMINDER, moved.occurrence, "1_day_before")]
    assert ledger(State.WITHDRAWN) == [(REMINDER, booked.occurrence, "1_day_before")]


def test_a_cancelled_visit_is_not_reminded_of_even_where_nobody_heard_of_it(here, monkeypatch):
    booked = make_appointment(reachable(here), starts_at=timezone.now() + 5 * HOUR)
    run_planner()
    monkeypatch.setattr("apps.care.registry._overtaken", [])
    with open_scope(here.pk):
        care.cancel_appointment(appointment=booked, actor=SYSTEM)
    (message,) = messages()
    assert message.state == State.PLANNED
    assert facts(message) == Withdraw(Reason.CANCELLED)
    assert run_planner().withdrawn == {REMINDER: 1}
    assert messages()[0].reason == Reason.NO_LONGER_TRUE


def test_a_miss_brings_one_message_and_its_correction_takes_it_back(here):
    missed = make_missed(reachable(here))
    run_planner()
    assert ledger(State.PLANNED) == [(MISSED, missed.occurrence, "same_day")]
    with open_scope(here.pk):
        care.correct_missed(appointment=missed, actor=SYSTEM)
    run_planner()
    assert ledger(State.PLANNED) == []
    assert messages()[0].reason == Reason.CORRECTED
    with open_scope(here.pk):
        again = care.mark_missed(appointment=missed, actor=SYSTEM)
    run_planner()
    assert ledger(State.PLANNED) == [(MISSED, again.occurrence, "same_day")]


def test_a_miss_written_down_days_later_brings_no_message_but_a_task(here):
    make_missed(reachable(here), starts_at=timezone.now() - 4 * DAY)
    run_planner()
    assert ledger() == []
    with open_scope(here.pk):
        assert FollowUpTask.objects.count() == 1


def test_facts_are_decided_again_when_the_message_leaves(here):
    client = reachable(here, user=make_user(), zone="America/Denver")
    booked = make_appointment(
        client, starts_at=timezone.now() + 5 * HOUR, location=make_location(here, address="12 Mill Street")
    )
    run_planner()
    (message,) = messages()
    told = facts(message)
    assert isinstance(told, Facts)
    assert told.context["starts_at"] == booked.starts_at
    assert (told.context["zone"], told.context["place"]) == ("America/Denver", "12 Mill Street")
    assert str(booked.public_id) in told.context["action_url"]
    with open_scope(here.pk):
        OutreachStep.objects.filter(name="1_day_before").update(enabled=False)
    assert facts(message) == Withdraw()


def test_a_confidential_place_is_named_in_no_message(here):
    place = make_location(here, address="7 Quiet Lane", is_confidential=True)
    make_appointment(reachable(here), starts_at=timezone.now() + 5 * HOUR, location=place)
    run_planner()
    assert facts(messages()[0]).context["place"] == ""


def test_somebody_who_was_reached_meanwhile_gets_no_message_about_the_miss(here):
    make_missed(reachable(here))
    run_planner()
    with open_scope(here.pk), transaction.atomic():
        care.close_follow_up(task=FollowUpTask.objects.get(), outcome="reached", actor=SYSTEM)
    assert facts(messages()[0]) == Withdraw(Reason.ANSWERED)


def test_every_organization_has_its_own_times_and_one_statement_serves_all(here):
    there = make_organization()
    at = timezone.now() + 20 * HOUR
    mine, theirs = make_appointment(reachable(here), starts_at=at), make_appointment(reachable(there), starts_at=at)
    run_planner()
    boss = actor_for(make_member(there, "administrator"))
    later = make_appointment(reachable(there), starts_at=timezone.now() + 2 * DAY + 3 * HOUR)
    with open_scope(there.pk):
        step = OutreachStep.objects.get(name="1_day_before")
        services.change_step(step=step, actor=boss, offset_minutes=-120, useful_minutes=None, enabled=True)
        OutreachStep.objects.filter(name="3_days_before").update(enabled=False)
    run_planner()
    steps = {(occurrence, step) for _purpose, occurrence, step in ledger()}
    assert steps == {(mine.occurrence, "1_day_before"), (theirs.occurrence, "1_day_before")}
    run_planner(later.starts_at - 3 * HOUR)
    (message,) = [m for m in messages() if m.occurrence == later.occurrence]
    assert message.due_at == later.starts_at - 2 * HOUR


def test_a_switched_off_step_plans_nothing_and_stays_off(here):
    make_appointment(reachable(here), starts_at=timezone.now() + 5 * HOUR)
    run_planner(timezone.now() - 30 * DAY)
    with open_scope(here.pk), transaction.atomic():
        OutreachStep.objects.update(enabled=False)
    run_planner()
    assert ledger() == []


def test_one_broken_step_is_written_down_and_ends_nothing_else(here):
    missed = make_missed(reachable(here))
    sound = registry.source_called("appointments")
    registry.register_source(registry.Source("appointments", lambda since, until: 1 / 0, sound.no_longer))
    try:
        done = run_planner()
    finally:
        registry.register_source(sound)
    assert ledger() == [(MISSED, missed.occurrence, "same_day")]
    assert len(done.errors) == 2
    assert "ZeroDivisionError" in done.errors[0]


def test_somebody_without_a_way_has_a_line_that_says_so_and_a_message_once_there_is_one(here):
    client = make_client(here)
    make_appointment(client, starts_at=timezone.now() + 5 * HOUR)
    run_planner()
    assert [m.state for m in messages()] == [State.UNREACHABLE]
    make_contact_point(client.person)
    run_planner()
    assert [m.state for m in messages()] == [State.UNREACHABLE, State.PLANNED]


def test_the_scheduled_run_and_the_command_plan_and_say_so(here, capsys):
    make_appointment(reachable(here), starts_at=timezone.now() + 5 * HOUR)
    assert plan()["planned"] == {f"{REMINDER}, 1_day_before": 1}
    run = JobRun.objects.get(job="outreach.plan")
    assert (run.did, run.errors) == (1, [])
    call_command("plan_outreach")
    assert "nothing was due" in capsys.readouterr().out
    late = make_appointment(reachable(here), starts_at=timezone.now() + 9 * DAY)
    call_command("plan_outreach", "--json", f"--at={(late.starts_at - DAY).isoformat()}")
    assert f'"{REMINDER}, 1_day_before": 1' in capsys.readouterr().out
    with pytest.raises(CommandError, match="is no time"):
        call_command("plan_outreach", "--at=soon")


def test_the_number_of_statements_does_not_grow_with_the_rows(here, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    peer, place = make_member(here, "peer_specialist"), make_location(here)

    def count():
        with CaptureQueriesContext(connection) as queries:
            run_planner()
        return len(queries)

    make_appointment(reachable(here), staff=peer, location=place, starts_at=timezone.now() + HOUR)
    run_planner()
    make_appointment(reachable(here), staff=peer, location=place, starts_at=timezone.now() + 2 * HOUR)
    one = count()
    for n in range(3, 8):
        make_appointment(reachable(here), staff=peer, location=place, starts_at=timezone.now() + n * HOUR)
    assert count() == one
    with open_scope(here.pk), transaction.atomic():
        assert Appointment.objects.count() == len(ledger()) == 7
