"""The pages of supervision, asked as its people ask."""

from datetime import date

import pytest
from django.urls import reverse

from apps.access.models import AccessLog
from apps.access.policy import visible_to
from apps.access.scope import open_scope
from apps.kit.once import new_key
from apps.organizations.choices import Role
from apps.supervision import selectors
from apps.supervision.choices import NoteState
from apps.supervision.models import NoteDraft, NoteVersion, SupervisionNote, SupervisionSession
from tests.factories.organizations import actor_for, make_member, make_organization
from tests.factories.supervision import TEXT, make_note, make_plan

pytestmark = pytest.mark.django_db
FACTS = {"held_on": "2026-01-15", "minutes": "60", "mode": "individual", "place": "in_person", "case_reference": ""}


@pytest.fixture
def here():
    return make_organization(domain="centre.localhost")


@pytest.fixture
def plan(here):
    return make_plan(
        here,
        make_member(here, Role.PEER_SPECIALIST, name="Dana Whitfield"),
        make_member(here, Role.SUPERVISOR, name="Ruth Alvarez"),
    )


@pytest.fixture
def browse(client):
    """Ask as a person: browse(person).get(…)."""

    def as_person(person):
        client.force_login(person.user)
        client.defaults["HTTP_HOST"] = "centre.localhost"
        return client

    return as_person


def page_of(note):
    return reverse("supervision:note", args=[note.public_id])


def stored(note):
    with open_scope(note.organization_id):
        return SupervisionNote.objects.get(pk=note.pk)


def test_a_whole_life_over_the_pages(here, plan, browse):
    dana, ruth = plan.specialist, plan.supervisor
    once = str(new_key())
    for _twice in range(2):
        answer = browse(dana).post(reverse("supervision:new"), {**FACTS, **TEXT, "once": once})
    with open_scope(here.pk):
        note = SupervisionNote.objects.get()
    assert answer.url == page_of(note)
    assert b"Only you see it" in browse(dana).get(page_of(note)).content
    assert browse(ruth).get(page_of(note)).status_code == 404

    answer = browse(dana).post(page_of(note), {**FACTS, **TEXT, "revision": "1", "do": "submit", "password": "pw"})
    assert answer.status_code == 302
    assert stored(note).state == NoteState.SUBMITTED
    assert b"First sent today" in browse(dana).get(reverse("supervision:home")).content

    home = browse(ruth).get(reverse("supervision:home")).content.decode()
    assert "Dana Whitfield" in home
    answer = browse(ruth).post(page_of(note), {"do": "return", "version": "1", "reason": "Who follows up?"})
    assert answer.status_code == 302
    assert stored(note).state == NoteState.RETURNED

    assert "Who follows up?" in browse(dana).get(page_of(note)).content.decode()
    changed = {**TEXT, "actions": "Find a quieter place to meet. Dana, by 20 January."}
    browse(dana).post(page_of(note), {**FACTS, **changed, "revision": "1", "do": "submit", "password": "pw"})

    read = browse(ruth).get(page_of(note)).content.decode()
    assert "Dana, by 20 January." in read.split("<ins>")[1]
    assert "Who follows up?" in read
    answer = browse(ruth).post(page_of(note), {"do": "sign", "version": "2", "password": "pw"})
    assert answer.status_code == 302
    assert stored(note).state == NoteState.SIGNED
    locked = browse(dana).get(page_of(note)).content.decode()
    assert "Signed and locked" in locked
    assert "a later version replaced it" in locked
    first = browse(dana).get(reverse("supervision:version", args=[note.public_id, 1])).content.decode()
    assert "by 20 January" not in first


@pytest.mark.parametrize(("password", "words"), [("", "Please type your password"), ("wrong", "not the password")])
def test_without_the_right_password_nothing_is_signed_and_what_was_typed_is_kept(plan, browse, password, words):
    note = make_note(plan)
    typed = {**FACTS, **TEXT, "decided": "Kept all the same", "revision": "1", "do": "submit", "password": password}
    answer = browse(plan.specialist).post(page_of(note), typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Kept all the same" in answer.content.decode()
    assert stored(note).state == NoteState.DRAFT
    note = make_note(plan, NoteState.SUBMITTED, held_on=date(2026, 1, 16))
    answer = browse(plan.supervisor).post(page_of(note), {"do": "sign", "version": "1", "password": password})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert stored(note).state == NoteState.SUBMITTED


def test_after_one_signature_the_next_needs_no_password(plan, browse):
    first, second = (make_note(plan, NoteState.SUBMITTED, held_on=date(2026, 1, day)) for day in (5, 6))
    answer = browse(plan.supervisor).post(page_of(first), {"do": "sign", "version": "1", "password": "pw"})
    assert answer.url == page_of(second)
    assert 'type="password"' not in browse(plan.supervisor).get(page_of(second)).content.decode()
    answer = browse(plan.supervisor).post(page_of(second), {"do": "sign", "version": "1"})
    assert answer.url == reverse("supervision:home")
    assert stored(second).state == NoteState.SIGNED


def test_a_second_tab_is_told_and_keeps_what_was_typed(here, plan, browse):
    note = make_note(plan)
    dana = browse(plan.specialist)
    dana.post(page_of(note), {**FACTS, **TEXT, "decided": "from tab one", "revision": "1", "do": "save"})
    answer = dana.post(page_of(note), {**FACTS, **TEXT, "decided": "from tab two", "revision": "1", "do": "save"})
    content = answer.content.decode()
    assert answer.status_code == 409
    assert "from tab one" in content
    assert "from tab two" in content
    with open_scope(here.pk):
        assert NoteDraft.objects.get().decided == "from tab one"
    dana.post(page_of(note), {**FACTS, **TEXT, "revision": "2", "do": "submit", "password": "pw"})
    answer = dana.post(page_of(note), {**FACTS, **TEXT, "decided": "too late", "revision": "2", "do": "save"})
    assert answer.status_code == 409
    assert "too late" in answer.content.decode()


def test_a_supervisor_who_comes_second_is_told(plan, browse):
    note = make_note(plan, NoteState.SIGNED)
    for sent in ({"do": "sign", "password": "pw"}, {"do": "return", "reason": "Too late"}):
        answer = browse(plan.supervisor).post(page_of(note), {**sent, "version": "1"})
        assert answer.status_code == 409
        assert "has been signed in the meantime" in answer.content.decode()


def test_what_the_service_refuses_stands_beside_its_field(plan, browse):
    sent = {**FACTS, **TEXT, "case_reference": "Daniel K", "minutes": "2", "once": str(new_key())}
    answer = browse(plan.specialist).post(reverse("supervision:new"), sent)
    assert answer.status_code == 422
    assert "Daniel K" in answer.content.decode()
    answer = browse(plan.specialist).post(reverse("supervision:new"), {**sent, "minutes": "20"})
    assert "Never a name" in answer.content.decode()
    with open_scope(plan.organization_id):
        assert not SupervisionSession.objects.exists()


def test_list_and_page_agree_for_everybody_and_every_note(here, plan, browse):
    clinical = make_member(here, Role.CLINICAL_CONTACT)
    other = make_plan(here, clinical_supervisor=clinical)
    notes = [make_note(p, state) for p in (plan, other) for state in NoteState.values]
    people = [plan.specialist, plan.supervisor, other.specialist, other.supervisor, clinical]
    people += [make_member(here, role) for role in Role.values]
    seen = {}
    for person in people:
        with open_scope(here.pk):
            listed = set(visible_to(SupervisionNote, actor_for(person)).values_list("pk", flat=True))
        opened = {note.pk for note in notes if browse(person).get(page_of(note)).status_code == 200}
        assert listed == opened, person
        seen[person] = len(opened)
    assert [seen[p] for p in people[:5]] == [4, 3, 4, 3, 3]
    by_role = dict(zip(Role.values, (seen[p] for p in people[5:]), strict=True))
    assert {role: n for role, n in by_role.items() if n} == {Role.AUDITOR: 6}


def test_reading_a_note_is_logged_and_leaves_no_text(here, plan, browse):
    note = make_note(plan, NoteState.SUBMITTED)
    browse(plan.supervisor).get(page_of(note))
    with open_scope(here.pk):
        row = AccessLog.objects.get(model="supervision.supervisionnote")
    assert (row.user_id, row.row_id) == (plan.supervisor.user_id, note.pk)
    assert TEXT["reviewed"] not in str(row.context)


def test_the_queue_has_the_oldest_first_and_constant_queries(here, plan, browse, django_assert_max_num_queries):
    notes = [make_note(plan, NoteState.SUBMITTED, held_on=date(2026, 1, 30 - n)) for n in range(3)]
    with open_scope(here.pk):
        assert list(selectors.waiting_for(actor_for(plan.supervisor))) == notes
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ruth = browse(plan.supervisor)
    ruth.get(reverse("supervision:home"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        ruth.get(reverse("supervision:home"))
    for n in range(12):
        make_note(plan, NoteState.SUBMITTED, held_on=date(2026, 2, 1 + n))
    with CaptureQueriesContext(connection) as many:
        ruth.get(reverse("supervision:home"))
    assert len(few) == len(many)


def test_the_administration_says_that_it_took_place_and_not_what_was_said(here, plan, browse):
    make_note(plan, NoteState.SIGNED)
    admin = browse(make_member(here, Role.ADMINISTRATOR))
    with open_scope(here.pk):
        session, version = SupervisionSession.objects.get(), NoteVersion.objects.get()
    for address in (
        reverse("admin:supervision_supervisionsession_changelist"),
        reverse("admin:supervision_supervisionsession_change", args=[session.pk]),
        reverse("admin:signing_signature_changelist"),
        reverse("admin:signing_signature_change", args=[version.author_signature_id]),
    ):
        content = admin.get(address).content.decode()
        assert "Dana Whitfield" in content
        assert "He asked no more" not in content


def test_an_administrator_plans_supervision_and_is_told_what_does_not_go(here, plan, browse):
    admin = browse(make_member(here, Role.ADMINISTRATOR))
    add = reverse("admin:supervision_supervisionplan_add")
    new = make_member(here, Role.PEER_SPECIALIST)
    sent = {"specialist": new.pk, "supervisor": plan.supervisor.pk, "starts_on": "2026-01-01"}
    assert admin.post(add, sent).status_code == 302
    answer = admin.post(add, sent)
    assert answer.status_code == 200
    assert "End that plan first" in answer.content.decode()
    change = reverse("admin:supervision_supervisionplan_change", args=[plan.pk])
    assert admin.post(change, {"starts_on": "2020-01-01", "ends_on": "2026-06-30"}).status_code == 302
    with open_scope(here.pk):
        plan.refresh_from_db()
    assert plan.ends_on == date(2026, 6, 30)


def test_an_open_step_is_shown_with_the_way_to_end_it_to_both_of_the_note(here, plan, browse):
    step = {"what": "Find a quieter place", "owner": "specialist", "due": "2026-02-01"}
    note = make_note(plan, NoteState.SIGNED, details={"steps": [step]})
    page = reverse("supervision:note", args=[note.public_id])
    for person in (plan.specialist, plan.supervisor):
        answer = browse(person).get(page)
        assert answer.status_code == 200
        assert "Find a quieter place" in answer.content.decode()
        assert browse(person).get(f"{page}?do=close&step=1").status_code == 200
    assert f"{page}?do=close&amp;step=1" in browse(plan.specialist).get(page).content.decode()


def test_a_clinical_supervisor_of_any_role_finds_what_they_read_and_co_sign(here, browse):
    clinical, other = (make_member(here, Role.CLINICAL_CONTACT) for _two in range(2))
    plan = make_plan(here, clinical_supervisor=clinical, clinical_signs=True)
    note, draft = make_note(plan, NoteState.SIGNED), make_note(plan)
    elsewhere = make_note(make_plan(here), NoteState.SIGNED)
    for shown in ("co-sign", "all"):
        text = browse(clinical).get(reverse("supervision:home"), {"show": shown}).content.decode()
        assert page_of(note) in text
        assert page_of(draft) not in text
        assert page_of(elsewhere) not in text
    assert reverse("supervision:home") in browse(clinical).get("/staff/").content.decode()
    assert browse(other).get(reverse("supervision:home")).status_code == 403
    assert reverse("supervision:home") not in browse(other).get("/staff/").content.decode()
