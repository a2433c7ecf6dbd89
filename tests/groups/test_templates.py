"""Templates: an organization's are its own, groups keep what they took, and the database refuses what can't be."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apps.access.scope import open_scope
from apps.groups import selectors, services
from apps.groups.choices import Rhythm
from apps.groups.models import Attendance, Enrolment, GroupTemplate, SupportGroup, lines_of
from apps.groups.shipped import shipped_kinds
from apps.kit.walltime import resolve
from tests.factories.certifications import make_certification
from tests.factories.groups import make_enrolment, make_group
from tests.factories.organizations import (
    SYSTEM,
    actor_for,
    make_location,
    make_member,
    make_organization,
    make_person,
    make_room,
)

pytestmark = pytest.mark.django_db
KINDS = sorted(shipped_kinds())


@pytest.fixture
def house():
    organization = make_organization()
    organization.place = make_location(organization)
    return organization


def started(house, key, **more):
    """A group from a shipped kind, a week from today at ten."""
    values = {
        "starts_on": timezone.localdate() + timedelta(days=7),
        "starts": time(10),
        "location": house.place,
        **more,
    }
    template = values.pop("template", None) or shipped_kinds()[key].template
    if template.needs_last_day:
        values.setdefault("ends_on", values["starts_on"] + timedelta(days=200))
    return services.start_group_from_template(template=template, actor=SYSTEM, organization_id=house.pk, **values)


@pytest.mark.parametrize("key", KINDS)
def test_a_kind_can_be_kept_and_starts_a_group(house, key):
    kind = shipped_kinds()[key]
    with open_scope(house.pk):
        row = services.take_kind(kind=kind, actor=SYSTEM, organization_id=house.pk)
        row.refresh_from_db()
        for name in (*services.templates.TAKEN, "takes_new", "source", "based_on"):
            assert getattr(row, name) == getattr(kind.template, name), name
        for template in (kind.template, row):
            group = started(house, key, template=template)
            group.refresh_from_db()
            assert (group.template, group.made_from) == ((None, key) if template is kind.template else (row, ""))
            assert selectors.template_name(group) == kind.template.name["en"]
            assert (group.minutes, group.membership, group.leader_kinds) == (
                kind.template.minutes, kind.template.membership, kind.template.leader_kinds,
            )  # fmt: skip
            assert group.takes_new
            assert group.sessions.count() >= 1


# ---- what the database refuses, whoever writes
@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("twelve-step-open", {"attendance_mode": "named"}),
        ("matched-pair", {"capacity": 3}),
        ("matched-pair", {"capacity": None}),
        ("matched-pair", {"visibility": "public"}),
        ("one-to-one-mentoring", {"capacity": 2}),
        ("recovery-coaching", {"visibility": "public"}),
        ("school-mentoring", {"needs_guardian_consent": False}),
        ("billed-skills-group", {"is_billable": False}),
        ("recovery-support", {"leader_kinds": ["wizard"]}),
        ("recovery-support", {"leaders_needed": 0}),
    ],
)
def test_neither_a_template_nor_a_group_can_be_what_its_kind_may_not(house, key, change):
    with open_scope(house.pk):
        row = services.take_kind(kind=shipped_kinds()[key], actor=SYSTEM, organization_id=house.pk)
        group = started(house, key)
        for model, one in ((GroupTemplate, row), (SupportGroup, group)):
            with pytest.raises(IntegrityError), transaction.atomic():
                model.objects.filter(pk=one.pk).update(**change)
        with pytest.raises(ValidationError) as refused:
            services.store_template(template=row, actor=SYSTEM, **change)
        assert refused.value.message_dict
        with pytest.raises(ValidationError):
            services.change_group(group=group, actor=SYSTEM, **change)


def test_a_school_team_of_adults_needs_no_guardian(house):
    with open_scope(house.pk):
        row = services.take_kind(kind=shipped_kinds()["school-mentoring"], actor=SYSTEM, organization_id=house.pk)
        row = services.store_template(template=row, actor=SYSTEM, youngest=18, needs_guardian_consent=False)
        assert not row.needs_guardian_consent


def test_no_name_gets_into_a_twelve_step_group_by_any_way(house):
    person = make_person(house)
    with open_scope(house.pk):
        group = started(house, "twelve-step-open")
        session = group.sessions.first()
        for deed in (
            lambda: services.enrol(group=group, person=person, actor=SYSTEM),
            lambda: services.note_attendance(session=session, person=person, actor=SYSTEM, came=True),
        ):
            with pytest.raises(ValidationError):
                deed()
        for row in (
            Enrolment(organization=house, group=group, person=person),
            Attendance(organization=house, session=session, person=person, came=True),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                row.save()
        assert not Enrolment.objects.exists()
        assert not Attendance.objects.exists()


def test_a_group_with_people_in_it_does_not_become_anonymous(house):
    group = make_group(house)
    make_enrolment(group)
    with open_scope(house.pk):
        with pytest.raises(ValidationError):
            services.change_group(group=group, actor=SYSTEM, is_anonymous=True, attendance_mode="none")
        with pytest.raises(IntegrityError), transaction.atomic():
            SupportGroup.objects.filter(pk=group.pk).update(is_anonymous=True, attendance_mode="none")


def test_two_templates_in_use_never_have_one_name_and_one_put_away_may(house):
    with open_scope(house.pk):
        values = {"name": {"en": "Evening circle"}, "actor": SYSTEM}
        first = services.store_template(template=GroupTemplate(organization_id=house.pk), **values)
        with pytest.raises(ValidationError):
            services.store_template(template=GroupTemplate(organization_id=house.pk), **values)
        GroupTemplate.objects.filter(pk=first.pk).update(archived_at=timezone.now())
        services.store_template(template=GroupTemplate(organization_id=house.pk), **values)


def test_taking_a_kind_twice_is_one_template(house):
    kind = shipped_kinds()["grief-group"]
    with open_scope(house.pk):
        first, second = (services.take_kind(kind=kind, actor=SYSTEM, organization_id=house.pk) for _n in range(2))
        assert first == second
        assert GroupTemplate.objects.count() == 1


def test_who_does_not_arrange_groups_keeps_and_starts_nothing(house):
    kind, leader = shipped_kinds()["grief-group"], make_member(house, "peer_specialist")
    with open_scope(house.pk):
        row = services.take_kind(kind=kind, actor=SYSTEM, organization_id=house.pk)
        actor = actor_for(leader)
        for deed in (
            lambda: services.take_kind(kind=kind, actor=actor, organization_id=house.pk),
            lambda: services.store_template(template=row, actor=actor, minutes=30),
            lambda: services.start_group_from_template(
                template=row, actor=actor, organization_id=house.pk, starts_on=date(2030, 1, 7), starts=time(10),
                location=house.place,
            ),
        ):  # fmt: skip
            with pytest.raises(PermissionDenied):
                deed()
        row.refresh_from_db()
        assert row.minutes == 90
        assert not SupportGroup.objects.exists()


# ---- a group from a template
def test_a_template_that_changes_leaves_the_groups_that_started_from_it(house):
    with open_scope(house.pk):
        row = services.take_kind(kind=shipped_kinds()["peer-course-8"], actor=SYSTEM, organization_id=house.pk)
        group = started(house, "", template=row)
        services.store_template(
            template=row, actor=SYSTEM, curriculum_version="9 sessions", topics={"en": "Only one"}, capacity=99
        )
        group.refresh_from_db()
        assert (group.curriculum_version, len(lines_of(group.topics)), group.capacity) == ("8 sessions", 8, 15)


@pytest.mark.parametrize(
    ("rhythm", "rule"),
    [
        (Rhythm.AS_SAID, ("weekly", 1, [])),
        (Rhythm.WEEKLY, ("weekly", 1, [])),
        (Rhythm.FORTNIGHTLY, ("weekly", 2, [])),
        (Rhythm.MONTHLY, ("monthly", 1, [3])),
    ],
)
def test_the_first_day_says_the_weekday_and_which_of_the_month(house, rhythm, rule):
    with open_scope(house.pk):
        group = started(house, "recovery-support", starts_on=date(2031, 1, 15), rhythm=rhythm)
        assert (group.weekday, group.frequency, group.interval, group.positions) == (3, *rule)


def test_the_fifth_of_a_month_is_the_last(house):
    with open_scope(house.pk):
        assert started(house, "chronic-illness", starts_on=date(2031, 1, 29)).positions == [-1]


@pytest.mark.parametrize("weekday", range(1, 8))
def test_a_retreat_is_six_days_one_after_another_whatever_day_it_begins(house, weekday):
    today = timezone.localdate()
    first = today + timedelta(days=7 + (weekday - today.isoweekday()) % 7)
    with open_scope(house.pk):
        days = [row.on for row in started(house, "veterans-retreat", starts_on=first).sessions.order_by("on")]
    assert days == [first + timedelta(days=n) for n in range(6)]


def test_a_centre_that_opens_on_a_saturday_first_opens_on_monday(house):
    today = timezone.localdate()
    saturday = today + timedelta(days=7 + (6 - today.isoweekday()) % 7)
    with open_scope(house.pk):
        days = [
            row.on.isoweekday() for row in started(house, "drop-in-centre", starts_on=saturday).sessions.order_by("on")
        ]
    assert days[:6] == [1, 2, 3, 4, 5, 1]


def test_a_school_year_needs_its_last_day(house):
    with open_scope(house.pk):
        with pytest.raises(ValidationError) as refused:
            started(house, "student-leaders", ends_on=None)
        assert list(refused.value.message_dict) == ["ends_on"]
        assert not SupportGroup.objects.exists()


def test_who_leads_it_leads_it_from_the_first_day(house):
    leaders = [make_member(house, "peer_specialist"), make_member(house, "volunteer_facilitator")]
    with open_scope(house.pk):
        group = started(house, "recovery-support", leaders=leaders)
        assert {(row.person, row.starts_on) for row in group.facilitators.all()} == {
            (person, group.starts_on) for person in leaders
        }


def test_one_leader_who_left_means_no_group_at_all(house):
    gone = make_member(house, "peer_specialist")
    with open_scope(house.pk):
        gone.memberships.update(ends_on=date(2021, 1, 1))
        with pytest.raises(ValidationError), transaction.atomic():
            started(house, "recovery-support", leaders=[make_member(house, "peer_specialist"), gone])
        assert not SupportGroup.objects.exists()


def test_a_look_says_what_to_mind_and_writes_nothing(house):
    certified, lapsed = (make_member(house, "peer_specialist", name=name) for name in ("Ana", "Ben"))
    make_certification(certified, issued_on="2020-01-01", expires_on=timezone.localdate() + timedelta(days=900))
    make_certification(lapsed, issued_on="2020-01-01", expires_on=timezone.localdate() - timedelta(days=3))
    room = make_room(house.place, seats=8)
    asked = {
        "template": shipped_kinds()["billed-skills-group"].template, "actor": SYSTEM, "organization_id": house.pk,
        "starts_on": timezone.localdate() + timedelta(days=7), "starts": time(10), "location": house.place,
    }  # fmt: skip
    with open_scope(house.pk):
        quiet = services.look_at_start(leaders=[certified], **asked)
        loud = services.look_at_start(leaders=[certified, lapsed], room=room, capacity=20, **asked)
        none = services.look_at_start(leaders=[], **asked)
        assert not SupportGroup.objects.exists()
    assert quiet.cautions == []
    assert len(quiet.sessions) == 12
    told = " ".join(loud.cautions)
    assert len(loud.cautions) == 3
    assert "none holds for Ben" in told
    assert "Ana" not in told
    assert "8 seats" in told
    assert "up to 22 people" in told
    assert "at most 12 people" in told
    assert none.cautions == ["This kind is led by 1 person. You chose 0."]


def test_a_look_brings_back_what_the_service_refuses(house):
    other = make_room(make_location(house))
    with open_scope(house.pk):
        look = services.look_at_start(
            leaders=[], template=shipped_kinds()["grief-group"].template, actor=SYSTEM, organization_id=house.pk,
            starts_on=date(2031, 1, 6), starts=time(10), location=house.place, room=other,
        )  # fmt: skip
    assert list(look.problem.message_dict) == ["room"]


# ---- topics
def topics(group):
    by_session = selectors.topics_by_session(group)
    rows = group.sessions.filter(ended_with_group=False).order_by("starts_at")
    return [str(by_session.get(row.public_id, "")) for row in rows]


def test_each_session_has_the_topic_of_its_number_and_a_course_ends_with_its_last(house):
    said = shipped_kinds()["peer-course-8"].template.topics["en"].splitlines()
    with open_scope(house.pk):
        group = started(house, "peer-course-8")
        assert topics(group) == said
        assert topics(services.change_group(group=group, actor=SYSTEM, times=10)) == [*said, "", ""]


def test_what_was_called_off_comes_the_next_time(house):
    said = shipped_kinds()["peer-course-8"].template.topics["en"].splitlines()
    with open_scope(house.pk):
        group = started(house, "peer-course-8")
        third = group.sessions.order_by("on")[2]
        services.cancel_session(session=third, actor=SYSTEM, reason="Snow")
        assert topics(group) == [*said[:2], "", *said[2:7]]
        services.set_date(
            group=group, actor=SYSTEM, on=group.sessions.order_by("on").last().on + timedelta(days=7), kind="extra"
        )
        assert topics(group) == [*said[:2], "", *said[2:]]
        services.restore_session(session=third, actor=SYSTEM)
        assert topics(group)[:8] == said


def test_where_a_group_goes_on_topics_begin_again_and_in_no_order_there_are_none(house):
    with open_scope(house.pk):
        group = started(house, "wellness-workshops", times=None)
        assert topics(group)[:4] == ["Stress", "Sleep", "Food", "Stress"]
        assert set(topics(started(house, "whole-health-course"))) == {""}


def test_a_course_that_is_taken_over_half_way_goes_on_with_its_topic(house):
    said = shipped_kinds()["peer-course-8"].template.topics["en"].splitlines()
    with open_scope(house.pk):
        group = started(house, "peer-course-8", starts_on=timezone.now().date() - timedelta(days=17))
        coming = [words for words in topics(group) if words]
        assert coming == said[-len(coming) :]
        assert len(coming) == 5
        services.plan_sessions(actor=SYSTEM, group_id=group.pk, since=group.starts_on)
        assert topics(group) == said


@pytest.mark.parametrize("n", [1, 30])
def test_topics_cost_two_queries_for_any_number_of_sessions(house, n, django_assert_num_queries):
    with open_scope(house.pk):
        group = started(house, "wellness-workshops", times=n)
        selectors.topics_by_session(group)
        with django_assert_num_queries(2, connection=connection):
            selectors.topics_by_session(group)


def test_no_session_of_a_started_group_lies_before_its_first_day(house):
    with open_scope(house.pk):
        group = started(house, "matched-pair")
        first = group.sessions.order_by("starts_at").first()
    wanted = datetime.combine(group.starts_on, time(10))
    assert first.starts_at == resolve(wanted, str(house.place.zone))
