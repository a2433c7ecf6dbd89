"""How many came: whole for the group, with small numbers hidden in what leaves it; who came last and how often."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import product

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.access.scope import open_scope
from apps.groups import selectors, services
from apps.groups.models import Session
from apps.groups.selectors import Counts, Told, hide_small
from apps.organizations.choices import Role
from apps.organizations.models import Bar
from tests.factories.groups import make_enrolment, make_facilitator, make_group
from tests.factories.organizations import SYSTEM, actor_for, make_member, make_organization
from tests.groups.test_attendance import begun, hold, note

LARGEST = 24


def frozen(told: Told):
    return tuple(sorted(told.cells.items())), told.total


def recovered(n: int, reach: int = LARGEST):
    """The answers from which one of `n` hidden numbers could be worked out, knowing the rule: told, and the number."""
    behind = defaultdict(list)
    for values in product(range(reach + 1), repeat=n):
        behind[frozen(hide_small(dict(enumerate(values))))].append(values)

    def is_whole(told):
        """Whether every number that could be behind it is within reach, so that all of them were looked at."""
        cells, total = told
        return total is None or total - sum(value or 0 for _key, value in cells) <= reach

    return [
        (told, key)
        for told, sources in behind.items()
        if is_whole(told)
        for key, value in told[0]
        if value is None and len({source[key] for source in sources}) == 1
    ]


@pytest.mark.parametrize("n", [1, 2, 3])
def test_no_hidden_number_can_be_worked_out_by_somebody_who_knows_the_rule(n):
    assert recovered(n) == []


def test_the_search_finds_a_rule_that_betrays(monkeypatch):
    def naive(cells):
        told = {key: None if 0 < value < 11 else value for key, value in cells.items()}
        return Told(told, sum(cells.values()))

    monkeypatch.setattr("tests.groups.test_counts.hide_small", naive)
    assert recovered(2) != []


@given(st.dictionaries(st.integers(0, 9), st.integers(0, 60), max_size=8))
def test_no_small_number_is_told_and_what_is_told_is_true(cells):
    told = hide_small(cells)
    assert set(told.cells) == set(cells)
    for key, value in told.cells.items():
        assert value is None or (value == cells[key] and not 0 < value < 11)
    hidden = [key for key, value in told.cells.items() if value is None]
    assert told.total is None or (told.total == sum(cells.values()) and not 0 < told.total < 11)
    if len(hidden) == 1:
        assert told.total is None
    if not any(0 < value < 11 for value in cells.values()):
        assert (hidden, told.total) == ([], sum(cells.values()))


@given(st.lists(st.integers(1, 10), min_size=2, max_size=6), st.lists(st.integers(11, 60), max_size=3))
def test_from_a_total_each_hidden_number_could_still_be_another(small, large):
    told = hide_small(dict(enumerate(small + large)))
    if told.total is None:
        return
    apart = told.total - sum(value for value in told.cells.values() if value is not None)
    n = len(small)
    for _each in small:
        lowest, highest = max(1, apart - 10 * (n - 1)), min(10, apart - (n - 1))
        assert highest > lowest


@pytest.mark.django_db
def test_counts_are_whole_without_bars_and_of_held_sessions_alone():
    house = make_organization()
    leader = make_member(house, Role.PEER_SPECIALIST)
    group = make_group(house)
    make_facilitator(group, leader)
    people = [make_enrolment(group).person for _n in range(3)]
    session = begun(group)
    for person in people[:2]:
        note(session, person)
    note(session, people[2], came=False)
    with open_scope(house.pk):
        Bar.objects.create(organization=house, barred=leader, subject=people[0])
        services.add_walk_in(session=session, actor=SYSTEM, alias="Jay")
        services.set_head_count(session=session, actor=SYSTEM, people=4)
        day = Session.objects.get(pk=session.pk).on
        assert selectors.attendance_counts([group.pk], day, day) == {group.pk: Counts()}
    hold(session)
    with open_scope(house.pk):
        assert selectors.attendance_counts([group.pk], day, day) == {group.pk: Counts(1, 7, 2)}
        assert selectors.attendance_report([group.pk], day, day) == Told({group.pk: None}, None)
        assert selectors.attendance_counts([group.pk], day + timedelta(days=1), day + timedelta(days=9)) == {
            group.pk: Counts()
        }


@pytest.mark.django_db
def test_another_organization_s_sessions_are_not_counted():
    house, next_door = make_organization(), make_organization()
    group = make_group(next_door, attendance_mode="head_count")
    session = begun(group)
    with open_scope(next_door.pk):
        services.set_head_count(session=session, actor=SYSTEM, people=40)
    hold(session)
    with open_scope(house.pk):
        assert selectors.attendance_counts([group.pk], date(2020, 1, 1), date(2090, 1, 1)) == {group.pk: Counts()}


@pytest.mark.django_db
def test_engagement_says_when_somebody_came_last_and_how_often():
    house = make_organization()
    group = make_group(house)
    came, never = make_enrolment(group).person, make_enrolment(group).person
    session = begun(group)
    note(session, came)
    note(session, never, came=False)
    with open_scope(house.pk):
        day = Session.objects.get(pk=session.pk).on
        found = selectors.engagement_of([came.pk, never.pk], day - timedelta(days=1), day)
        assert {pk: each.times for pk, each in found.items()} == {came.pk: 1}
        later = selectors.engagement_of([came.pk], day + timedelta(days=1), day + timedelta(days=9))
        assert {pk: each.times for pk, each in later.items()} == {came.pk: 0}


@pytest.mark.django_db
def test_hours_worked_are_of_held_sessions_by_who_led_them():
    house = make_organization()
    leader, instead = make_member(house, Role.PEER_SPECIALIST), make_member(house, Role.PEER_SPECIALIST)
    group = make_group(house)
    make_facilitator(group, leader)
    session = begun(group)
    with open_scope(house.pk):
        services.set_substitute(session=session, person=instead, actor=actor_for(leader))
        assert selectors.hours_worked(date(2020, 1, 1), timezone.localdate() + timedelta(days=40)) == {}
    hold(session)
    with open_scope(house.pk):
        hours = selectors.hours_worked(date(2020, 1, 1), timezone.localdate() + timedelta(days=40))
    assert {pk: float(each) for pk, each in hours.items()} == {instead.pk: 1.5}
