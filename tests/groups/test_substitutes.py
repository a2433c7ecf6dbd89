"""Substitutes: who can lead one session in another's place, why others can't, and what it opens to them."""

import threading
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.access.policy import may, visible_to
from apps.access.scope import open_scope
from apps.groups import selectors, services
from apps.groups.evidence import hours_led
from apps.groups.models import Attendance, Enrolment, Session, SessionLeader, SupportGroup
from apps.organizations.choices import Role
from apps.organizations.models import Absence, Bar, Membership, Person, StaffProfile
from apps.organizations.registry import what_stays
from tests.factories.care import make_appointment
from tests.factories.certifications import make_certification
from tests.factories.clients import make_client
from tests.factories.groups import make_enrolment, make_facilitator, make_group
from tests.factories.messaging import zone_at
from tests.factories.organizations import (
    SYSTEM,
    actor_for,
    make_location,
    make_member,
    make_organization,
)

pytestmark = pytest.mark.django_db
PEER = Role.PEER_SPECIALIST


@pytest.fixture
def house():
    return make_organization()


@pytest.fixture
def leader(house):
    return make_member(house, PEER, name="Lee Leader")


@pytest.fixture
def group(house, leader):
    group = make_group(house, visibility="members", languages=["es"])
    make_facilitator(group, leader)
    return group


@pytest.fixture
def coordinator(house):
    return actor_for(make_member(house))


def a_session(group, n=2):
    with open_scope(group.organization_id):
        return group.sessions.select_related("group__location", "location").order_by("on")[n]


def told(session, actor):
    """Each candidate's first name, with the reason why they can't."""
    with open_scope(session.organization_id):
        return {each.person.name: each.reason for each in selectors.substitutes_for(session, actor)}


def put(session, person, actor=SYSTEM, **kwargs):
    with open_scope(session.organization_id):
        return services.set_substitute(session=session, person=person, actor=actor, **kwargs)


def test_those_who_can_come_first_and_of_them_those_who_speak_the_language(house, group, coordinator):
    make_member(house, PEER, name="Abe")
    speaks = make_member(house, PEER, name="Zoe")
    with open_scope(house.pk):
        StaffProfile.objects.create(organization=house, person=speaks, languages=["es"])
        found = selectors.substitutes_for(a_session(group), coordinator)
    assert [each.person.name for each in found if each.is_eligible] == ["Zoe", "Abe"]
    assert [each.speaks for each in found if each.is_eligible] == [("es",), ()]


def test_who_leads_it_already_is_not_among_them(group, coordinator):
    assert "Lee Leader" not in told(a_session(group), coordinator)


def test_a_role_that_leads_no_groups_is_said(house, group, coordinator):
    make_member(house, Role.OBSERVER, name="Olga")
    assert told(a_session(group), coordinator)["Olga"] == "Leading groups is not part of their role."


def test_a_role_that_ends_before_the_day_is_no_role(house, group, coordinator):
    soon = make_member(house, PEER, name="Sam")
    with open_scope(house.pk):
        Membership.objects.filter(person=soon).update(ends_on=timezone.localdate() + timedelta(days=1))
    assert "Sam" not in told(a_session(group), coordinator)


def test_a_time_away_is_said(house, group, coordinator):
    away, session = make_member(house, PEER, name="Ana"), a_session(group)
    with open_scope(house.pk):
        Absence.objects.create(organization=house, person=away, starts_on=session.on, ends_on=session.on)
    assert told(session, coordinator)["Ana"] == "Is away on that day."
    assert told(a_session(group, 3), coordinator)["Ana"] == ""


def test_another_group_at_that_time_is_something_else_and_nothing_more(house, group, coordinator):
    busy, session = make_member(house, PEER, name="Bob"), a_session(group)
    other = make_group(house, name={"en": "Grief circle"}, starts="18:30")
    make_facilitator(other, busy)
    assert told(session, coordinator)["Bob"] == "Has something else at that time."
    with open_scope(house.pk):
        services.cancel_session(session=other.sessions.get(on=session.on), actor=SYSTEM, reason={"en": "Snow"})
    assert told(session, coordinator)["Bob"] == ""


def test_a_visit_at_that_time_is_something_else(house, group, coordinator):
    busy, session = make_member(house, PEER, name="Bob"), a_session(group)
    make_appointment(make_client(house), staff=busy, starts_at=session.starts_at + timedelta(minutes=10))
    assert told(session, coordinator)["Bob"] == "Has something else at that time."
    assert told(a_session(group, 3), coordinator)["Bob"] == ""


def test_who_stands_in_elsewhere_at_that_time_is_busy_and_whom_they_stand_in_for_is_free(house, group, coordinator):
    first, second = make_member(house, PEER, name="First"), make_member(house, PEER, name="Second")
    other = make_group(house)
    make_facilitator(other, first)
    session = a_session(group)
    with open_scope(house.pk):
        theirs = other.sessions.get(on=session.on)
    put(theirs, second)
    found = told(session, coordinator)
    assert (found["First"], found["Second"]) == ("", "Has something else at that time.")


def test_a_certification_that_does_not_hold_on_the_day_is_said_to_the_office(house, group, coordinator, leader):
    names = {name: make_member(house, PEER, name=name) for name in ("Holds", "Lapses", "None")}
    session = a_session(group)
    make_certification(names["Holds"], issued_on="2020-01-01", expires_on=session.on)
    make_certification(names["Lapses"], issued_on="2020-01-01", expires_on=session.on - timedelta(days=1))
    assert set(told(session, coordinator).values()) >= {""}
    with open_scope(house.pk):
        SupportGroup.objects.update(needs_certified=True)
    session = a_session(group)
    found = told(session, coordinator)
    assert found["Holds"] == ""
    assert found["Lapses"] == "Their certification does not hold on that day."
    assert found["None"] == "This group needs a certification, and none of theirs is written down."
    # a colleague is not told whose certification ended
    found = told(session, actor_for(leader))
    assert found["Lapses"] == found["None"] == "Can’t lead this group on that day."


def test_a_lapsed_certification_is_refused_with_the_reason_and_nothing_is_written(house, group, coordinator):
    lapsed = make_member(house, PEER, name="Lapses")
    session = a_session(group)
    make_certification(lapsed, issued_on="2020-01-01", expires_on=session.on - timedelta(days=1))
    with open_scope(house.pk):
        SupportGroup.objects.update(needs_certified=True)
    with pytest.raises(ValidationError) as refused:
        put(session, lapsed, coordinator)
    assert refused.value.message_dict == {"person": ["Their certification does not hold on that day."]}
    with open_scope(house.pk):
        assert not SessionLeader.objects.exists()


def test_whoever_must_not_meet_somebody_in_the_group_is_left_out_without_a_word(house, group, coordinator):
    barred, free = make_member(house, PEER, name="Barred"), make_member(house, PEER, name="Free")
    inside = make_enrolment(group).person
    with open_scope(house.pk):
        Bar.objects.create(organization=house, barred=barred, subject=inside)
    session = a_session(group)
    found = told(session, coordinator)
    assert ("Barred" in found, found["Free"]) == (False, "")
    with pytest.raises(ValidationError) as refused:
        put(session, barred, coordinator)
    assert refused.value.message_dict == {"person": ["This person can’t lead this session. Choose somebody else."]}
    put(session, free, coordinator)


def test_another_organization_s_people_are_never_among_them(group, coordinator):
    make_member(make_organization(), PEER, name="Stranger")
    assert "Stranger" not in told(a_session(group), coordinator)


def test_the_queries_are_the_same_for_one_and_for_two_hundred(house, group, coordinator):
    with open_scope(house.pk):
        SupportGroup.objects.update(needs_certified=True)
    session = a_session(group)

    def asked():
        with open_scope(house.pk), CaptureQueriesContext(connection) as caught:
            selectors.substitutes_for(session, actor_for_again(coordinator))
        return len(caught)

    make_member(house, PEER)
    few = asked()
    with open_scope(house.pk):
        people = Person.objects.bulk_create(Person(organization=house, name=f"P {n}") for n in range(200))
        Membership.objects.bulk_create(
            Membership(organization=house, person=person, role=PEER, starts_on=date(2020, 1, 1)) for person in people
        )
    assert asked() == few


def actor_for_again(actor):
    """The same actor without what it remembers."""
    return type(actor)(actor.user_id, actor.organization_id)


def test_setting_the_same_one_twice_is_one_row_with_the_last_note(house, group, coordinator):
    person, session = make_member(house, PEER), a_session(group)
    one = put(session, person, coordinator, note="Keys at the desk")
    two = put(session, person, coordinator, note="Keys with Ann")
    assert (one.pk, two.note) == (two.pk, "Keys with Ann")
    with open_scope(house.pk):
        assert SessionLeader.objects.count() == 1


def test_the_usual_leader_stays_and_does_not_lead_that_one_session(house, group, leader):
    person, session = make_member(house, PEER), a_session(group)
    assert put(session, person).instead_of == leader
    with open_scope(house.pk):
        assert selectors.leaders_on(Session.objects.filter(pk=session.pk)) == {(session.pk, person.pk)}
        other = a_session(group, 3)
        assert selectors.leaders_on(Session.objects.filter(pk=other.pk)) == {(other.pk, leader.pk)}
        assert selectors.leads(actor_for(leader), group)


def test_taken_back_the_usual_leader_leads_again(house, group, leader):
    person, session = make_member(house, PEER), a_session(group)
    row = put(session, person)
    with open_scope(house.pk):
        services.end_substitute(substitute=row, actor=actor_for(leader))
        services.end_substitute(substitute=row, actor=actor_for(leader))
        assert selectors.leaders_on(Session.objects.filter(pk=session.pk)) == {(session.pk, leader.pk)}


@pytest.mark.parametrize(("who", "allowed"), [("leader", True), ("coordinator", True), ("colleague", False)])
def test_a_substitute_is_set_by_who_runs_the_group(house, group, leader, who, allowed):
    people = {"leader": leader, "coordinator": make_member(house), "colleague": make_member(house, PEER)}
    person, session = make_member(house, PEER), a_session(group)
    if allowed:
        assert put(session, person, actor_for(people[who])).person == person
    else:
        with pytest.raises(PermissionDenied):
            put(session, person, actor_for(people[who]))


def test_a_session_that_is_off_or_over_takes_none(house, group):
    person, session = make_member(house, PEER), a_session(group)
    with open_scope(house.pk):
        services.cancel_session(session=session, actor=SYSTEM, reason={"en": "Snow"})
        with pytest.raises(ValidationError):
            services.set_substitute(session=session, person=person, actor=SYSTEM)
        over = a_session(group, 3)
        now = timezone.now()
        Session.objects.filter(pk=over.pk).update(starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1))
        with pytest.raises(ValidationError):
            services.set_substitute(session=over, person=person, actor=SYSTEM)


@pytest.fixture
def tonight(house, leader):
    """A group that meets late today where it is midday, with somebody in it."""
    zone = zone_at(12)
    today = timezone.now().astimezone(ZoneInfo(zone))
    group = make_group(
        house,
        location=make_location(house, zone=zone),
        visibility="members",
        weekday=today.isoweekday(),
        starts="23:00",
        minutes=50,
    )
    make_facilitator(group, leader)
    make_enrolment(group)
    with open_scope(house.pk):
        return group.sessions.get(on=today.date())


def what_opens(actor, session):
    group = session.group_id
    return {
        "group": visible_to(SupportGroup, actor).filter(pk=group).exists(),
        "session": may(actor, "change", session),
        "list": visible_to(Enrolment, actor).filter(group=group).exists(),
        "attendance": visible_to(Attendance, actor).filter(session=session).exists(),
        "leads": selectors.leads(actor, session.group),
        "runs": selectors.leads_session(session, actor),
    }


def test_on_the_day_the_group_is_open_to_the_substitute_and_after_it_no_more(house, tonight):
    person = make_member(house, Role.VOLUNTEER_FACILITATOR)
    actor = actor_for(person)
    with open_scope(house.pk):
        attendee = Enrolment.objects.get().person
        Attendance.objects.create(organization=house, session=tonight, person=attendee, came=True)
        closed = dict.fromkeys(("list", "attendance", "leads", "runs", "session"), False)
        assert what_opens(actor, tonight) == {**closed, "group": True}  # the role sees groups
    put(tonight, person)
    with open_scope(house.pk):
        assert set(what_opens(actor, tonight).values()) == {True}
        other = tonight.group.sessions.exclude(pk=tonight.pk).first()
        assert not may(actor, "change", other)
        assert not selectors.leads_session(other, actor)
        before = timezone.now() - timedelta(days=2)
        Session.objects.filter(pk=tonight.pk).update(
            on=before.date(), slot=before.date(), starts_at=before, ends_at=before + timedelta(hours=1)
        )
        assert what_opens(actor, tonight) == {**closed, "group": True}


def test_hours_count_for_who_led_and_not_for_whom_they_stood_in_for(house, group, leader):
    person, session = make_member(house, PEER), a_session(group)
    put(session, person)
    before = timezone.now() - timedelta(days=1)
    with open_scope(house.pk):
        Session.objects.filter(pk=session.pk).update(starts_at=before, ends_at=before + timedelta(hours=2))
        keys = [leader.pk, person.pk]
        hours = {pk: each.amount for pk, each in hours_led(keys, session.on) if each.source.endswith(f":{session.pk}")}
    assert hours == {person.pk: 2}


def test_who_leaves_is_told_of_the_sessions_that_need_somebody_else(house, group, coordinator):
    person = make_member(house, PEER)
    with open_scope(house.pk):
        assert what_stays(person, coordinator) == []
    put(a_session(group), person)
    with open_scope(house.pk):
        assert what_stays(person, coordinator) == [
            "They lead 1 coming session in another’s place. Choose somebody else for it first."
        ]


def test_the_group_s_page_names_who_leads_the_next_time(house, group, leader):
    person = make_member(house, PEER, name="Sky Able")
    with open_scope(house.pk):
        row = selectors.sessions_of(group, actor_for(leader))[0]
        session = Session.objects.select_related("group__location", "location").get(public_id=row.public_id)
    put(session, person)
    with open_scope(house.pk):
        assert selectors.who_leads_instead(row.public_id, actor_for(leader)) == ["Sky"]


@pytest.mark.django_db(transaction=True)
def test_two_who_give_the_same_person_two_sessions_at_once_give_them_one():
    with transaction.atomic():
        house = make_organization()
        person = make_member(house, PEER)
        groups = [make_group(house) for _n in range(2)]
    sessions = [a_session_of(group) for group in groups]
    ready, answers = threading.Barrier(2), []

    def work(session):
        try:
            with open_scope(house.pk):
                ready.wait()
                services.set_substitute(session=session, person=person, actor=SYSTEM)
                answers.append("set")
        except ValidationError as refused:
            answers.append(" ".join(refused.messages))
        except Exception as error:  # noqa: BLE001  whatever else a thread met is what the test shows
            answers.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(session,)) for session in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["Has something else at that time.", "set"]


def a_session_of(group):
    with open_scope(group.organization_id), transaction.atomic():
        return group.sessions.select_related("group__location", "location").order_by("on")[2]
