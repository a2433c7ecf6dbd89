"""Tasks and commands stay in their scope; and for every person and every row, list and page agree."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from celery import shared_task
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse

from apps.access.policy import _policies, may, visible_to
from apps.access.scope import ScopeError, open_scope, system_scope
from apps.access.work import ScopedTask
from apps.organizations.models import Location, Person
from tests.cast import PEOPLE, Cast
from tests.walls.test_database import furnished  # noqa: F401  a fixture is used by its name

pytestmark = pytest.mark.django_db


@shared_task(base=ScopedTask, name="tests.walls.everybody")
def everybody(organization_id: int) -> list[int]:
    return list(Person.objects.order_by().values_list("organization_id", flat=True).distinct())


@shared_task(base=ScopedTask, name="tests.walls.plant")
def plant(organization_id: int, into: int) -> None:
    Location(organization_id=into, name="planted", zone="America/Denver").save()


def test_a_task_reaches_one_organization(cast: Cast):
    assert everybody(cast.harbor.pk) == [cast.harbor.pk]
    assert everybody(organization_id=cast.aurora.pk) == [cast.aurora.pk]


def test_a_task_writes_nothing_next_door(cast: Cast):
    with pytest.raises(ScopeError):
        plant(cast.harbor.pk, cast.aurora.pk)
    with system_scope("nothing was planted"):
        assert not Location.objects.filter(name="planted").exists()


def test_a_task_without_an_organization_does_not_begin():
    for wrong in ((), (None,), ("1",)):
        with pytest.raises((ScopeError, TypeError)):
            everybody(*wrong)


def test_explain_access_tells_of_one_organization_alone(cast: Cast):
    with open_scope(cast.harbor.pk):
        place = Location.objects.create(
            organization=cast.harbor, name="Quiet", zone="America/Denver", is_confidential=True
        )
    out = StringIO()
    call_command(
        "explain_access",
        "coordinator@harbor.example",
        f"organizations.location:{place.public_id}",
        "--json",
        stdout=out,
    )
    answer = json.loads(out.getvalue())
    assert answer["actions"]["view"]["may"] is True
    assert {one["name"].split()[0] for one in answer["also"]} == {"Harbor"}
    with pytest.raises(CommandError) as refused:
        call_command(
            "explain_access", "administrator@aurora.example", f"organizations.location:{place.pk}", stdout=StringIO()
        )
    assert refused.value.returncode == 1


def test_list_and_single_answer_agree_for_every_person_and_every_row(furnished: Cast):  # noqa: F811  the fixture
    wrong: list[Any] = []
    compared = 0
    for model, policy in _policies.items():
        with system_scope("every row of both organizations is looked at"):
            rows = list(model._default_manager.all())
        for name in PEOPLE:
            actor = furnished.actor(name)
            with open_scope(furnished.harbor.pk):
                for action in policy.rules:
                    listed = set(visible_to(model, actor, action).values_list("pk", flat=True))
                    single = {row.pk for row in rows if may(actor, action, row)}
                    compared += len(rows)
                    if listed != single:
                        wrong.append((model.__name__, name, action, listed ^ single))
                    if getattr(model, "scope_field", "") == "organization_id":
                        foreign = {row.pk for row in rows if row.organization_id != furnished.harbor.pk}
                        assert not listed & foreign, (model.__name__, name, action)
    assert wrong == []
    assert compared > 1000


@pytest.mark.parametrize("name", ["administrator", "coordinator", "auditor"])
def test_admin_list_and_admin_page_agree_on_every_location(name: str, furnished: Cast):  # noqa: F811  the fixture
    browser: Client = furnished.client(name)
    with system_scope("every row of both organizations is asked for"):
        keys = set(Location.objects.values_list("pk", flat=True))
    listed = browser.get(reverse("admin:organizations_location_changelist")).context["cl"].queryset
    opened = {
        k for k in keys if browser.get(reverse("admin:organizations_location_change", args=[k])).status_code == 200
    }
    with open_scope(furnished.harbor.pk):
        assert opened == set(listed.values_list("pk", flat=True))
