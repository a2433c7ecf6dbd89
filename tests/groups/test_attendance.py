"""Who came: one tap, walk-ins without a record, head counts, aliases, and corrections that unwind what they started."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apps.access.models import AccessLog
from apps.access.scope import open_scope
from apps.groups import registry, selectors, services
from apps.groups.choices import Mark
from apps.groups.models import Attendance, Enrolment, HeadCount, Session, SupportGroup
from apps.organizations.choices import Role
from apps.organizations.models import Bar, Person
from tests.factories.clients import make_client, put_on_team
from tests.factories.groups import make_enrolment, make_facilitator, make_group
from tests.factories.organizations import SYSTEM, actor_for, make_member, make_organization, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return make_organization()


@pytest.fixture
def leader(house):
    return make_member(house, Role.PEER_SPECIALIST)


def led(house, leader, **fields):
    """A group with its leader, and a session of it that began an hour ago."""
    group = make_group(house, **fields)
    make_facilitator(group, leader)
    return group


def begun(group):
    """A session of the group that began an hour ago and goes on."""
    with open_scope(group.organization_id):
        session = group.sessions.order_by("on").first()
        now = timezone.now()
        Session.objects.filter(pk=session.pk).update(
            starts_at=now - timedelta(hours=1), ends_at=now + timedelta(minutes=30)
        )
        Enrolment.objects.filter(group=group).update(enrolled_at=now - timedelta(days=9))
        return Session.objects.select_related("group__location", "location").get(pk=session.pk)


def note(session, person, actor=SYSTEM, came=True, **kwargs):
    with open_scope(session.organization_id):
        return services.note_attendance(session=session, person=person, actor=actor, came=came, **kwargs)


def hold(session, actor=SYSTEM):
    with open_scope(session.organization_id):
        return services.hold_session(session=session, actor=actor)


def lines(session, actor):
    with open_scope(session.organization_id):
        return [(line.name, line.mark) for line in selectors.roster_of(session, actor).lines]


def test_noting_the_same_twice_is_one_entry_and_one_line_of_history(house, leader):
    group = led(house, leader)
    person, session = make_enrolment(group).person, begun(group)
    first = note(session, person, actor_for(leader))
    before = first.noted_at
    again = note(session, person, actor_for(leader))
    assert (again.pk, again.noted_at) == (first.pk, before)
    with open_scope(house.pk):
        assert Attendance.objects.count() == Attendance.pgh_event_models["insert"].objects.count() == 1


def test_who_told_us_is_not_missed(house, leader):
    group = led(house, leader)
    person, session = make_enrolment(group).person, begun(group)
    assert note(session, person, came=False, told_us=True).mark == Mark.TOLD_US
    assert note(session, person, came=False).mark == Mark.MISSED


def test_a_walk_in_without_a_record_is_on_the_list_and_nobody_is_made(house, leader):
    group = led(house, leader)
    session, actor = begun(group), actor_for(leader)
    with open_scope(house.pk):
        people = Person.objects.count()
        services.add_walk_in(session=session, actor=actor, alias="  Blue  Jay ")
        assert Person.objects.count() == people
    assert lines(session, actor) == [("Blue Jay", Mark.HERE)]


def test_a_walk_in_with_a_record_is_one_entry_however_often_and_only_of_whom_the_leader_sees(house, leader):
    group = led(house, leader)
    session, actor = begun(group), actor_for(leader)
    known, unknown = make_client(house, name="Known"), make_client(house, name="Unknown")
    put_on_team(known, leader)
    with open_scope(house.pk):
        one = services.add_walk_in(session=session, actor=actor, client=known)
        two = services.add_walk_in(session=session, actor=actor, client=known)
        assert one == two
        with pytest.raises(PermissionDenied):
            services.add_walk_in(session=session, actor=actor, client=unknown)
        assert [each.person.name for each in selectors.clients_for_walk_in(session, actor, "nown")] == []
        found = selectors.clients_for_walk_in(session, SYSTEM, "Unknown")
        assert [each.person.name for each in found] == ["Unknown"]
    assert lines(session, actor) == [("Known", Mark.HERE)]


def test_a_walk_in_needs_something_to_be_called(house, leader):
    group = led(house, leader)
    session = begun(group)
    with open_scope(house.pk), pytest.raises(ValidationError) as refused:
        services.add_walk_in(session=session, actor=SYSTEM, alias="   ")
    assert "alias" in refused.value.message_dict


def test_a_walk_in_that_is_taken_back_is_gone_and_stays_in_the_history(house, leader):
    group = led(house, leader)
    session = begun(group)
    with open_scope(house.pk):
        row = services.add_walk_in(session=session, actor=SYSTEM, alias="Jay")
        assert services.mark_entry(attendance=row, actor=SYSTEM, mark=Mark.UNKNOWN) is None
        assert not Attendance.objects.exists()
        assert Attendance.pgh_event_models["delete"].objects.filter(pgh_label="delete").count() == 1


@pytest.mark.parametrize("mode", ["head_count", "none"])
def test_a_group_without_names_has_no_entry_whoever_writes(house, mode):
    group = make_group(house, attendance_mode=mode)
    session, person = begun(group), make_person(house)
    with open_scope(house.pk):
        for refused in (
            lambda: services.note_attendance(session=session, person=person, actor=SYSTEM, came=True),
            lambda: services.add_walk_in(session=session, actor=SYSTEM, alias="Jay"),
        ):
            with pytest.raises(ValidationError):
                refused()
        with pytest.raises(IntegrityError), transaction.atomic():
            Attendance.objects.create(organization=house, session=session, alias="Jay", came=True)
        assert not Attendance.objects.exists()


def test_a_group_that_keeps_nothing_counts_nobody_whoever_writes(house):
    session = begun(make_group(house, attendance_mode="none"))
    with open_scope(house.pk):
        with pytest.raises(ValidationError):
            services.set_head_count(session=session, actor=SYSTEM, people=3)
        with pytest.raises(IntegrityError), transaction.atomic():
            HeadCount.objects.create(organization=house, session=session, people=3)


def test_a_head_count_is_set_to_a_number_and_setting_it_again_changes_nothing(house, leader):
    session = begun(led(house, leader, attendance_mode="head_count"))
    with open_scope(house.pk):
        for _twice in range(2):
            services.set_head_count(session=session, actor=actor_for(leader), people=12)
        assert list(HeadCount.objects.values_list("people", flat=True)) == [12]
        assert HeadCount.pgh_event_models["insert"].objects.count() == 1


@pytest.mark.parametrize("deed", ["note", "walk_in", "count", "hold"])
def test_only_who_runs_the_group_writes_down_who_came(house, leader, deed):
    group = led(house, leader)
    person, session = make_enrolment(group).person, begun(group)
    deeds = {
        "note": lambda actor: services.note_attendance(session=session, person=person, actor=actor, came=True),
        "walk_in": lambda actor: services.add_walk_in(session=session, actor=actor, alias="Jay"),
        "count": lambda actor: services.set_head_count(session=session, actor=actor, people=2),
        "hold": lambda actor: services.hold_session(session=session, actor=actor),
    }
    colleague, auditor = make_member(house, Role.PEER_SPECIALIST), make_member(house, Role.AUDITOR)
    with open_scope(house.pk):
        for other in (colleague, auditor, person):
            with pytest.raises(PermissionDenied):
                deeds[deed](actor_for(other))
        assert not Attendance.objects.exists()
        deeds[deed](actor_for(leader))


def test_once_held_an_entry_changes_only_with_a_reason_whoever_writes(house, leader):
    group = led(house, leader)
    person, session = make_enrolment(group).person, begun(group)
    row = note(session, person, came=False)
    hold(session)
    with pytest.raises(ValidationError) as refused:
        note(session, person, came=True)
    assert refused.value.code == "held"
    with open_scope(house.pk):
        with pytest.raises(IntegrityError), transaction.atomic():
            Attendance.objects.filter(pk=row.pk).update(came=True)
        with pytest.raises(ValidationError) as refused:
            services.correct_attendance(attendance=row, actor=actor_for(leader), mark=Mark.HERE, reason="  ")
        assert "reason" in refused.value.message_dict
        row.refresh_from_db()
        assert row.came is False


def test_a_correction_keeps_what_stood_before_and_tells_what_no_longer_holds(house, leader, monkeypatch):
    group = led(house, leader)
    person, session = make_enrolment(group).person, begun(group)
    row = note(session, person, came=False)
    hold(session)
    told = []
    monkeypatch.setattr(registry, "_overtaken", [lambda occurrences, actor: told.extend(occurrences) or 0])
    with open_scope(house.pk):
        corrected = services.correct_attendance(
            attendance=row, actor=actor_for(leader), mark=Mark.HERE, reason="Wrong line"
        )
        assert told == [f"attendance:{row.pk}:1"]
        assert (corrected.came, corrected.version, corrected.correction) == (True, 2, "Wrong line")
        history = Attendance.pgh_event_models["update"].objects.filter(pgh_obj_id=row.pk).order_by("pgh_id")
        assert [(each.came, each.correction) for each in history][-1] == (True, "Wrong line")
        assert (False, "") in [(each.came, each.correction) for each in history]


def test_somebody_who_was_not_marked_is_added_later_with_a_reason(house, leader):
    group = led(house, leader)
    person, session = make_enrolment(group).person, begun(group)
    hold(session)
    blank = Attendance(organization=house, session=session, person=person)
    with open_scope(house.pk):
        services.correct_attendance(attendance=blank, actor=actor_for(leader), mark=Mark.HERE, reason="Forgot the tap")
        assert list(Attendance.objects.values_list("person", "came")) == [(person.pk, True)]


def test_who_was_missed_is_known_by_version_and_a_correction_unwinds_it(house, leader):
    group = led(house, leader)
    person, told_us = make_enrolment(group).person, make_enrolment(group).person
    session = begun(group)
    row = note(session, person, came=False)
    note(session, told_us, came=False, told_us=True)
    ended = timezone.now() - timedelta(minutes=1)
    with open_scope(house.pk):
        Session.objects.filter(pk=session.pk).update(ends_at=ended)
        span = (ended - timedelta(hours=1), timezone.now())
        assert not selectors.missed_between(*span).exists()  # nobody has said that it took place
        services.hold_session(session=session, actor=SYSTEM)
        assert [(each["person_id"], each["occurrence"]) for each in selectors.missed_between(*span)] == [
            (person.pk, f"attendance:{row.pk}:1")
        ]
        services.correct_attendance(attendance=row, actor=SYSTEM, mark=Mark.HERE, reason="Was there")
        assert not selectors.missed_between(*span).exists()
        services.correct_attendance(attendance=row, actor=SYSTEM, mark=Mark.MISSED, reason="Was not")
        assert [each["occurrence"] for each in selectors.missed_between(*span)] == [f"attendance:{row.pk}:3"]


def test_in_a_cohort_whoever_is_not_marked_was_not_there_and_in_a_drop_in_nothing_is_said(house, leader):
    for membership, expected in (("cohort", [False, True]), ("drop_in", [True])):
        group = led(house, leader, membership=membership)
        here, _other = make_enrolment(group).person, make_enrolment(group).person
        session = begun(group)
        note(session, here)
        hold(session)
        with open_scope(house.pk):
            assert sorted(session.attendances.values_list("came", flat=True)) == expected


def test_in_a_cohort_a_mark_taken_back_counts_as_none_and_who_joined_after_the_beginning_did_not_miss_it(house, leader):
    group = led(house, leader, membership="cohort")
    doubtful, session = make_enrolment(group).person, begun(group)
    late = make_enrolment(group).person
    for person in (doubtful, late):
        note(session, person)
        note(session, person, came=None)
    hold(session)
    with open_scope(house.pk):
        assert dict(session.attendances.values_list("person_id", "came")) == {doubtful.pk: False, late.pk: None}


def test_a_session_taken_back_on_its_day_is_open_again(house, leader):
    group = led(house, leader)
    person, session = make_enrolment(group).person, begun(group)
    hold(session)
    with open_scope(house.pk):
        Session.objects.filter(pk=session.pk).update(on=timezone.now().date() + timedelta(days=1))
        services.reopen_session(session=session, actor=actor_for(leader))
        services.reopen_session(session=session, actor=actor_for(leader))
    note(session, person)
    with open_scope(house.pk):
        services.hold_session(session=session, actor=SYSTEM)
        Session.objects.filter(pk=session.pk).update(on=timezone.now().date() - timedelta(days=3))
        with pytest.raises(ValidationError):
            services.reopen_session(session=session, actor=SYSTEM)


def test_a_session_is_not_held_before_it_begins_nor_when_it_is_off(house, leader):
    group = led(house, leader)
    with open_scope(house.pk):
        early, off = group.sessions.order_by("-on")[:2]
        services.cancel_session(session=off, actor=SYSTEM, reason={"en": "Snow"})
        for session in (early, off):
            with pytest.raises(ValidationError):
                services.hold_session(session=session, actor=SYSTEM)


# ---- aliases
def test_in_a_group_of_aliases_names_are_on_no_list_and_who_chose_none_is_a_guest(house, leader):
    group = led(house, leader, attendance_mode="alias", capacity=5)
    ann, ben = (make_enrolment(group, make_person(house, name=name)) for name in ("Ann Archer", "Ben Baker"))
    session = begun(group)
    with open_scope(house.pk):
        services.set_alias(enrolment=ann, actor=SYSTEM, alias=" Blue  Jay ")
        services.add_walk_in(session=session, actor=SYSTEM, client=make_client(house, name="Cy Clark"), alias="Owl")
        assert selectors.known_as([ann, ben], group) == ["Blue Jay", "Guest 2"]
    assert [name for name, _mark in lines(session, actor_for(leader))] == ["Blue Jay", "Guest 2", "Owl"]


def test_an_alias_is_one_in_its_group_and_chosen_by_the_person_themself(house, leader):
    group = led(house, leader, attendance_mode="alias")
    ann, ben = make_enrolment(group), make_enrolment(group)
    with open_scope(house.pk):
        services.set_alias(enrolment=ann, actor=SYSTEM, alias="Jay")
        with pytest.raises(ValidationError):
            services.set_alias(enrolment=ben, actor=SYSTEM, alias="jay")
        with pytest.raises(PermissionDenied):
            services.set_alias(enrolment=ben, actor=actor_for(leader), alias="Owl")


def test_a_group_to_which_people_came_under_an_alias_never_shows_names_whoever_writes(house):
    group = make_group(house, attendance_mode="alias")
    make_enrolment(group)
    with open_scope(house.pk):
        with pytest.raises(ValidationError) as refused:
            services.change_group(group=group, actor=SYSTEM, attendance_mode="named")
        assert "attendance_mode" in refused.value.message_dict
        services.leave(enrolment=group.enrolments.get(), actor=SYSTEM)
        with pytest.raises(IntegrityError), transaction.atomic():
            SupportGroup.objects.filter(pk=group.pk).update(attendance_mode="named")
        empty = make_group(house, attendance_mode="alias")
        assert services.change_group(group=empty, actor=SYSTEM, attendance_mode="named").attendance_mode == "named"


# ---- what is hidden
def test_a_bar_hides_a_line_and_the_list_leaves_a_trace_of_who_read_it(house, leader):
    group = led(house, leader)
    seen, hidden = make_enrolment(group), make_enrolment(group)
    with open_scope(house.pk):
        Bar.objects.create(organization=house, barred=leader, subject=hidden.person)
    session = begun(group)
    note(session, hidden.person)
    assert lines(session, actor_for(leader)) == [(seen.person.name, Mark.UNKNOWN)]
    with open_scope(house.pk):
        read = AccessLog.objects.filter(user_id=leader.user_id, model="groups.enrolment")
        assert set(read.values_list("row_id", flat=True)) == {seen.pk}


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.ADMINISTRATOR, True),
        (Role.COORDINATOR, True),
        (Role.AUDITOR, True),
        (Role.SUPERVISOR, False),
        (Role.PEER_SPECIALIST, False),
        (Role.VOLUNTEER_FACILITATOR, False),
        (Role.CLINICAL_CONTACT, False),
        (Role.TRANSLATOR, False),
        (Role.EVALUATOR, False),
        (Role.OBSERVER, False),
        (Role.PARTNER, False),
    ],
)
def test_who_is_in_a_group_is_invisible_to_staff_who_do_not_run_it(house, leader, role, sees):
    group = led(house, leader)
    make_enrolment(group)
    session = begun(group)
    actor = actor_for(make_member(house, role))
    assert bool(lines(session, actor)) is sees


def test_who_is_in_a_group_is_invisible_next_door(house, leader):
    group = led(house, leader)
    make_enrolment(group)
    session = begun(group)
    stranger = actor_for(make_member(make_organization(), Role.ADMINISTRATOR))
    with open_scope(stranger.organization_id):
        assert selectors.roster_of(session, stranger).lines == []


# ---- two at once
def at_once(house, *works):
    """Run these at the same moment, each in its own thread; what each raised, or None."""
    ready, answers = threading.Barrier(len(works)), []

    def run(work):
        try:
            with open_scope(house.pk):
                ready.wait()
                work()
                answers.append(None)
        except Exception as error:  # noqa: BLE001  whatever a thread met is what the test shows
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture
def shared():
    """A group with two leaders and somebody in it, committed."""
    with transaction.atomic():
        house = make_organization()
        leaders = [make_member(house, Role.PEER_SPECIALIST) for _n in range(2)]
        group = make_group(house, membership="cohort")
        for each in leaders:
            make_facilitator(group, each)
        person = make_enrolment(group).person
        session = begun(group)
    return house, leaders, person, session


@pytest.mark.django_db(transaction=True)
def test_two_leaders_who_check_the_same_person_in_at_once_leave_one_entry(shared):
    house, leaders, person, session = shared

    def work(leader):
        return lambda: services.note_attendance(session=session, person=person, actor=actor_for(leader), came=True)

    assert at_once(house, *map(work, leaders)) == [None, None]
    with open_scope(house.pk), transaction.atomic():
        assert list(Attendance.objects.values_list("person", "came")) == [(person.pk, True)]


@pytest.mark.django_db(transaction=True)
def test_a_session_held_twice_at_once_is_held_once(shared):
    house, leaders, person, session = shared

    def work(leader):
        return lambda: services.hold_session(session=session, actor=actor_for(leader))

    assert at_once(house, *map(work, leaders)) == [None, None]
    with open_scope(house.pk), transaction.atomic():
        assert list(Attendance.objects.values_list("person", "came")) == [(person.pk, False)]
        assert Session.objects.get(pk=session.pk).state == "held"


@pytest.mark.django_db(transaction=True)
def test_a_check_in_beside_the_holding_is_in_time_or_is_told_that_it_is_closed(shared):
    house, leaders, person, session = shared
    answers = at_once(
        house,
        lambda: services.note_attendance(session=session, person=person, actor=actor_for(leaders[0]), came=True),
        lambda: services.hold_session(session=session, actor=actor_for(leaders[1])),
    )
    refused = [each for each in answers if each is not None]
    assert all(isinstance(each, ValidationError) and each.code == "held" for each in refused)
    with open_scope(house.pk), transaction.atomic():
        assert list(Attendance.objects.values_list("came", flat=True)) == [not refused]
