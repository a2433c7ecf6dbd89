"""A kind of record to sign that belongs to no higher app: a person's name."""

import pytest

from apps.organizations.models import Person
from apps.signing import registry

KIND = "tests.person"


def contents(wanted):
    names = dict(Person.objects.filter(pk__in={row for row, _version in wanted}).values_list("pk", "name"))
    return {(row, version): {"name": names[row], "n": version} for row, version in wanted if row in names}


@pytest.fixture(autouse=True)
def _kind():
    registry.register_kind(KIND, schema_version=1, contents=contents)
    yield
    registry._kinds.pop((KIND, 1))
    registry._newest.pop(KIND)
