"""A note is kept while it is typed, and two pages never write over each other unseen."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from apps.access.scope import open_scope
from apps.organizations.choices import Role
from apps.supervision.choices import NoteState
from apps.supervision.models import NoteDraft, SupervisionNote
from tests.factories.organizations import make_member, make_organization
from tests.factories.supervision import TEXT, make_note, make_plan
from tests.supervision.test_pages import FACTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    here = make_organization(domain="centre.localhost")
    return make_plan(here, make_member(here, Role.PEER_SPECIALIST), make_member(here, Role.SUPERVISOR))


def keep(client, note, person, **typed):
    client.force_login(person.user)
    data = {**FACTS, **TEXT, "do": "autosave", **typed}
    return client.post(reverse("supervision:note", args=[note.public_id]), data, HTTP_HOST="centre.localhost")


def draft_of(note):
    with open_scope(note.organization_id):
        return NoteDraft.objects.get(note=note)


def test_what_was_typed_is_kept_and_the_next_save_goes_on_from_there(client, plan):
    note = make_note(plan)
    answer = keep(client, note, plan.specialist, revision="1", strengths="Patience", step_0_what="Call")
    assert (answer.status_code, answer.json()["revision"]) == (200, 2)
    answer = keep(client, note, plan.specialist, revision="2", strengths="Much patience")
    assert answer.json()["revision"] == 3
    assert draft_of(note).details == {"strengths": "Much patience"}


def test_a_second_page_is_told_and_the_first_stays(client, plan):
    note = make_note(plan)
    keep(client, note, plan.specialist, revision="1", decided="First")
    answer = keep(client, note, plan.specialist, revision="1", decided="Second")
    assert (answer.status_code, answer.json()["state"]) == (409, "conflict")
    assert draft_of(note).decided == "First"


def test_a_submitted_note_is_closed_and_others_may_not_even_try(client, plan):
    note = make_note(plan, NoteState.SUBMITTED)
    assert keep(client, note, plan.specialist, revision="1").json()["state"] == "closed"
    assert keep(client, note, plan.supervisor, revision="1").status_code == 403


def test_a_signed_out_page_is_sent_to_sign_in_and_nothing_is_written(client, plan):
    note = make_note(plan)
    address = reverse("supervision:note", args=[note.public_id])
    answer = client.post(address, {**FACTS, "do": "autosave", "revision": "1"}, HTTP_HOST="centre.localhost")
    assert answer.status_code == 302
    assert draft_of(note).revision == 1


def test_the_key_that_seals_is_one_persons_for_one_note(client, plan):
    notes = [make_note(plan), make_note(plan, held_on=date(2026, 1, 16))]
    seals = []
    for note in notes:
        client.force_login(plan.specialist.user)
        page = client.get(reverse("supervision:note", args=[note.public_id]), HTTP_HOST="centre.localhost")
        seals.append(page.context["seal"])
    assert len(set(seals)) == 2
    assert all(len(seal) == 44 for seal in seals)


# ---- a note that is not begun yet
def begin(client, plan, once, **typed):
    client.force_login(plan.specialist.user)
    data = {**FACTS, "once": once, "revision": "", **typed}
    return client.post(reverse("supervision:new"), data, HTTP_HOST="centre.localhost")


def notes_of(plan):
    with open_scope(plan.organization_id):
        return list(SupervisionNote.objects.filter(session__plan=plan).order_by("pk"))


def test_the_first_words_begin_the_note_and_it_is_gone_on_with_at_its_own_address(client, plan):
    once = str(uuid4())
    assert begin(client, plan, once, do="autosave").json()["state"] == "nothing"
    assert notes_of(plan) == []
    answer = begin(client, plan, once, do="autosave", reviewed="First words").json()
    (note,) = notes_of(plan)
    assert answer["address"] == reverse("supervision:note", args=[note.public_id])
    assert (answer["state"], answer["revision"]) == ("kept", 1)
    page = client.get(answer["address"], HTTP_HOST="centre.localhost")
    assert page.context["seal"] == answer["seal"]
    assert keep(client, note, plan.specialist, revision="1", reviewed="More words").json()["revision"] == 2


def test_a_save_whose_answer_was_lost_begins_no_second_note_and_loses_nothing(client, plan):
    once = str(uuid4())
    client.force_login(plan.specialist.user)
    page = client.get(reverse("supervision:new"), HTTP_HOST="centre.localhost")
    answers = [field.html_name for field in page.context["form"].answer_fields]
    begin(client, plan, once, do="autosave", reviewed="First words")
    again = begin(client, plan, once, do="autosave", reviewed="First words, and more", **{answers[0]: "I listened."})
    (note,) = notes_of(plan)
    assert again.json()["revision"] == 2
    assert draft_of(note).reviewed == "First words, and more"
    assert list(draft_of(note).details["answers"].values()) == ["I listened."]
    # the button was pressed before the answer of the last save came: what was typed in between is kept too
    other = str(uuid4())
    begin(client, plan, other, do="autosave", reviewed="Second note")
    assert begin(client, plan, other, reviewed="Second note, and more", minutes="45").status_code == 302
    second = notes_of(plan)[1]
    assert (draft_of(second).reviewed, second.session_id is not None) == ("Second note, and more", True)
    with open_scope(plan.organization_id):
        assert SupervisionNote.objects.get(pk=second.pk).session.minutes == 45


def test_an_old_page_of_a_note_that_went_on_shows_both_and_overwrites_nothing(client, plan):
    once = str(uuid4())
    begin(client, plan, once, do="autosave", reviewed="First words")
    (note,) = notes_of(plan)
    keep(client, note, plan.specialist, revision="1", reviewed="On the other page")
    assert begin(client, plan, once, do="autosave", reviewed="On the old page").json()["state"] == "conflict"
    answer = begin(client, plan, once, reviewed="On the old page")
    assert answer.status_code == 409
    assert "On the old page</textarea>" in answer.content.decode()
    assert draft_of(note).reviewed == "On the other page"


def test_nobody_goes_on_with_a_key_of_somebody_else(client, plan):
    once = str(uuid4())
    begin(client, plan, once, do="autosave", reviewed="Mine")
    with open_scope(plan.organization_id):
        other = make_plan(plan.organization)
    answer = begin(client, other, once, do="autosave", reviewed="Theirs")
    assert answer.status_code == 409
    assert "address" not in answer.json()
    assert notes_of(other) == []
    assert [draft_of(note).reviewed for note in notes_of(plan)] == ["Mine"]


def test_a_new_note_is_not_begun_by_itself_where_it_could_not_be(client, plan):
    answer = begin(client, plan, str(uuid4()), do="autosave", reviewed="Too early", held_on="2019-01-01")
    assert (answer.status_code, answer.json()["state"]) == (422, "invalid")
    assert notes_of(plan) == []
