"""The second reading of a share of signed notes: which are drawn, who may read them, and that it is written once."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.access.scope import open_scope
from apps.organizations.choices import Role
from apps.supervision import reviews, services
from apps.supervision.choices import NoteState
from apps.supervision.models import NoteReview, SupervisionPlan
from tests.factories.organizations import actor_for, make_member, make_organization
from tests.factories.supervision import make_note, make_plan, make_rules


@given(st.integers(0, 300), st.integers(1, 100), st.integers(0, 10_000), st.integers(0, 50))
@settings(max_examples=200, deadline=None)
def test_the_share_is_kept_and_what_was_drawn_stays_drawn(many, percent, start, more):
    found = reviews.drawn(range(many), percent, start)
    assert many * percent // 100 <= len(found) <= many * percent // 100 + 1
    assert reviews.drawn(range(many + more), percent, start)[: len(found)] == found
    assert percent < 100 or found == list(range(many))


@pytest.fixture
def here(db):
    organization = make_organization(domain="centre.localhost")
    with open_scope(organization.pk):
        yield organization


@pytest.fixture
def plan(here):
    plan = make_plan(here, make_member(here, Role.PEER_SPECIALIST, name="Dana Whitfield"))
    make_rules(here, review_percent=100)
    return plan


def test_only_signed_notes_of_those_whose_rules_ask_are_drawn(here, plan):
    signed = {make_note(plan, NoteState.SIGNED).pk for _number in range(2)}
    for state in (NoteState.DRAFT, NoteState.SUBMITTED, NoteState.RETURNED):
        make_note(plan, state)
    silent = make_rules(here, name="Silent", for_everybody=False)
    make_note(make_plan(here, rules=silent), NoteState.SIGNED)
    elsewhere = make_organization()
    make_rules(elsewhere, review_percent=100)
    make_note(make_plan(elsewhere), NoteState.SIGNED)
    found = reviews.sample()
    assert (found.notes, found.reviewed, found.percent) == (signed, frozenset(), 0)


def test_who_reads_all_notes_or_is_the_clinical_supervisor_reviews_and_nobody_of_the_two(here, plan):
    clinical, auditor = make_member(here, Role.SUPERVISOR), make_member(here, Role.AUDITOR)
    SupervisionPlan.objects.filter(pk=plan.pk).update(clinical_supervisor=clinical)
    first, second = make_note(plan, NoteState.SIGNED), make_note(plan, NoteState.SIGNED)
    others = [plan.specialist, plan.supervisor, make_plan(here).supervisor, make_member(here, Role.ADMINISTRATOR)]
    for other in others:
        assert not reviews.reviewable_by(actor_for(other)).exists()
        with pytest.raises(PermissionDenied):
            services.review_note(note=first, actor=actor_for(other), outcome="fine")
    services.review_note(note=first, actor=actor_for(clinical), outcome="fine")
    with pytest.raises(ValidationError, match="sentence"):
        services.review_note(note=second, actor=actor_for(auditor), outcome="talk", words=" ")
    services.review_note(note=second, actor=actor_for(auditor), outcome="talk", words="Too long a day.")
    with pytest.raises(ValidationError, match="already"), transaction.atomic():
        services.review_note(note=first, actor=actor_for(auditor), outcome="fine")
    assert NoteReview.objects.count() == 2
    assert reviews.sample().percent == 100
    for statement in ("UPDATE supervision_notereview SET outcome = 'fine'", "DELETE FROM supervision_notereview"):
        with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_pages_show_the_rate_and_take_a_review(plan, here, client):
    auditor = make_member(here, Role.AUDITOR)
    note = make_note(plan, NoteState.SIGNED)
    client.defaults["HTTP_HOST"] = "centre.localhost"
    client.force_login(auditor.user)
    page = reverse("supervision:reviews")
    assert "Dana Whitfield" in client.get(page).content.decode()
    one = reverse("supervision:review", args=[note.public_id])
    once = {"once": str(uuid4())}
    answer = client.post(one, {"outcome": "talk", "words": "", **once})
    assert answer.status_code == 422
    for _twice in range(2):
        answer = client.post(one, {"outcome": "fine", "words": "", **once})
        assert (answer.status_code, answer["Location"]) == (302, page)
    other = client.post(one, {"outcome": "fine", "words": "", "once": str(uuid4())})
    assert (other.status_code, "has read this note already" in other.content.decode()) == (422, True)
    with open_scope(here.pk):
        assert NoteReview.objects.count() == 1
    text = client.get(page).content.decode()
    assert "1 of 1 (100 %)" in text
    assert "Dana Whitfield" not in text
    assert "It was read" in client.get(one).content.decode()
