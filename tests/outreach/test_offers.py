"""Word of a place that is free: once, while it is held, with the way to answer, and never which group it is."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from apps.access.scope import open_scope, system_scope
from apps.groups import services
from apps.groups.models import WaitlistEntry
from apps.messaging.choices import State
from apps.messaging.models import Message
from apps.messaging.registry import Facts, purpose_called
from apps.messaging.rendering import write
from apps.outreach.offers import OFFER
from tests.factories.groups import make_enrolment, make_group, make_waiting
from tests.factories.messaging import make_contact_point
from tests.factories.organizations import SYSTEM, make_location, make_organization, make_person
from tests.factories.outreach import ledger, run_planner

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    """An offer of a place in a group that meets at a place nobody may know of."""
    organization = make_organization()
    place = make_location(organization, name="Linden house", address="5 Hidden Lane", is_confidential=True)
    group = make_group(organization, capacity=1, name={"en": "Grief circle"}, location=place)
    inside = make_enrolment(group)
    with open_scope(organization.pk), transaction.atomic():
        person = make_person(organization, name="Anna")
    make_contact_point(person)
    entry = make_waiting(group, person)
    with open_scope(organization.pk), transaction.atomic():
        services.leave(enrolment=inside, actor=SYSTEM)
        entry.refresh_from_db()
    return entry


def answer(entry):
    with open_scope(entry.organization_id), transaction.atomic():
        rows = list(Message.objects.filter(purpose=OFFER).select_related("organization", "person", "contact_point"))
        return rows, purpose_called(OFFER).facts(entry.organization_id, rows)


def test_who_has_an_offer_hears_of_it_once(entry):
    for _twice in range(2):
        run_planner()
    rows, found = answer(entry)
    (facts,) = found.values()
    assert isinstance(facts, Facts)
    assert facts.context["starts_at"] == entry.offer_until
    assert "/place/" in facts.context["action_url"]
    assert [row.useful_until for row in rows] == [entry.offer_until]


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_the_message_names_neither_the_group_nor_its_place(entry, language):
    run_planner()
    (row,), found = answer(entry)
    row.language = language
    facts = found[row.pk].context
    with open_scope(entry.organization_id), transaction.atomic():
        mail = write(row, template=OFFER, address="a@x.example", domain="x.localhost", facts=facts).mail
        row.channel = "sms"
        text = write(row, template=OFFER, address="+15555550100", domain="x.localhost", facts=facts).text
    for words in (mail.subject, mail.body, *(part for part, _kind in mail.alternatives), text):
        assert not any(secret in words for secret in ("Grief", "Linden", "Hidden"))
    assert facts["action_url"] in mail.body
    assert facts["action_url"] in text


def test_an_offer_that_was_answered_is_not_told_any_more(entry):
    run_planner()
    with open_scope(entry.organization_id), transaction.atomic():
        services.step_back(entry=entry, actor=SYSTEM)
    _rows, found = answer(entry)
    assert not any(isinstance(each, Facts) for each in found.values())
    run_planner()
    assert ledger(State.PLANNED) == []


def test_an_offer_that_has_ended_is_told_to_nobody(entry):
    with system_scope("test"), transaction.atomic():
        past = timezone.now() - timedelta(days=2)
        WaitlistEntry.objects.filter(pk=entry.pk).update(offered_at=past, offer_until=past + timedelta(hours=1))
    run_planner()
    assert ledger() == []
