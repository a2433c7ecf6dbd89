"""One group of each of six kinds through its life: started from its template, planned, joined, held, ended."""

from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from apps.access.policy import visible_to
from apps.access.scope import open_scope
from apps.groups import selectors, services
from apps.groups.models import Attendance, Enrolment, Session, SupportGroup
from apps.groups.shipped import shipped_kinds
from tests.factories.messaging import zone_at
from tests.factories.organizations import SYSTEM, make_location, make_person, make_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(cast: Any):
    """The cast, with a place where it is midday now, so that today is the same day on every clock of the test."""
    cast.place = make_location(cast.harbor, zone=zone_at(12))
    cast.room = make_room(cast.place, seats=30)
    return cast


def start(house, key, *, days, **more):
    """The coordinator starts a group of a kind whose first day is `days` from today, at ten, led by two who may."""
    today = timezone.now().astimezone(ZoneInfo(house.place.zone)).date()
    leaders = [house.people["peer_specialist"], house.people["volunteer_facilitator"]]
    actor = house.actor("coordinator")
    with open_scope(house.harbor.pk):
        group = services.start_group_from_template(
            template=shipped_kinds()[key].template,
            actor=actor,
            organization_id=house.harbor.pk,
            starts_on=today + timedelta(days=days),
            starts=time(10),
            location=house.place,
            room=house.room,
            leaders=leaders[: shipped_kinds()[key].template.leaders_needed or 1],
            **more,
        )
        # what lies behind it is there too, as if it had been started in time
        services.plan_sessions(actor=SYSTEM, group_id=group.pk, since=group.starts_on)
    return group


def past_and_coming(group):
    rows = list(Session.objects.filter(group=group, ended_with_group=False).order_by("starts_at"))
    now = timezone.now()
    return [row for row in rows if row.ends_at < now], [row for row in rows if row.ends_at >= now]


def new_people(house, number):
    return [make_person(house.harbor, name=f"Member {n}") for n in range(number)]


def finds(house, person, group):
    """Whether somebody finds the group: on its page, as by the policy."""
    page = house.client(person).get(reverse("groups:group", args=[group.public_id])).status_code == 200
    with open_scope(house.harbor.pk):
        assert visible_to(SupportGroup, house.actor(person)).filter(pk=group.pk).exists() == page
    return page


def put_away(house, group):
    """The coordinator ends it: nothing is to come, what was held stays."""
    with open_scope(house.harbor.pk):
        held = [row.pk for row in past_and_coming(group)[0]]
        services.archive_group(group=group, actor=house.actor("coordinator"))
        past, coming = past_and_coming(group)
        assert [row.pk for row in past] == held
        # one that runs now goes on, and one that was called off stays on the schedule, crossed out
        assert [row for row in coming if row.starts_at > timezone.now() and row.state != "cancelled"] == []
        assert services.plan_sessions(actor=SYSTEM, group_id=group.pk).total == 0


def hold(house, session, counted=None):
    """Whoever leads it says how many came, where that is counted, and that it took place."""
    leader = house.actor("peer_specialist")
    if counted is not None:
        services.set_head_count(session=session, actor=leader, people=counted)
    assert services.hold_session(session=session, actor=leader).state == "held"


def came(group, *sessions):
    """(sessions held, comings, people written down) of a group on the days of these sessions."""
    days = [session.on for session in sessions]
    counts = selectors.attendance_counts([group.pk], min(days), max(days))[group.pk]
    return counts.sessions, counts.comings, counts.people


def refuses_names(house, group, session, person):
    leader = house.actor("peer_specialist")
    with pytest.raises(ValidationError):
        services.enrol(group=group, person=person, actor=house.actor("coordinator"))
    with pytest.raises(ValidationError):
        services.note_attendance(session=session, person=person, actor=leader, came=True)
    assert not Enrolment.objects.filter(group=group).exists()
    assert not Attendance.objects.filter(session__group=group).exists()


def test_a_drop_in_group_is_open_to_whoever_comes_and_writes_no_name(house):
    group = start(house, "recovery-support", days=-15)
    (person,) = new_people(house, 1)
    with open_scope(house.harbor.pk):
        past, coming = past_and_coming(group)
        assert len(past) == 3
        assert {(b.on - a.on).days for a, b in zip(coming, coming[1:], strict=False)} == {7}
        assert coming[0].ends_at - coming[0].starts_at == timedelta(minutes=90)
        refuses_names(house, group, past[0], person)
        hold(house, past[0], counted=9)
        assert came(group, *past) == (1, 9, 0)
        moved = services.move_session(
            session=coming[0], actor=house.actor("peer_specialist"), on=coming[0].on + timedelta(days=1),
            starts=time(11), minutes=60,
        )  # fmt: skip
        assert moved.pk == coming[0].pk
        assert [row.person.name for row in group.facilitators.all()] == [
            house.people["peer_specialist"].name, house.people["volunteer_facilitator"].name,
        ]  # fmt: skip
    assert finds(house, "visitor", group)
    put_away(house, group)


def test_a_course_of_eight_keeps_its_people_counts_its_places_and_is_over_after_the_eighth(house):
    group = start(house, "peer-course-8", days=-15)
    people = new_people(house, 16)
    leader, coordinator = house.actor("peer_specialist"), house.actor("coordinator")
    said = shipped_kinds()["peer-course-8"].template.topics["en"].splitlines()
    with open_scope(house.harbor.pk):
        past, coming = past_and_coming(group)
        assert (len(past), len(coming)) == (3, 5)
        for person in people[:15]:
            services.enrol(group=group, person=person, actor=coordinator)
        with pytest.raises(services.GroupFull):
            services.enrol(group=group, person=people[15], actor=coordinator)
        for n, session in enumerate(past):
            for person in people[:15]:
                services.note_attendance(session=session, person=person, actor=leader, came=(person.pk + n) % 3 > 0)
        assert Attendance.objects.filter(session__group=group).count() == 45
        stood = came(group, *past)
        for session in past:
            hold(house, session)
        assert (stood[0], came(group, *past)[0]) == (0, 3)
        missed = Attendance.objects.filter(session=past[0], came=False).first()
        before = came(group, *past)[1]
        services.correct_attendance(attendance=missed, actor=leader, mark="here", reason="Came late")
        assert came(group, *past) == (3, before + 1, 15)
        topics = selectors.topics_by_session(group)
        assert [str(topics[row.public_id]) for row in coming] == said[3:]
        services.leave(enrolment=Enrolment.objects.get(group=group, person=people[0]), actor=coordinator)
        assert services.enrol(group=group, person=people[15], actor=coordinator).place == 1
        # closed to new people once it has begun, as its template says
        assert not shipped_kinds()["peer-course-8"].template.takes_new
        group = services.change_group(group=group, actor=coordinator, takes_new=False)
        assert not group.takes_new
        assert group.sessions.filter(ended_with_group=False).count() == 8
    page = house.client("coordinator").get(reverse("groups:group", args=[group.public_id])).content.decode()
    assert "This time:" in page
    assert said[3] in page
    put_away(house, group)


def test_a_twelve_step_meeting_leaves_no_trace_of_anybody(house):
    group = start(house, "twelve-step-open", days=-15)
    (person,) = new_people(house, 1)
    with open_scope(house.harbor.pk):
        past, coming = past_and_coming(group)
        assert (len(past), coming[0].ends_at - coming[0].starts_at) == (3, timedelta(minutes=60))
        refuses_names(house, group, past[0], person)
        with pytest.raises(ValidationError) as refused:
            services.change_group(group=group, actor=house.actor("coordinator"), attendance_mode="named")
        assert list(refused.value.message_dict) == ["attendance_mode"]
        with pytest.raises(ValidationError):
            services.set_head_count(session=past[0], actor=house.actor("peer_specialist"), people=9)
        hold(house, past[0])
        assert came(group, *past) == (1, 0, 0)
        services.cancel_session(session=coming[0], actor=house.actor("peer_specialist"), reason="Snow")
        group.refresh_from_db()
        assert (group.attendance_mode, group.is_anonymous, group.capacity) == ("none", True, None)
    text = house.client("visitor").get(reverse("groups:group", args=[group.public_id])).content.decode()
    assert "No names are written down" in text
    put_away(house, group)


def test_a_family_group_is_for_relatives_led_by_family_every_other_week(house):
    group = start(house, "family-support", days=-15, rhythm="fortnightly")
    (person,) = new_people(house, 1)
    with open_scope(house.harbor.pk):
        past, coming = past_and_coming(group)
        assert {(b.on - a.on).days for a, b in zip(past + coming, (past + coming)[1:], strict=False)} == {14}
        assert group.leader_kinds == ["trained_peer", "family_member"]
        assert any("a family member" in words for words in selectors.cautions(group, [house.people["supervisor"]]))
        refuses_names(house, group, past[0], person)
        hold(house, past[0], counted=6)
        assert came(group, *past) == (1, 6, 0)
        services.end_from(session=coming[3], actor=house.actor("coordinator"))
        assert len(past_and_coming(group)[1]) == 3
    assert finds(house, "family", group)
    put_away(house, group)


def test_a_one_to_one_has_one_place_and_nobody_else_finds_it(house):
    group = start(house, "one-to-one-mentoring", days=-15)
    (other,) = new_people(house, 1)
    client, coordinator = house.people["client"], house.actor("coordinator")
    with open_scope(house.harbor.pk):
        past, _coming = past_and_coming(group)
        enrolment = services.enrol(group=group, person=client, actor=coordinator)
        with pytest.raises(services.GroupFull):
            services.enrol(group=group, person=other, actor=coordinator)
    assert [finds(house, who, group) for who in ("client", "family", "visitor")] == [True, False, False]
    with open_scope(house.harbor.pk):
        services.note_attendance(session=past[0], person=client, actor=house.actor("peer_specialist"), came=True)
        hold(house, past[0])
        assert came(group, past[0]) == (1, 1, 1)
        services.leave(enrolment=enrolment, actor=coordinator)
        assert services.enrol(group=group, person=other, actor=coordinator).place == 1
        assert Attendance.objects.get(session__group=group).came
    assert not finds(house, "client", group)
    put_away(house, group)


def test_a_retreat_is_six_days_with_seven_people(house):
    group = start(house, "veterans-retreat", days=-2)
    people, coordinator = new_people(house, 8), house.actor("coordinator")
    with open_scope(house.harbor.pk):
        rows = list(Session.objects.filter(group=group).order_by("on"))
        assert [row.on - group.starts_on for row in rows] == [timedelta(days=n) for n in range(6)]
        for person in people[:7]:
            services.enrol(group=group, person=person, actor=coordinator)
        with pytest.raises(services.GroupFull):
            services.enrol(group=group, person=people[7], actor=coordinator)
        for person in people[:7]:
            services.note_attendance(session=rows[0], person=person, actor=house.actor("peer_specialist"), came=True)
        hold(house, rows[0])
        assert came(group, rows[0]) == (1, 7, 7)
        # a day called off is not made up: the six days are the retreat's
        services.cancel_session(session=rows[-1], actor=coordinator, reason="Storm")
        assert services.plan_sessions(actor=SYSTEM, group_id=group.pk).total == 0
        assert Session.objects.filter(group=group).count() == 6
    assert [finds(house, who, group) for who in ("visitor", "family")] == [False, False]
    put_away(house, group)
