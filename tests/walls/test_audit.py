"""`audit_walls`: it knows every model and address, finds no leak on the platform as it is, and changes nothing.

`make test` sends the forged questions (filters, searches, forms, bulk actions, autocompletes with ids of the house next
door) as each role, one role for each distinct policy; the full product, everybody everywhere, is a slow test.
"""

from __future__ import annotations

import json
from contextlib import suppress
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path

from apps.access import policy
from apps.access.scope import system_scope
from apps.materials.models import Material
from apps.organizations.choices import Role
from peerplatform.audit.addresses import addresses, unknown
from peerplatform.audit.houses import BARRED, OUTSIDERS
from peerplatform.audit.run import audit, unknown_models
from peerplatform.urls import urlpatterns as real_addresses
from tests.cast import Cast
from tests.walls.test_database import furnished  # noqa: F401  a fixture is used by its name

pytestmark = pytest.mark.django_db
urlpatterns = [*real_addresses, path("new/<slug:word>/", lambda request, word: HttpResponse(), name="a_new_page")]


def rows() -> dict[str, int]:
    """How many rows each table has, as PostgreSQL counts them for a system scope."""
    found = {}
    with system_scope("every table is counted"), connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


def test_it_knows_every_address_and_every_model():
    assert unknown(addresses()) == []
    assert unknown_models() == []


@override_settings(ROOT_URLCONF=__name__)
def test_an_address_that_it_does_not_know_fails_it():
    (told,) = unknown(addresses())
    assert told.startswith("a_new_page takes {'word': 'SlugConverter'}")


def test_a_model_without_a_policy_fails_it(monkeypatch):
    monkeypatch.delitem(policy._policies, Material)
    assert unknown_models() == ["materials.Material belongs to organizations and has no policy"]


@pytest.mark.timeout(600)  # two hundred pages, each several times
def test_no_forged_question_of_any_role_reaches_next_door(furnished: Cast):  # noqa: F811  the fixture
    forged = frozenset({"lists", "forms", "autocompletes"})
    told = audit(
        people=Role.values, only=forged, distinct=True, here=furnished.harbor.pk, next_door=furnished.aurora.pk
    )
    assert [str(finding) for finding in told.findings] == []
    assert told.asked > 500


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("who", [*Role.values, BARRED, *OUTSIDERS])
def test_nothing_next_door_can_be_told_from_what_never_was(who: str, furnished: Cast):  # noqa: F811  the fixture
    told = audit(people=[who], here=furnished.harbor.pk, next_door=furnished.aurora.pk)
    assert [str(finding) for finding in told.findings] == []
    assert told.asked > 300


def test_the_command_prints_the_matrix_and_changes_nothing(furnished: Cast):  # noqa: F811  the fixture
    before, out = rows(), StringIO()
    house = ["--here", str(furnished.harbor.pk), "--next-door", str(furnished.aurora.pk)]
    asked = ["--role", "auditor", "--address", "^clients:", "--json", *house]
    with suppress(CommandError):  # in the tests' database the running roles may empty tables
        call_command("audit_walls", *asked, stdout=out)
    told = json.loads(out.getvalue())
    assert [problem for problem in told["second_wall"] if " may TRUNCATE " not in problem] == []
    assert told["leaks"] == told["unknown"] == []
    assert told["matrix"]["clients:list"] == {"auditor": {"page": "200"}}
    # hidden: two who are kept apart, whom only coordinators see
    assert told["matrix"]["clients:detail"] == {"auditor": {"foreign": "404", "hidden": "404", "own": "200"}}
    assert rows() == before
