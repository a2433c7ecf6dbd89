"""Two coordinators act on one person's day at the same moment; a worker dies between; a button is clicked twice."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from apps.access.scope import open_scope
from apps.care import selectors, services
from apps.care.choices import Decision
from apps.care.models import Disruption, DisruptionItem, DisruptionNotice
from apps.care.services import Choice
from apps.messaging.models import Message
from apps.organizations.models import Reservation
from tests.care.test_two_at_once import at_once
from tests.factories.care import make_appointment
from tests.factories.clients import make_client
from tests.factories.days import make_day
from tests.factories.messaging import make_contact_point
from tests.factories.organizations import actor_for, make_member
from tests.factories.outreach import run_planner

pytestmark = pytest.mark.django_db(transaction=True)


def told(day):
    with open_scope(day.here.pk), transaction.atomic():
        return sorted(Message.objects.filter(purpose="day_change").values_list("person__name", "state"))


def test_two_coordinators_at_once_decide_once_and_nobody_hears_twice():
    day = make_day()
    other = make_member(day.here, "coordinator")
    rosa = make_member(day.here, "peer_specialist", name="Rosa Stand")
    make_contact_point(rosa)
    with open_scope(day.here.pk), transaction.atomic():
        span = day.span()
        off, stand = day.choices(span), day.choices(span, visits=Choice(Decision.SUBSTITUTE, rosa))
    results = at_once(
        day.here,
        lambda: services.disrupt(span=span, choices=off, actor=day.actor),
        lambda: services.disrupt(span=span, choices=stand, actor=actor_for(other)),
    )
    assert sorted(type(result).__name__ for result in results) == ["Disruption", "ValidationError"]
    for _twice in range(2):
        run_planner()
    with open_scope(day.here.pk), transaction.atomic():
        assert Disruption.objects.count() == 1
        assert DisruptionItem.objects.count() == 2
        day.visit.refresh_from_db()
        assert (day.visit.state == "cancelled") != (day.visit.staff_id == rosa.pk)
    names = [name for name, _state in told(day)]
    assert sorted(names) == sorted(set(names))


def test_a_day_and_a_booking_at_once_leave_no_visit_that_nobody_decided_about():
    day = make_day()
    with open_scope(day.here.pk), transaction.atomic():
        span = day.span()
        chosen = day.choices(span)
        client = make_client(day.here)
        when = day.at(19)
    results = at_once(
        day.here,
        lambda: services.disrupt(span=span, choices=chosen, actor=day.actor),
        lambda: services.book_appointment(
            client=client, staff=day.maya, location=day.house, day=when.date(), starts=when.time(), minutes=30,
            actor=day.actor,
        ),
    )  # fmt: skip
    assert sorted(isinstance(result, ValidationError) for result in results) == [False, True]


def test_two_who_write_down_a_call_at_once_leave_one_outcome():
    day = make_day()
    day.out()
    with open_scope(day.here.pk), transaction.atomic():
        row = DisruptionNotice.objects.first()
    results = at_once(
        day.here,
        *(
            lambda outcome=outcome: services.note_call(notice=row, outcome=outcome, actor=day.actor)
            for outcome in ("reached", "could_not_reach")
        ),
    )
    assert sorted(type(result).__name__ for result in results) == ["DisruptionNotice", "ValidationError"]


def test_back_after_all_twice_at_once_books_a_visit_once():
    day = make_day()
    row = day.out()
    at_once(day.here, *[lambda: services.end_disruption(disruption=row, actor=day.actor)] * 2)
    with open_scope(day.here.pk), transaction.atomic():
        assert day.visit.client.appointments.filter(state="booked").count() == 1
        assert Reservation.objects.filter(ended_at__isnull=True).count() == 1


def test_planners_at_once_with_the_deed_write_to_each_person_once():
    day = make_day()
    with open_scope(day.here.pk), transaction.atomic():
        span = day.span()
        chosen = day.choices(span)
    at_once(day.here, lambda: services.disrupt(span=span, choices=chosen, actor=day.actor), *[run_planner] * 3)
    run_planner()
    assert told(day) == [("Ana Client", "planned"), ("Ben Member", "planned")]


def test_a_process_that_dies_in_the_deed_leaves_nothing_and_one_that_dies_after_it_leaves_everything_to_send():
    day = make_day()

    class Killed(BaseException):
        """The process is gone."""

    with pytest.raises(Killed), open_scope(day.here.pk), transaction.atomic():
        span = day.span()
        services.disrupt(span=span, choices=day.choices(span), actor=day.actor)
        raise Killed
    with open_scope(day.here.pk), transaction.atomic():
        assert not Disruption.objects.exists()
        day.visit.refresh_from_db()
        assert day.visit.state == "booked"
    assert told(day) == []
    day.out()  # and nothing after the commit: no process remembers anything
    assert told(day) == [("Ana Client", "planned"), ("Ben Member", "planned")]
    with open_scope(day.here.pk), transaction.atomic():
        Message.objects.filter(person__name="Ana Client").update(purpose="lost")  # a line that never came to be
    assert _calls(day) == ["Ana Client"]
    run_planner()
    assert told(day) == [("Ana Client", "planned"), ("Ben Member", "planned")]
    assert _calls(day) == []


def _calls(day):
    with open_scope(day.here.pk), transaction.atomic():
        return [row.person.name for row in selectors.calls_for(day.actor)]


def test_a_visit_booked_with_a_colleague_meanwhile_is_nobodys_loss():
    day = make_day()
    make_appointment(make_client(day.here), location=day.house, starts_at=day.at(15))
    day.out()
    assert [name for name, _state in told(day)] == ["Ana Client", "Ben Member"]
