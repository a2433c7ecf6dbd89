"""Two people at the same moment: the database decides, and the one who comes second hears it kindly."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from apps.access.scope import open_scope
from apps.care import services
from apps.care.models import Appointment, FollowUpTask
from apps.organizations.models import Reservation
from tests.factories.care import make_appointment, make_missed, wall
from tests.factories.clients import make_client
from tests.factories.organizations import SYSTEM, make_location, make_member, make_organization

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(organization: Any, *deeds: Callable[[], object]) -> list[object]:
    """Do these in threads with a connection each, all let loose at one moment. What each returned or raised."""
    results: list[object] = [None] * len(deeds)
    start = threading.Barrier(len(deeds))

    def run(number: int, deed: Callable[[], object]) -> None:
        try:
            with open_scope(organization.pk):
                start.wait(10)
                with transaction.atomic():
                    results[number] = deed()
        except Exception as error:  # the test looks at it
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_two_bookings_of_one_staff_member_at_once_leave_one():
    here = make_organization()
    peer, place, at = make_member(here, "peer_specialist"), make_location(here), timezone.now() + timedelta(hours=2)
    clients = [make_client(here) for _n in range(4)]
    results = at_once(
        here,
        *(
            lambda client=client: services.book_appointment(
                client=client, staff=peer, location=place, minutes=30, actor=SYSTEM, **wall(place, at)
            )
            for client in clients
        ),
    )
    assert sorted(type(result).__name__ for result in results) == ["Appointment"] + ["ValidationError"] * 3
    with open_scope(here.pk), transaction.atomic():
        assert Appointment.objects.count() == Reservation.objects.count() == 1


def test_two_who_swap_times_at_once_end_without_a_deadlock():
    here = make_organization()
    peer, place, at = make_member(here, "peer_specialist"), make_location(here), timezone.now() + timedelta(hours=2)
    first = make_appointment(make_client(here), staff=peer, location=place, starts_at=at)
    second = make_appointment(make_client(here), staff=peer, location=place, starts_at=at + timedelta(hours=2))

    def move(row: Appointment, to: Any) -> Callable[[], object]:
        return lambda: services.move_appointment(appointment=row, actor=SYSTEM, minutes=45, **wall(place, to))

    results = at_once(here, move(first, second.starts_at), move(second, first.starts_at))
    assert [type(result) for result in results] == [ValidationError, ValidationError]


def test_a_visit_called_off_and_written_down_as_missed_at_once_ends_as_one_of_them():
    here = make_organization()
    booked = make_appointment(make_client(here), starts_at=timezone.now() - timedelta(minutes=5))
    results = at_once(
        here,
        lambda: services.cancel_appointment(appointment=booked, actor=SYSTEM),
        lambda: services.mark_missed(appointment=booked, actor=SYSTEM),
    )
    assert sorted(type(result).__name__ for result in results) == ["Appointment", "ValidationError"]
    with open_scope(here.pk), transaction.atomic():
        row = Appointment.objects.get()
        assert FollowUpTask.objects.count() == (1 if row.is_missed else 0)


def test_runs_of_the_planner_at_once_open_each_task_once():
    here = make_organization()
    place, peer = make_location(here), make_member(here, "peer_specialist")
    for hours in range(1, 4):
        booked = make_appointment(
            make_client(here), staff=peer, location=place, starts_at=timezone.now() - timedelta(hours=hours)
        )
        with open_scope(here.pk), transaction.atomic():
            Appointment.objects.filter(pk=booked.pk).update(state="missed", recorded_at=timezone.now())
    results = at_once(here, *[lambda: services.settle_follow_ups(actor=SYSTEM)] * 4)
    assert sum(opened for opened, _withdrawn in results) == 3
    with open_scope(here.pk), transaction.atomic():
        assert FollowUpTask.objects.count() == 3


def test_two_who_close_a_task_differently_at_once_leave_one_outcome():
    here = make_organization()
    make_missed(make_client(here))
    with open_scope(here.pk), transaction.atomic():
        task = FollowUpTask.objects.get()
    results = at_once(
        here,
        *(
            lambda outcome=outcome: services.close_follow_up(task=task, outcome=outcome, actor=SYSTEM)
            for outcome in ("reached", "left_message")
        ),
    )
    assert sorted(type(result).__name__ for result in results) == ["FollowUpTask", "ValidationError"]
