"""Follow-up tasks: each missed visit has one, it closes only with an outcome, and a correction takes it back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.access.models import JobRun
from apps.access.policy import visible_to
from apps.access.scope import open_scope
from apps.care import selectors, services
from apps.care.choices import Outcome, TaskState
from apps.care.models import Appointment, FollowUpTask
from apps.care.tasks import settle_follow_ups
from apps.organizations.models import Bar
from tests.factories.care import make_appointment, make_missed
from tests.factories.clients import make_client, put_on_team
from tests.factories.organizations import SYSTEM, actor_for, make_member, make_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    """One organization, inside whose scope the test runs."""
    organization = make_organization()
    with open_scope(organization.pk):
        yield organization


def tasks():
    return list(FollowUpTask.objects.order_by("pk").values_list("occurrence", "state"))


def test_a_missed_visit_opens_one_task_for_its_staff_member_due_on_the_next_day(here):
    missed = make_missed(make_client(here))
    task = FollowUpTask.objects.get()
    assert (task.assigned_to, task.client, task.occurrence) == (missed.staff, missed.client, missed.occurrence)
    assert task.due_on == selectors.visits._today(missed.zone)[0] + timedelta(days=1)
    services.mark_missed(appointment=missed, actor=SYSTEM)
    assert services.settle_follow_ups(actor=SYSTEM) == (0, 0)
    assert FollowUpTask.objects.count() == 1


def test_a_task_lost_on_the_way_is_opened_by_the_next_run(here):
    booked = make_appointment(make_client(here), starts_at=timezone.now() - timedelta(hours=1))
    Appointment.objects.filter(pk=booked.pk).update(state="missed", recorded_at=timezone.now())
    assert tasks() == []
    assert services.settle_follow_ups(actor=SYSTEM) == (1, 0)
    assert tasks() == [(booked.occurrence, "open")]


def test_the_scheduled_run_serves_every_organization_and_records_itself(db):
    for _n in range(2):
        organization = make_organization()
        booked = make_appointment(make_client(organization), starts_at=timezone.now() - timedelta(hours=1))
        with open_scope(organization.pk):
            Appointment.objects.filter(pk=booked.pk).update(state="missed", recorded_at=timezone.now())
    assert settle_follow_ups() == {"opened": 2, "withdrawn": 0}
    assert settle_follow_ups() == {"opened": 0, "withdrawn": 0}
    assert list(JobRun.objects.order_by("pk").values_list("job", "did")) == [
        ("care.settle_follow_ups", 2),
        ("care.settle_follow_ups", 0),
    ]


def test_a_miss_recorded_long_ago_opens_nothing(here):
    booked = make_appointment(make_client(here), starts_at=timezone.now() - timedelta(days=60))
    Appointment.objects.filter(pk=booked.pk).update(state="missed", recorded_at=timezone.now() - timedelta(days=59))
    assert services.settle_follow_ups(actor=SYSTEM) == (0, 0)


def test_correcting_takes_the_task_back_and_missing_again_opens_another(here):
    missed = make_missed(make_client(here))
    services.correct_missed(appointment=missed, actor=SYSTEM)
    assert tasks() == [(f"appointment:{missed.pk}:1", "withdrawn")]
    assert FollowUpTask.objects.get().withdrawn_reason == "corrected"
    services.mark_missed(appointment=missed, actor=SYSTEM)
    assert tasks() == [(f"appointment:{missed.pk}:1", "withdrawn"), (f"appointment:{missed.pk}:2", "open")]


def test_a_task_that_was_done_stays_done_when_the_visit_is_corrected(here):
    missed = make_missed(make_client(here))
    task = FollowUpTask.objects.get()
    services.close_follow_up(task=task, outcome=Outcome.REACHED, actor=SYSTEM)
    services.correct_missed(appointment=missed, actor=SYSTEM)
    assert tasks() == [(missed.occurrence, "done")]


@pytest.mark.parametrize("outcome", ["", "nonsense"])
def test_a_task_does_not_close_without_an_outcome(here, outcome):
    make_missed(make_client(here))
    with pytest.raises(ValidationError) as refused:
        services.close_follow_up(task=FollowUpTask.objects.get(), outcome=outcome, actor=SYSTEM)
    assert set(refused.value.message_dict) == {"outcome"}
    assert FollowUpTask.objects.get().is_open


def test_the_database_does_not_close_a_task_without_an_outcome_either(here):
    make_missed(make_client(here))
    for values in ({}, {"outcome": "other"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FollowUpTask.objects.update(state=TaskState.DONE, closed_at=timezone.now(), **values)


def test_other_needs_words(here):
    make_missed(make_client(here))
    task = FollowUpTask.objects.get()
    with pytest.raises(ValidationError) as refused:
        services.close_follow_up(task=task, outcome="other", words="  ", actor=SYSTEM)
    assert set(refused.value.message_dict) == {"words"}
    closed = services.close_follow_up(task=task, outcome="other", words="Met at the café.", actor=SYSTEM)
    assert closed.outcome_words == "Met at the café."


def test_closing_twice_changes_nothing_and_closing_otherwise_is_refused(here):
    make_missed(make_client(here))
    task = FollowUpTask.objects.get()
    first = services.close_follow_up(task=task, outcome="reached", actor=SYSTEM)
    again = services.close_follow_up(task=task, outcome="reached", actor=SYSTEM)
    assert first.closed_at == again.closed_at
    with pytest.raises(ValidationError, match="already"):
        services.close_follow_up(task=task, outcome="left_message", actor=SYSTEM)


def test_whose_task_it_is_closes_it_and_a_colleague_does_not(here):
    peer, colleague, boss = (make_member(here, r) for r in ("peer_specialist", "peer_specialist", "auditor"))
    make_missed(make_client(here), staff=peer)
    task = FollowUpTask.objects.get()
    for nobody in (colleague, boss):
        with pytest.raises(PermissionDenied):
            services.close_follow_up(task=task, outcome="reached", actor=actor_for(nobody))
    done = services.close_follow_up(task=task, outcome="reached", actor=actor_for(peer))
    assert done.closed_by_id == peer.user_id


def test_a_task_is_handed_to_somebody_who_meets_clients_and_whom_no_bar_stops(here):
    peer, colleague, barred = (make_member(here, "peer_specialist") for _n in range(3))
    client = make_client(here)
    make_missed(client, staff=peer)
    task = FollowUpTask.objects.get()
    Bar.objects.create(organization=here, barred=barred, subject=client.person)
    for nobody in (barred, make_member(here, "coordinator")):
        with pytest.raises(ValidationError) as refused, transaction.atomic():
            services.hand_over_follow_up(task=task, to=nobody, actor=actor_for(peer))
        assert set(refused.value.message_dict) == {"to"}
    services.hand_over_follow_up(task=task, to=colleague, actor=actor_for(peer))
    assert list(selectors.open_follow_ups(actor_for(colleague), colleague)) == [task]
    assert list(selectors.open_follow_ups(actor_for(peer))) == []


def test_the_care_team_and_those_whose_part_it_is_see_a_task(here):
    peer, friend, stranger, boss = (
        make_member(here, role) for role in ("peer_specialist", "peer_specialist", "peer_specialist", "supervisor")
    )
    client = make_client(here)
    make_missed(client, staff=peer)
    put_on_team(client, friend)
    seen = [visible_to(FollowUpTask, actor_for(p)).count() for p in (peer, friend, stranger, boss)]
    assert seen == [1, 1, 0, 1]


def test_a_miss_that_is_written_down_after_somebody_left_is_the_first_contacts_task():
    here = make_organization()
    client, gone, first = make_client(here), make_member(here, "peer_specialist"), make_member(here, "peer_specialist")
    put_on_team(client, first, leads=True)
    visit = make_appointment(client, staff=gone, starts_at=timezone.now() - timedelta(hours=1))
    with open_scope(here.pk):
        gone.memberships.update(archived_at=timezone.now())
        services.mark_missed(appointment=visit, actor=SYSTEM)
        assert FollowUpTask.objects.get().assigned_to == first
