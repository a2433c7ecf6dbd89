"""Rules of RFC 5545: compared with dateutil, changed for one session, those that follow and all, closed and opened."""

from datetime import date, datetime, time, timedelta

import pytest
from dateutil.rrule import MO, MONTHLY, WEEKLY, rrule, rruleset, weekday
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.access.scope import open_scope
from apps.groups import services
from apps.groups.choices import DateKind
from apps.groups.models import Closure, EarlierRule, GroupDate, Session, SupportGroup
from apps.kit.walltime import resolve
from apps.organizations.choices import Role
from tests.factories.groups import make_enrolment, make_group
from tests.factories.organizations import SYSTEM, actor_for, make_location, make_member, make_organization

pytestmark = pytest.mark.django_db
SLOW_IS_FINE = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
ZONES = ["America/New_York", "America/Phoenix", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo", "UTC"]


@st.composite
def rules(draw):
    monthly = draw(st.booleans())
    first = draw(st.dates(date(2023, 1, 1), date(2027, 12, 31)))
    return {
        "frequency": "monthly" if monthly else "weekly",
        "interval": draw(st.integers(1, 5)),
        "weekdays": sorted(draw(st.sets(st.integers(1, 7), min_size=1, max_size=4))),
        "positions": sorted(draw(st.sets(st.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1, max_size=3)))
        if monthly
        else [],
        "times": draw(st.none() | st.integers(1, 40)),
        "first": first,
        "last": draw(st.none() | st.integers(0, 500).map(lambda days: first + timedelta(days=days))),
    }


def by_dateutil(rule, until):
    """What dateutil makes of the rule, until a day."""
    days = [
        weekday(day - 1, position) if position else weekday(day - 1)
        for day in rule["weekdays"]
        for position in rule["positions"] or [None]
    ]
    found = rrule(
        MONTHLY if rule["frequency"] == "monthly" else WEEKLY,
        dtstart=datetime.combine(rule["first"], time()),
        interval=rule["interval"],
        byweekday=days,
        wkst=MO,
        count=rule["times"],
    )
    found = [
        at.date()
        for at in found.between(datetime.combine(date(2020, 1, 1), time()), datetime.combine(until, time()), inc=True)
    ]
    return [day for day in found if rule["last"] is None or day <= rule["last"]]


@SLOW_IS_FINE
@given(rule=rules(), ahead=st.integers(0, 900), wide=st.integers(0, 300))
def test_the_days_of_a_rule_are_those_of_dateutil(db, rule, ahead, wide):
    since = rule["first"] + timedelta(days=ahead - 100)
    until = since + timedelta(days=wide)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT groups_rule_days(%s, %s, %s::int[], %s::int[], %s, %s, %s, %s, %s)",
            [*(rule[name] for name in ("frequency", "interval", "weekdays", "positions", "times", "first", "last")),
             since, until],
        )  # fmt: skip
        found = [day for (day,) in cursor.fetchall()]
    assert found == [day for day in by_dateutil(rule, until) if day >= since]


def test_instants_with_extra_and_left_out_dates_are_those_of_dateutil_on_the_wall_of_any_zone():
    organization = make_organization()
    group = make_group(organization)

    @SLOW_IS_FINE
    @given(
        rule=rules(),
        zone=st.sampled_from(ZONES),
        starts=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
        extra=st.sets(st.integers(0, 120), max_size=3),
        out=st.sets(st.integers(0, 120), max_size=5),
    )
    def check(rule, zone, starts, extra, out):
        since, until = rule["first"], rule["first"] + timedelta(days=240)
        extra_days = {since + timedelta(days=n) for n in extra - out}
        out_days = {since + timedelta(days=n) for n in out}
        with open_scope(organization.pk):
            type(group.location).objects.filter(pk=group.location_id).update(zone=zone)
            SupportGroup.objects.filter(pk=group.pk).update(
                frequency=rule["frequency"],
                interval=rule["interval"],
                weekday=rule["weekdays"][0],
                also_on=rule["weekdays"][1:],
                positions=rule["positions"],
                times=rule["times"],
                starts_on=rule["first"],
                ends_on=rule["last"],
                starts=starts,
            )
            GroupDate.objects.all().delete()
            for days, kind in ((extra_days, DateKind.EXTRA), (out_days, DateKind.LEFT_OUT)):
                GroupDate.objects.bulk_create(
                    GroupDate(organization=organization, group=group, on=day, kind=kind) for day in days
                )
            with connection.cursor() as cursor:
                cursor.execute("SELECT starts_at FROM groups_days(%s, %s, %s) ORDER BY day", [since, until, [group.pk]])
                found = [at for (at,) in cursor.fetchall()]
        dates = rruleset()
        for day in [*by_dateutil(rule, until), *extra_days]:
            dates.rdate(datetime.combine(day, starts))
        for day in out_days:
            dates.exdate(datetime.combine(day, starts))
        assert found == [resolve(wall, zone) for wall in dates]

    check()


# ---- changes of a rule
def sessions_of(group, **fields):
    return list(Session.objects.filter(group=group, ended_with_group=False, **fields).order_by("on"))


@pytest.fixture
def group():
    organization = make_organization()
    return make_group(organization, weekday=timezone.now().isoweekday() % 7 + 1, starts=time(18))


@pytest.fixture
def scope(group):
    with open_scope(group.organization_id):
        yield


def test_one_session_moves_and_keeps_its_identity_whatever_the_rule_does_later(group, scope):
    one = sessions_of(group)[3]
    moved = services.move_session(
        session=one, actor=SYSTEM, on=one.on + timedelta(days=1), starts=time(9, 30), minutes=45
    )
    assert (moved.pk, moved.public_id, moved.on, moved.slot) == (one.pk, one.public_id, one.on + timedelta(1), one.slot)
    assert moved.sequence == one.sequence + 1
    assert moved.changed_at > one.changed_at
    services.change_rule(group=group, actor=SYSTEM, starts=time(11))
    moved.refresh_from_db()
    assert moved.starts_at == resolve(datetime.combine(moved.on, time(9, 30)), group.location.zone)
    assert len(sessions_of(group)) == 12
    assert services.plan_sessions(actor=SYSTEM).total == 0


def test_this_and_following_leaves_what_is_before_and_moves_what_comes_after(group, scope):
    before = sessions_of(group)
    since = before[4]
    other = since.on.isoweekday() % 7 + 1
    services.change_rule(group=group, actor=SYSTEM, since=since, weekday=other, starts=time(10), minutes=60)
    after = sessions_of(group)
    assert [row.public_id for row in after] == [row.public_id for row in before]
    assert [(row.on, row.starts_at, row.sequence) for row in after[:4]] == [
        (row.on, row.starts_at, row.sequence) for row in before[:4]
    ]
    assert {row.on.isoweekday() for row in after[4:]} == {other}
    assert {row.sequence for row in after[4:]} == {1}
    assert EarlierRule.objects.get(group=group).ends_on < after[4].on
    assert services.plan_sessions(actor=SYSTEM).total == 0


def test_a_second_change_from_an_earlier_session_on_takes_the_place_of_the_first(group, scope):
    rows = sessions_of(group)
    services.change_rule(group=group, actor=SYSTEM, since=rows[6], starts=time(10))
    services.change_rule(group=group, actor=SYSTEM, since=rows[3], starts=time(20))
    walls = [resolve(datetime.combine(row.on, time(18 if n < 3 else 20)), group.location.zone)
             for n, row in enumerate(sessions_of(group))]  # fmt: skip
    assert [row.starts_at for row in sessions_of(group)] == walls
    services.change_rule(group=group, actor=SYSTEM, starts=time(7))
    assert not EarlierRule.objects.filter(group=group).exists()
    assert {row.starts_at for row in sessions_of(group)} == {
        resolve(datetime.combine(row.on, time(7)), group.location.zone) for row in rows
    }


def test_all_to_come_every_other_week_leaves_out_every_other_and_weekly_brings_them_back(group, scope):
    before = sessions_of(group)
    services.change_rule(group=group, actor=SYSTEM, interval=2)
    half = sessions_of(group)
    assert {(b.on - a.on).days for a, b in zip(half, half[1:], strict=False)} == {14}
    assert {row.public_id for row in half} < {row.public_id for row in before}
    services.change_rule(group=group, actor=SYSTEM, interval=1)
    assert [row.public_id for row in sessions_of(group)] == [row.public_id for row in before]
    assert all(row.state == "planned" for row in sessions_of(group))


def test_by_the_month_on_the_last_weekday_and_so_many_times(group, scope):
    services.change_rule(group=group, actor=SYSTEM, frequency="monthly", positions=[-1, 1])
    for row in sessions_of(group):
        assert (row.on + timedelta(days=7)).month != row.on.month or row.on.day <= 7
        assert row.on.isoweekday() == group.weekday
    today = timezone.now().date()
    services.change_rule(group=group, actor=SYSTEM, frequency="weekly", positions=[], times=1)
    assert not sessions_of(group, on__gt=today)  # it began years ago, and its one time is long over


def test_ending_with_one_session_keeps_what_is_before_also_across_an_earlier_rule(group, scope):
    rows = sessions_of(group)
    services.change_rule(group=group, actor=SYSTEM, since=rows[5], starts=time(10))
    services.end_from(session=rows[3], actor=SYSTEM)
    assert [(row.public_id, row.starts_at) for row in sessions_of(group)] == [
        (row.public_id, row.starts_at) for row in rows[:3]
    ]


def test_extra_and_left_out_days(group, scope):
    rows = sessions_of(group)
    extra = rows[1].on + timedelta(days=2)
    services.set_date(group=group, actor=SYSTEM, on=rows[2].on, kind=DateKind.LEFT_OUT)
    services.set_date(group=group, actor=SYSTEM, on=extra, kind=DateKind.EXTRA, starts=time(8), minutes=30)
    found = sessions_of(group)
    assert rows[2].on not in {row.on for row in found}
    added = next(row for row in found if row.on == extra)
    assert added.starts_at == resolve(datetime.combine(extra, time(8)), group.location.zone)
    assert added.ends_at - added.starts_at == timedelta(minutes=30)
    gone = Session.objects.get(pk=rows[2].pk)
    assert (gone.state, gone.ended_with_group, gone.sequence) == ("cancelled", True, 1)
    services.drop_date(row=GroupDate.objects.get(group=group, on=rows[2].on), actor=SYSTEM)
    assert Session.objects.get(pk=rows[2].pk).state == "planned"
    with pytest.raises(ValidationError):
        services.set_date(group=group, actor=SYSTEM, on=extra, kind=DateKind.LEFT_OUT, starts=time(8))


def test_a_session_can_not_move_onto_another_nor_into_the_past(group, scope):
    one, two = sessions_of(group)[2:4]
    for on in (two.on, timezone.now().date() - timedelta(days=9)):
        with pytest.raises(ValidationError) as refused:
            services.move_session(session=one, actor=SYSTEM, on=on, starts=time(9), minutes=60)
        assert set(refused.value.message_dict) == {"on"}
    one.refresh_from_db()
    assert one.sequence == 0


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"frequency": "monthly", "positions": []}, "positions"),
        ({"positions": [1]}, "positions"),
        ({"interval": 0}, "interval"),
        ({"minutes": 5}, "minutes"),
        ({"ends_on": date(2019, 1, 1)}, "__all__"),
    ],
)
def test_a_rule_that_can_not_be_is_refused_beside_its_field_and_changes_nothing(group, scope, values, field):
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        services.change_rule(group=group, actor=SYSTEM, **values)
    assert field in refused.value.message_dict
    assert len(sessions_of(group)) == 12


def test_two_earlier_rules_never_share_a_day(group, scope):
    rows = sessions_of(group)
    services.change_rule(group=group, actor=SYSTEM, since=rows[5], starts=time(10))
    earlier = EarlierRule.objects.get(group=group)
    earlier.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        earlier.save(force_insert=True)


def test_who_leads_a_group_changes_no_rule(group, scope):
    leader = actor_for(make_member(group.organization, Role.PEER_SPECIALIST))
    with pytest.raises(PermissionDenied):
        services.change_rule(group=group, actor=leader, starts=time(10))


# ---- closures
def test_a_closure_calls_off_what_meets_in_that_house_and_gives_it_back(group, scope):
    rows, elsewhere = sessions_of(group), make_group(group.organization, weekday=group.weekday)
    online = make_group(group.organization, location=group.location, weekday=group.weekday, format="online")
    day = rows[2].on
    closure = services.add_closure(
        actor=SYSTEM, organization_id=group.organization_id, location=group.location, starts_on=day, ends_on=day,
        reason={"en": "Water damage"},
    )  # fmt: skip
    off = Session.objects.get(pk=rows[2].pk)
    assert (off.state, str(off.reason), off.closure_id, off.sequence) == ("cancelled", "Water damage", closure.pk, 1)
    assert {row.state for row in sessions_of(elsewhere)} | {row.state for row in sessions_of(online)} == {"planned"}
    services.change_closure(closure=closure, actor=SYSTEM, reason={"en": "Repairs"})
    assert str(Session.objects.get(pk=off.pk).reason) == "Repairs"
    assert services.plan_sessions(actor=SYSTEM).total == 0
    services.end_closure(closure=closure, actor=SYSTEM)
    back = Session.objects.get(pk=off.pk)
    assert (back.state, str(back.reason), back.closure_id, back.on) == ("planned", "", None, day)
    assert services.plan_sessions(actor=SYSTEM).total == 0


def test_one_session_is_held_all_the_same_and_one_called_off_by_hand_stays_off(group, scope):
    rows = sessions_of(group)
    services.cancel_session(session=rows[2], actor=SYSTEM, reason={"en": "Snow"})
    closure = services.add_closure(
        actor=SYSTEM, organization_id=group.organization_id, starts_on=rows[1].on, ends_on=rows[3].on,
        reason={"en": "Closed"},
    )  # fmt: skip
    services.restore_session(session=Session.objects.get(pk=rows[1].pk), actor=SYSTEM)
    assert services.plan_sessions(actor=SYSTEM).total == 0
    assert [row.state for row in sessions_of(group)[1:4]] == ["planned", "cancelled", "cancelled"]
    services.end_closure(closure=closure, actor=SYSTEM)
    assert [(row.state, str(row.reason)) for row in sessions_of(group)[1:4]] == [
        ("planned", ""), ("cancelled", "Snow"), ("planned", ""),
    ]  # fmt: skip


def test_one_that_was_called_off_and_put_back_is_still_closed_by_a_later_closure(group, scope):
    one = sessions_of(group)[2]
    services.cancel_session(session=one, actor=SYSTEM, reason={"en": "Snow"})
    services.restore_session(session=one, actor=SYSTEM)
    closure = services.add_closure(
        actor=SYSTEM, organization_id=group.organization_id, starts_on=one.on, ends_on=one.on, reason={"en": "Closed"}
    )  # fmt: skip
    assert Session.objects.get(pk=one.pk).closure_id == closure.pk


def test_a_session_made_later_on_a_closed_day_is_off_from_the_start(group, scope):
    rows = sessions_of(group)
    services.add_closure(
        actor=SYSTEM, organization_id=group.organization_id, starts_on=rows[1].on, ends_on=rows[1].on,
        reason={"en": "Closed"},
    )  # fmt: skip
    late = make_group(group.organization, weekday=group.weekday)
    assert [row.state for row in sessions_of(late)[:3]] == ["planned", "cancelled", "planned"]


def test_federal_holidays_are_a_choice_kept_once_and_said_in_each_language(group, scope):
    days = [date(2027, 7, 5), date(2027, 11, 25), date(2027, 11, 26)]
    assert services.add_holidays(actor=SYSTEM, organization_id=group.organization_id, days=days) == 2
    assert services.add_holidays(actor=SYSTEM, organization_id=group.organization_id, days=days) == 0
    kept = list(Closure.objects.order_by("starts_on").values_list("starts_on", "location"))
    assert kept == [(days[0], None), (days[1], None)]
    assert "Thanksgiving" in Closure.objects.get(starts_on=days[1]).reason["en"]


def test_who_may_not_arrange_groups_closes_nothing(group, scope):
    peer = actor_for(make_member(group.organization, Role.PEER_SPECIALIST))
    with pytest.raises(PermissionDenied):
        services.add_closure(
            actor=peer, organization_id=group.organization_id, starts_on=date(2027, 1, 1), ends_on=date(2027, 1, 1),
            reason={"en": "No"},
        )  # fmt: skip
    with pytest.raises(PermissionDenied):
        services.add_holidays(actor=peer, organization_id=group.organization_id, days=[date(2027, 7, 5)])


# ---- looking first
def test_a_look_says_what_would_change_and_who_is_told_and_changes_nothing(group, scope):
    enrolment = make_enrolment(group)
    before = [(row.pk, row.on, row.sequence) for row in sessions_of(group)]
    coordinator = actor_for(make_member(group.organization, Role.COORDINATOR))
    observer = actor_for(make_member(group.organization, Role.OBSERVER))

    def deed():
        return services.change_rule(group=group, actor=coordinator, starts=time(9))

    look = services.preview(groups=[group.pk], actor=coordinator, deed=deed)
    assert len(look.differences) == 12
    assert [row.person_id for row in look.told] == [enrolment.person_id]
    blind = services.preview(groups=[group.pk], actor=observer, deed=deed)
    assert (blind.told, blind.others) == ([], 1)
    far = services.preview(
        groups=[group.pk],
        actor=coordinator,
        deed=lambda: services.change_rule(group=group, actor=SYSTEM, since=sessions_of(group)[4], starts=time(9)),
    )
    assert (len(far.differences), far.told, far.others) == (8, [], 0)
    assert [(row.pk, row.on, row.sequence) for row in sessions_of(group)] == before
    refused = services.preview(
        groups=[group.pk], actor=SYSTEM, deed=lambda: services.change_rule(group=group, actor=SYSTEM, interval=0)
    )
    assert refused.problem is not None
    with pytest.raises(PermissionDenied):
        services.preview(
            groups=[group.pk],
            actor=observer,
            deed=lambda: services.change_rule(group=group, actor=observer, starts=time(9)),
        )


def test_another_location_changes_the_sequence_of_calendars_through_its_group(group, scope):
    make_location(group.organization)
    before = SupportGroup.objects.get(pk=group.pk)
    place = group.location
    place.name = "The new house"
    place.save()
    after = SupportGroup.objects.get(pk=group.pk)
    assert after.sequence == before.sequence + 1
    assert after.changed_at > before.changed_at
    after.capacity = 7
    after.sequence = 0
    after.save()
    assert SupportGroup.objects.get(pk=group.pk).sequence == before.sequence + 1
