"""The waiting list: an offered place counts as taken, the order is strict, and nobody is lost or comes in twice."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.access.scope import open_scope, system_scope
from apps.groups import selectors, services
from apps.groups.models import Enrolment, WaitlistEntry
from apps.groups.services.offers import offer_ends
from tests.factories.groups import make_enrolment, make_group, make_waiting
from tests.factories.organizations import SYSTEM, actor_for, make_member, make_organization, make_person, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return make_organization()


@pytest.fixture
def full(organization):
    """A group of two places, both taken, and three who wait, in this order."""
    group = make_group(organization, capacity=2)
    make_enrolment(group), make_enrolment(group)
    for _n in range(3):
        make_waiting(group)
    return group


def states(group):
    with open_scope(group.organization_id):
        return list(WaitlistEntry.objects.filter(group=group).order_by("pk").values_list("state", flat=True))


def entries(group):
    with open_scope(group.organization_id):
        return list(WaitlistEntry.objects.filter(group=group).select_related("person").order_by("pk"))


def leave_one(group):
    with open_scope(group.organization_id):
        one = Enrolment.objects.filter(group=group, ended_at=None).order_by("pk").first()
        services.leave(enrolment=one, actor=SYSTEM)


def let_end(entry):
    """The offer's time is over."""
    with open_scope(entry.organization_id):
        WaitlistEntry.objects.filter(pk=entry.pk).update(
            offered_at=timezone.now() - timedelta(days=2), offer_until=timezone.now() - timedelta(seconds=1)
        )


def make_offers():
    with system_scope("test"), transaction.atomic():
        return services.make_offers(actor=SYSTEM)


def test_a_place_that_comes_free_is_offered_at_once_to_who_waits_longest(full):
    leave_one(full)
    assert states(full) == ["offered", "waiting", "waiting"]
    first = entries(full)[0]
    assert first.place == 1
    assert first.offer_until > timezone.now()


def test_an_offered_place_counts_as_taken(full):
    leave_one(full)
    with open_scope(full.organization_id):
        assert selectors.places_free(full) == 0
        with pytest.raises(services.GroupFull):
            services.enrol(group=full, person=make_person(full.organization), actor=SYSTEM)
        row = selectors.sessions_of(full, SYSTEM)[0]
        assert (row.taken, row.places_left) == (2, 0)


def test_somebody_new_does_not_pass_those_who_wait(organization, full):
    with open_scope(organization.pk):
        services.change_group(group=full, actor=SYSTEM, capacity=3)
        assert states(full) == ["offered", "waiting", "waiting"]
        person = make_person(organization, user=make_user())
        assert services.join(group=full, person=person, actor=actor_for(person)).kind == "waiting"
        with pytest.raises(services.GroupFull):
            services.enrol(group=full, person=make_person(organization), actor=SYSTEM)


def test_taking_the_offer_gives_the_held_place_and_taking_it_twice_is_one_place(full):
    leave_one(full)
    entry = entries(full)[0]
    with open_scope(full.organization_id):
        first = services.accept_offer(entry=entry, actor=SYSTEM).enrolment
        assert services.accept_offer(entry=entry, actor=SYSTEM).enrolment == first
        assert (first.place, first.person_id) == (1, entry.person_id)
    assert states(full) == ["joined", "waiting", "waiting"]


def test_saying_no_passes_the_offer_on_at_once(full):
    leave_one(full)
    with open_scope(full.organization_id):
        for _twice in range(2):
            services.step_back(entry=entries(full)[0], actor=SYSTEM)
    assert states(full) == ["declined", "offered", "waiting"]


def test_an_offer_that_ended_goes_on_to_the_next_and_running_again_changes_nothing(full):
    leave_one(full)
    first = entries(full)[0]
    let_end(first)
    assert [make_offers() for _thrice in range(3)] == [1, 0, 0]
    assert states(full) == ["expired", "offered", "waiting"]
    with open_scope(full.organization_id), pytest.raises(ValidationError):
        services.accept_offer(entry=first, actor=SYSTEM)


def test_an_offer_whose_time_is_over_is_not_taken_before_anything_ran(full):
    leave_one(full)
    first = entries(full)[0]
    let_end(first)
    with open_scope(full.organization_id), pytest.raises(ValidationError) as refused:
        services.accept_offer(entry=first, actor=SYSTEM)
    assert refused.value.code == "ended"
    assert states(full) == ["offered", "waiting", "waiting"]


def test_more_places_are_offered_in_order_and_fewer_than_held_are_refused(full):
    with open_scope(full.organization_id):
        services.change_group(group=full, actor=SYSTEM, capacity=4)
        assert states(full) == ["offered", "offered", "waiting"]
        with pytest.raises(ValidationError):
            services.change_group(group=full, actor=SYSTEM, capacity=3)
        services.change_group(group=full, actor=SYSTEM, capacity=None)
    assert states(full) == ["offered", "offered", "offered"]


def test_a_group_that_is_put_away_ends_its_list(full):
    leave_one(full)
    with open_scope(full.organization_id):
        services.archive_group(group=full, actor=SYSTEM)
    assert states(full) == ["over", "over", "over"]


def test_a_group_that_takes_nobody_new_makes_no_offers(full):
    with open_scope(full.organization_id):
        services.change_group(group=full, actor=SYSTEM, takes_new=False)
    leave_one(full)
    assert states(full) == ["waiting"] * 3


def test_moving_up_needs_a_reason_and_changes_who_is_next(organization, full):
    office = actor_for(make_member(organization, "coordinator"))
    last = entries(full)[2]
    with open_scope(organization.pk):
        with pytest.raises(ValidationError):
            services.move_up(entry=last, actor=office, reason=" ")
        services.move_up(entry=last, actor=office, reason="Waited in spring already")
    leave_one(full)
    assert states(full) == ["waiting", "waiting", "offered"]


def test_only_the_office_moves_somebody_up_or_takes_them_off(organization, full):
    person = make_person(organization, user=make_user())
    entry = make_waiting(full, person)
    with open_scope(organization.pk):
        for deed in (services.move_up, services.turn_down):
            for actor in (actor_for(person), actor_for(make_member(organization, "peer_specialist"))):
                with pytest.raises(PermissionDenied):
                    deed(entry=entry, actor=actor, reason="because")
    assert states(full) == ["waiting"] * 4


def test_nobody_answers_an_offer_for_somebody_else(organization, full):
    leave_one(full)
    other = make_person(organization, user=make_user())
    with open_scope(organization.pk):
        for deed in (services.accept_offer, services.step_back):
            with pytest.raises(PermissionDenied):
                deed(entry=entries(full)[0], actor=actor_for(other))
    assert states(full) == ["offered", "waiting", "waiting"]


def test_waiting_twice_is_once(full):
    person = entries(full)[1].person
    assert make_waiting(full, person) == entries(full)[1]
    assert states(full) == ["waiting"] * 3


def test_a_group_without_a_waiting_list_keeps_none(organization):
    group = make_group(organization, capacity=1, has_waitlist=False)
    make_enrolment(group)
    with open_scope(organization.pk), pytest.raises(ValidationError):
        services.join(group=group, person=make_person(organization), actor=SYSTEM)
    assert states(group) == []


def test_the_database_refuses_a_place_that_is_offered(organization, full):
    leave_one(full)
    place = entries(full)[0].place
    with open_scope(organization.pk), pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(organization=organization, group=full, person=make_person(organization), place=place)


def test_the_database_refuses_an_offer_of_a_place_that_is_taken_or_is_none(full):
    entry = entries(full)[0]
    until = timezone.now() + timedelta(hours=1)
    for place in (1, 2, 3, None):
        with open_scope(full.organization_id), pytest.raises(IntegrityError), transaction.atomic():
            WaitlistEntry.objects.filter(pk=entry.pk).update(
                state="offered", place=place, offered_at=timezone.now(), offer_until=until
            )


def test_the_database_refuses_somebody_in_the_group_on_its_list_and_the_other_way_round(organization, full):
    inside = Enrolment._base_manager.filter(group=full)
    with open_scope(organization.pk):
        someone = inside.first().person
        with pytest.raises(IntegrityError), transaction.atomic():
            WaitlistEntry.objects.create(organization=organization, group=full, person=someone, state="waiting", rank=9)
        leave_one(full)
        with pytest.raises(IntegrityError), transaction.atomic():
            Enrolment.objects.create(organization=organization, group=full, person=entries(full)[1].person, place=1)


def test_the_database_lets_nothing_that_ended_begin_again(full):
    entry = entries(full)[0]
    with open_scope(full.organization_id):
        services.step_back(entry=entry, actor=SYSTEM)
        with pytest.raises(IntegrityError), transaction.atomic():
            WaitlistEntry.objects.filter(pk=entry.pk).update(state="waiting", ended_at=None)


def test_an_entry_never_points_into_another_organization(organization):
    group = make_group(organization)
    stranger = make_person(make_organization())
    with system_scope("test"), pytest.raises(IntegrityError), transaction.atomic():
        WaitlistEntry.objects.create(organization=organization, group=group, person=stranger, state="waiting", rank=1)
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_offer_task_asks_the_database_the_same_for_one_group_and_for_many(organization):
    def count():
        with system_scope("test"), transaction.atomic(), CaptureQueriesContext(connection) as asked:
            services.make_offers(actor=SYSTEM)
        return len(asked)

    groups = []
    for _n in range(4):
        group = make_group(organization, capacity=1)
        make_enrolment(group)
        groups.append((group, make_waiting(group), make_waiting(group)))
        leave_one(group)
    let_end(groups[0][1])
    one = count()
    for _group, first, _second in groups[1:]:
        let_end(first)
    assert count() == one
    assert all(states(group)[:2] == ["expired", "offered"] for group, _first, _second in groups)


# ---- until when an offer holds
ZONES = ("America/New_York", "America/Chicago", "Pacific/Apia", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  the strategy adds the zone


@given(moments, st.integers(1, 168), st.sampled_from(ZONES))
def test_an_offer_never_ends_in_the_night_nor_before_its_hours(since, hours, zone):
    ends = offer_ends(since, hours, zone)
    wall = ends.astimezone(ZoneInfo(zone)).time()
    assert time(9) <= wall <= time(20, 30)  # half an hour: a clock that goes forward
    assert ends >= since + timedelta(hours=min(hours, 1)) - timedelta(minutes=61)
    assert ends <= since + timedelta(hours=hours) + timedelta(days=2)


@pytest.mark.parametrize(
    ("since", "hours", "until"),
    [
        ("2026-03-02 15:00", 24, "2026-03-03 15:00"),
        ("2026-03-02 23:30", 24, "2026-03-04 09:00"),
        ("2026-03-02 02:00", 24, "2026-03-03 09:00"),
        ("2026-03-02 19:00", 2, "2026-03-03 10:00"),
        ("2026-03-02 21:00", 2, "2026-03-03 11:00"),
        ("2026-03-07 15:00", 24, "2026-03-08 15:00"),  # the clocks go forward that night
        ("2026-03-02 12:00", 48, "2026-03-04 12:00"),
    ],
)
def test_the_night_does_not_count(since, hours, until):
    zone = ZoneInfo("America/Chicago")
    made = datetime.fromisoformat(since).replace(tzinfo=zone)
    assert offer_ends(made, hours, "America/Chicago") == datetime.fromisoformat(until).replace(tzinfo=zone)
