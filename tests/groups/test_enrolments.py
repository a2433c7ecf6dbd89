"""Joining and leaving: the last place is given once, and only by those who may give it."""

import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from apps.access.scope import open_scope, system_scope
from apps.groups import services
from apps.groups.models import Enrolment, SupportGroup
from apps.organizations.choices import Role
from tests.factories.groups import make_enrolment, make_facilitator, make_group
from tests.factories.organizations import (
    SYSTEM,
    actor_for,
    make_member,
    make_organization,
    make_person,
    make_user,
)


def numbers(group):
    return sorted(Enrolment.objects.filter(group=group, ended_at=None).values_list("place", flat=True))


@pytest.mark.django_db(transaction=True)
def test_the_last_places_are_given_once_when_many_ask_at_the_same_moment():
    with transaction.atomic():
        organization = make_organization()
        group = make_group(organization, capacity=3)
        make_enrolment(group)
        persons = [make_person(organization) for _n in range(8)]
    ready = threading.Barrier(len(persons))
    answers = []

    def ask(person):
        try:
            with open_scope(organization.pk):
                ready.wait()
                services.enrol(group=group, person=person, actor=SYSTEM)
                answers.append("in")
        except services.GroupFull:
            answers.append("full")
        except Exception as error:  # noqa: BLE001  whatever else a thread met is what the test shows
            answers.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(person,)) for person in persons]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["full"] * 6 + ["in"] * 2
    with open_scope(organization.pk), transaction.atomic():
        assert numbers(group) == [1, 2, 3]


@pytest.mark.django_db
def test_joining_twice_is_one_enrolment():
    organization = make_organization()
    group, person = make_group(organization, capacity=5), make_person(organization)
    assert make_enrolment(group, person) == make_enrolment(group, person)
    with open_scope(organization.pk):
        assert numbers(group) == [1]


@pytest.mark.django_db
def test_a_place_that_was_left_is_given_again():
    organization = make_organization()
    group = make_group(organization, capacity=2)
    first, _second = make_enrolment(group), make_enrolment(group)
    with open_scope(organization.pk):
        services.leave(enrolment=first, actor=SYSTEM)
        services.leave(enrolment=first, actor=SYSTEM)
    third = make_enrolment(group)
    assert third.place == 1
    with pytest.raises(services.GroupFull):
        make_enrolment(group)


@pytest.mark.django_db
@pytest.mark.parametrize("place", [None, 3, 1])
def test_the_database_refuses_a_place_beyond_the_capacity_or_taken(place):
    organization = make_organization()
    group = make_group(organization, capacity=2)
    make_enrolment(group)
    person = make_person(organization)
    with open_scope(organization.pk), pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(organization=organization, group=group, person=person, place=place)


@pytest.mark.django_db
def test_the_database_refuses_a_capacity_below_the_places_given():
    organization = make_organization()
    group = make_group(organization, capacity=2)
    make_enrolment(group), make_enrolment(group)
    with open_scope(organization.pk), pytest.raises(IntegrityError), transaction.atomic():
        SupportGroup.objects.filter(pk=group.pk).update(capacity=1)


@pytest.mark.django_db
def test_capacity_given_later_seats_those_who_are_there_and_never_fewer():
    organization = make_organization()
    group = make_group(organization)
    for _n in range(3):
        make_enrolment(group)
    with open_scope(organization.pk):
        with pytest.raises(ValidationError) as refused:
            services.change_group(group=group, actor=SYSTEM, capacity=2)
        assert "capacity" in refused.value.message_dict
        group = services.change_group(group=group, actor=SYSTEM, capacity=4)
        assert numbers(group) == [1, 2, 3]
        one = Enrolment.objects.get(group=group, place=1)
        services.leave(enrolment=one, actor=SYSTEM)
        services.change_group(group=group, actor=SYSTEM, capacity=2)
        assert numbers(group) == [1, 2]


@pytest.mark.django_db
def test_a_group_without_names_writes_nobody_down():
    organization = make_organization()
    group = make_group(organization, attendance_mode="head_count")
    with pytest.raises(ValidationError):
        make_enrolment(group)
    with open_scope(organization.pk):
        assert not Enrolment.objects.exists()


@pytest.mark.django_db
def test_a_group_that_keeps_names_keeps_them_while_people_are_in_it():
    organization = make_organization()
    group = make_group(organization)
    make_enrolment(group)
    with open_scope(organization.pk), pytest.raises(ValidationError):
        services.change_group(group=group, actor=SYSTEM, attendance_mode="none")


@pytest.mark.django_db
def test_people_join_and_leave_for_themselves_and_for_nobody_else():
    organization = make_organization()
    group, hidden = make_group(organization), make_group(organization, visibility="members")
    me, other = make_person(organization, user=make_user()), make_person(organization, user=make_user())
    mine = actor_for(me)
    with open_scope(organization.pk):
        enrolment = services.enrol(group=group, person=me, actor=mine)
        with pytest.raises(PermissionDenied):
            services.enrol(group=group, person=other, actor=mine)
        with pytest.raises(PermissionDenied):
            services.enrol(group=hidden, person=me, actor=mine)
        with pytest.raises(PermissionDenied):
            services.leave(enrolment=enrolment, actor=actor_for(other))
        assert list(Enrolment.objects.all()) == [enrolment]
        assert services.leave(enrolment=enrolment, actor=mine).ended_at is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.COORDINATOR, True),
        (Role.ADMINISTRATOR, True),
        (Role.PEER_SPECIALIST, False),
        (Role.OBSERVER, False),
        (Role.AUDITOR, False),
    ],
)
def test_only_those_who_enrol_others_enrol_others(role, may):
    organization = make_organization()
    group, person = make_group(organization, visibility="members"), make_person(organization)
    actor = actor_for(make_member(organization, role))
    with open_scope(organization.pk):
        if may:
            assert services.enrol(group=group, person=person, actor=actor)
        else:
            with pytest.raises(PermissionDenied):
                services.enrol(group=group, person=person, actor=actor)
        assert Enrolment.objects.filter(group=group).exists() is may


@pytest.mark.django_db
def test_attendance_is_noted_by_who_leads_the_group_and_by_nobody_else_who_leads():
    organization = make_organization()
    group = make_group(organization)
    person = make_enrolment(group).person
    leader, colleague = make_member(organization, Role.PEER_SPECIALIST), make_member(organization, "peer_specialist")
    make_facilitator(group, leader)
    with open_scope(organization.pk):
        session = group.sessions.first()
        services.note_attendance(session=session, person=person, actor=actor_for(leader), came=True)
        again = services.note_attendance(session=session, person=person, actor=actor_for(leader), came=None)
        assert (again.came, session.attendances.count()) == (None, 1)
        with pytest.raises(PermissionDenied):
            services.note_attendance(session=session, person=person, actor=actor_for(colleague), came=False)


@pytest.mark.django_db
def test_an_enrolment_never_points_into_another_organization():
    here, there = make_organization(), make_organization()
    group, stranger = make_group(here), make_person(there)
    with open_scope(here.pk), pytest.raises(PermissionDenied):
        services.enrol(group=group, person=stranger, actor=actor_for(make_member(here)))
    with system_scope("test"), pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(organization=here, group=group, person=stranger)
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
