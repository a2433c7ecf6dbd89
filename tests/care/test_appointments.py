"""Appointments: who books, what the database refuses, and what each state lets follow."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from apps.access.policy import may, visible_to
from apps.access.scope import open_scope
from apps.care import selectors, services
from apps.care.choices import AppointmentState
from apps.care.models import Appointment
from apps.clients.services import change_sharing, name_family
from apps.organizations.models import Bar, Reservation
from tests.factories.care import make_appointment, make_missed, wall
from tests.factories.clients import make_client, put_on_team
from tests.factories.organizations import (
    SYSTEM,
    actor_for,
    make_location,
    make_member,
    make_organization,
    make_person,
    make_room,
    make_user,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def here():
    """One organization, inside whose scope the test runs."""
    organization = make_organization()
    with open_scope(organization.pk):
        yield organization


def test_wall_time_is_read_in_the_zone_of_the_location(here):
    there = make_location(here, zone="America/Los_Angeles")
    booked = make_appointment(make_client(here), location=there, day=date(2027, 1, 12), starts=time(17, 30), minutes=90)
    assert booked.starts_at == datetime(2027, 1, 13, 1, 30, tzinfo=UTC)
    assert booked.ends_at - booked.starts_at == timedelta(minutes=90)
    assert booked.zone == "America/Los_Angeles"


def test_a_double_booking_of_the_staff_member_is_refused_next_to_the_field(here):
    peer, at = make_member(here, "peer_specialist"), timezone.now() + HOUR
    make_appointment(make_client(here), staff=peer, starts_at=at)
    with pytest.raises(ValidationError) as refused:
        make_appointment(make_client(here), staff=peer, starts_at=at + timedelta(minutes=30))
    assert set(refused.value.message_dict) == {"staff"}
    assert Appointment.objects.count() == 1
    assert Reservation.objects.count() == 1


def test_a_double_booking_of_the_room_is_refused_and_the_staff_member_stays_free(here):
    place, at = make_location(here), timezone.now() + HOUR
    room = make_room(place)
    make_appointment(make_client(here), location=place, room=room, starts_at=at)
    with pytest.raises(ValidationError) as refused:
        make_appointment(make_client(here), location=place, room=room, starts_at=at)
    assert set(refused.value.message_dict) == {"room"}
    assert Reservation.objects.filter(kind="person").count() == 1


def test_one_after_the_other_is_no_double_booking(here):
    peer, at = make_member(here, "peer_specialist"), timezone.now() + HOUR
    first = make_appointment(make_client(here), staff=peer, starts_at=at)
    make_appointment(make_client(here), staff=peer, starts_at=first.ends_at)


def test_a_room_elsewhere_a_long_visit_and_somebody_who_meets_nobody_are_refused_by_field(here):
    client = make_client(here)
    for values, field in (
        ({"room": make_room(make_location(here))}, "room"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 800}, "minutes"),
        ({"staff": make_member(here, "coordinator")}, "staff"),
        ({"staff": make_person(here)}, "staff"),
    ):
        with pytest.raises(ValidationError) as refused:
            make_appointment(client, **values)
        assert set(refused.value.message_dict) == {field}, values
    assert not Appointment.objects.exists()
    assert not Reservation.objects.exists()


def test_a_specialist_books_with_themself_for_clients_they_support_and_for_no_other(here):
    peer, colleague = make_member(here, "peer_specialist"), make_member(here, "peer_specialist")
    mine, other = make_client(here), make_client(here)
    put_on_team(mine, peer)
    booked = make_appointment(mine, staff=peer, actor=actor_for(peer))
    assert booked.booked_by_id == peer.user_id
    for client, staff in ((other, peer), (mine, colleague)):
        with pytest.raises(PermissionDenied):
            make_appointment(client, staff=staff, actor=actor_for(peer))
    assert Appointment.objects.count() == 1


def test_each_reader_sees_their_own_appointments_and_no_others(here):
    peer, boss, colleague = (make_member(here, role) for role in ("peer_specialist", "coordinator", "supervisor"))
    client, other = make_client(here, user=make_user()), make_client(here, user=make_user())
    mine = make_appointment(client, staff=peer)
    theirs = make_appointment(other)
    put_on_team(other, colleague)
    seen = {
        "boss": set(visible_to(Appointment, actor_for(boss))),
        "peer": set(visible_to(Appointment, actor_for(peer))),
        "colleague": set(visible_to(Appointment, actor_for(colleague))),
        "client": set(visible_to(Appointment, actor_for(client.person))),
    }
    assert seen == {"boss": {mine, theirs}, "peer": {mine}, "colleague": {theirs}, "client": {mine}}


def test_another_organizations_front_desk_sees_nothing(here):
    make_appointment(make_client(here))
    there = make_organization()
    boss = make_member(there, "coordinator")
    with open_scope(there.pk):
        assert not visible_to(Appointment, actor_for(boss)).exists()


def test_a_bar_hides_the_appointments_of_the_client_and_booking_them_is_rolled_back(here):
    boss, client = make_member(here, "coordinator"), make_client(here)
    booked = make_appointment(client)
    Bar.objects.create(organization=here, barred=boss, subject=client.person)
    assert not may(actor_for(boss), "view", booked)
    with pytest.raises(PermissionDenied):
        make_appointment(client, actor=actor_for(boss))


def test_family_learns_when_and_nothing_else_while_it_is_shared(here):
    mother = make_person(here, user=make_user())
    client = make_client(here)
    booked = make_appointment(client)
    link = name_family(client=client, person=mother, tie="parent", actor=SYSTEM)
    actor = actor_for(mother)
    assert selectors.shared_times(actor) == []
    change_sharing(link=link, actor=SYSTEM, shares_appointments=True)
    shared = {"person": client.person, "starts_at": booked.starts_at, "ends_at": booked.ends_at, "zone": booked.zone}
    assert selectors.shared_times(actor) == [shared]
    assert not visible_to(Appointment, actor).exists()
    change_sharing(link=link, actor=SYSTEM, shares_appointments=False)
    assert selectors.shared_times(actor) == []


def test_moving_frees_the_old_time_takes_the_new_one_and_raises_the_version(here):
    peer, at = make_member(here, "peer_specialist"), timezone.now() + HOUR
    booked = make_appointment(make_client(here), staff=peer, starts_at=at)
    moved = services.move_appointment(
        appointment=booked, actor=SYSTEM, minutes=45, **wall(booked.location, at + timedelta(minutes=15))
    )
    assert (moved.version, moved.occurrence) == (2, f"appointment:{booked.pk}:2")
    again = services.move_appointment(
        appointment=booked, actor=SYSTEM, minutes=45, **wall(booked.location, at + timedelta(minutes=15))
    )
    assert again.version == 2
    assert Reservation.objects.filter(ended_at__isnull=True).count() == 1


def test_a_move_to_a_taken_time_is_refused_and_leaves_everything_as_it_was(here):
    peer, at = make_member(here, "peer_specialist"), timezone.now() + HOUR
    booked = make_appointment(make_client(here), staff=peer, starts_at=at)
    taken = make_appointment(make_client(here), staff=peer, starts_at=at + 3 * HOUR)
    before = Appointment.objects.filter(pk=booked.pk).values().get()
    with pytest.raises(ValidationError) as refused:
        services.move_appointment(
            appointment=booked, actor=SYSTEM, minutes=45, **wall(booked.location, taken.starts_at)
        )
    assert set(refused.value.message_dict) == {"staff"}
    assert Appointment.objects.filter(pk=booked.pk).values().get() == before
    assert Reservation.objects.filter(ended_at__isnull=True).count() == 2


def test_a_client_calls_their_own_visit_off_and_nobody_elses(here):
    client, other = make_client(here, user=make_user()), make_client(here, user=make_user())
    booked = make_appointment(client)
    with pytest.raises(PermissionDenied):
        services.cancel_appointment(appointment=booked, actor=actor_for(other.person))
    with pytest.raises(PermissionDenied):
        services.mark_missed(appointment=booked, actor=actor_for(client.person))
    for _twice in range(2):
        done = services.cancel_appointment(appointment=booked, actor=actor_for(client.person), reason="staff")
    assert (done.state, done.cancelled_reason) == (AppointmentState.CANCELLED, "client")
    assert not Reservation.objects.filter(ended_at__isnull=True).exists()


def test_a_visit_that_has_not_begun_cannot_be_recorded(here):
    booked = make_appointment(make_client(here))
    for service in (services.mark_missed, services.mark_kept):
        with pytest.raises(ValidationError, match="not begun"):
            service(appointment=booked, actor=SYSTEM)
    assert Appointment.objects.get().is_booked


def test_a_correction_says_who_and_when_and_keeps_who_recorded_first(here):
    peer, boss = make_member(here, "peer_specialist"), make_member(here, "coordinator")
    missed = make_missed(make_client(here), staff=peer)
    fixed = services.correct_missed(appointment=missed, actor=actor_for(boss))
    assert (fixed.state, fixed.corrected_by_id, fixed.version) == (AppointmentState.KEPT, boss.user_id, 2)
    assert fixed.corrected_at >= fixed.recorded_at
    again = services.correct_missed(appointment=missed, actor=actor_for(boss))
    assert again.version == 2


def test_a_visit_corrected_to_called_off_frees_the_time(here):
    missed = make_missed(make_client(here))
    fixed = services.correct_missed(appointment=missed, actor=SYSTEM, to="cancelled")
    assert fixed.cancelled_reason == "client"
    assert not Reservation.objects.filter(ended_at__isnull=True).exists()


def test_taking_an_appointment_back_hides_it_from_the_client(here):
    client = make_client(here, user=make_user())
    booked = make_appointment(client)
    services.take_back_appointment(appointment=booked, actor=SYSTEM)
    assert not visible_to(Appointment, actor_for(client.person)).exists()


def test_the_database_refuses_a_state_that_may_not_follow_and_a_birth_that_is_not_booked(here):
    booked = make_appointment(make_client(here))
    services.cancel_appointment(appointment=booked, actor=SYSTEM)
    with pytest.raises(DatabaseError), transaction.atomic():
        Appointment.objects.filter(pk=booked.pk).update(state="booked", recorded_at=None, cancelled_reason="")
    row = Appointment.objects.values().get(pk=booked.pk)
    del row["id"], row["public_id"]
    with pytest.raises(DatabaseError), transaction.atomic():
        Appointment.objects.create(**row)


@pytest.mark.parametrize(
    "change",
    [{"recorded_at": datetime(2026, 1, 1, tzinfo=UTC)}, {"staff_reservation": None}, {"cancelled_reason": "other"}],
)
def test_the_database_refuses_a_booked_row_that_contradicts_itself(here, change):
    booked = make_appointment(make_client(here))
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(pk=booked.pk).update(**change)


def test_history_keeps_each_state_with_who_changed_it(here):
    peer = make_member(here, "peer_specialist")
    missed = make_missed(make_client(here), staff=peer)
    assert [row.state for row in missed.history.order_by("pgh_id")] == ["booked", "missed"]


def test_today_and_next_are_what_they_say(here):
    client, peer = make_client(here), make_member(here, "peer_specialist")
    over = make_appointment(client, staff=peer, starts_at=timezone.now() - timedelta(days=2))
    later = make_appointment(client, staff=peer, starts_at=timezone.now() + timedelta(days=3))
    soon = make_appointment(client, staff=peer, starts_at=timezone.now() + timedelta(days=2))
    assert selectors.next_for_client(client) == soon
    services.cancel_appointment(appointment=soon, actor=SYSTEM)
    assert selectors.next_for_client(client) == later
    assert list(selectors.unrecorded(actor_for(peer), peer)) == [over]
    assert list(selectors.today_for_staff(peer)) == []
