"""Wall time: Python and PostgreSQL give the same instant for every zone and date, clock changes above all."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, connection, models, transaction
from django.db.models import Value
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from apps.kit.models import UsedKey
from apps.kit.walltime import (
    InSendingHours,
    Instant,
    LocalDate,
    LocalTime,
    NextSendingTime,
    TimeZoneField,
    WallTime,
    in_sending_hours,
    known_zones,
    local_day_bounds,
    next_sending_time,
    resolve,
    validate_zone,
    zone_choices,
    zone_label,
)

# Zones whose clocks did something unusual: half an hour, a day left out or lived twice, a pause for Ramadan,
# changes at # midnight or before it, and the zones of our readers.
ODD_ZONES = [
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "America/Sitka",
    "America/St_Johns",
    "America/Havana",
    "America/Sao_Paulo",
    "America/Santiago",
    "America/Caracas",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Africa/Monrovia",
    "Asia/Amman",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Manila",
    "Asia/Pyongyang",
    "Asia/Tehran",
    "Antarctica/Troll",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Europe/London",
    "Europe/Moscow",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kwajalein",
    "Pacific/Kiritimati",
    "Pacific/Honolulu",
    "UTC",
]
UNTIL_BLANK = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
zones = st.one_of(st.sampled_from(ODD_ZONES), st.sampled_from(sorted(known_zones())))
walls = st.datetimes(datetime(1900, 1, 2), datetime(2100, 1, 1)).map(  # noqa: DTZ001  wall time is naive
    lambda wall: wall.replace(second=0, microsecond=0)
)


def in_sql(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql}", params)
        return cursor.fetchone()[0]


@lru_cache
def transitions(zone, first_year=1960, last_year=2040):
    """Instants when the clocks of a zone change, found by halving the steps between two days that differ."""
    place = ZoneInfo(zone)
    at, last = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year, 1, 1, tzinfo=UTC)
    step, found = timedelta(days=3), []
    while at < last:
        if at.astimezone(place).utcoffset() != (at + step).astimezone(place).utcoffset():
            low, high = at, at + step
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
                if low.astimezone(place).utcoffset() == middle.astimezone(place).utcoffset():
                    low = middle
                else:
                    high = middle
            found.append(high)
        at += step
    return found


def same_rules(zone, around):
    """Whether both copies of the zone rules read the same there: they come from different releases."""
    points = [around + timedelta(hours=hours) for hours in (-73, -49, -25, -24, -1, 0, 1, 24, 25, 49, 73)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT at AT TIME ZONE %s FROM unnest(%s::timestamptz[]) at", [zone, points])
        theirs = [row[0] for row in cursor.fetchall()]
    return theirs == [point.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for point in points]


# ---- the rule
@pytest.mark.parametrize(
    ("wall", "zone", "instant"),
    [
        ("2026-07-01 17:30", "America/Chicago", "2026-07-01 22:30"),
        ("2026-03-08 02:30", "America/Chicago", "2026-03-08 08:30"),  # skipped: 3:30 in summer time
        ("2026-11-01 01:30", "America/Chicago", "2026-11-01 06:30"),  # twice: the first
        ("2026-11-01 02:00", "America/Chicago", "2026-11-01 08:00"),
        ("2021-04-04 01:45", "Australia/Lord_Howe", "2021-04-03 14:45"),  # half an hour, twice
        ("2021-10-03 02:15", "Australia/Lord_Howe", "2021-10-02 15:45"),  # half an hour, skipped
        ("2011-12-30 12:00", "Pacific/Apia", "2011-12-30 22:00"),  # a day left out: noon of the next day
        ("2018-11-04 00:00", "America/Sao_Paulo", "2018-11-04 03:00"),  # midnight skipped
        ("2026-07-01 17:30", "America/Phoenix", "2026-07-02 00:30"),
    ],
)
def test_wall_time_means_this_instant_in_python_and_in_the_database(db, wall, zone, instant):
    naive = datetime.fromisoformat(wall)
    expected = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert resolve(naive, zone) == expected
    assert in_sql("kit_instant(%s::timestamp, %s)", naive, zone) == expected


@UNTIL_BLANK
@given(wall=walls, zone=zones)
def test_resolve_and_the_sql_function_agree_for_any_wall_time_and_zone(db, wall, zone):
    instant = resolve(wall, zone)
    assume(same_rules(zone, instant))
    assert in_sql("kit_instant(%s::timestamp, %s)", wall, zone) == instant


def test_resolve_and_the_sql_function_agree_at_every_clock_change_of_the_odd_zones(db):
    """Every clock change between 1960 and 2040, and every quarter of an hour around it."""
    compared, other_rules, different = 0, 0, []
    for zone in ODD_ZONES:
        for change in transitions(zone):
            if not same_rules(zone, change):
                other_rules += 1
                continue
            local = change.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            near = [local + timedelta(minutes=15 * steps) for steps in range(-14, 15)]
            near += [local + timedelta(hours=hours, minutes=-1) for hours in range(-48, 49, 3)]
            with connection.cursor() as cursor:
                cursor.execute("SELECT wall, kit_instant(wall, %s) FROM unnest(%s::timestamp[]) wall", [zone, near])
                answers = cursor.fetchall()
            different += [(zone, wall) for wall, instant in answers if instant != resolve(wall, zone)]
            compared += 1
    assert not different
    assert compared > 1500
    assert other_rules < compared / 20, "the two copies of the zone rules differ too much to compare"


def test_resolve_refuses_a_time_that_has_a_zone_already():
    with pytest.raises(ValueError, match="naive"):
        resolve(datetime(2026, 1, 1, tzinfo=UTC), "UTC")


@UNTIL_BLANK
@given(wall=walls, zone=zones)
def test_resolved_time_reads_back_as_itself_or_later_by_what_was_skipped(wall, zone):
    read = resolve(wall, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert wall <= read <= wall + timedelta(hours=24)


# ---- days
@UNTIL_BLANK
@given(day=st.dates(date(1950, 1, 2), date(2100, 1, 1)), zone=zones)
def test_days_of_a_zone_follow_each_other_without_hole_or_overlap(day, zone):
    start, end = local_day_bounds(day, zone)
    assert start <= end
    assert end == local_day_bounds(day + timedelta(days=1), zone)[0]
    assert timedelta(0) <= end - start <= timedelta(hours=48)


def test_day_when_clocks_change_has_23_or_25_hours_and_a_day_left_out_none():
    def hours(day, zone):
        start, end = local_day_bounds(day, zone)
        return (end - start) / timedelta(hours=1)

    assert hours(date(2026, 3, 8), "America/Chicago") == 23
    assert hours(date(2026, 11, 1), "America/Chicago") == 25
    assert hours(date(2011, 12, 30), "Pacific/Apia") == 0


# ---- sending hours
EIGHT, NINE_PM = time(8), time(21)
instants = st.datetimes(datetime(1960, 1, 5), datetime(2090, 1, 1)).map(  # noqa: DTZ001  made aware in the next line
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)
times = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2026-11-24 15:00", "2026-11-24 15:00"),  # 9 am in Chicago: now
        ("2026-11-24 14:00", "2026-11-24 14:00"),  # 8 am sharp: now
        ("2026-11-24 13:59", "2026-11-24 14:00"),
        ("2026-11-25 03:00", "2026-11-25 14:00"),  # 9 pm sharp is outside
        ("2026-11-01 03:00", "2026-11-01 14:00"),  # the night clocks go back: 8 am is an hour later in UTC
        ("2026-03-08 04:00", "2026-03-08 13:00"),
    ],
)
def test_next_sending_time_is_now_inside_the_hours_and_the_opening_outside(db, instant, expected):
    at = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    answer = datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert next_sending_time(at, "America/Chicago", EIGHT, NINE_PM) == answer
    assert in_sql("kit_next_sending_time(%s, %s, %s, %s)", at, "America/Chicago", EIGHT, NINE_PM) == answer


def agree_on_sending(at, zone, start, end):
    answer = next_sending_time(at, zone, start, end)
    assert in_sql("kit_next_sending_time(%s, %s, %s, %s)", at, zone, start, end) == answer
    assert in_sql("kit_in_hours(%s, %s, %s, %s)", at, zone, start, end) == in_sending_hours(at, zone, start, end)
    return answer


@UNTIL_BLANK
@given(at=instants, zone=zones, start=times, end=times)
def test_next_sending_time_is_never_early_never_outside_and_the_same_in_sql(db, at, zone, start, end):
    assume(same_rules(zone, at))
    answer = agree_on_sending(at, zone, start, end)
    if start == end:
        assert answer is None
    elif answer is not None:
        assert answer >= at
        assert in_sending_hours(answer, zone, start, end)
        assert next_sending_time(answer, zone, start, end) == answer
        assert (answer == at) == in_sending_hours(at, zone, start, end)


def test_next_sending_time_agrees_with_sql_in_every_night_when_clocks_change(db):
    windows = [(EIGHT, NINE_PM), (time(0, 30), time(1, 30)), (time(2, 30), time(5)), (time(22), time(1, 15))]
    compared, different = 0, []
    for zone in ODD_ZONES:
        changes = [change for change in transitions(zone, 2005, 2027) if same_rules(zone, change)]
        near = [change + timedelta(minutes=minutes) for change in changes for minutes in (-90, -20, 0, 10, 50)]
        for start, end in windows:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT at, kit_next_sending_time(at, %s, %s, %s) FROM unnest(%s::timestamptz[]) at",
                    [zone, start, end, near],
                )
                for at, answer in cursor.fetchall():
                    compared += 1
                    if answer != next_sending_time(at, zone, start, end):
                        different.append((zone, at, start, end))
                    assert answer is None or in_sending_hours(answer, zone, start, end)
    assert not different
    assert compared > 10_000


@UNTIL_BLANK
@given(at=instants, zone=zones)
def test_nothing_is_sent_at_night_and_nobody_waits_longer_than_the_night(at, zone):
    answer = next_sending_time(at, zone, EIGHT, NINE_PM)
    assert answer is not None
    # Eleven hours of night, and what a change of the clocks may add; a zone that left out a day adds that
    # day.
    assert answer - at <= timedelta(hours=11 + 2) or zone in {
        "Pacific/Kwajalein",
        "Pacific/Apia",
        "Pacific/Fakaofo",
    }
    assert 8 <= answer.astimezone(ZoneInfo(zone)).hour < 21


def test_window_over_midnight_is_open_on_both_sides_of_it():
    def opens(hour):
        return in_sending_hours(datetime(2026, 7, 1, hour, tzinfo=UTC), "UTC", time(20), time(2))

    assert [hour for hour in range(24) if opens(hour)] == [0, 1, 20, 21, 22, 23]


# ---- expressions
def test_expressions_give_the_same_answers_in_a_query(db):
    key = UsedKey.objects.create(key="00000000-0000-4000-8000-000000000001")
    at = datetime(2026, 11, 25, 3, 30, tzinfo=UTC)
    stamp, zone = Value(at, output_field=models.DateTimeField()), Value("America/Chicago")
    hours = (Value(EIGHT, output_field=models.TimeField()), Value(NINE_PM, output_field=models.TimeField()))
    wall = WallTime(Value(date(2026, 11, 1)), Value(time(1, 30)))
    row = (
        UsedKey.objects.filter(pk=key.pk)
        .annotate(
            next=NextSendingTime(stamp, zone, *hours),
            inside=InSendingHours(stamp, zone, *hours),
            instant=Instant(wall, zone),
            day=LocalDate(stamp, zone),
            clock=LocalTime(stamp, zone),
        )
        .values("next", "inside", "instant", "day", "clock")
        .get()
    )
    assert row == {
        "next": datetime(2026, 11, 25, 14, tzinfo=UTC),
        "inside": False,
        "instant": datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
        "day": date(2026, 11, 24),
        "clock": time(21, 30),
    }
    assert not UsedKey.objects.filter(InSendingHours(stamp, zone, *hours)).exists()


# ---- zones
def test_zones_of_the_united_states_come_first_and_every_choice_is_valid(db):
    (_name, first), (_other, rest) = zone_choices()
    assert first[0][0] == "America/New_York"
    assert not {zone for zone, _label in first} & {zone for zone, _label in rest}
    assert {zone for zone, _label in [*first, *rest]} == known_zones()
    for zone, label in [*first, *rest]:
        validate_zone(zone)
        assert label


@pytest.mark.parametrize("name", ["", "EST", "US/Central", "posixrules", "America/Atlantis", "../etc/passwd"])
def test_name_that_is_no_place_is_refused_as_a_zone(name):
    with pytest.raises(ValidationError):
        validate_zone(name)


def test_zone_is_called_by_its_city_where_it_has_no_name_of_its_own():
    assert zone_label("Asia/Ho_Chi_Minh") == "Ho Chi Minh (Asia)"
    assert zone_label("America/Chicago") == "Central time (Chicago)"
    assert zone_label("UTC") == "UTC"


def test_zone_field_makes_a_select_survives_a_migration_and_has_a_check():
    field = TimeZoneField("zone", default="America/Chicago")
    field.set_attributes_from_name("zone")
    select = field.formfield()
    assert select.clean("Asia/Tokyo") == "Asia/Tokyo"
    with pytest.raises(ValidationError):
        select.clean("Mars/Olympus")
    _name, path, args, kwargs = field.deconstruct()
    assert path == "apps.kit.walltime.TimeZoneField"
    assert set(kwargs) == {"default", "verbose_name"}
    assert TimeZoneField(*args, **kwargs).deconstruct()[1:] == (path, args, kwargs)


def test_zone_field_is_a_select_in_unfolds_admin_too():
    from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

    field = TimeZoneField("zone")
    field.set_attributes_from_name("zone")
    made = field.formfield(widget=UnfoldAdminTextInputWidget)
    assert isinstance(made.widget, UnfoldAdminSelectWidget)
    assert 'value="America/Chicago"' in made.widget.render("zone", "")
    with pytest.raises(ValidationError):
        made.clean("")


def test_zone_that_the_database_does_not_know_is_refused_by_it(db):
    field = TimeZoneField()
    field.set_attributes_from_name("zone")
    check = field.db_check(connection)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE places (zone varchar(64) CHECK ({check}))")
        cursor.execute("INSERT INTO places VALUES ('Asia/Tokyo'), ('')")
        with pytest.raises(DataError), transaction.atomic():
            cursor.execute("INSERT INTO places VALUES ('Mars/Olympus')")
