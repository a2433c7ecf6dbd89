"""What is due, over the rows of the database: which rules hold, for whom, in how many queries, and who sees it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.access.models import AccessLog
from apps.access.scope import open_scope
from apps.organizations.choices import Role
from apps.organizations.models import Absence, Person, StaffProfile
from apps.supervision import due, services
from apps.supervision.choices import DueState, NoteState
from apps.supervision.examples import EXAMPLES
from apps.supervision.ledger import held_by
from apps.supervision.models import SupervisionCadence, SupervisionPlan, SupervisionRules
from tests.factories.certifications import make_certification, make_credential
from tests.factories.organizations import actor_for, make_member, make_organization
from tests.factories.supervision import WEEKLY, make_meeting, make_note, make_plan, make_rules

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 18)  # a Wednesday
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def here():
    organization = make_organization(domain="centre.localhost")
    with open_scope(organization.pk):
        yield organization


@pytest.fixture
def browse(client):
    """Ask as a person: browse(person).get(…)."""

    def as_person(person):
        client.force_login(person.user)
        client.defaults["HTTP_HOST"] = "centre.localhost"
        return client

    return as_person


def state_of(plan, day=TODAY):
    (one,) = due.standings(due.standing_plans(day).filter(pk=plan.pk), on=day)
    return one.state


def test_the_plan_names_its_rules_else_its_state_does_else_everybodys(here):
    plan = make_plan(here)
    assert state_of(plan) == DueState.NOT_ASKED
    make_rules(here, WEEKLY)
    assert state_of(plan) == DueState.OVERDUE
    make_rules(here, {**WEEKLY, "per": "month"}, name="Ohio", for_everybody=False, jurisdiction="OH")
    make_certification(plan.specialist, credential=make_credential(jurisdiction="OH"), issued_on="2026-01-01")
    make_note(plan, held_on=date(2026, 3, 3))
    assert state_of(plan) == DueState.FINE
    own = make_rules(here, {**WEEKLY, "minutes": 120}, name="Own", for_everybody=False)
    plan.rules = own
    plan.save()
    assert state_of(plan) == DueState.OVERDUE


@pytest.mark.parametrize("key", sorted(EXAMPLES))
def test_a_shipped_example_is_taken_over_whole_by_whoever_plans_and_nobody_else(here, key):
    boss, ruth = make_member(here, Role.ADMINISTRATOR), make_member(here, Role.SUPERVISOR)
    with pytest.raises(PermissionDenied), transaction.atomic():
        services.take_example(key=key, actor=actor_for(ruth), organization_id=here.pk)
    rules = services.take_example(key=key, actor=actor_for(boss), organization_id=here.pk)
    assert (rules.jurisdiction, rules.name) == (key, EXAMPLES[key].name)
    assert "check before use" in rules.source  # nobody read the text itself
    assert rules.cadences.count() == len(EXAMPLES[key].cadences)
    with pytest.raises(ValidationError, match="already"), transaction.atomic():
        services.take_example(key=key, actor=actor_for(boss), organization_id=here.pk)
    assert SupervisionRules.objects.count() == 1


def test_texas_asks_weekly_of_a_provisional_peer_monthly_of_a_certified_one_and_observes_supervisors(here):
    services.take_example(key="TX", actor=actor_for(make_member(here, Role.ADMINISTRATOR)), organization_id=here.pk)
    new, old, boss = (make_plan(here) for _number in range(3))
    make_plan(here, supervisor=boss.specialist)
    for plan, status in ((new, "provisional"), (old, "certified"), (boss, "certified")):
        make_certification(
            plan.specialist,
            credential=make_credential(),
            status=status,
            issued_on="2025-01-01",
            expires_on="2027-01-01",
        )
    found = {one.plan.pk: one for one in due.standings(due.standing_plans(TODAY), on=TODAY)}
    asked = {
        name: [(asks.asked, asks.per) for asks, _stand in found[plan.pk].stands]
        for name, plan in (("new", new), ("old", old), ("boss", boss))
    }
    assert asked == {
        "new": [("supervision", "week")],
        "old": [("supervision", "month")],
        "boss": [("supervision", "month"), ("observation", "month")],
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"times": None},
        {"times": 0},
        {"per": "hours_worked"},
        {"per": "hours_worked", "times": None},
        {"every": 0},
        {"every": 13},
        {"per": "year"},
        {"asked": "story"},
        {"minutes": 1},
    ],
)
def test_the_database_refuses_rules_that_ask_nothing_or_nonsense(here, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_rules(here, {**WEEKLY, **wrong})
    assert not SupervisionCadence.objects.exists()


def test_days_away_and_the_calendar_of_the_organization_count(here):
    make_rules(here, WEEKLY)
    plan = make_plan(here, starts_on=date(2026, 3, 9))
    assert state_of(plan) == DueState.OVERDUE
    Absence.objects.create(
        organization=here, person=plan.specialist, starts_on=date(2026, 3, 9), ends_on=date(2026, 3, 15)
    )
    assert state_of(plan) == DueState.DUE


def test_another_supervisor_does_not_begin_the_weeks_anew(here):
    make_rules(here, {**WEEKLY, "per": "month"})
    old = make_plan(here, starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 10))
    new = make_plan(here, specialist=old.specialist, starts_on=date(2026, 3, 11))
    assert state_of(new) == DueState.OVERDUE
    make_note(old, held_on=date(2026, 3, 2))
    assert state_of(new) == DueState.FINE


def test_hours_before_working_alone_count_signed_ones_only(here):
    make_rules(here, WEEKLY, hours_before_alone=Decimal(2))
    plan = make_plan(here)
    make_note(plan, NoteState.SIGNED)
    make_note(plan, NoteState.SUBMITTED)
    (one,) = due.standings(due.standing_plans(TODAY), on=TODAY)
    assert one.hours_before_alone == (Decimal(1), Decimal(2))
    make_note(plan, NoteState.SIGNED)
    (one,) = due.standings(due.standing_plans(TODAY), on=TODAY)
    assert one.hours_before_alone is None


def test_being_over_the_ratio_warns_and_never_blocks(here, browse):
    make_rules(here, most_specialists=1, most_fte=Decimal(7))
    ruth, boss = make_member(here, Role.SUPERVISOR, name="Ruth Alvarez"), make_member(here, Role.ADMINISTRATOR)
    first = make_plan(here, supervisor=ruth)
    StaffProfile.objects.create(organization=here, person=first.specialist, weekly_hours=Decimal(20))
    assert not due.loads_of(ruth.pk).is_over
    plan = services.plan_supervision(
        plan=SupervisionPlan(organization=here),
        actor=actor_for(boss),
        specialist=make_member(here, Role.PEER_SPECIALIST),
        supervisor=ruth,
        starts_on=date(2026, 1, 1),
    )
    assert plan.pk is not None
    load = due.loads_of(ruth.pk)
    assert (load.people, load.places, load.is_over) == (2, Decimal("1.5"), True)
    assert b"Ruth Alvarez supervises 2 people" in browse(boss).get(reverse("supervision:due")).content
    assert b"Ruth Alvarez supervises 2 people" in browse(ruth).get(reverse("supervision:due")).content
    assert b"supervises 2 people" not in browse(first.specialist).get(reverse("supervision:due")).content


def test_next_door_neither_rules_nor_people_are_seen(here, browse):
    make_rules(here, WEEKLY)
    plan = make_plan(here, make_member(here, Role.PEER_SPECIALIST, name="Dana Whitfield"))
    there = make_organization(domain="elsewhere.localhost")
    make_rules(there, WEEKLY, name="Their rules")
    theirs = make_plan(there, make_member(there, Role.PEER_SPECIALIST, name="Somebody Elsewhere"))
    boss = make_member(here, Role.ADMINISTRATOR)
    for page in ("due", "table"):
        text = browse(boss).get(reverse(f"supervision:{page}")).content.decode()
        assert "Dana Whitfield" in text
        assert "Somebody Elsewhere" not in text
    assert browse(boss).get(reverse("supervision:log", args=[theirs.specialist.public_id])).status_code == 404
    stranger = make_plan(here)
    page = reverse("supervision:log", args=[plan.specialist.public_id])
    assert browse(stranger.specialist).get(page).status_code == 404
    own = browse(stranger.specialist).get(reverse("supervision:due")).content.decode()
    assert "Dana Whitfield" not in own


def _asked(browse, person, page):
    with CaptureQueriesContext(connection) as queries:
        answer = browse(person).get(reverse(f"supervision:{page}"))
    assert answer.status_code == 200
    return len(queries)


def test_the_pages_ask_as_many_questions_for_two_hundred_people_as_for_one(here, browse):
    make_rules(here, WEEKLY, {**WEEKLY, "per": "hours_worked", "every": 40, "times": None, "minutes": 60})
    boss, ruth = make_member(here, Role.ADMINISTRATOR), make_member(here, Role.SUPERVISOR)
    make_note(make_plan(here, supervisor=ruth), NoteState.SUBMITTED)
    pages = ("due", "table")
    for page in pages:
        _asked(browse, boss, page)
    one = [_asked(browse, boss, page) for page in pages]
    first = SupervisionPlan.objects.get()
    people = Person.objects.bulk_create(Person(organization=here, name=f"Person {n:03}") for n in range(199))
    SupervisionPlan.objects.bulk_create(
        SupervisionPlan(organization=here, specialist=person, supervisor=ruth, starts_on=first.starts_on)
        for person in people
    )
    assert [_asked(browse, boss, page) for page in pages] == one
    shown = [browse(boss).get(reverse(f"supervision:{page}"), {"show": "all"}).context["page_obj"] for page in pages]
    assert [(len(page), page.paginator.count) for page in shown] == [(25, 200), (25, 200)]


def test_the_table_says_what_was_asked_held_and_signed_and_takes_it_out_with_a_trace(here, browse):
    make_rules(here, {**WEEKLY, "minutes": 60})
    boss, ruth = make_member(here, Role.ADMINISTRATOR), make_member(here, Role.SUPERVISOR)
    plan = make_plan(here, make_member(here, Role.PEER_SPECIALIST, name="Dana Whitfield"), ruth)
    today = due.standings(due.standing_plans())[0].today
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    sunday = month + timedelta(days=(6 - month.weekday()) % 7)
    make_note(plan, NoteState.SIGNED, held_on=sunday, minutes=90)
    make_note(plan, NoteState.SUBMITTED, held_on=sunday + timedelta(days=7), minutes=30)
    with open_scope(here.pk):
        before = AccessLog.objects.count()
    url = reverse("supervision:table_file")
    assert browse(ruth).post(url).status_code == 403
    answer = browse(boss).post(url, {"form": "csv", "months_back": "3"})
    rows = [line.split(",") for line in answer.content.decode("utf-8-sig").splitlines()]
    (line,) = [row for row in rows if row[0] == "Dana Whitfield" and row[3] == f"{month:%Y-%m}"]
    sundays = sum((month + timedelta(days=n)).month == month.month for n in range((sunday - month).days, 31, 7))
    assert line[4:] == [str(sundays), f"{sundays}.00", "2", "2.00", "1.50", "no"]
    assert AccessLog.objects.filter(action="export").count() == 1
    assert AccessLog.objects.count() > before
    assert browse(boss).post(url, {"form": "xlsx"}).content[:2] == b"PK"
    short = browse(boss).get(reverse("supervision:table"), {"short": "on", "months_back": "nonsense", "by": "x"})
    assert b"Dana Whitfield" in short.content


def test_an_addendum_counts_once_both_signed_it_and_a_group_gives_each_their_own_minutes(here):
    make_rules(here, {**WEEKLY, "minutes": 60})
    ruth = make_member(here, Role.SUPERVISOR)
    dana, eli = make_plan(here, supervisor=ruth), make_plan(here, supervisor=ruth)
    note = make_note(dana, NoteState.SIGNED, held_on=date(2026, 3, 16), minutes=45)
    make_note(eli, NoteState.SUBMITTED, held_on=date(2026, 3, 16), minutes=60)
    author, other = actor_for(dana.specialist), actor_for(ruth)
    row = services.add_addendum(note=note, actor=author, text="We went on.", minutes=75, method="password")
    assert [(h.minutes, h.signed) for h in held_by([dana.specialist_id], *YEAR)[dana.specialist_id]] == [(45, True)]
    assert state_of(dana) == DueState.OVERDUE
    services.review_addendum(addendum=row, actor=other, method="password")
    held = held_by([dana.specialist_id, eli.specialist_id], *YEAR)
    assert [(h.minutes, h.signed) for h in held[dana.specialist_id]] == [(75, True)]
    assert [(h.minutes, h.signed) for h in held[eli.specialist_id]] == [(60, False)]
    assert state_of(dana) == DueState.FINE


def test_a_planned_meeting_is_shown_as_arranged_until_it_is_called_off(here, browse):
    make_rules(here, WEEKLY)
    plan, other = make_plan(here), make_plan(here)
    day = due.standings(due.standing_plans())[0].today
    meeting = make_meeting(plan, on=day, zone=str(here.zone))
    found = {one.plan: one for one in due.standings(due.standing_plans())}
    assert (found[plan].state, found[plan].is_arranged) == (DueState.OVERDUE, True)
    assert found[plan].stands[0][1].arranged == day
    assert not found[other].is_arranged
    assert "arranged for" in browse(plan.specialist).get(reverse("supervision:due")).content.decode()
    assert "arranged for" not in browse(other.specialist).get(reverse("supervision:due")).content.decode()
    with open_scope(here.pk):
        services.call_off(meeting=meeting, actor=actor_for(plan.supervisor), reason="Snow")
        assert not any(one.is_arranged for one in due.standings(due.standing_plans()))
