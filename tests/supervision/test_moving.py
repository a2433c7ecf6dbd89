"""Planned meetings take the time of their people and their room, and move one by one or as a series."""

import threading
from datetime import date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from apps.access.policy import may, visible_to
from apps.access.scope import open_scope
from apps.organizations.choices import Resource, Role
from apps.organizations.models import Reservation
from apps.organizations.services import reserve
from apps.supervision import selectors, services
from apps.supervision.choices import Attendance, Every, MeetingState, Mode, NoteState, Place, Reach
from apps.supervision.models import CoSignature, MeetingPerson, SupervisionMeeting, SupervisionNote, SupervisionPlan
from tests.factories.organizations import actor_for, make_location, make_member, make_organization, make_room
from tests.factories.supervision import make_meeting, make_note, make_plan

MONDAY = date(2027, 3, 1)  # the clocks in Chicago change on the 14th


@pytest.fixture
def here(db):
    organization = make_organization(zone="America/Chicago", domain="centre.localhost")
    with open_scope(organization.pk):
        yield organization


@pytest.fixture
def plan(here):
    return make_plan(here)


def weekly(plan, **fields):
    make_meeting(plan, on=MONDAY, every=Every.WEEKLY, until=MONDAY + timedelta(weeks=3), minutes=60, **fields)
    return list(SupervisionMeeting.objects.order_by("starts_at"))


def room_in(here):
    return make_room(make_location(here))


def taken(kind, pk):
    rows = Reservation.objects.filter(kind=kind, resource_key=Reservation.key_of(kind, pk), ended_at__isnull=True)
    return sorted((row.during.lower, row.during.upper) for row in rows)


def times(meetings):
    return [(row.starts_at, row.ends_at) for row in meetings]


def move(meeting, reach, **values):
    given = {
        "on": meeting.on, "starts": meeting.starts, "minutes": meeting.minutes, "place": meeting.place,
        "room": meeting.room, **values,
    }  # fmt: skip
    return services.move_meetings(meeting=meeting, actor=actor_for(meeting.leader), reach=reach, **given)


def wall(meeting):
    return meeting.starts_at.astimezone(ZoneInfo("America/Chicago")).replace(tzinfo=None)


def test_a_planned_series_takes_everybodys_time_and_the_room_and_gives_it_back_when_called_off(here, plan):
    room = room_in(here)
    meetings = weekly(plan, room=room)
    everybody = [(Resource.PERSON, plan.supervisor_id), (Resource.PERSON, plan.specialist_id), (Resource.ROOM, room.pk)]
    for kind, pk in everybody:
        assert taken(kind, pk) == times(meetings)
    services.call_off(meeting=meetings[1], actor=actor_for(plan.supervisor), reason="Snow")
    for kind, pk in everybody:
        assert taken(kind, pk) == times([meetings[0], *meetings[2:]])


def test_what_is_over_takes_nobodys_time(plan):
    make_meeting(plan)
    assert not Reservation.objects.exists()


@pytest.mark.parametrize("who", ["supervisor", "specialist", "room"])
def test_a_series_of_which_one_time_is_taken_is_not_planned_at_all_and_says_which_day(here, plan, who):
    room = room_in(here)
    if who == "specialist":  # one plan at a time: something else than supervision takes their time
        begin = datetime(2027, 3, 8, 14, tzinfo=ZoneInfo("America/Chicago"))
        reserve(
            kind=Resource.PERSON, pk=plan.specialist_id, starts_at=begin, ends_at=begin + timedelta(hours=1),
            purpose="appointment", organization_id=here.pk, actor=actor_for(plan.specialist),
        )  # fmt: skip
    else:
        other = make_plan(here, supervisor=plan.supervisor if who == "supervisor" else None)
        make_meeting(other, on=date(2027, 3, 8), room=room if who == "room" else None)
    before = SupervisionMeeting.objects.count(), Reservation.objects.count()
    with pytest.raises(ValidationError) as refused:
        weekly(plan, room=room)
    assert set(refused.value.message_dict) == {"room" if who == "room" else "on"}
    assert "Mar" in str(refused.value)
    assert (SupervisionMeeting.objects.count(), Reservation.objects.count()) == before


@pytest.mark.parametrize(
    ("reach", "moved"), [(Reach.ONE, [1]), (Reach.FOLLOWING, [1, 2, 3]), (Reach.ALL, [0, 1, 2, 3])]
)
def test_one_or_all_after_it_or_all_move_by_the_wall_clock_and_take_their_new_times(plan, reach, moved):
    before = weekly(plan)
    move(before[1], reach, on=before[1].on + timedelta(days=1), starts=time(9, 30), minutes=45)
    after = list(SupervisionMeeting.objects.order_by("pk"))
    for n, (old, new) in enumerate(zip(before, after, strict=True)):
        if n in moved:
            assert wall(new) == datetime.combine(old.on + timedelta(days=1), time(9, 30))
            assert (new.version, new.minutes, new.was_at) == (2, 45, old.starts_at)
        else:
            assert (new.starts_at, new.version, new.minutes) == (old.starts_at, 1, 60)
    for pk in (plan.supervisor_id, plan.specialist_id):
        assert taken(Resource.PERSON, pk) == sorted(times(after))


def test_a_series_may_move_by_a_week_into_the_times_that_it_had_itself(plan):
    meetings = weekly(plan)
    move(meetings[0], Reach.ALL, on=meetings[1].on)
    assert taken(Resource.PERSON, plan.supervisor_id) == times(SupervisionMeeting.objects.order_by("starts_at"))


def test_a_move_that_meets_something_else_moves_nothing(here, plan):
    make_meeting(make_plan(here, supervisor=plan.supervisor), on=date(2027, 3, 23))
    meetings = [row for row in weekly(plan) if row.series]
    before = list(SupervisionMeeting.objects.order_by("pk").values()), list(Reservation.objects.values())
    with pytest.raises(ValidationError, match="has something else"):
        move(meetings[0], Reach.ALL, on=meetings[0].on + timedelta(days=1))
    assert (list(SupervisionMeeting.objects.order_by("pk").values()), list(Reservation.objects.values())) == before


def test_nobody_is_met_before_or_after_their_plan_nor_in_the_past(here):
    plan = make_plan(here, starts_on=date(2020, 1, 1), ends_on=date(2027, 3, 25))
    meetings = weekly(plan)
    with pytest.raises(ValidationError, match="does not cover"):
        move(meetings[0], Reach.ALL, on=meetings[0].on + timedelta(days=7))
    with pytest.raises(ValidationError, match="gone by"):
        move(meetings[0], Reach.ONE, on=timezone.localdate() - timedelta(days=2))


def test_a_look_tells_what_would_change_and_changes_nothing(plan):
    meetings = weekly(plan)
    leader = actor_for(plan.supervisor)
    told = services.look_at(
        meetings[2],
        lambda: services.call_off_meetings(meeting=meetings[2], actor=leader, reach=Reach.FOLLOWING, reason="Leave"),
    )
    assert [(one.was[0], one.now) for one in told] == [(row.starts_at, None) for row in meetings[2:]]
    assert set(SupervisionMeeting.objects.values_list("state", flat=True)) == {MeetingState.PLANNED}
    services.call_off_meetings(meeting=meetings[2], actor=leader, reach=Reach.FOLLOWING, reason="Leave")
    assert [row.state for row in SupervisionMeeting.objects.order_by("pk")] == ["planned"] * 2 + ["cancelled"] * 2


def test_only_who_leads_it_moves_it_and_only_while_it_is_planned(here, plan):
    meeting = weekly(plan)[0]
    for person in (plan.specialist, make_member(here, Role.ADMINISTRATOR), make_member(here, Role.SUPERVISOR)):
        with pytest.raises(PermissionDenied):
            services.call_off_meetings(meeting=meeting, actor=actor_for(person), reach=Reach.ALL, reason="x")
    services.call_off(meeting=meeting, actor=actor_for(plan.supervisor), reason="Snow")
    with pytest.raises(services.NoteMovedOn):
        move(meeting, Reach.ONE, starts=time(8))


def test_a_plan_that_ends_frees_the_time_of_the_meetings_after_it(here, plan):
    office = actor_for(make_member(here, Role.ADMINISTRATOR))
    meetings = weekly(plan)
    services.end_plan(plan=plan, actor=office, last_day=meetings[1].on)
    assert [row.state for row in SupervisionMeeting.objects.order_by("pk")] == ["planned"] * 2 + ["cancelled"] * 2
    for pk in (plan.supervisor_id, plan.specialist_id):
        assert taken(Resource.PERSON, pk) == times(meetings[:2])
    later = make_plan(here, starts_on=date(2027, 2, 1))
    make_meeting(later, on=MONDAY, starts=time(9))
    services.end_plan(plan=later, actor=office, last_day=date(2026, 12, 31))
    assert not SupervisionPlan.objects.filter(pk=later.pk).exists()
    assert taken(Resource.PERSON, later.specialist_id) == []


def test_a_room_is_for_meeting_in_person(here, plan):
    with pytest.raises(ValidationError):
        weekly(plan, room=room_in(here), place=Place.VIDEO)


def test_a_meeting_that_is_called_off_holds_nothing_by_the_databases_own_rule(plan):
    meeting = weekly(plan)[0]
    with pytest.raises(IntegrityError, match="supervision_meeting_frees"), transaction.atomic():
        SupervisionMeeting.objects.filter(pk=meeting.pk).update(state=MeetingState.CANCELLED, reason="x")


# ---- two who supervise together
@pytest.fixture
def together(here):
    second = make_member(here, Role.SUPERVISOR, name="Ines Marković")
    return make_plan(here, clinical_supervisor=second, clinical_signs=True)


def test_in_co_supervision_both_lead_and_the_time_of_both_is_taken(together):
    meeting = weekly(together, mode=Mode.CO_SUPERVISION)[0]
    second = together.clinical_supervisor
    assert meeting.second == second
    assert len(taken(Resource.PERSON, second.pk)) == 4
    assert may(actor_for(second), "change", meeting)
    assert set(selectors.meetings_of(actor_for(second))) == set(SupervisionMeeting.objects.all())
    assert set(visible_to(MeetingPerson, actor_for(second))) == set(MeetingPerson.objects.all())
    services.call_off(meeting=meeting, actor=actor_for(second), reason="Snow")
    assert len(taken(Resource.PERSON, second.pk)) == 3


def test_another_kind_of_meeting_is_the_supervisors_alone(together):
    meeting = weekly(together)[0]
    assert meeting.second is None
    assert not may(actor_for(together.clinical_supervisor), "change", meeting)


def test_co_supervision_needs_a_second_who_signs(here, plan, together):
    with pytest.raises(ValidationError, match="second supervisor"):
        weekly(plan, mode=Mode.CO_SUPERVISION)
    other = make_plan(here, supervisor=together.supervisor)
    with pytest.raises(ValidationError, match="second supervisor"):
        make_meeting(together, other, mode=Mode.CO_SUPERVISION, on=MONDAY)


def test_what_two_supervised_together_both_sign(here, together):
    second = actor_for(together.clinical_supervisor)
    meeting = make_meeting(together, mode=Mode.CO_SUPERVISION)
    services.hold_meeting(
        meeting=meeting, actor=second, seen={together.pk: services.Seen(Attendance.CAME)}, shared="How we end a visit."
    )
    note = SupervisionNote.objects.get(session__plan=together)
    author = actor_for(together.specialist)
    services.change_draft(note=note, actor=author, revision=1, facts={}, parts={"reviewed": "We looked at it."})
    note = services.submit_note(note=note, actor=author, revision=2, method="password")
    with pytest.raises(PermissionDenied):
        services.co_sign_note(note=note, actor=second, method="password")
    note = services.sign_note(note=note, actor=actor_for(together.supervisor), version=1, method="password")
    assert note.asks_for_second
    assert list(selectors.to_co_sign(second)) == [note]
    services.co_sign_note(note=note, actor=second, method="password")
    assert CoSignature.objects.get().signature.person == together.clinical_supervisor


def test_a_plan_whose_second_only_reads_asks_them_to_sign_what_they_supervised_too(here):
    plan = make_plan(here, clinical_supervisor=make_member(here, Role.CLINICAL_CONTACT))
    alone = make_note(plan, NoteState.SIGNED, mode=Mode.INDIVIDUAL)
    both = make_note(plan, NoteState.SIGNED, mode=Mode.CO_SUPERVISION)
    assert (alone.asks_for_second, both.asks_for_second) == (False, True)
    assert list(selectors.to_co_sign(actor_for(plan.clinical_supervisor))) == [both]


def test_co_supervision_is_not_signed_where_the_plan_names_no_second(plan):
    note = make_note(plan, mode=Mode.CO_SUPERVISION)
    with pytest.raises(ValidationError, match="second supervisor"):
        services.submit_note(note=note, actor=actor_for(plan.specialist), revision=1, method="password")
    assert SupervisionNote.objects.get().state == NoteState.DRAFT


# ---- the pages
def asked(meeting, **values):
    given = {
        "once": str(uuid4()), "reach": "all", "deed": "move", "on": meeting.on.isoformat(), "starts": "15:00",
        "minutes": "60", "place": "in_person", "room": "", "reason": "", "step": "look", **values,
    }  # fmt: skip
    return {key: value for key, value in given.items() if value is not None}


@pytest.mark.django_db
def test_the_page_shows_first_what_it_does_and_then_does_it_once(client):
    here = make_organization(domain="centre.localhost", zone="America/Chicago")
    plan = make_plan(here)
    with open_scope(here.pk):
        meetings = weekly(plan)
    client.force_login(plan.supervisor.user)
    client.defaults["HTTP_HOST"] = "centre.localhost"
    url = f"/supervision/meetings/{meetings[0].public_id}/change/"
    assert client.get(url).status_code == 200
    form = asked(meetings[0])
    look = client.post(url, form)
    assert look.status_code == 200
    assert len(look.context["differences"]) == 4
    with open_scope(here.pk):
        assert set(SupervisionMeeting.objects.values_list("version", flat=True)) == {1}
    for _twice in range(2):
        assert client.post(url, {**form, "step": "do"}).status_code == 302
    with open_scope(here.pk):
        assert set(SupervisionMeeting.objects.values_list("version", "starts")) == {(2, time(15))}
    refused = client.post(url, asked(meetings[0], deed="off"))
    assert refused.status_code == 422
    assert "reason" in refused.context["form"].errors


@pytest.mark.django_db(transaction=True)
def test_of_two_who_plan_the_same_room_at_once_one_gets_it():
    here = make_organization()
    plans = [make_plan(here) for _two in range(2)]
    with transaction.atomic(), open_scope(here.pk):
        room = room_in(here)
    start, told = threading.Barrier(2), []

    def work(plan):
        try:
            connection.ensure_connection()
            start.wait(30)
            make_meeting(plan, on=MONDAY, room=room)
            told.append("planned")
        except (ValidationError, DatabaseError) as error:
            told.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(plan,)) for plan in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(told) == ["ValidationError", "planned"]
    with transaction.atomic(), open_scope(here.pk):
        assert SupervisionMeeting.objects.count() == 1
        assert len(taken(Resource.ROOM, room.pk)) == 1
