"""Somebody is out today: what it touches is decided in one deed, and everybody hears of it once."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.access.scope import open_scope, system_scope
from apps.care import selectors, services
from apps.care.choices import Decision
from apps.care.models import Disruption, DisruptionItem, DisruptionNotice
from apps.care.services import Choice
from apps.groups import services as groups
from apps.groups.models import SessionLeader
from apps.messaging.models import Message
from apps.messaging.registry import Facts, purpose_called
from apps.messaging.rendering import write
from apps.messaging.services import opt_out
from apps.organizations import services as people
from apps.organizations.models import Absence
from apps.outreach.models import OutreachStep
from tests.factories.care import make_appointment
from tests.factories.clients import make_client, put_on_team
from tests.factories.days import make_day, make_quiet_day
from tests.factories.groups import make_enrolment, make_facilitator
from tests.factories.messaging import make_contact_point
from tests.factories.organizations import SYSTEM, actor_for, make_location, make_member, make_organization
from tests.factories.outreach import run_planner

pytestmark = pytest.mark.django_db


@pytest.fixture
def day():
    return make_day()


def messages(day, **which):
    """Every message about changes of a day, by the person's name."""
    with open_scope(day.here.pk), transaction.atomic():
        rows = Message.objects.filter(purpose__in=["day_change", "session_change"], **which)
        return sorted(rows.values_list("person__name", "purpose", "state"))


def notices(day):
    with open_scope(day.here.pk), transaction.atomic():
        return {row.person.name: row for row in DisruptionNotice.objects.select_related("person", "disruption")}


def said(day):
    """What each planned message would say now, by the person's name."""
    with open_scope(day.here.pk), transaction.atomic():
        rows = list(
            Message.objects.filter(purpose="day_change", state="planned").select_related(
                "person", "organization", "contact_point"
            )
        )
        found = purpose_called("day_change").facts(day.here.pk, rows)
        texts = {}
        for row in rows:
            if isinstance(found[row.pk], Facts):
                written = write(row, template="day_change", address="a@x.example", domain="x.localhost",
                                facts=found[row.pk].context)  # fmt: skip
                texts[row.person.name] = f"{written.mail.subject}\n{written.mail.body}"
        return texts


def left(day, name):
    """The person's message has left."""
    with open_scope(day.here.pk), transaction.atomic():
        Message.objects.filter(purpose="day_change", person__name=name).update(
            state="claimed", claimed_by="6f1c1a52-0f0e-4a7e-9c55-0a5a5d7a0001", claimed_at=timezone.now()
        )
        Message.objects.filter(purpose="day_change", person__name=name).update(
            state="sent", sent_at=timezone.now(), reason="accepted", ended_at=timezone.now()
        )


def calls(day, actor=None):
    with open_scope(day.here.pk), transaction.atomic():
        return [row.person.name for row in selectors.calls_for(actor or day.actor)]


def test_it_lists_every_visit_and_session_of_the_day_in_order_and_none_of_another_day_or_person(day):
    make_appointment(make_client(day.here), staff=day.maya, location=day.house, starts_at=day.at(15, days=1))
    make_appointment(make_client(day.here), location=day.house, starts_at=day.at(15))
    with open_scope(day.here.pk), transaction.atomic():
        found = selectors.touched_by(day.span(), day.actor)
    assert [each.visit or each.session for each in found.things] == [day.visit, day.session]
    assert found.hidden == 0


def test_part_of_a_day_leaves_the_rest(day):
    with open_scope(day.here.pk), transaction.atomic():
        found = selectors.touched_by(day.span(since=time(16)), day.actor)
    assert [each.session for each in found.things] == [day.session]


def test_what_is_called_off_is_off_and_each_person_hears_once_of_all_that_concerns_them(day):
    make_enrolment(day.group, day.people["ana"])  # a visit and a group: one message
    day.out()
    for _twice in range(2):
        run_planner()
    with open_scope(day.here.pk), transaction.atomic():
        day.visit.refresh_from_db()
        day.session.refresh_from_db()
        assert (day.visit.state, day.visit.cancelled_reason) == ("cancelled", "staff")
        assert day.session.state == "cancelled"
    assert messages(day) == [("Ana Client", "day_change", "planned"), ("Ben Member", "day_change", "planned")]
    texts = said(day)
    assert texts["Ana Client"].count("does not take place.") == 2
    assert texts["Ben Member"].count("does not take place.") == 1


def test_no_message_names_a_group_a_topic_a_colleague_who_is_out_or_a_place(day):
    day.out()
    for text in said(day).values():
        for word in ("Grief", "circle", "Maya", "Elm", "Dee"):
            assert word not in text


def test_a_substitute_leads_and_meets_is_told_once_and_the_client_reads_with_whom(day):
    with open_scope(day.here.pk), transaction.atomic():
        rosa = make_member(day.here, "peer_specialist", name="Rosa Stand", called="Rosa")
    make_contact_point(rosa)
    day.out(visits=Choice(Decision.SUBSTITUTE, rosa), sessions=Choice(Decision.SUBSTITUTE, rosa))
    run_planner()
    with open_scope(day.here.pk), transaction.atomic():
        day.visit.refresh_from_db()
        day.session.refresh_from_db()
        assert (day.visit.staff, day.visit.state, day.session.state) == (rosa, "booked", "planned")
        assert SessionLeader.objects.get().instead_of == day.maya
    texts = said(day)
    assert set(texts) == {"Ana Client", "Rosa Stand"}  # who is in the group finds it as it was
    assert texts["Rosa Stand"].count("you take over") == 2
    assert "it is with Rosa this time" in texts["Ana Client"]


def test_moved_is_told_with_both_times_and_left_is_told_to_nobody(day):
    tomorrow = day.at(16, days=1)
    day.out(visits=Choice(Decision.MOVED, on=tomorrow.date(), starts=time(16)), sessions=Choice(Decision.LEFT))
    texts = said(day)
    assert set(texts) == {"Ana Client"}
    assert "3:00 pm is now" in texts["Ana Client"]
    assert "4:00 pm" in texts["Ana Client"]
    with open_scope(day.here.pk), transaction.atomic():
        day.session.refresh_from_db()
        assert day.session.state == "planned"


def test_whole_days_are_time_away_and_nothing_new_is_booked_then(day):
    row = day.out(visits=Choice(Decision.LEFT))
    with open_scope(day.here.pk), transaction.atomic():
        away = Absence.objects.get()
        assert (away.person, away.starts_on, row.absence) == (day.maya, day.at(12).date(), away)
    for hour in (14, 18):
        with pytest.raises(ValidationError, match="already taken"):
            make_appointment(make_client(day.here), staff=day.maya, location=day.house, starts_at=day.at(hour))
    make_appointment(make_client(day.here), staff=day.maya, location=day.house, starts_at=day.at(14, days=1))


def test_part_of_a_day_is_held_too_and_is_no_time_away(day):
    with open_scope(day.here.pk), transaction.atomic():
        span = day.span(since=time(16), until=time(20))
        services.disrupt(span=span, choices=day.choices(span), actor=day.actor)
        assert not Absence.objects.exists()
    with pytest.raises(ValidationError, match="already taken"):
        make_appointment(make_client(day.here), staff=day.maya, location=day.house, starts_at=day.at(18))


def test_days_that_are_written_down_as_time_away_already_stay_as_they_are(day):
    today = day.at(12).date()
    with open_scope(day.here.pk), transaction.atomic():
        people.write_absence(
            absence=Absence(organization=day.here), actor=SYSTEM, person=day.maya, starts_on=today,
            ends_on=today + timedelta(days=3),
        )  # fmt: skip
    row = day.out()
    with open_scope(day.here.pk), transaction.atomic():
        assert Absence.objects.count() == 1
        assert row.absence is None


def test_the_same_span_twice_is_refused_by_the_service_and_by_the_database(day):
    row = day.out()
    with pytest.raises(ValidationError, match="written down already"):
        day.out()
    assert len(messages(day)) == 2
    with open_scope(day.here.pk), transaction.atomic(), pytest.raises(IntegrityError):
        Disruption.objects.create(
            organization=day.here, kind="out", person=day.maya, state="stands", decided_at=timezone.now(),
            starts_at=row.starts_at, ends_at=row.ends_at, zone=row.zone,
        )  # fmt: skip


def test_what_was_booked_while_the_page_was_open_is_not_passed_over(day):
    with open_scope(day.here.pk), transaction.atomic():
        span = day.span()
        chosen = day.choices(span)
    make_appointment(make_client(day.here), staff=day.maya, location=day.house, starts_at=day.at(18))
    with open_scope(day.here.pk), pytest.raises(ValidationError, match="changed meanwhile"):
        services.disrupt(span=span, choices=chosen, actor=day.actor)
    assert messages(day) == []


def test_what_is_refused_for_one_thing_is_said_for_it_and_nothing_is_written(day):
    rosa = make_member(day.here, "peer_specialist", name="Rosa Stand")
    make_appointment(make_client(day.here), staff=rosa, location=day.house, starts_at=day.at(15))
    with open_scope(day.here.pk), transaction.atomic():
        key = selectors.visit_key(day.visit)
    with pytest.raises(ValidationError) as refused:
        day.out(visits=Choice(Decision.SUBSTITUTE, rosa))
    assert list(refused.value.error_dict) == [key]
    with open_scope(day.here.pk), transaction.atomic():
        day.session.refresh_from_db()
        assert day.session.state == "planned"
        assert not Disruption.objects.exists()
    assert messages(day) == []


def test_a_look_says_who_hears_how_and_writes_nothing(day):
    with open_scope(day.here.pk), transaction.atomic():
        span = day.span()
        opt_out(person=day.people["ben"], actor=SYSTEM, how="spoken")
        look = services.look_at(
            deed=lambda: services.disrupt(span=span, choices=day.choices(span), actor=day.actor), actor=day.actor
        )
        assert look.problem is None
        assert look.counts == {"email": 1, "call": 1}
        assert {each.notice.person.name: each.channel for each in look.told} == {
            "Ana Client": "email", "Ben Member": "call",
        }  # fmt: skip
        assert [item.decision for item in look.items] == ["called_off", "called_off"]
        assert not Disruption.objects.exists()
        day.visit.refresh_from_db()
        assert day.visit.state == "booked"
    assert messages(day) == []


def test_only_whoever_books_decides(day):
    for person in (day.maya, make_member(day.here, "supervisor"), make_member(day.here, "auditor")):
        with open_scope(day.here.pk), pytest.raises(PermissionDenied):
            services.disrupt(span=day.span(), choices={}, actor=actor_for(person))


# ---- who can take over
def stand_ins(day, of):
    with open_scope(day.here.pk), transaction.atomic():
        things = selectors.touched_by(day.span(), day.actor).things
        selectors.offer_stand_ins(things, day.actor, day.maya)
        thing = next(each for each in things if (each.visit or each.session) == of)
        return {each.person.name: each.reason for each in thing.stand_ins}, [each.person.name for each in thing.can_do]


def test_the_care_team_comes_first_then_the_house_and_the_language(day):
    with open_scope(day.here.pk), transaction.atomic():
        client = day.visit.client
        people.change_person(person=client.person, actor=SYSTEM, language="es")
    team = make_member(day.here, "peer_specialist", name="Zoe Team")
    put_on_team(client, team)
    make_member(day.here, "peer_specialist", name="Abe Other")
    spanish = make_member(day.here, "peer_specialist", name="Yago Speaks", language="es")
    _all, best = stand_ins(day, day.visit)
    assert best[0] == "Zoe Team"
    assert best.index("Yago Speaks") < best.index("Abe Other")
    assert spanish.language == "es"


def test_who_cannot_is_listed_with_the_reason(day):
    busy = make_member(day.here, "peer_specialist", name="Bea Busy")
    make_appointment(make_client(day.here), staff=busy, location=day.house, starts_at=day.at(15))
    away = make_member(day.here, "peer_specialist", name="Al Away")
    today = day.at(12).date()
    with open_scope(day.here.pk), transaction.atomic():
        people.write_absence(
            absence=Absence(organization=day.here), actor=SYSTEM, person=away, starts_on=today, ends_on=today
        )
    reasons, best = stand_ins(day, day.visit)
    assert reasons["Bea Busy"] == "Has something else at that time."
    assert reasons["Al Away"] == "Is away on that day."
    assert reasons["Dee Desk"] == "Meeting clients is not part of their role."
    assert best == []
    assert "Maya Out" not in reasons


def test_who_is_away_on_the_day_on_the_wall_is_not_offered_where_the_servers_day_is_another():
    day = make_quiet_day(make_organization(zone="Pacific/Auckland"))
    visit = make_appointment(make_client(day.here), staff=day.maya, location=day.house, starts_at=day.at(9, days=1))
    away = make_member(day.here, "peer_specialist", name="Al Away")
    tomorrow = day.at(9, days=1).date()
    with open_scope(day.here.pk), transaction.atomic():
        people.write_absence(
            absence=Absence(organization=day.here), actor=SYSTEM, person=away, starts_on=tomorrow, ends_on=tomorrow
        )
        things = selectors.touched_by(day.span(first=tomorrow, last=tomorrow), day.actor).things
        selectors.offer_stand_ins(things, day.actor, day.maya)
        (thing,) = (each for each in things if each.visit == visit)
    assert {each.person.name: each.reason for each in thing.stand_ins}["Al Away"] == "Is away on that day."


def test_who_leads_the_group_but_is_replaced_is_not_offered_for_its_session(day):
    lee = make_member(day.here, "peer_specialist", name="Lee Leads")
    make_facilitator(day.group, lee)
    kim = make_member(day.here, "peer_specialist", name="Kim Instead")
    with open_scope(day.here.pk), transaction.atomic():
        groups.set_substitute(session=day.session, person=kim, actor=day.actor, instead_of=lee)
    offered, _best = stand_ins(day, day.session)
    assert not {"Lee Leads", "Kim Instead"} & offered.keys()


def test_whoever_must_not_meet_somebody_is_left_out_without_a_word(day):
    rosa = make_member(day.here, "peer_specialist", name="Rosa Barred")
    with open_scope(day.here.pk), transaction.atomic():
        for subject in (day.people["ana"], day.people["ben"]):
            people.declare_bar(barred=rosa, subject=subject, actor=SYSTEM)
    assert "Rosa Barred" not in stand_ins(day, day.visit)[0]
    assert "Rosa Barred" not in stand_ins(day, day.session)[0]


# ---- what the reader may not see
def test_a_hidden_visit_is_counted_waits_and_is_decided_by_somebody_who_may_see_it(day):
    other = make_member(day.here, "administrator", name="Ada Admin")
    make_contact_point(other)
    with open_scope(day.here.pk), transaction.atomic():
        people.declare_bar(barred=day.desk, subject=day.people["ana"], actor=SYSTEM)
        assert selectors.touched_by(day.span(), actor_for(day.desk), "change").hidden == 1
    row = day.out()
    with open_scope(day.here.pk), transaction.atomic():
        day.visit.refresh_from_db()
        assert day.visit.state == "booked"
        assert not selectors.items_of([row], actor_for(day.desk)).filter(appointment__isnull=False).exists()
        assert not selectors.undecided(actor_for(day.desk)).exists()
        item = selectors.undecided(actor_for(other)).get()
        asked = DisruptionNotice.objects.get(part="decides")
        assert asked.person == other
        assert Message.objects.filter(purpose="day_decision", person=other).count() == 1
        with pytest.raises(PermissionDenied):
            services.decide_item(item=item, choice=Choice(Decision.CALLED_OFF), actor=actor_for(day.desk))
        for _twice in range(2):
            services.decide_item(item=item, choice=Choice(Decision.CALLED_OFF), actor=actor_for(other))
        day.visit.refresh_from_db()
        assert day.visit.state == "cancelled"
        assert not selectors.undecided(actor_for(other)).exists()
    assert [name for name, _purpose, _state in messages(day)] == ["Ana Client", "Ben Member"]
    with pytest.raises(ValidationError, match="already taken"):  # the time that it freed is held as well
        make_appointment(make_client(day.here), staff=day.maya, location=day.house, starts_at=day.at(15))


# ---- telling, and the calls
def test_who_has_no_way_or_asked_for_no_messages_of_that_kind_is_to_be_called_and_nobody_else(day):
    with open_scope(day.here.pk), transaction.atomic():
        opt_out(person=day.people["ana"], actor=SYSTEM, how="spoken", topic="appointments")
    day.out()
    run_planner()
    assert calls(day) == ["Ana Client"]
    assert messages(day) == [("Ben Member", "day_change", "planned")]


def test_a_message_that_fails_later_brings_the_person_onto_the_list(day):
    day.out()
    assert calls(day) == []
    left(day, "Ana Client")
    assert calls(day) == []
    with open_scope(day.here.pk), transaction.atomic():
        Message.objects.filter(person__name="Ana Client").update(state="failed", reason="bad_address")
    assert calls(day) == ["Ana Client"]


def test_a_message_that_would_leave_too_late_is_no_message(day):
    day.out()
    with open_scope(day.here.pk), transaction.atomic():
        Message.objects.filter(person__name="Ben Member").update(next_try_at=day.at(18))
    assert calls(day) == ["Ben Member"]


def test_a_call_ends_with_an_outcome_and_no_answer_keeps_it_open(day):
    with open_scope(day.here.pk), transaction.atomic():
        opt_out(person=day.people["ana"], actor=SYSTEM, how="spoken")
    day.out()
    row = notices(day)["Ana Client"]
    for outcome, still in (("no_answer", ["Ana Client"]), ("left_message", [])):
        with open_scope(day.here.pk), transaction.atomic():
            row = services.note_call(notice=row, outcome=outcome, actor=day.actor)
        assert calls(day) == still
    assert (row.tries, row.outcome_by_id) == (2, day.desk.user_id)
    with open_scope(day.here.pk), transaction.atomic():
        services.note_call(notice=row, outcome="left_message", actor=day.actor)
        with pytest.raises(ValidationError, match="already"):
            services.note_call(notice=row, outcome="reached", actor=day.actor)
        with pytest.raises(PermissionDenied):
            services.note_call(notice=row, outcome="reached", actor=actor_for(day.maya))


def test_who_is_reached_by_phone_gets_no_message_after_it(day):
    day.out()
    row = notices(day)["Ana Client"]
    with open_scope(day.here.pk), transaction.atomic():
        services.note_call(notice=row, outcome="reached", actor=day.actor)
    run_planner()
    assert messages(day, person__name="Ana Client") == [("Ana Client", "day_change", "withdrawn")]


# ---- after all
def test_back_after_all_restores_what_can_be_and_tells_those_alone_who_had_heard(day):
    row = day.out()
    left(day, "Ana Client")
    with open_scope(day.here.pk), transaction.atomic():
        for _twice in range(2):
            assert services.end_disruption(disruption=row, actor=day.actor) == []
        item = DisruptionItem.objects.get(appointment=day.visit)
        assert (item.rebooked.starts_at, item.rebooked.staff, item.rebooked.state) == (
            day.visit.starts_at, day.maya, "booked",
        )  # fmt: skip
        day.session.refresh_from_db()
        assert day.session.state == "planned"
        assert not Absence.objects.filter(archived_at__isnull=True).exists()
    run_planner()
    assert messages(day) == [
        ("Ana Client", "day_change", "planned"),
        ("Ana Client", "day_change", "sent"),
        ("Ben Member", "day_change", "withdrawn"),
    ]
    texts = said(day)
    assert set(texts) == {"Ana Client"}
    assert "takes place after all" in texts["Ana Client"]
    make_appointment(make_client(day.here), staff=day.maya, location=day.house, starts_at=day.at(19))


def test_what_cannot_come_back_stays_and_is_named(day):
    rosa = make_member(day.here, "peer_specialist", name="Rosa Stand")
    row = day.out(visits=Choice(Decision.SUBSTITUTE, rosa))
    with open_scope(day.here.pk), transaction.atomic():
        services.cancel_appointment(appointment=day.visit, actor=SYSTEM)
        stays = services.end_disruption(disruption=row, actor=day.actor)
    assert [item.appointment for item in stays] == [day.visit]


# ---- who is out says so themself
def test_who_is_out_says_so_and_the_coordinator_decides(day):
    make_contact_point(day.desk)
    maya = actor_for(day.maya)
    with open_scope(day.here.pk), transaction.atomic():
        for _twice in range(2):
            ask = services.ask_out(span=day.span(), actor=maya)
        assert Disruption.objects.count() == 1
        assert list(selectors.asked_for(day.actor)) == [ask]
        assert not selectors.asked_for(maya).exists()
        day.visit.refresh_from_db()
        assert day.visit.state == "booked"
        assert Message.objects.get(purpose="day_decision").person == day.desk
        with pytest.raises(PermissionDenied):
            services.ask_out(span=day.span(person=day.desk), actor=maya)
        span = day.span()
        row = services.disrupt(span=span, choices=day.choices(span), actor=day.actor, ask=ask)
        assert row.pk == ask.pk
        assert not selectors.asked_for(day.actor).exists()
        with pytest.raises(PermissionDenied):  # what stands is the coordinator's to end
            services.end_disruption(disruption=row, actor=maya)


def test_who_was_out_and_has_left_reads_no_name_of_that_day_any_more(day):
    row = day.out()
    with open_scope(day.here.pk), transaction.atomic():
        assert selectors.items_of([row], actor_for(day.maya)).count() == 2
        people.end_membership(membership=day.maya.memberships.get(), actor=SYSTEM)
        assert not selectors.items_of([row], actor_for(day.maya)).exists()


# ---- a house is closed
def test_a_house_that_is_closed_for_whole_days_calls_its_sessions_off_and_some_go_on_elsewhere(day):
    phone = make_location(day.here, name="By phone", is_online=True, zone=day.here.zone)
    with open_scope(day.here.pk), transaction.atomic():
        span = day.span(location=day.house)
        chosen = day.choices(span, visits=Choice(Decision.ELSEWHERE, location=phone))
        row = services.disrupt(span=span, choices=chosen, actor=day.actor, words={"en": "Water"})
        day.visit.refresh_from_db()
        day.session.refresh_from_db()
        assert (day.visit.location, day.visit.starts_at) == (phone, day.at(15))
        assert (day.session.state, day.session.closure) == ("cancelled", row.closure)
    run_planner()
    names = [(name, purpose) for name, purpose, _state in messages(day)]
    assert names.count(("Ana Client", "day_change")) == names.count(("Ben Member", "day_change")) == 1
    assert not [each for each in names if each[1] == "session_change"]
    assert "by phone or online" in said(day)["Ana Client"]
    with pytest.raises(ValidationError, match="closed then"):
        make_appointment(make_client(day.here), location=day.house, starts_at=day.at(18))


def test_a_session_goes_on_in_a_closed_house_where_that_is_chosen(day):
    with open_scope(day.here.pk), transaction.atomic():
        span = day.span(location=day.house)
        chosen = day.choices(span, sessions=Choice(Decision.LEFT))
        services.disrupt(span=span, choices=chosen, actor=day.actor, words={"en": "Water"})
        day.session.refresh_from_db()
        assert (day.session.state, day.session.is_kept) == ("planned", True)
    run_planner()
    assert [name for name, _purpose, _state in messages(day, person__name="Ben Member")] == []


def test_an_afternoon_closed_calls_off_what_meets_then_and_no_other_day(day):
    with open_scope(day.here.pk), transaction.atomic():
        span = day.span(location=day.house, since=time(13))
        row = services.disrupt(span=span, choices=day.choices(span), actor=day.actor, words={"en": "Water"})
        day.session.refresh_from_db()
        assert (day.session.state, row.closure, str(day.session.reason)) == ("cancelled", None, "Water")
        assert day.group.sessions.filter(state="cancelled").count() == 1


def test_a_house_opens_after_all(day):
    with open_scope(day.here.pk), transaction.atomic():
        span = day.span(location=day.house)
        row = services.disrupt(span=span, choices=day.choices(span), actor=day.actor, words={"en": "Water"})
        services.end_disruption(disruption=row, actor=day.actor)
        day.session.refresh_from_db()
        assert day.session.state == "planned"
    run_planner()
    assert {state for _name, _purpose, state in messages(day)} == {"withdrawn", "unreachable"}
    assert calls(day) == []


def test_who_is_out_on_a_day_on_which_a_house_closes_too_hears_of_the_house_and_not_of_themself(day):
    make_contact_point(day.maya)
    tomorrow = make_appointment(make_client(day.here), staff=day.maya, location=day.house, starts_at=day.at(15, days=1))
    day.out(visits=Choice(Decision.LEFT), sessions=Choice(Decision.LEFT))
    with open_scope(day.here.pk), transaction.atomic():
        span = day.span(location=day.house, first=day.at(12).date(), last=day.at(12, days=1).date())
        services.disrupt(span=span, choices=day.choices(span), actor=day.actor, words={"en": "Water"})
        tomorrow.refresh_from_db()
        assert tomorrow.state == "cancelled"
    text = said(day)["Maya Out"]
    assert text.count("does not take place.") == 3


# ---- the neighbours
def test_ids_of_another_organization_are_nobody_here(day):
    other = make_day()
    with open_scope(day.here.pk), transaction.atomic(), pytest.raises(ValidationError, match="works here"):
        services.disrupt(span=day.span(person=other.maya), choices={}, actor=day.actor)
    with open_scope(day.here.pk), transaction.atomic(), pytest.raises(ValidationError, match="in use"):
        services.disrupt(span=day.span(location=other.house), choices={}, actor=day.actor)
    with pytest.raises(ValidationError):
        day.out(visits=Choice(Decision.SUBSTITUTE, other.maya))
    with system_scope("a test looks everywhere"), transaction.atomic():
        assert not Disruption.objects.exists()


# ---- the words
@pytest.mark.parametrize(("confidential", "says"), [(True, "Call us to hear where."), (False, "at 9 Oak Road")])
def test_another_place_is_said_by_its_street_and_a_confidential_one_not_at_all(day, confidential, says):
    oak = make_location(
        day.here, name="Oak refuge", address="9 Oak Road", zone=day.here.zone, is_confidential=confidential
    )
    with open_scope(day.here.pk), transaction.atomic():
        span = day.span(location=day.house)
        moved = Choice(Decision.ELSEWHERE, location=oak)
        chosen = day.choices(span, visits=moved, sessions=moved)
        services.disrupt(span=span, choices=chosen, actor=day.actor, words={"en": "Water"})
    texts = said(day)
    for name in ("Ana Client", "Ben Member"):
        assert says in texts[name]
        assert "Oak refuge" not in texts[name]
        assert ("Oak Road" in texts[name]) is not confidential


@pytest.mark.parametrize(
    ("language", "off"),
    [("en", "does not take place."), ("es", "no se hace."), ("ar", "لا يُعقد.")],
)
def test_it_says_so_in_the_language_of_each_person_and_short_enough_for_one_text(day, language, off):
    day.out()
    with open_scope(day.here.pk), transaction.atomic():
        row = Message.objects.filter(purpose="day_change").select_related(
            "person", "organization", "contact_point"
        ).first()  # fmt: skip
        row.language = language
        facts = purpose_called("day_change").facts(day.here.pk, [row])[row.pk].context
        mail = write(row, template="day_change", address="a@x.example", domain="x.localhost", facts=facts).mail
        row.channel = "sms"
        text = write(row, template="day_change", address="+15125550100", domain="x.localhost", facts=facts).text
    assert off in mail.body
    assert off in text
    assert len(text) < 161


def test_a_step_that_is_switched_off_writes_to_nobody_and_everybody_is_called(day):
    run_planner()
    with open_scope(day.here.pk), transaction.atomic():
        OutreachStep.objects.filter(purpose="day_change").update(enabled=False)
    day.out()
    assert said(day) == {}
    with open_scope(day.here.pk), transaction.atomic():
        Message.objects.filter(purpose="day_change").update(
            state="withdrawn", reason="no_longer_true", ended_at=timezone.now()
        )
    assert calls(day) == ["Ana Client", "Ben Member"]
