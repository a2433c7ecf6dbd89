"""What the database itself refuses, asked by raw SQL under the running role."""

import json
import threading
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from apps.access.scope import open_scope, system_scope
from apps.signing import registry
from apps.signing.models import Signature
from apps.signing.verification import verify
from apps.supervision import services
from apps.supervision.choices import MOVES, NoteState
from apps.supervision.models import NextStep, NoteDraft, NoteVersion, StepClosure, SupervisionNote
from apps.supervision.services import NoteMovedOn
from tests.factories.organizations import actor_for, make_organization
from tests.factories.supervision import TEXT, make_meeting, make_note, make_plan

OF_A_SIGNED_NOTE = {
    "the state": "UPDATE supervision_supervisionnote SET state = 'returned', signed_at = NULL,"
    " supervisor_signature_id = NULL",
    "any column": "UPDATE supervision_supervisionnote SET submitted_at = now()",
    "the note": "DELETE FROM supervision_supervisionnote",
    "the session's minutes": "UPDATE supervision_supervisionsession SET minutes = 90",
    "the session": "DELETE FROM supervision_supervisionsession",
    "the text": "UPDATE supervision_noteversion SET reviewed = 'x'",
    "the version": "DELETE FROM supervision_noteversion",
    "another version": "INSERT INTO supervision_noteversion (organization_id, note_id, version, specialist_id,"
    " specialist_name, supervisor_id, supervisor_name, held_on, minutes, mode, place, case_reference, reviewed,"
    " decided, actions, author_signature_id) SELECT organization_id, note_id, 2, specialist_id, specialist_name,"
    " supervisor_id, supervisor_name, held_on, minutes, mode, place, case_reference, 'x', decided, actions,"
    " author_signature_id FROM supervision_noteversion",
    "a draft": "INSERT INTO supervision_notedraft (organization_id, note_id, reviewed, decided, actions, revision,"
    " changed_at) SELECT organization_id, id, 'x', '', '', 1, now() FROM supervision_supervisionnote",
    "a return": "INSERT INTO supervision_notereturn (organization_id, note_id, version, reason, returned_by_id,"
    " returned_at) SELECT n.organization_id, n.id, 1, 'x', v.supervisor_id, now()"
    " FROM supervision_supervisionnote n JOIN supervision_noteversion v ON v.note_id = n.id",
    "the plan's people": "UPDATE supervision_supervisionplan SET supervisor_id = clinical_supervisor_id",
    "a signature": "UPDATE signing_signature SET printed_name = 'x'",
}


REFUSED_BY = {
    "supervision_note_states",
    "supervision_session_closed",
    "supervision_version_closed",
    "supervision_draft_closed",
    "supervision_return_closed",
    "supervision_plan_people",
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", OF_A_SIGNED_NOTE)
def test_of_a_signed_note_the_running_role_changes_nothing(what):
    here = make_organization()
    make_note(make_plan(here), NoteState.SIGNED)
    for scope in (open_scope(here.pk), system_scope("test")):
        with scope, pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pgtrigger.ignore', '{supervision_supervisionnote:*}', true)")
            cursor.execute(OF_A_SIGNED_NOTE[what])
        rule = refused.value.__cause__.diag.constraint_name
        assert rule in REFUSED_BY or "permission denied" in str(refused.value), refused.value
    assert verify(here).holds


@pytest.mark.django_db
@pytest.mark.parametrize("was", NoteState.values)
def test_a_move_that_the_state_machine_does_not_have_is_refused(was):
    here = make_organization()
    make_note(make_plan(here), was)
    with open_scope(here.pk):
        for becomes in set(NoteState.values) - set(MOVES[was]) - {was}:
            with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("UPDATE supervision_supervisionnote SET state = %s", [becomes])
            assert refused.value.__cause__.diag.constraint_name == "supervision_note_states"


@pytest.mark.django_db
def test_a_note_is_not_born_signed_nor_locked_with_another_signature():
    here = make_organization()
    waiting = make_note(make_plan(here), NoteState.SUBMITTED)
    make_note(make_plan(here), NoteState.SIGNED)
    with open_scope(here.pk), connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="starts as draft"), transaction.atomic():
            cursor.execute(
                "INSERT INTO supervision_supervisionnote (organization_id, public_id, session_id, state, version,"
                " created_at) SELECT organization_id, gen_random_uuid(), session_id, 'signed', 1, now()"
                " FROM supervision_supervisionnote LIMIT 1"
            )
        for planted in (
            "(SELECT author_signature_id FROM supervision_noteversion WHERE note_id = n.id)",
            "(SELECT id FROM signing_signature WHERE meaning = 'reviewed')",
        ):
            with pytest.raises(DatabaseError, match="signs something else"), transaction.atomic():
                cursor.execute(
                    "UPDATE supervision_supervisionnote AS n SET state = 'signed', signed_at = now(),"
                    f" supervisor_signature_id = {planted} WHERE id = %s",
                    [waiting.pk],
                )


@pytest.mark.django_db(transaction=True)
def test_what_an_owner_changes_in_a_signed_note_is_found(owner_connection):
    here = make_organization()
    make_note(make_plan(here), NoteState.SIGNED)
    swap = "specialist_id = supervisor_id, supervisor_id = specialist_id"
    for table, change, back in (
        ("noteversion", "reviewed = reviewed || '.'", "reviewed = left(reviewed, -1)"),
        ("noteversion", "minutes = minutes + 1", "minutes = minutes - 1"),
        ("supervisionsession", "minutes = minutes + 1", "minutes = minutes - 1"),
        ("supervisionplan", swap, swap),
    ):
        name = f"supervision_{table}"
        owner_connection.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        owner_connection.execute(f"UPDATE {name} SET {change}")
        with transaction.atomic():
            found = verify(here)
        assert found.chain == [], change
        assert [p.number for p in found.live] == [1, 2], change
        owner_connection.execute(f"UPDATE {name} SET {back}")
        owner_connection.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
    owner_connection.execute(
        "ALTER TABLE supervision_noteversion DISABLE TRIGGER supervision_noteversion_sealed_truncate"
    )
    with transaction.atomic():
        assert verify(here).holds


def both_at_once(*works):
    """Run each in a thread with a connection of its own; what each returned or raised, in order."""
    start, outcomes = threading.Barrier(len(works)), [None] * len(works)

    def body(n, work):
        try:
            start.wait(10)
            outcomes[n] = work()
        except Exception as error:
            outcomes[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=body, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def within(organization, service, **arguments):
    def work():
        with open_scope(organization.pk):
            return service(**arguments)

    return work


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_submit_at_once_leave_one_version_and_one_signature():
    here = make_organization()
    plan = make_plan(here)
    note = make_note(plan)
    submit = within(
        here, services.submit_note, note=note, actor=actor_for(plan.specialist), revision=1, method="password"
    )
    outcomes = both_at_once(submit, submit)
    assert {type(outcome) for outcome in outcomes} == {SupervisionNote, NoteMovedOn}, outcomes
    with transaction.atomic():
        found = verify(here)
    assert found.holds
    assert found.checked == 1


@pytest.mark.django_db(transaction=True)
def test_signing_and_returning_at_once_one_wins_and_the_other_is_told():
    here = make_organization()
    plan = make_plan(here)
    note = make_note(plan, NoteState.SUBMITTED)
    ruth = actor_for(plan.supervisor)
    outcomes = both_at_once(
        within(here, services.sign_note, note=note, actor=ruth, version=1, method="password"),
        within(here, services.return_note, note=note, actor=ruth, version=1, reason="Who follows up?"),
        within(here, services.sign_note, note=note, actor=ruth, version=1, method="password"),
    )
    assert [isinstance(outcome, NoteMovedOn) for outcome in outcomes].count(True) == 2, outcomes
    with transaction.atomic():
        with open_scope(here.pk):
            state = SupervisionNote.objects.get().state
            assert NoteDraft.objects.exists() is (state == NoteState.RETURNED)
        found = verify(here)
    assert found.holds
    assert found.checked == (2 if state == NoteState.SIGNED else 1)


@pytest.mark.django_db(transaction=True)
def test_saving_while_another_tab_submits_loses_nothing_unseen():
    here = make_organization()
    plan = make_plan(here)
    note, dana = make_note(plan), actor_for(plan.specialist)
    saved, submitted = both_at_once(
        within(
            here, services.change_draft, note=note, actor=dana, revision=1, facts={}, parts={**TEXT, "decided": "x"}
        ),
        within(here, services.submit_note, note=note, actor=dana, revision=1, method="password"),
    )
    assert isinstance(saved, NoteMovedOn) != isinstance(submitted, NoteMovedOn), (saved, submitted)


@pytest.mark.django_db(transaction=True)
def test_two_of_a_group_who_submit_at_once_both_sign_the_same_shared_part():
    here = make_organization()
    first = make_plan(here)
    plans = [first, make_plan(here, supervisor=first.supervisor)]
    meeting = make_meeting(*plans)
    ruth = actor_for(first.supervisor)
    with open_scope(here.pk), transaction.atomic():
        seen = {plan.pk: services.Seen("came") for plan in plans}
        services.hold_meeting(meeting=meeting, actor=ruth, seen=seen, shared="How we begin.")
        notes = [SupervisionNote.objects.get(session__plan=plan) for plan in plans]
        for note, plan in zip(notes, plans, strict=True):
            author = actor_for(plan.specialist)
            services.change_draft(note=note, actor=author, revision=1, facts={}, parts=TEXT)
    submits = [
        within(here, services.submit_note, note=note, actor=actor_for(plan.specialist), revision=2, method="password")
        for note, plan in zip(notes, plans, strict=True)
    ]
    mark = services.mark_of(meeting.shared)
    change = within(here, services.change_shared, meeting=meeting, actor=ruth, text="Something else.", mark=mark)
    outcomes = both_at_once(*submits, change)
    assert [type(outcome) for outcome in outcomes[:2]] == [SupervisionNote, SupervisionNote], outcomes
    with transaction.atomic():
        found = verify(here)
        with open_scope(here.pk):
            shared = {note.frozen.shared for note in SupervisionNote.objects.select_related("frozen")}
    assert found.holds
    assert found.checked == 2
    assert len(shared) == 1


@pytest.mark.django_db(transaction=True)
def test_a_step_that_both_end_at_once_ends_once():
    here = make_organization()
    plan = make_plan(here)
    step = {"what": "Find a quieter place", "owner": "specialist", "due": ""}
    make_note(plan, NoteState.SIGNED, details={"steps": [step]})
    with open_scope(here.pk), transaction.atomic():
        row = NextStep.objects.select_related("note").get()
    work = {"step": row, "done_on": date(2026, 2, 1), "evidence": "Room 4.", "method": "password"}
    outcomes = both_at_once(
        within(here, services.close_step, actor=actor_for(plan.specialist), **work),
        within(here, services.close_step, actor=actor_for(plan.supervisor), **work),
    )
    assert {type(outcome) for outcome in outcomes} == {StepClosure, NoteMovedOn}, outcomes
    with transaction.atomic():
        found = verify(here)
    assert found.holds
    assert found.checked == 3


@pytest.mark.django_db
def test_notes_that_were_signed_in_the_first_schema_still_verify(monkeypatch):
    here = make_organization()
    with monkeypatch.context() as then:
        then.setitem(registry._newest, "supervision.note", 1)
        then.setattr(NoteVersion._meta.get_field("schema"), "_get_default", lambda: 1)
        make_note(make_plan(here), NoteState.SIGNED)
    make_note(make_plan(here), NoteState.SIGNED)
    with open_scope(here.pk):
        assert sorted(Signature.objects.values_list("schema_version", flat=True)) == [1, 1, 2, 2]
        content = json.loads(bytes(Signature.objects.filter(schema_version=1).first().content))
    assert set(content) == {"version", "specialist", "supervisor", "session", "text"}
    assert "form" not in content["session"]
    found = verify(here)
    assert found.holds, found
    assert found.compared == 4
