"""What rules ask week by week and month by month: pure functions, compared with plain counting."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.supervision.cadence import LOOK_BACK, Asks, Case, Held, Span, direct_minutes, span_of, stand, tally
from apps.supervision.choices import Asked, DueState, Mode, Per, Place, Stage

DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
PERS = st.sampled_from([(Per.WEEK, n) for n in (1, 2, 4)] + [(Per.MONTH, n) for n in (1, 2, 3, 12)])
HELD = st.builds(
    Held,
    on=DAYS,
    minutes=st.integers(5, 240),
    mode=st.sampled_from(Mode.values),
    place=st.sampled_from(Place.values),
    signed=st.booleans(),
)
WEEKLY = Asks(Asked.SUPERVISION, Stage.ALWAYS, Per.WEEK, 1, 1, None)
WEDNESDAY = date(2026, 3, 18)


def a_case(*held, start=date(2024, 1, 1), end=None, stage=Stage.CERTIFIED, **more):
    return Case(start, end, sorted(held), lambda day: stage, **more)


def met(on, minutes=60, mode=Mode.INDIVIDUAL, place=Place.IN_PERSON, signed=True):
    return Held(on, minutes, mode, place, signed)


@given(PERS, DAYS)
@settings(max_examples=200, deadline=None)
def test_weeks_and_months_hold_their_day_and_meet_without_a_gap(per, day):
    span = span_of(*per, day)
    assert span.start <= day <= span.end
    assert {span_of(*per, span.start), span_of(*per, span.end)} == {span}
    assert span_of(*per, span.end + timedelta(days=1)).start == span.end + timedelta(days=1)
    assert span.start.weekday() == 0 if per[0] == Per.WEEK else span.start.day == 1


@given(st.lists(HELD, max_size=12), PERS, DAYS, HELD, st.sampled_from(Asked.values), st.sampled_from([None, 0, 50]))
@settings(max_examples=200, deadline=None)
def test_more_supervision_never_turns_fine_into_due_nor_due_into_overdue(held, per, today, more, asked, percent):
    asks = Asks(asked, Stage.ALWAYS, *per, 1, 60)
    worst = [DueState.NOT_ASKED, DueState.FINE, DueState.DUE, DueState.OVERDUE]
    before = stand(asks, a_case(*held, group_percent=percent), today)
    after = stand(asks, a_case(*held, more, group_percent=percent), today)
    assert worst.index(after.state) <= worst.index(before.state)
    assert len(after.missed) <= len(before.missed)


@given(st.lists(HELD, max_size=30), DAYS)
@settings(max_examples=200, deadline=None)
def test_weekly_is_as_counting_days_by_hand_says(held, today):
    monday = today - timedelta(days=today.weekday())
    weeks = {row.on - timedelta(days=row.on.weekday()) for row in held}
    found = stand(WEEKLY, a_case(*held), today)
    if monday in weeks:
        assert found.state == DueState.FINE
        return
    gone, week = 0, monday - timedelta(weeks=1)
    while week not in weeks and week >= date(2024, 1, 1) and week + timedelta(days=6) >= today - LOOK_BACK:
        gone, week = gone + 1, week - timedelta(weeks=1)
    assert len(found.missed) == gone
    assert found.state == (DueState.OVERDUE if gone else DueState.DUE)
    assert found.due_on == (monday + timedelta(days=6) if not gone else week + timedelta(days=13))


def test_a_week_that_is_not_over_is_due_and_one_that_went_by_is_overdue():
    last_week = met(WEDNESDAY - timedelta(days=7))
    assert stand(WEEKLY, a_case(last_week), WEDNESDAY).state == DueState.DUE
    assert stand(WEEKLY, a_case(last_week), WEDNESDAY).due_on == date(2026, 3, 22)
    found = stand(WEEKLY, a_case(met(WEDNESDAY - timedelta(days=14))), WEDNESDAY)
    assert (found.state, found.due_on) == (DueState.OVERDUE, date(2026, 3, 15))
    assert stand(WEEKLY, a_case(met(WEDNESDAY - timedelta(days=2))), WEDNESDAY).state == DueState.FINE


@pytest.mark.parametrize(
    ("start", "state"),
    [(date(2026, 3, 17), DueState.NOT_ASKED), (date(2026, 3, 16), DueState.DUE), (date(2026, 3, 2), DueState.OVERDUE)],
)
def test_only_whole_weeks_within_the_plan_are_asked(start, state):
    assert stand(WEEKLY, a_case(start=start), WEDNESDAY).state == state


def test_a_week_spent_away_is_not_asked_and_does_not_hide_the_one_before():
    away = [Span(date(2026, 3, 14), date(2026, 3, 22))]
    assert stand(WEEKLY, a_case(away=away), WEDNESDAY).state == DueState.NOT_ASKED
    back = stand(WEEKLY, a_case(away=away, start=date(2026, 3, 2)), date(2026, 3, 25))
    assert back.state == DueState.DUE
    assert stand(WEEKLY, a_case(away=[Span(date(2026, 3, 17), date(2026, 3, 22))]), WEDNESDAY).state == DueState.OVERDUE


def test_texas_asks_weekly_while_provisional_and_monthly_after():
    weekly = Asks(Asked.SUPERVISION, Stage.PROVISIONAL, Per.WEEK, 1, 1, None)
    monthly = Asks(Asked.SUPERVISION, Stage.CERTIFIED, Per.MONTH, 1, 1, None)
    certified_on = date(2026, 3, 4)

    def stage(day):
        return Stage.CERTIFIED if day >= certified_on else Stage.PROVISIONAL

    case = Case(date(2025, 1, 1), None, [met(date(2026, 2, 25))], stage)
    assert stand(weekly, case, date(2026, 3, 3)).state == DueState.DUE
    assert stand(weekly, case, date(2026, 3, 11)).state == DueState.NOT_ASKED
    assert stand(monthly, case, date(2026, 3, 20)).state == DueState.NOT_ASKED  # March began before it
    assert stand(monthly, case, date(2026, 4, 20)).state == DueState.DUE
    assert stand(monthly, case, date(2026, 5, 2)).state == DueState.OVERDUE


def test_the_district_of_columbia_counts_an_hour_face_to_face_and_no_call_and_no_group():
    asks = Asks(Asked.IN_PERSON, Stage.ALWAYS, Per.WEEK, 1, 1, 60)
    for short in (
        met(WEDNESDAY, 45),
        met(WEDNESDAY, 90, place=Place.VIDEO),
        met(WEDNESDAY, 90, mode=Mode.GROUP),
    ):
        assert stand(asks, a_case(short), WEDNESDAY).state != DueState.FINE
    assert stand(asks, a_case(met(WEDNESDAY, 45), met(WEDNESDAY, 15)), WEDNESDAY).state == DueState.FINE


@pytest.mark.parametrize(("percent", "minutes"), [(None, 120), (50, 90), (0, 30)])
def test_groups_count_up_to_their_share_of_what_is_asked(percent, minutes):
    asks = Asks(Asked.SUPERVISION, Stage.ALWAYS, Per.MONTH, 1, None, 120)
    case = a_case(met(WEDNESDAY, 30), met(WEDNESDAY, 90, mode=Mode.GROUP), group_percent=percent)
    assert tally(asks, case, span_of(Per.MONTH, 1, WEDNESDAY)).had_minutes == minutes


def test_by_hours_worked_the_month_asks_for_so_many_minutes_for_each():
    asks = Asks(Asked.SUPERVISION, Stage.ALWAYS, Per.HOURS_WORKED, 40, None, 60)
    worked = [(date(2026, 3, 2), 60 * 60), (date(2026, 3, 9), 60 * 35), (date(2026, 2, 2), 60 * 39)]
    case = a_case(met(WEDNESDAY, 90), worked=worked)
    march = tally(asks, case, span_of(Per.HOURS_WORKED, 40, WEDNESDAY))
    assert (march.minutes, march.had_minutes, march.met) == (120, 90, False)
    assert tally(asks, case, span_of(Per.HOURS_WORKED, 40, date(2026, 2, 10))) is None


def test_hours_before_working_alone_are_signed_and_beside_somebody():
    rows = [
        met(WEDNESDAY, 60),
        met(WEDNESDAY, 60, signed=False),
        met(WEDNESDAY, 60, mode=Mode.GROUP),
        met(WEDNESDAY, 60, place=Place.PHONE),
        met(WEDNESDAY, 30, mode=Mode.OBSERVATION, place=Place.VIDEO),
    ]
    assert direct_minutes(rows) == 90


@pytest.mark.parametrize(
    ("asks", "planned", "arranged"),
    [
        (WEEKLY, [], None),
        (WEEKLY, [date(2026, 3, 20)], date(2026, 3, 20)),
        (WEEKLY, [date(2026, 3, 18)], date(2026, 3, 18)),  # today
        (WEEKLY, [date(2026, 3, 17)], None),  # yesterday, and nobody wrote down that it was held
        (WEEKLY, [date(2026, 3, 23)], None),  # next week
        (WEEKLY._replace(times=2), [date(2026, 3, 20)], None),
        (WEEKLY._replace(times=2), [date(2026, 3, 20), date(2026, 3, 22)], date(2026, 3, 20)),
        (WEEKLY._replace(minutes=61), [date(2026, 3, 20)], None),
        (WEEKLY._replace(asked=Asked.OBSERVATION), [date(2026, 3, 20)], None),
    ],
)
def test_what_is_planned_in_time_and_is_enough_is_arranged_and_still_due(asks, planned, arranged):
    case = a_case(met(WEDNESDAY - timedelta(days=7), mode=Mode.OBSERVATION), planned=[met(on) for on in planned])
    found = stand(asks, case, WEDNESDAY)
    assert (found.arranged, found.due_on is not None) == (arranged, True)


def test_what_was_held_and_what_is_planned_make_enough_together():
    case = a_case(met(WEDNESDAY), planned=[met(date(2026, 3, 20))])
    assert stand(WEEKLY._replace(minutes=120), case, WEDNESDAY).arranged == date(2026, 3, 20)
