"""Any story, with the planner run in between or not: the ledger is what present state asks for."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.access.scope import open_scope
from apps.care import services
from apps.care.choices import AppointmentState
from apps.care.models import Appointment, FollowUpTask
from apps.messaging.choices import State
from apps.outreach.appointments import MISSED, REMINDER
from tests.factories.care import make_appointment, wall
from tests.factories.clients import make_client
from tests.factories.messaging import make_contact_point
from tests.factories.organizations import SYSTEM, make_location, make_member, make_organization
from tests.factories.outreach import ledger, run_planner

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Hours from now. The past ones can be recorded, the coming ones be reminded of.
TIMES = (-50, -3, 6, 30, 60, 100, 200)
DEEDS = ("plan", "plan", "book", "move", "cancel", "miss", "keep", "correct", "take_back", "forget_to_tell")


def asked_for(rows: list[Appointment]) -> list[tuple[str, str, str]]:
    """What must wait on the ledger for these appointments now, worked out by hand."""
    now, found = timezone.now(), []
    for row in rows:
        if row.state == AppointmentState.BOOKED:
            for step, before, useful in (("1_day_before", DAY, DAY), ("3_days_before", 3 * DAY, 2 * DAY)):
                due = row.starts_at - before
                if due <= now + DAY and now < min(due + useful, row.starts_at):
                    found.append((REMINDER, row.occurrence, step))
        if row.state == AppointmentState.MISSED and row.recorded_at <= row.starts_at + 3 * DAY:
            found.append((MISSED, row.occurrence, "same_day"))
    return sorted(found)


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(st.tuples(st.sampled_from(DEEDS), st.sampled_from(TIMES), st.integers(0, 2)), max_size=12))
def test_after_any_story_the_ledger_holds_what_present_state_asks_for_and_each_thing_once(db, story):
    with transaction.atomic():
        _tell(story)
        transaction.set_rollback(True)


def _tell(story: list[tuple[str, int, int]]) -> None:
    here = make_organization()
    client, place, peer = make_client(here), make_location(here, zone="UTC"), make_member(here, "peer_specialist")
    make_contact_point(client.person)
    visits: list[Appointment] = []
    for deed, hours, which in story:
        if deed == "plan":
            run_planner()
            continue
        at = timezone.now() + hours * HOUR
        try:
            with open_scope(here.pk), transaction.atomic():
                if deed == "book":
                    visits.append(make_appointment(client, staff=peer, location=place, starts_at=at, minutes=20))
                elif visits:
                    _do(deed, visits[which % len(visits)], at, place)
        except ValidationError:
            pass  # refused: that is an answer, and nothing was written
    for _again in range(2):
        run_planner()
    with open_scope(here.pk), transaction.atomic():
        rows = list(Appointment.objects.all())
        services.settle_follow_ups(actor=SYSTEM)
        opened = set(FollowUpTask.objects.filter(state="open").values_list("occurrence", flat=True))
    lines = ledger()
    assert len(lines) == len(set(lines))
    assert ledger(State.PLANNED) == asked_for(rows)
    assert set(ledger()) - set(ledger(State.PLANNED)) == set(ledger(State.WITHDRAWN))
    assert opened == {row.occurrence for row in rows if row.state == AppointmentState.MISSED}


def _do(deed: str, visit: Appointment, at: Any, place: Any) -> None:
    if deed == "move":
        services.move_appointment(appointment=visit, actor=SYSTEM, minutes=20, **wall(place, at))
    elif deed == "cancel":
        services.cancel_appointment(appointment=visit, actor=SYSTEM)
    elif deed == "miss":
        services.mark_missed(appointment=visit, actor=SYSTEM)
    elif deed == "keep":
        services.mark_kept(appointment=visit, actor=SYSTEM)
    elif deed == "correct":
        services.correct_missed(appointment=visit, actor=SYSTEM)
    elif deed == "take_back":
        services.take_back_appointment(appointment=visit, actor=SYSTEM)
    elif deed == "forget_to_tell":  # moved by somebody who told nobody: present state alone says it
        Appointment.objects.filter(pk=visit.pk, state="booked").update(version=visit.version + 50)


@pytest.mark.django_db(transaction=True)
def test_planners_at_once_write_each_line_once():
    here = make_organization()
    place, peer = make_location(here), make_member(here, "peer_specialist")
    for hours in range(2, 7):
        client = make_client(here)
        make_contact_point(client.person)
        make_appointment(client, staff=peer, location=place, starts_at=timezone.now() + hours * HOUR)
    start, faults = threading.Barrier(3), []

    def run() -> None:
        try:
            start.wait(10)
            faults.extend(run_planner().errors)
        except Exception as error:  # the test looks at it
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert faults == []
    assert len(ledger()) == len(set(ledger())) == 5
