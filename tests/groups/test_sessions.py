"""Sessions follow their group's rule: every minute, in any order, on every night when the clocks change."""

import threading
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone

from apps.access.models import JobRun
from apps.access.scope import open_scope
from apps.groups import services
from apps.groups.choices import SessionState
from apps.groups.models import Session
from apps.groups.tasks import plan_sessions
from apps.kit.walltime import resolve
from apps.organizations.choices import Role
from tests.factories.groups import make_facilitator, make_group
from tests.factories.organizations import SYSTEM, actor_for, make_location, make_member, make_organization

pytestmark = pytest.mark.django_db


def plan(organization, **kwargs):
    with open_scope(organization.pk):
        return services.plan_sessions(actor=SYSTEM, **kwargs)


def rows(group):
    return list(Session.objects.filter(group=group).values_list("public_id", "on", "starts_at", "state"))


def tomorrow_weekday(days=1):
    return (timezone.now() + timedelta(days=days)).isoweekday()


def test_a_new_group_has_its_sessions_twelve_weeks_ahead_one_a_week():
    organization = make_organization()
    group = make_group(organization, weekday=tomorrow_weekday(2))
    with open_scope(organization.pk):
        days = [row.on for row in group.sessions.all()]
    assert len(days) == 12
    assert {(b - a).days for a, b in zip(days, days[1:], strict=False)} == {7}
    assert {day.isoweekday() for day in days} == {group.weekday}


def test_planning_again_changes_nothing():
    organization = make_organization()
    group = make_group(organization)
    with open_scope(organization.pk):
        before = rows(group)
    assert [plan(organization).total for _n in range(2)] == [0, 0]
    with open_scope(organization.pk):
        assert rows(group) == before


@pytest.mark.parametrize(
    "zone", ["America/New_York", "America/Chicago", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo", "UTC"]
)
@pytest.mark.parametrize("starts", [time(0, 15), time(1, 30), time(2, 30), time(3, 0), time(17, 30)])
def test_sessions_keep_the_wall_time_on_every_night_when_the_clocks_change(zone, starts):
    organization = make_organization()
    location = make_location(organization, zone=zone)
    group = make_group(organization, location=location, weekday=7, starts=starts, minutes=60)
    plan(organization, group_id=group.pk, since=timezone.now().date() - timedelta(days=800))
    with open_scope(organization.pk):
        found = list(group.sessions.values_list("on", "starts_at", "ends_at"))
    assert len(found) > 110
    assert [start for _day, start, _end in found] == [
        resolve(datetime.combine(day, starts), zone) for day, _start, _end in found
    ]
    assert {end - start for _day, start, end in found} == {timedelta(minutes=60)}
    if starts == time(17, 30):
        assert {start.astimezone(ZoneInfo(zone)).time() for _day, start, _end in found} == {starts}


def test_a_change_of_day_and_time_moves_coming_sessions_and_keeps_their_identity():
    organization = make_organization()
    group = make_group(organization, weekday=3, starts=time(10))
    with open_scope(organization.pk):
        coming = list(group.sessions.filter(on__gt=timezone.now().date() + timedelta(days=8)))
        services.change_group(group=group, actor=SYSTEM, weekday=5, starts=time(18), minutes=45)
        for session in coming:
            before, _was = session.on, session.refresh_from_db()
            assert (session.on - before).days == 2
            wall = session.starts_at.astimezone(ZoneInfo(organization.zone))
            assert (wall.date(), wall.time()) == (session.on, time(18))
            assert session.ends_at - session.starts_at == timedelta(minutes=45)
        weeks = [session.on.isocalendar()[:2] for session in group.sessions.all()]
        assert len(weeks) == len(set(weeks))
    assert plan(organization).total == 0


def test_a_session_called_off_or_put_elsewhere_stays_when_its_group_moves():
    organization = make_organization()
    other = make_location(organization)
    group = make_group(organization, weekday=3)
    with open_scope(organization.pk):
        one, two, *_rest = group.sessions.filter(on__gt=timezone.now().date() + timedelta(days=8))
        services.cancel_session(session=one, actor=SYSTEM, reason={"en": "The house is closed."})
        services.change_session(session=two, actor=SYSTEM, location=other, room=None)
        services.change_group(group=group, actor=SYSTEM, weekday=4)
        for session in (one, two):
            before = session.on
            session.refresh_from_db()
            assert session.on == before
        assert one.state == SessionState.CANCELLED
        assert not group.sessions.filter(on__in=[one.on + timedelta(days=1), two.on + timedelta(days=1)]).exists()
    assert plan(organization).total == 0


def test_a_session_follows_its_group_again_when_it_takes_place_after_all():
    organization = make_organization()
    group = make_group(organization, weekday=3)
    with open_scope(organization.pk):
        session = group.sessions.filter(on__gt=timezone.now().date() + timedelta(days=8)).first()
        services.cancel_session(session=session, actor=SYSTEM, reason="Snow")
        services.change_group(group=group, actor=SYSTEM, weekday=4)
        restored = services.restore_session(session=session, actor=SYSTEM)
        assert (restored.pk, restored.state, restored.on.isoweekday()) == (session.pk, "planned", 4)


def test_sessions_end_with_their_group_and_come_back_with_it():
    organization = make_organization()
    group = make_group(organization)
    with open_scope(organization.pk):
        called_off = group.sessions.last()
        services.cancel_session(session=called_off, actor=SYSTEM, reason="Holiday")
        before = rows(group)
        last = group.sessions.all()[3].on
        services.change_group(group=group, actor=SYSTEM, ends_on=last)
        assert [row.on <= last for row in group.sessions.filter(state="planned")] == [True] * 4
        services.change_group(group=group, actor=SYSTEM, ends_on=None)
        assert rows(group) == before
        services.archive_group(group=group, actor=SYSTEM)
        assert not group.sessions.filter(state="planned", starts_at__gt=timezone.now()).exists()
        called_off.refresh_from_db()
        assert not called_off.ended_with_group
    assert plan(organization).total == 0


def test_a_location_that_changes_its_zone_takes_its_coming_sessions_along():
    organization = make_organization()
    location = make_location(organization, zone="America/New_York")
    group = make_group(organization, location=location, starts=time(12))
    with open_scope(organization.pk):
        location.zone = "America/Los_Angeles"
        location.save()
    assert plan(organization).moved >= 11
    with open_scope(organization.pk):
        coming = group.sessions.filter(starts_at__gt=timezone.now() + timedelta(days=1))
        hours = {row.starts_at.astimezone(ZoneInfo("America/Los_Angeles")).hour for row in coming}
    assert hours == {12}


def test_the_task_plans_for_every_organization_and_records_its_run():
    here, there = make_organization(), make_organization()
    groups = [make_group(here), make_group(there)]
    for organization, group in zip((here, there), groups, strict=True):
        with open_scope(organization.pk):
            group.sessions.last().delete()
    assert plan_sessions() == 2
    assert plan_sessions() == 0
    assert list(JobRun.objects.filter(job="groups.plan_sessions").order_by("pk").values_list("did", "errors")) == [
        (2, []),
        (0, []),
    ]


def test_planning_in_one_organization_leaves_others_alone():
    here, there = make_organization(), make_organization()
    theirs = make_group(there)
    with open_scope(there.pk):
        theirs.sessions.last().delete()
        before = rows(theirs)
    assert plan(here).total == 0
    with open_scope(there.pk):
        assert rows(theirs) == before


@pytest.mark.django_db(transaction=True)
def test_two_planners_and_a_change_at_the_same_moment_leave_one_session_a_week():
    with transaction.atomic():
        organization = make_organization()
        group = make_group(organization, weekday=2)
    with open_scope(organization.pk), transaction.atomic():
        group.sessions.filter(on__gt=timezone.now().date() + timedelta(days=8)).delete()
    ready = threading.Barrier(5)
    errors = []

    def work(weekday):
        try:
            with open_scope(organization.pk):
                ready.wait()
                if weekday:
                    services.change_group(group=group, actor=SYSTEM, weekday=weekday)
                else:
                    services.plan_sessions(actor=SYSTEM)
        except Exception as error:  # noqa: BLE001  whatever a thread met is what the test shows
            errors.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(weekday,)) for weekday in (0, 0, 4, 0, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    plan(organization)
    with open_scope(organization.pk), transaction.atomic():
        coming = group.sessions.filter(on__gt=timezone.now().date() + timedelta(days=8))
        weeks = [session.on.isocalendar()[:2] for session in coming]
        assert len(weeks) == len(set(weeks)) >= 10
        group.refresh_from_db()
        assert {session.on.isoweekday() for session in coming} == {group.weekday}
    assert plan(organization).total == 0


@pytest.mark.parametrize(
    ("role", "leads", "may"),
    [
        (Role.COORDINATOR, False, True),
        (Role.PEER_SPECIALIST, False, False),
        (Role.PEER_SPECIALIST, True, True),
        (Role.AUDITOR, False, False),
    ],
)
def test_a_session_is_called_off_by_who_runs_it(role, leads, may):
    organization = make_organization()
    group, member = make_group(organization), make_member(organization, role)
    if leads:
        make_facilitator(group, member)
    with open_scope(organization.pk):
        session = group.sessions.last()
        if may:
            services.cancel_session(session=session, actor=actor_for(member), reason="Snow")
        else:
            with pytest.raises(PermissionDenied):
                services.cancel_session(session=session, actor=actor_for(member), reason="Snow")
        session.refresh_from_db()
        assert (session.state == SessionState.CANCELLED) is may


def test_a_session_that_is_over_is_not_called_off():
    organization = make_organization()
    group = make_group(organization)
    plan(organization, since=date(2026, 1, 1))
    with open_scope(organization.pk):
        session = group.sessions.first()
        assert session.starts_at < datetime.now(UTC)
        with pytest.raises(ValidationError):
            services.cancel_session(session=session, actor=SYSTEM, reason="Snow")
