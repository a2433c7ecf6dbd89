"""Supervision as it is planned and held: series on the wall's clock, who was there, and each one's own part."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.access.policy import visible_to
from apps.access.scope import open_scope
from apps.organizations.choices import Role
from apps.signing.verification import verify
from apps.supervision import services
from apps.supervision.choices import MEETING_MOVES, Attendance, Every, MeetingState, NoteState
from apps.supervision.evidence import signed_hours
from apps.supervision.models import MeetingPerson, SupervisionMeeting, SupervisionNote
from apps.supervision.services import Seen
from apps.supervision.services.meetings import MOST, days_of
from tests.factories.organizations import actor_for, make_member, make_organization
from tests.factories.supervision import TEXT, make_meeting, make_plan

CAME, PARTLY, MISSED = (Seen(Attendance.CAME), Seen(Attendance.PARTLY, 40), Seen(Attendance.MISSED, None, "Ill"))


@pytest.fixture
def here(db):
    organization = make_organization(zone="America/Chicago")
    with open_scope(organization.pk):
        yield organization


@pytest.fixture
def plans(here):
    supervisor = make_member(here, Role.SUPERVISOR)
    return [make_plan(here, supervisor=supervisor) for _three in range(3)]


def hold(meeting, plans, *seen, shared="How we end a visit."):
    who = {plan.pk: one for plan, one in zip(plans, seen, strict=True)}
    return services.hold_meeting(meeting=meeting, actor=actor_for(meeting.leader), seen=who, shared=shared)


def own_note(plan):
    return SupervisionNote.objects.get(session__plan=plan)


def submit(plan, text=TEXT):
    note, author = own_note(plan), actor_for(plan.specialist)
    services.change_draft(note=note, actor=author, revision=1, facts={"minutes": 700}, parts=text)
    return services.submit_note(note=note, actor=author, revision=2, method="password")


@given(
    first=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    every=st.sampled_from(Every.values),
    span=st.integers(0, 500),
)
def test_a_series_goes_on_in_step_to_its_last_day_and_no_further(first, every, span):
    until = first + timedelta(days=span)
    days = list(days_of(first, every, until))
    assert days[0] == first
    assert days == sorted(set(days))
    assert len(days) <= MOST
    assert all(day <= until for day in days)
    if every in (Every.WEEKLY, Every.BIWEEKLY):
        assert {(b - a).days for a, b in zip(days, days[1:], strict=False)} <= {7 if every == Every.WEEKLY else 14}
    if every == Every.MONTHLY:
        assert all(day.day == first.day or (day + timedelta(days=1)).day == 1 for day in days)


def test_a_weekly_meeting_stays_at_its_wall_time_when_the_clocks_change(plans):
    leader = plans[0].supervisor
    made = services.plan_meetings(
        actor=actor_for(leader),
        leader=leader,
        plans=plans[:1],
        on=date(2026, 10, 29),
        starts=time(14),
        zone="America/Chicago",
        minutes=60,
        mode="individual",
        place="video",
        form="structured",
        every=Every.WEEKLY,
        until=date(2026, 11, 5),
    )
    assert [row.starts_at for row in made] == [
        datetime(2026, 10, 29, 19, tzinfo=UTC),
        datetime(2026, 11, 5, 20, tzinfo=UTC),
    ]
    assert {row.starts_at.astimezone(ZoneInfo("America/Chicago")).hour for row in made} == {14}
    assert len({row.series for row in made}) == 1


def test_only_the_supervisor_of_the_plans_plans_with_their_people(here, plans):
    other = make_plan(here)
    with pytest.raises(PermissionDenied):
        make_meeting(plans[0], other)
    with pytest.raises(ValidationError, match="One to one"):
        make_meeting(*plans, mode="individual")
    with pytest.raises(ValidationError, match="until when"):
        make_meeting(plans[0], every=Every.WEEKLY)


def test_a_group_gives_each_who_came_their_own_minutes_and_note(here, plans):
    meeting = hold(make_meeting(*plans), plans, CAME, PARTLY, MISSED)
    assert meeting.state == MeetingState.HELD
    told = MeetingPerson.objects.order_by("pk").values_list("attendance", "minutes", "reason")
    assert list(told) == [("came", 90, ""), ("partly", 40, ""), ("missed", None, "Ill")]
    people = [plan.specialist_id for plan in plans]
    assert not list(signed_hours(people, date(2027, 1, 1)))
    for plan in plans[:2]:
        submit(plan)
    services.sign_note(note=own_note(plans[1]), actor=actor_for(meeting.leader), version=1, method="password")
    hours = {person: round(row.amount * 60) for person, row in signed_hours(people, date(2027, 1, 1))}
    assert hours == {plans[1].specialist_id: 40}
    assert verify(here).holds


def test_the_shared_part_stands_still_from_the_first_signature_on_and_all_sign_the_same(here, plans):
    meeting = hold(make_meeting(*plans), plans, CAME, CAME, CAME)
    ruth = actor_for(meeting.leader)
    mark = services.mark_of(meeting.shared)
    services.change_shared(meeting=meeting, actor=ruth, text="How we begin a visit.", mark=mark)
    submit(plans[0])
    with pytest.raises(services.NoteMovedOn):
        mark = services.mark_of("How we begin a visit.")
        services.change_shared(meeting=meeting, actor=ruth, text="Something else", mark=mark)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE supervision_supervisionmeeting SET shared = 'x'")
    assert submit(plans[1]).frozen.shared == own_note(plans[0]).frozen.shared == "How we begin a visit."
    assert own_note(plans[2]).state == NoteState.DRAFT


def test_a_participant_sees_the_meeting_and_themself_and_not_the_others(here, plans):
    meeting = make_meeting(*plans)
    for plan in plans:
        actor = actor_for(plan.specialist)
        assert list(visible_to(SupervisionMeeting, actor)) == [meeting]
        assert [row.plan for row in visible_to(MeetingPerson, actor)] == [plan]
    stranger = actor_for(make_plan(here).specialist)
    assert not visible_to(SupervisionMeeting, stranger).exists()
    assert not visible_to(MeetingPerson, stranger).exists()
    with pytest.raises(PermissionDenied):
        services.call_off(meeting=meeting, actor=actor_for(plans[0].specialist), reason="x")


@pytest.mark.parametrize(
    ("seen", "shared", "words"),
    [
        ((CAME, CAME, Seen(Attendance.EXPECTED)), "x", "whether they were there"),
        ((CAME, CAME, Seen(Attendance.PARTLY, 91)), "x", "not more than it took"),
        ((CAME, CAME, Seen(Attendance.MISSED)), "x", "Say why"),
        ((MISSED, MISSED, MISSED), "x", "If nobody came"),
        ((CAME, CAME, CAME), " ", "together"),
    ],
)
def test_what_is_written_down_is_whole_or_not_at_all(plans, seen, shared, words):
    meeting = make_meeting(*plans)
    with pytest.raises(ValidationError, match=words):
        hold(meeting, plans, *seen, shared=shared)
    assert SupervisionMeeting.objects.get().state == MeetingState.PLANNED
    assert not SupervisionNote.objects.exists()


def test_a_meeting_is_called_off_or_missed_with_a_reason_and_once(plans):
    leader = actor_for(plans[0].supervisor)
    past = make_meeting(plans[0])
    coming = make_meeting(plans[0], on=timezone.localdate() + timedelta(days=3))
    with pytest.raises(ValidationError):
        services.call_off(meeting=past, actor=leader, reason=" ")
    with pytest.raises(ValidationError, match="still to come"):
        services.call_off(meeting=coming, actor=leader, reason="x", missed=True)
    with pytest.raises(ValidationError, match="still to come"):
        hold(coming, plans[:1], CAME)
    assert services.call_off(meeting=coming, actor=leader, reason="Snow").state == MeetingState.CANCELLED
    assert services.call_off(meeting=past, actor=leader, reason="Ill", missed=True).state == MeetingState.MISSED
    with pytest.raises(services.NoteMovedOn):
        hold(past, plans[:1], CAME)


@pytest.mark.django_db
def test_the_list_of_meetings_asks_the_same_of_the_database_with_one_row_and_with_many(client):
    here = make_organization(domain="centre.localhost")
    plan = make_plan(here)
    client.force_login(plan.supervisor.user)
    counts = []
    for many in (1, 20):
        for n in range(many):
            make_meeting(plan, on=date(2026, 1, 1 + n))
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/supervision/meetings/?show=write", HTTP_HOST="centre.localhost")
        assert len(page.context["page_obj"]) >= many
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("becomes", MeetingState.values)
def test_a_move_that_a_meeting_does_not_have_is_refused_by_the_database(plans, becomes):
    meeting = make_meeting(plans[0])
    services.call_off(meeting=meeting, actor=actor_for(meeting.leader), reason="Snow")
    assert becomes not in MEETING_MOVES[MeetingState.CANCELLED]
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE supervision_supervisionmeeting SET state = %s, reason = 'x'", [becomes])


def test_attendance_behind_a_submitted_part_does_not_change(plans):
    hold(make_meeting(*plans), plans, CAME, CAME, CAME)
    submit(plans[0])
    changed = 0
    for plan in plans:
        with transaction.atomic(), connection.cursor() as cursor:
            try:
                with transaction.atomic():
                    cursor.execute(
                        "UPDATE supervision_meetingperson SET minutes = 45, attendance = 'partly' WHERE plan_id = %s",
                        [plan.pk],
                    )
                    changed += 1
            except DatabaseError as refused:
                assert refused.__cause__.diag.constraint_name == "supervision_attendance_closed"  # noqa: PT017  which of three is the point
                assert plan == plans[0]
    assert changed == 2


@pytest.mark.django_db
def test_a_form_that_was_refused_keeps_its_key_and_plans_once_it_is_right_and_only_once(client):
    here = make_organization(domain="centre.localhost")
    plan = make_plan(here)
    client.force_login(plan.supervisor.user)
    client.defaults["HTTP_HOST"] = "centre.localhost"
    asked = {
        "once": str(uuid4()), "people": [str(plan.pk)], "on": "2027-01-04", "starts": "14:00", "minutes": "60",
        "mode": "individual", "place": "video", "form": "structured", "every": "once", "until": "",
    }  # fmt: skip
    assert client.post("/supervision/meetings/new/", {**asked, "every": Every.WEEKLY}).status_code == 422
    for _twice in range(2):
        assert client.post("/supervision/meetings/new/", asked).status_code == 302
    with open_scope(here.pk):
        assert SupervisionMeeting.objects.count() == 1


@pytest.mark.django_db
def test_two_pages_of_the_leader_overwrite_nothing_and_a_conflict_shows_both(client):
    here = make_organization(domain="centre.localhost")
    supervisor = make_member(here, Role.SUPERVISOR)
    plans = [make_plan(here, supervisor=supervisor) for _two in range(2)]
    with open_scope(here.pk):
        meeting = hold(make_meeting(*plans), plans, CAME, CAME, shared="How we end a visit.")
    client.force_login(supervisor.user)
    client.defaults["HTTP_HOST"] = "centre.localhost"
    url = f"/supervision/meetings/{meeting.public_id}/"

    def keep(text, mark):
        return client.post(url, {"do": "shared", "shared": text, "mark": mark})

    mark = client.get(url).context["mark"]  # both pages were opened with it
    assert keep("Of the first page.", mark).status_code == 302
    assert keep("Of the first page.", mark).status_code == 302  # sent twice
    answer = keep("Of the second page.", mark)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert ">Of the second page.</textarea>" in text
    assert "Of the first page.</p>" in text
    with open_scope(here.pk):
        assert SupervisionMeeting.objects.get().shared == "Of the first page."
    assert keep("Both pages.", answer.context["mark"]).status_code == 302
    with open_scope(here.pk):
        assert SupervisionMeeting.objects.get().shared == "Both pages."
        submit(plans[0])
    late = keep("Too late.", mark)
    assert late.status_code == 409
    assert "Too late.</p>" in late.content.decode()
