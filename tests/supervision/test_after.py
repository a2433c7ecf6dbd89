"""What lives on after the supervisor's signature, who signs for whom, and what stands against signing."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from apps.access.policy import visible_to
from apps.access.scope import open_scope
from apps.certifications.registry import EvidenceKind
from apps.clients.models import ClientRecord
from apps.organizations.choices import Role
from apps.organizations.models import Absence
from apps.signing.models import Signature
from apps.signing.verification import verify
from apps.supervision import selectors, services
from apps.supervision.choices import NoteState
from apps.supervision.evidence import signed_hours
from apps.supervision.models import (
    AddendumReview,
    CoSignature,
    NextStep,
    NoteVersion,
    PrivateDraft,
    PrivatePart,
    SigningRules,
    SupervisionNote,
    SupervisionTopic,
)
from tests.factories.clients import make_client, put_on_team
from tests.factories.organizations import actor_for, make_member, make_organization
from tests.factories.supervision import make_note, make_plan

pytestmark = pytest.mark.django_db
STEP = {"what": "Find a quieter place", "owner": "specialist", "due": "2026-02-01"}
TOLD = "It stands."


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


def sign(note, person, version=1):
    return services.sign_note(note=note, actor=actor_for(person), version=version, method="password")


def minutes_of(person):
    return [round(row.amount * 60) for _who, row in signed_hours([person.pk], date(2027, 1, 1))]


def test_a_structured_note_is_signed_with_its_words_and_comes_back_whole_after_a_return(here, plan):
    topic = SupervisionTopic.objects.create(organization=here, name={"en": "Boundaries"})
    details = {
        "topics": [topic.pk],
        "competencies": ["growth"],
        "answers": {"scope": "They asked me to watch the medicine."},
        "strengths": "Patience.",
        "steps": [STEP],
    }
    note = make_note(plan, NoteState.RETURNED, details=details, reviewed="")
    SupervisionTopic.objects.update(name={"en": "Limits"})
    first = NoteVersion.objects.get()
    assert first.schema == 2
    assert first.details["topics"] == [{"topic": topic.pk, "name": "Boundaries"}]
    assert first.details["steps"][0]["person"] == plan.specialist_id
    assert note.draft.details == {**details, "topics": [topic.pk]}
    assert verify(here).holds


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"topics": [0]}, "topics"),
        ({"competencies": ["juggling"]}, "competencies"),
        ({"steps": [{**STEP, "due": "soon"}]}, "steps"),
        ({"steps": [{**STEP, "what": ""}]}, "steps"),
        ({"steps": [STEP] * 6}, "steps"),
    ],
)
def test_what_does_not_belong_in_a_note_is_refused_beside_its_field(plan, details, field):
    with pytest.raises(ValidationError) as refused:
        make_note(plan, details=details)
    assert set(refused.value.error_dict) == {field}


def test_a_topic_of_another_organization_is_none(plan):
    other = make_organization()
    with open_scope(other.pk):
        foreign = SupervisionTopic.objects.create(organization=other, name={"en": "Theirs"})
    with pytest.raises(ValidationError, match="from the list"):
        make_note(plan, details={"topics": [foreign.pk]})


def test_a_step_stays_open_in_the_notes_to_come_until_it_is_ended_and_that_is_signed(here, plan):
    dana, ruth = actor_for(plan.specialist), actor_for(plan.supervisor)
    make_note(plan, NoteState.SIGNED, details={"steps": [STEP]})
    step = NextStep.objects.get()
    assert (step.owner_id, step.due_on) == (plan.specialist_id, date(2026, 2, 1))
    second = make_note(plan, NoteState.SIGNED, held_on=date(2026, 2, 1))
    assert [row["step"] for row in second.frozen.details["carried"]] == [step.pk]
    with pytest.raises(ValidationError, match="what shows"):
        services.close_step(step=step, actor=dana, done_on=date(2026, 2, 2), evidence=" ", method="password")
    with pytest.raises(ValidationError, match="before the step"):
        services.close_step(step=step, actor=dana, done_on=date(2026, 1, 2), evidence="Done", method="password")
    with pytest.raises(PermissionDenied):
        outsider = actor_for(make_plan(here).supervisor)
        services.close_step(step=step, actor=outsider, done_on=date(2026, 2, 2), evidence="x", method="password")
    services.close_step(step=step, actor=ruth, done_on=date(2026, 2, 2), evidence="Room 4.", method="password")
    with pytest.raises(services.NoteMovedOn):
        services.close_step(step=step, actor=dana, done_on=date(2026, 2, 2), evidence="Again", method="password")
    third = make_note(plan, NoteState.SUBMITTED, held_on=date(2026, 2, 9))
    assert "carried" not in third.frozen.details
    assert verify(here).holds


def test_an_addendum_is_signed_in_turn_and_its_minutes_count_from_then_on(here, plan):
    dana, ruth = actor_for(plan.specialist), actor_for(plan.supervisor)
    note = make_note(plan, NoteState.SIGNED)
    row = services.add_addendum(note=note, actor=dana, text="We went on.", minutes=75, method="password")
    assert minutes_of(plan.specialist) == [60]
    with pytest.raises(PermissionDenied):
        services.review_addendum(addendum=row, actor=dana, method="password")
    for _twice in range(2):
        services.review_addendum(addendum=row, actor=ruth, method="password")
    assert AddendumReview.objects.count() == 1
    assert minutes_of(plan.specialist) == [75]
    later = services.add_addendum(note=note, actor=ruth, text="Only an hour.", minutes=60, method="password")
    services.review_addendum(addendum=later, actor=dana, method="password")
    assert minutes_of(plan.specialist) == [60]
    assert [e.kind for _p, e in signed_hours([plan.specialist_id], date(2027, 1, 1))] == [EvidenceKind.SUPERVISION]
    assert verify(here).holds


def test_only_a_locked_note_takes_an_addendum_and_only_from_its_two_people(here, plan):
    waiting = make_note(plan, NoteState.SUBMITTED)
    locked = make_note(plan, NoteState.SIGNED, held_on=date(2026, 2, 1))
    with pytest.raises(PermissionDenied):
        services.add_addendum(note=waiting, actor=actor_for(plan.specialist), text="x", method="password")
    for role in (Role.AUDITOR, Role.ADMINISTRATOR, Role.SUPERVISOR):
        with pytest.raises(PermissionDenied):
            services.add_addendum(note=locked, actor=actor_for(make_member(here, role)), text="x", method="password")


def test_the_clinical_supervisor_co_signs_once_where_the_plan_asks_and_after_the_supervisor(here):
    clinical = make_member(here, Role.SUPERVISOR)
    plan = make_plan(here, clinical_supervisor=clinical, clinical_signs=True)
    note = make_note(plan, NoteState.SUBMITTED)
    with pytest.raises(PermissionDenied):
        services.co_sign_note(note=note, actor=actor_for(clinical), method="password")
    sign(note, plan.supervisor)
    assert list(selectors.to_co_sign(actor_for(clinical))) == [note]
    with pytest.raises(PermissionDenied):
        services.co_sign_note(note=note, actor=actor_for(plan.supervisor), method="password")
    for _twice in range(2):
        services.co_sign_note(note=note, actor=actor_for(clinical), method="password")
    assert CoSignature.objects.count() == 1
    assert Signature.objects.count() == 3
    assert not selectors.to_co_sign(actor_for(clinical)).exists()
    assert verify(here).holds


def test_the_private_part_is_the_supervisors_alone_and_sealed_with_a_signature_of_its_own(here, plan):
    ruth = actor_for(plan.supervisor)
    note = make_note(plan, NoteState.SUBMITTED)
    services.keep_private(note=note, actor=ruth, text="Ask about sleep next time.")
    readers = [plan.specialist, *(make_member(here, role) for role in (Role.ADMINISTRATOR, Role.AUDITOR))]
    for model in (PrivateDraft, PrivatePart):
        if model is PrivatePart:
            sign(note, plan.supervisor)
        assert [visible_to(model, actor_for(person)).count() for person in readers] == [0, 0, 0]
        assert visible_to(model, ruth).count() == 1
    assert not PrivateDraft.objects.exists()
    assert "sleep" not in str(bytes(Signature.objects.get(kind="supervision.note", meaning="reviewed").content))
    with pytest.raises(services.NoteMovedOn):
        services.keep_private(note=note, actor=ruth, text="More")
    assert verify(here).holds


def test_who_covers_for_a_supervisor_who_is_away_signs_and_the_signature_says_so(here, plan):
    cover = make_member(here, Role.SUPERVISOR, name="Imani Cole")
    note = make_note(plan, NoteState.SUBMITTED)
    today = selectors.day_of(plan)
    away = Absence.objects.create(
        organization=here,
        person=plan.supervisor,
        covered_by=cover,
        starts_on=today + timedelta(days=1),
        ends_on=today + timedelta(days=3),
    )
    with pytest.raises(PermissionDenied):
        sign(note, cover)
    Absence.objects.filter(pk=away.pk).update(starts_on=today)
    assert list(selectors.waiting_for(actor_for(cover))) == [note]
    sign(note, cover)
    signature = SupervisionNote.objects.get().supervisor_signature
    assert signature.printed_name == "Imani Cole"
    assert signature.role == "Supervisor, for Ruth Alvarez, who is away"
    assert verify(here).holds


def test_who_covers_never_signs_their_own_supervision(here, plan):
    note = make_note(plan, NoteState.SUBMITTED)
    today = selectors.day_of(plan)
    make_member(here, Role.SUPERVISOR, user=plan.specialist.user)
    Absence.objects.create(
        organization=here, person=plan.supervisor, covered_by=plan.specialist, starts_on=today, ends_on=today
    )
    with pytest.raises(PermissionDenied):
        sign(note, plan.specialist)


@pytest.mark.parametrize(
    ("rule", "words"),
    [("needs_certification", "no certification of yours holds"), ("two_tiers", "who supervises you")],
)
def test_a_supervisor_who_may_not_sign_today_is_told_why(here, plan, rule, words):
    note = make_note(plan, NoteState.SUBMITTED)
    SigningRules.objects.create(organization=here, **{rule: True})
    with pytest.raises(services.NotEligible, match=words):
        sign(note, plan.supervisor)
    assert SupervisionNote.objects.get().state == NoteState.SUBMITTED
    SigningRules.objects.update(**{rule: False})
    assert sign(note, plan.supervisor).state == NoteState.SIGNED


def test_a_supervisor_with_a_supervisor_of_their_own_signs_under_two_tiers(here, plan):
    SigningRules.objects.create(organization=here, two_tiers=True)
    make_plan(here, plan.supervisor, make_member(here, Role.SUPERVISOR))
    assert sign(make_note(plan, NoteState.SUBMITTED), plan.supervisor).state == NoteState.SIGNED


def test_late_is_what_the_organization_says(here, plan):
    note = make_note(plan, NoteState.SUBMITTED)
    rules = selectors.signing_rules(here.pk)
    after = note.first_submitted_at + timedelta(days=7, minutes=1)
    assert selectors.is_late(note, rules, after)
    assert not selectors.is_late(note, SigningRules(organization=here, late_after=8), after)
    assert not selectors.is_late(note, rules, timezone.now())


def test_a_case_reference_leads_only_a_reader_who_may_open_the_record(here, plan):
    client = make_client(here)
    reference = selectors.case_reference_of(client)
    dana, ruth = actor_for(plan.specialist), actor_for(make_member(here, Role.PEER_SPECIALIST))
    put_on_team(client, plan.specialist)
    assert selectors.behind_reference(dana, reference) == client
    assert not visible_to(ClientRecord, ruth).exists()
    assert selectors.behind_reference(ruth, reference) is None
    assert selectors.behind_reference(dana, "4-K7") is None


AFTER = {
    "a step": "UPDATE supervision_nextstep SET what = 'x'",
    "no step": "DELETE FROM supervision_nextstep",
    "another step": "INSERT INTO supervision_nextstep (organization_id, note_id, number, what, owner_id)"
    " SELECT organization_id, note_id, 9, 'x', owner_id FROM supervision_nextstep",
    "an end": "UPDATE supervision_stepclosure SET evidence = 'x'",
    "no end": "DELETE FROM supervision_stepclosure",
    "an addendum": "UPDATE supervision_addendum SET minutes = 700",
    "no addendum": "DELETE FROM supervision_addendum",
    "an addendum that nobody signed": "INSERT INTO supervision_addendum (organization_id, note_id, number, kind, text,"
    " author_id, signature_id) SELECT organization_id, note_id, 2, kind, 'x', author_id,"
    " (SELECT max(id) FROM signing_signature) FROM supervision_addendum",
    "a reading": "UPDATE supervision_addendumreview SET number = 2",
    "a co-signature": "UPDATE supervision_cosignature SET version = 2",
    "no co-signature": "DELETE FROM supervision_cosignature",
    "a private part": "UPDATE supervision_privatepart SET text = 'x'",
    "another private draft": "INSERT INTO supervision_privatedraft (organization_id, note_id, text, changed_at)"
    " SELECT organization_id, id, 'x', now() FROM supervision_supervisionnote",
}


@pytest.fixture
def everything(here):
    """A locked note with all that can follow it."""
    clinical = make_member(here, Role.SUPERVISOR)
    plan = make_plan(here, clinical_supervisor=clinical, clinical_signs=True)
    dana, ruth = actor_for(plan.specialist), actor_for(plan.supervisor)
    note = make_note(plan, NoteState.SUBMITTED, details={"steps": [STEP]})
    services.keep_private(note=note, actor=ruth, text="For me.")
    sign(note, plan.supervisor)
    services.co_sign_note(note=note, actor=actor_for(clinical), method="password")
    row = services.add_addendum(note=note, actor=dana, text=TOLD, minutes=65, method="password")
    services.review_addendum(addendum=row, actor=ruth, method="password")
    services.close_step(
        step=NextStep.objects.get(), actor=dana, done_on=date(2026, 2, 2), evidence=TOLD, method="password"
    )
    return note


@pytest.mark.parametrize("what", AFTER)
def test_of_what_follows_a_locked_note_the_running_role_changes_nothing(here, everything, what):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(AFTER[what])
    found = verify(here)
    assert found.holds
    assert found.checked == 7
