"""A note is kept while it is typed, and two pages never write over each other unseen."""

from datetime import date

import pytest
from django.urls import reverse

from apps.access.scope import open_scope
from apps.organizations.choices import Role
from apps.supervision.choices import NoteState
from apps.supervision.models import NoteDraft
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
