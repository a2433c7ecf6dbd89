"""A note's whole life, and everybody who may not take part in it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from apps.access.scope import open_scope
from apps.organizations.choices import Role
from apps.signing.choices import Meaning
from apps.signing.models import Signature
from apps.signing.verification import verify
from apps.supervision import selectors, services
from apps.supervision.choices import NoteState
from apps.supervision.models import NoteDraft, NoteReturn, NoteVersion, SupervisionNote, SupervisionPlan
from apps.supervision.services import NoteMovedOn
from tests.factories.organizations import actor_for, make_member, make_organization, make_user
from tests.factories.supervision import TEXT, make_note, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    organization = make_organization(zone="America/Chicago")
    with open_scope(organization.pk):
        yield organization


@pytest.fixture
def plan(here):
    return make_plan(
        here,
        make_member(here, Role.PEER_SPECIALIST, name="Dana Whitfield"),
        make_member(here, Role.SUPERVISOR, name="Ruth Alvarez"),
    )


def test_a_note_goes_from_draft_over_a_return_to_locked_and_verifies(here, plan):
    dana, ruth = actor_for(plan.specialist), actor_for(plan.supervisor)
    note = make_note(plan)
    services.change_draft(
        note=note, actor=dana, revision=1, facts={"minutes": 45}, parts={**TEXT, "decided": "Nothing."}
    )
    note = services.submit_note(note=note, actor=dana, revision=2, method="password")
    assert (note.state, note.version) == (NoteState.SUBMITTED, 1)
    assert not NoteDraft.objects.exists()

    note = services.return_note(note=note, actor=ruth, version=1, reason="Who follows up?")
    draft = NoteDraft.objects.get()
    assert draft.parts == {**TEXT, "decided": "Nothing."}

    parts = {**draft.parts, "actions": "Dana finds a quieter place by 20 January."}
    services.change_draft(note=note, actor=dana, revision=1, facts={}, parts=parts)
    note = services.submit_note(note=note, actor=dana, revision=2, method="code")
    assert (note.state, note.version) == (NoteState.SUBMITTED, 2)

    note = services.sign_note(note=note, actor=ruth, version=2, method="password")
    assert note.state == NoteState.SIGNED
    told = [(s.number, s.printed_name, s.meaning, s.version, s.superseded, s.role, s.method)
            for s in selectors.signatures_of(note)]  # fmt: skip
    assert told == [
        (1, "Dana Whitfield", Meaning.AUTHOR, 1, True, "Peer specialist", "password"),
        (2, "Dana Whitfield", Meaning.AUTHOR, 2, False, "Peer specialist", "code"),
        (3, "Ruth Alvarez", Meaning.REVIEWED, 2, False, "Supervisor", "password"),
    ]
    assert [v.decided for v in NoteVersion.objects.filter(note=note)] == ["Nothing.", "Nothing."]
    assert NoteReturn.objects.get().reason == "Who follows up?"
    found = verify(here)
    assert found.holds
    assert found.compared == 3


def test_first_submission_is_what_counts_for_how_long_it_waits(plan):
    note = make_note(plan, NoteState.RETURNED)
    first = note.first_submitted_at
    note = services.submit_note(note=note, actor=actor_for(plan.specialist), revision=1, method="password")
    assert note.first_submitted_at == first < note.submitted_at
    assert note.waited(first + timedelta(days=8), "UTC") == 8


@pytest.mark.parametrize("state", NoteState.values)
def test_only_the_author_writes_and_submits_and_only_in_an_open_state(here, plan, state):
    note = make_note(plan, state)
    others = [plan.supervisor, make_plan(here).specialist, make_plan(here).supervisor]
    others += [make_member(here, role) for role in (Role.ADMINISTRATOR, Role.AUDITOR)]
    for other in others:
        with pytest.raises(PermissionDenied):
            services.change_draft(note=note, actor=actor_for(other), revision=1, facts={}, parts={})
        with pytest.raises(PermissionDenied):
            services.submit_note(note=note, actor=actor_for(other), revision=1, method="password")
    if state in (NoteState.SUBMITTED, NoteState.SIGNED):
        with pytest.raises(NoteMovedOn):
            services.submit_note(note=note, actor=actor_for(plan.specialist), revision=1, method="password")
    assert SupervisionNote.objects.get().state == state


@pytest.mark.parametrize("state", NoteState.values)
def test_only_the_supervisor_of_the_plan_signs_and_returns_and_only_what_waits(here, plan, state):
    note = make_note(plan, state)
    clinical = make_member(here, Role.SUPERVISOR)
    SupervisionPlan.objects.update(clinical_supervisor=clinical)
    others = [plan.specialist, clinical, make_plan(here).supervisor, make_member(here, Role.ADMINISTRATOR)]
    before = Signature.objects.count()
    for other in others:
        with pytest.raises(PermissionDenied):
            services.sign_note(note=note, actor=actor_for(other), version=1, method="password")
        with pytest.raises(PermissionDenied):
            services.return_note(note=note, actor=actor_for(other), version=1, reason="x")
    if state != NoteState.SUBMITTED:
        expected = PermissionDenied if state == NoteState.DRAFT else NoteMovedOn
        with pytest.raises(expected):
            services.sign_note(note=note, actor=actor_for(plan.supervisor), version=1, method="password")
        with pytest.raises(expected):
            services.return_note(note=note, actor=actor_for(plan.supervisor), version=1, reason="x")
    assert SupervisionNote.objects.get().state == state
    assert Signature.objects.count() == before


def test_a_supervisor_who_lost_the_role_no_longer_signs(plan):
    note = make_note(plan, NoteState.SUBMITTED)
    plan.supervisor.memberships.update(archived_at=timezone.now())
    with pytest.raises(PermissionDenied):
        services.sign_note(note=note, actor=actor_for(plan.supervisor), version=1, method="password")


def test_nobody_signs_their_own_supervision(here):
    user = make_user()
    hats = [make_member(here, role, user=user) for role in (Role.PEER_SPECIALIST, Role.SUPERVISOR)]
    note = make_note(make_plan(here, *hats), NoteState.SUBMITTED)
    with pytest.raises(PermissionDenied):
        services.sign_note(note=note, actor=actor_for(hats[1]), version=1, method="password")


def test_an_empty_note_is_not_submitted(plan):
    note = make_note(plan, reviewed=" ", decided="", actions="\n")
    with pytest.raises(ValidationError, match="Write what you looked at"):
        services.submit_note(note=note, actor=actor_for(plan.specialist), revision=1, method="password")


def test_a_return_needs_its_reason(plan):
    note = make_note(plan, NoteState.SUBMITTED)
    with pytest.raises(ValidationError):
        services.return_note(note=note, actor=actor_for(plan.supervisor), version=1, reason=" \n")
    assert SupervisionNote.objects.get().state == NoteState.SUBMITTED


def test_what_was_read_is_what_is_signed(plan):
    note = make_note(plan, NoteState.RETURNED)
    services.submit_note(note=note, actor=actor_for(plan.specialist), revision=1, method="password")
    with pytest.raises(NoteMovedOn, match="newer version"):
        services.sign_note(note=note, actor=actor_for(plan.supervisor), version=1, method="password")


def test_the_second_tab_is_told_and_overwrites_nothing(plan):
    note, dana = make_note(plan), actor_for(plan.specialist)
    services.change_draft(note=note, actor=dana, revision=1, facts={}, parts={**TEXT, "decided": "first tab"})
    with pytest.raises(NoteMovedOn):
        services.change_draft(note=note, actor=dana, revision=1, facts={}, parts={**TEXT, "decided": "second tab"})
    with pytest.raises(NoteMovedOn):
        services.submit_note(note=note, actor=dana, revision=1, method="password")
    assert NoteDraft.objects.get().decided == "first tab"


def test_a_day_outside_the_plan_or_still_to_come_is_refused(here):
    plan = make_plan(here, starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 31))
    for day in (date(2025, 12, 31), date(2026, 2, 1)):
        with pytest.raises(ValidationError, match="does not cover"):
            make_note(plan, held_on=day)
    with pytest.raises(ValidationError, match="still to come"):
        make_note(make_plan(here), held_on=timezone.now().date() + timedelta(days=2))


def test_a_case_reference_is_never_a_name(plan):
    make_note(plan, case_reference="4-K7")
    for words in ("Daniel K", "Daniel", "4 K", "daniel@example.com"):
        with pytest.raises(ValidationError):
            make_note(plan, case_reference=words)


def test_a_note_begins_only_under_ones_own_plan(here, plan):
    for other in (plan.supervisor, make_plan(here).specialist, make_member(here, Role.ADMINISTRATOR)):
        with pytest.raises(PermissionDenied):
            services.start_note(plan=plan, actor=actor_for(other), facts={}, parts={})


# ---- plans
def test_one_supervisor_at_a_time(here, plan):
    admin, next_one = actor_for(make_member(here, Role.ADMINISTRATOR)), make_member(here, Role.SUPERVISOR)

    def second(start):
        return services.plan_supervision(
            plan=SupervisionPlan(organization=here), actor=admin, specialist=plan.specialist, supervisor=next_one,
            clinical_supervisor=None, starts_on=start, ends_on=None,
        )  # fmt: skip

    with pytest.raises(ValidationError, match="End that plan first"):
        second(date(2026, 2, 1))
    services.plan_supervision(plan=plan, actor=admin, ends_on=date(2026, 1, 31))
    second(date(2026, 2, 1))
    own = selectors.own_plans(actor_for(plan.specialist), on=date(2026, 2, 1))
    assert [p.supervisor for p in own] == [next_one]


def test_a_plan_keeps_its_people(here, plan):
    admin = actor_for(make_member(here, Role.ADMINISTRATOR))
    with pytest.raises(ValidationError, match="keeps its people"):
        services.plan_supervision(plan=plan, actor=admin, supervisor=make_member(here, Role.SUPERVISOR))


def test_nobody_plans_their_own_supervision_with_another_hat(here):
    admin, user = actor_for(make_member(here, Role.ADMINISTRATOR)), make_user()
    hats = [make_member(here, role, user=user) for role in (Role.PEER_SPECIALIST, Role.SUPERVISOR)]
    for supervisor in hats:
        with pytest.raises(ValidationError, match="supervises themself"):
            services.plan_supervision(
                plan=SupervisionPlan(organization=here), actor=admin, specialist=hats[0], supervisor=supervisor,
                starts_on=date(2026, 1, 1),
            )  # fmt: skip


def test_only_whoever_plans_supervision_makes_plans(here, plan):
    for role in (Role.SUPERVISOR, Role.PEER_SPECIALIST, Role.COORDINATOR, Role.AUDITOR):
        with pytest.raises(PermissionDenied):
            services.plan_supervision(plan=plan, actor=actor_for(make_member(here, role)), ends_on=date(2026, 1, 1))
