"""Dual-role protection: whoever is closed to somebody is closed in every table, list and page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.access.models import AccessLog
from apps.access.policy import all_policies, identifying, may, policy_of, visible_to
from apps.access.scope import open_scope
from apps.access.scoped import HistoryRow, ScopedModel
from apps.access.services import log_reads
from apps.care.models import Appointment, FollowUpTask
from apps.certifications.models import EvidenceDocument
from apps.clients.models import CareTeamMember, ClientRecord
from apps.groups.models import Enrolment
from apps.messaging.models import ContactPoint
from apps.organizations import services
from apps.organizations.models import Person, Reservation
from tests.cast import SYSTEM, Cast
from tests.factories.care import make_appointment, make_missed
from tests.factories.certifications import make_certification
from tests.factories.clients import make_client, put_on_team
from tests.factories.groups import make_enrolment, make_group
from tests.factories.messaging import make_contact_point

DEEPEST = 5  # keys on a path from a row to a Person

# Scoped models without a policy are visible to nobody. These have none because no page shows their rows as such.
NOBODYS = {
    "certifications.CertificationGrant": "a share is told on the page of its row",
    "clients.ClientRecordGrant": "as above",
    "groups.SupportGroupGrant": "as above",
    "materials.MaterialGrant": "as above",
    "organizations.OrganizationRole": "the group that stands for a role, made by sync_roles",
    "organizations.RoleCapability": "what a role may do, made by sync_roles",
}


def paths_to_people(model: type[Model], so_far: tuple[type[Model], ...] = ()) -> Iterator[str]:
    """Every path of keys from a row to a Person, through each model at most once."""
    for key in model._meta.local_concrete_fields:
        other = key.related_model
        if other is Person:
            yield key.name
        elif isinstance(other, type) and issubclass(other, ScopedModel) and other not in (*so_far, model):
            further = paths_to_people(other, (*so_far, model)) if len(so_far) < DEEPEST else ()
            yield from (f"{key.name}__{rest}" for rest in further)


def scoped_models() -> list[type[Model]]:
    return [m for m in apps.get_models() if issubclass(m, ScopedModel) and not issubclass(m, HistoryRow)]


def test_every_table_with_a_way_to_a_person_says_whom_its_rows_reveal():
    wrong = []
    for model in scoped_models():
        policy = policy_of(model)
        if policy is None:
            continue
        told = {*policy.identifies, *policy.exempt} - {"pk"}
        found = set(paths_to_people(model)) if model is not Person else set()
        wrong += [f"{model._meta.label}: {path} is neither in identifies nor exempt" for path in sorted(found - told)]
        wrong += [f"{model._meta.label}: {path} is no way to a person" for path in sorted(told - found)]
        wrong += [f"{model._meta.label}: {path} has no reason" for path, why in policy.exempt.items() if not why]
    assert not wrong, "\n".join(wrong)


def test_every_table_without_a_policy_has_its_reason():
    without = {m._meta.label for m in scoped_models() if policy_of(m) is None}
    assert without == NOBODYS.keys()
    assert Person in all_policies()


# ---- everywhere
NAME = "Quentin Hidden"
LISTS = [
    "/staff/",
    "/clients/",
    "/clients/?q=Quentin",
    "/appointments/",
    "/appointments/new/",
    "/follow-ups/",
    "/materials/",
    "/admin/",
]


@pytest.fixture
def hidden(cast: Cast) -> ClientRecord:
    """A client of whom there is a row in as many tables as can be."""
    client = make_client(cast.harbor, name=NAME)
    put_on_team(client, cast.people["peer_specialist"], leads=True)
    make_appointment(client, staff=cast.people["peer_specialist"], starts_at=timezone.now() + timedelta(minutes=5))
    make_missed(client, staff=cast.people["peer_specialist"])
    make_enrolment(make_group(cast.harbor), client.person)
    make_contact_point(client.person)
    with open_scope(cast.harbor.pk):
        log_reads(ClientRecord.objects.filter(pk=client.pk), actor=cast.actor("auditor"))
    return client


def pages(browser: Client) -> Iterator[tuple[str, str]]:
    """The text of every list of the portal and the administration that this person may open."""
    lists = [url for model in admin.site._registry if (url := changelist(model))]
    searches = [f"{url}?q=Quentin" for url in lists]
    for url in [*LISTS, *lists, *searches, autocomplete()]:
        answer = browser.get(url)
        if answer.status_code == 200:
            yield url, answer.content.decode()


def changelist(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def autocomplete() -> str:
    asked = {"app_label": "care", "model_name": "appointment", "field_name": "client", "term": "Quentin"}
    return f"{reverse('admin:autocomplete')}?{urlencode(asked)}"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["administrator", "peer_specialist"])
def test_a_barred_person_finds_nothing_of_somebody_on_any_list_or_page(name: str, cast: Cast, hidden: ClientRecord):
    browser = cast.client(name)
    before = {
        url for url, text in pages(browser) if "Quentin" in text.replace("q=Quentin", "").replace('"Quentin"', "")
    }
    assert len(before) >= {"administrator": 12, "peer_specialist": 4}[name]
    with open_scope(cast.harbor.pk):
        services.declare_bar(barred=cast.people[name], subject=hidden.person, actor=SYSTEM)
    after = {url for url, text in pages(browser) if "Hidden" in text}
    assert after == set()
    assert browser.get(reverse("clients:detail", args=[hidden.public_id])).status_code == 404
    address = reverse("admin:clients_clientrecord_change", args=[hidden.pk])
    assert browser.get(address).status_code in (404, 403)


@pytest.mark.django_db
def test_a_barred_person_sees_no_row_of_any_table_that_identifies_somebody(cast: Cast, hidden: ClientRecord):
    actor, seen = cast.actor("administrator"), {}
    with open_scope(cast.harbor.pk):
        for model, policy in all_policies().items():
            about = identifying(model, [hidden.person_id]) if policy.identifies else None
            if about is not None and visible_to(model, actor).filter(pk__in=about).exists():
                seen[model] = about
        log = AccessLog.objects.filter(model="clients.clientrecord", row_id=hidden.pk)
        assert {ClientRecord, Person, Appointment, FollowUpTask, Enrolment, ContactPoint, CareTeamMember} <= seen.keys()
        assert visible_to(log, actor).exists()
        services.declare_bar(barred=cast.people["administrator"], subject=hidden.person, actor=SYSTEM)
        actor = cast.actor("administrator")
        still = [m._meta.label for m, about in seen.items() if visible_to(m, actor).filter(pk__in=about).exists()]
        assert still == [] and not visible_to(log, actor).exists()


@pytest.mark.django_db
def test_a_file_that_a_hidden_row_holds_is_hidden_whoever_else_holds_it(cast: Cast):
    with open_scope(cast.harbor.pk):
        file = services.store_file(content=b"x", name="x.txt", actor=SYSTEM, organization_id=cast.harbor.pk)
        for name in ("peer_specialist", "supervisor"):
            row = make_certification(cast.people[name])
            EvidenceDocument.objects.create(person=row.person, certification=row, kind="other", file=file)
        assert may(cast.actor("administrator"), "view", file)
        services.declare_bar(barred=cast.people["administrator"], subject=cast.people["supervisor"], actor=SYSTEM)
        assert not may(cast.actor("administrator"), "view", file)
        assert may(cast.actor("auditor"), "view", file)


@pytest.mark.django_db
def test_the_reservations_of_a_hidden_colleague_are_hidden(cast: Cast, hidden: ClientRecord):
    with open_scope(cast.harbor.pk):
        before = set(visible_to(Reservation, cast.actor("administrator")).values_list("pk", flat=True))
        services.declare_bar(barred=cast.people["administrator"], subject=cast.people["peer_specialist"], actor=SYSTEM)
        after = set(visible_to(Reservation, cast.actor("administrator")).values_list("pk", flat=True))
    assert before and after == set()
