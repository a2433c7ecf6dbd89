"""Onto the ledger: one line for each person, occurrence, step and way, in one statement, however often it runs."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import Error, IntegrityError, transaction
from django.db.models import CharField, DateTimeField, ExpressionWrapper, F, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from apps.access.scope import open_scope, system_scope
from apps.messaging import services
from apps.messaging.choices import TRANSITIONS, State
from apps.messaging.models import ContactPoint, Message
from apps.organizations.models import Person
from tests.factories.messaging import SYSTEM, make_contact_point, plan_for
from tests.factories.organizations import make_organization, make_person

pytestmark = pytest.mark.django_db


def people_due(due_at, **filters):
    """Every person as a row that is due."""
    return Person.objects.filter(**filters).annotate(
        person_id=F("pk"),
        occurrence=Concat(Value("person:"), Cast("pk", CharField())),
        due_at=Value(due_at, DateTimeField()),
        useful_until=ExpressionWrapper(Value(due_at) + timedelta(days=1), DateTimeField()),
    )


def plan(purpose, rows, step="only"):
    with transaction.atomic(), system_scope("test"):
        return services.plan(purpose=purpose, step=step, rows=rows, actor=SYSTEM)


def ledger(**filters):
    with transaction.atomic(), system_scope("test"):
        return list(Message.objects.filter(**filters).order_by("pk"))


def test_planning_twice_writes_once(house, reader, purpose):
    rows = people_due(timezone.now())
    assert [plan(purpose, rows), plan(purpose, rows), plan(purpose, rows, "second")] == [1, 0, 1]
    assert [(m.person_id, m.step, m.state, m.language) for m in ledger()] == [
        (reader.pk, "only", "planned", "es"),
        (reader.pk, "second", "planned", "es"),
    ]


def test_a_person_without_a_safe_way_is_on_the_ledger_and_reached_once_there_is_one(house, purpose):
    person = make_person(house)
    unsafe = make_contact_point(person, safe_to_send=False)
    make_contact_point(person, "sms", consent_at=None)
    make_contact_point(person, "phone")
    rows = people_due(timezone.now())
    assert [plan(purpose, rows), plan(purpose, rows)] == [1, 0]
    assert [(m.state, m.reason, m.channel) for m in ledger()] == [("unreachable", "not_reachable", "none")]
    with transaction.atomic(), system_scope("test"):
        ContactPoint.objects.filter(pk=unsafe.pk).update(safe_to_send=True)
    assert [plan(purpose, rows), plan(purpose, rows)] == [1, 0]
    assert [(m.state, m.channel) for m in ledger()] == [("unreachable", "none"), ("planned", "email")]


def test_the_preferred_way_is_taken_and_a_change_of_mind_plans_nothing_again(house, purpose):
    person = make_person(house)
    make_contact_point(person)
    text = make_contact_point(person, "sms", is_preferred=True)
    rows = people_due(timezone.now())
    assert plan(purpose, rows) == 1
    assert [m.contact_point_id for m in ledger()] == [text.pk]
    with transaction.atomic(), system_scope("test"):
        ContactPoint.objects.update(is_preferred=False)
    assert plan(purpose, rows) == 0


def test_what_is_no_longer_useful_and_who_was_put_away_are_left_out(house, reader, purpose):
    assert plan(purpose, people_due(timezone.now() - timedelta(days=2))) == 0
    with transaction.atomic(), system_scope("test"):
        Person.objects.update(archived_at=timezone.now())
    assert plan(purpose, people_due(timezone.now())) == 0


@pytest.mark.parametrize(
    ("zone", "due", "sent"),
    [
        # Chicago, 1 November 2026: clocks go back at 2; 8 in the morning is an hour later in UTC than the day before.
        ("America/Chicago", datetime(2026, 11, 1, 6, tzinfo=UTC), datetime(2026, 11, 1, 14, tzinfo=UTC)),
        ("America/Chicago", datetime(2026, 10, 31, 6, tzinfo=UTC), datetime(2026, 10, 31, 13, tzinfo=UTC)),
        # New York, 14 March 2027: clocks go forward.
        ("America/New_York", datetime(2027, 3, 14, 8, tzinfo=UTC), datetime(2027, 3, 14, 12, tzinfo=UTC)),
        # 9 in the evening is closed, a minute before is open.
        ("America/New_York", datetime(2027, 1, 5, 2, tzinfo=UTC), datetime(2027, 1, 5, 13, tzinfo=UTC)),
        ("America/New_York", datetime(2027, 1, 5, 1, 59, tzinfo=UTC), datetime(2027, 1, 5, 1, 59, tzinfo=UTC)),
    ],
)
def test_the_first_look_is_inside_the_hours_where_the_person_is(purpose, zone, due, sent):
    person = make_person(make_organization(zone="Asia/Tokyo"), zone=zone)
    make_contact_point(person)
    message = plan_for(person, purpose, due_at=due, useful_until=datetime(2030, 1, 1, tzinfo=UTC))
    assert message.next_try_at == sent


def test_planning_stays_inside_its_scope(house, reader, purpose):
    other = make_person(make_organization())
    make_contact_point(other)
    with transaction.atomic(), open_scope(house.pk):
        assert services.plan(purpose=purpose, step="only", rows=people_due(timezone.now()), actor=SYSTEM) == 1
    assert [m.organization_id for m in ledger()] == [house.pk]


def test_the_rows_own_sql_may_hold_percent_signs_and_braces(house, reader, purpose):
    sql = (
        "SELECT organization_id, id, '100%% {sure} ' || id, now(), now() + %s::interval"
        " FROM organizations_person WHERE name LIKE %s"
    )
    assert plan(purpose, (sql, ["1 day", "%Luis%"])) == 1
    assert ledger()[0].occurrence == f"100% {{sure}} {reader.pk}"


def test_one_statement_plans_however_many(house, purpose, django_assert_max_num_queries):
    for _n in range(5):
        make_contact_point(make_person(house))
    with django_assert_max_num_queries(6):  # savepoint, scope, lock, statement, savepoint
        assert plan(purpose, people_due(timezone.now())) == 5


def test_withdrawing_takes_back_only_what_has_not_left(house, reader, purpose):
    rows = people_due(timezone.now())
    plan(purpose, rows)
    names = [m.occurrence for m in ledger()]
    with transaction.atomic(), open_scope(house.pk):
        assert services.withdraw(purpose=purpose.name, occurrences=names, actor=SYSTEM, reason="corrected") == 1
        assert services.withdraw(purpose=purpose.name, occurrences=names, actor=SYSTEM) == 0
    assert [(m.state, m.reason) for m in ledger()] == [("withdrawn", "corrected")]
    assert plan(purpose, rows) == 0


def test_the_database_refuses_a_second_line_for_the_same_thing(house, reader, purpose):
    message = plan_for(reader, purpose)
    message.pk, message.public_id = None, "00000000-0000-4000-8000-000000000001"
    message._state.adding = True
    with pytest.raises(IntegrityError, match="messaging_once"), transaction.atomic(), system_scope("test"):
        message.save(force_insert=True)


def test_the_ledger_is_never_deleted_from(house, reader, purpose):
    message = plan_for(reader, purpose)
    with pytest.raises(Error, match="permission denied"), transaction.atomic(), system_scope("test"):
        message.delete()


FIELDS = {"reason": "retry", "ended_at": timezone.now(), "sent_at": timezone.now(), "claimed_at": timezone.now()}


@pytest.mark.parametrize("old", [state for state in State if state != State.UNREACHABLE])
def test_a_message_goes_only_the_ways_of_its_life(house, reader, purpose, old):
    """From each state to each other: the database lets the named transitions through and no other."""
    message = plan_for(reader, purpose)
    values = FIELDS | {"claimed_by": message.public_id}
    went = []
    with transaction.atomic(), system_scope("test"):
        row = Message.objects.filter(pk=message.pk)
        for step in path_to(old):
            row.update(state=step, **values)
        for new in State:
            try:
                with transaction.atomic():
                    row.update(state=new, **values)
                    went.append((old, new))
                    raise Error("take it back")
            except Error:
                continue
    assert sorted(went) == sorted([(a, b) for a, b in TRANSITIONS if a == old] + [(old, old)])


def path_to(state):
    """The shortest way from the beginning to a state."""
    ways = {State.PLANNED: []}
    todo = [State.PLANNED]
    while todo:
        here = todo.pop(0)
        for a, b in TRANSITIONS:
            if a == here and b not in ways:
                ways[b] = [*ways[here], b]
                todo.append(b)
    return ways.get(state, [])


@pytest.mark.parametrize("state", ["claimed", "sent", "withdrawn", "failed"])
def test_a_message_is_never_born_in_the_middle_of_its_life(house, reader, purpose, state):
    message = plan_for(reader, purpose)
    message.pk, message.public_id, message.occurrence = None, "00000000-0000-4000-8000-000000000002", "x"
    message._state.adding, message.state = True, state
    for name, value in (FIELDS | {"claimed_by": message.public_id}).items():
        setattr(message, name, value)
    with pytest.raises(Error, match="Cannot insert"), transaction.atomic(), system_scope("test"):
        message.save(force_insert=True)


@pytest.mark.parametrize("state", ["withdrawn", "expired"])
def test_an_end_without_a_reason_is_refused(house, reader, purpose, state):
    message = plan_for(reader, purpose)
    with pytest.raises(IntegrityError, match="end_has_reason"), transaction.atomic(), system_scope("test"):
        Message.objects.filter(pk=message.pk).update(state=state, ended_at=timezone.now())
