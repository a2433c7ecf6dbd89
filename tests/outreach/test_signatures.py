"""A signature that is late is told of once, to who signs and to the office; a reminder goes out once a day at most."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.access.scope import open_scope
from apps.messaging.models import Message
from apps.organizations.choices import Role
from apps.outreach.services import plan
from apps.supervision import services
from apps.supervision.choices import NoteState
from apps.supervision.models import SigningRules
from tests.factories.messaging import make_contact_point
from tests.factories.organizations import SYSTEM, actor_for, make_member, make_organization
from tests.factories.supervision import make_note, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    organization = make_organization()
    with open_scope(organization.pk):
        yield organization


def ledger():
    """What stands on the ledger; people without a way to be reached have a line that says so."""
    return sorted(Message.objects.exclude(state="withdrawn").values_list("purpose", "person_id"))


def test_a_late_signature_is_told_of_once_by_the_organizations_rule_and_taken_back_when_signed(here):
    office = make_member(here, Role.ADMINISTRATOR)
    note = make_note(make_plan(here), NoteState.SUBMITTED)
    for person in (office, note.plan.supervisor):
        make_contact_point(person)
    at = timezone.now() + timedelta(days=7, hours=1)
    assert not plan(actor=SYSTEM).errors
    assert ledger() == []
    SigningRules.objects.create(organization=here, late_after=30)
    plan(actor=SYSTEM, at=at)
    assert ledger() == []
    SigningRules.objects.update(late_after=7)
    for _twice in range(2):
        assert not plan(actor=SYSTEM, at=at).errors
    both = [("signature_late", note.plan.supervisor_id), ("signature_late_office", office.pk)]
    assert ledger() == both
    services.sign_note(note=note, actor=actor_for(note.plan.supervisor), version=1, method="password")
    plan(actor=SYSTEM, at=at)
    assert ledger() == []


def test_a_reminder_goes_to_the_author_once_a_day_and_only_while_it_waits_on_them(here):
    note = make_note(make_plan(here), NoteState.RETURNED)
    supervisor = actor_for(note.plan.supervisor)
    make_contact_point(note.plan.specialist)
    assert services.nudge_author(note=note, actor=supervisor) is True
    assert services.nudge_author(note=note, actor=supervisor) is False
    for _twice in range(2):
        assert not plan(actor=SYSTEM).errors
    assert ledger() == [("note_returned", note.plan.specialist_id)]
    services.submit_note(note=note, actor=actor_for(note.plan.specialist), revision=1, method="password")
    with pytest.raises(services.NoteMovedOn):
        services.nudge_author(note=note, actor=supervisor)
