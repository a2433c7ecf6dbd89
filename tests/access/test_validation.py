"""The checks of the database are asked before a row is written, in one query, and say what Django's own would."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from apps.access.scope import open_scope
from apps.groups.models import SupportGroup
from tests.factories.groups import make_group
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db

BROKEN = [{}, {"capacity": 0}, {"youngest": 30, "oldest": 18}, {"minimum": 9, "capacity": 3, "interval": 13}]


@pytest.fixture
def group():
    return make_group(make_organization())


def said(check) -> dict[str, list[str]]:
    try:
        check()
    except ValidationError as error:
        return {field: sorted(words) for field, words in error.message_dict.items()}
    return {}


@pytest.mark.parametrize("exclude", [None, {"capacity"}, {"youngest", "interval"}], ids=["all", "but one", "but two"])
@pytest.mark.parametrize("values", BROKEN, ids=str)
def test_what_is_broken_is_told_as_django_tells_it(group, values, exclude):
    for name, value in values.items():
        setattr(group, name, value)
    with open_scope(group.organization_id):
        djangos = said(lambda: models.Model.validate_constraints(group, exclude=exclude))
        assert said(lambda: group.validate_constraints(exclude=exclude)) == djangos
    if exclude is None:
        assert bool(djangos) == bool(values)


def test_all_checks_together_are_one_query(group):
    assert sum(isinstance(each, models.CheckConstraint) for each in SupportGroup._meta.constraints) > 15
    with open_scope(group.organization_id), CaptureQueriesContext(connection) as queries:
        group.validate_constraints()
    assert [each["sql"] for each in queries if "SAVEPOINT" not in each["sql"]] == [
        each["sql"] for each in queries if "COALESCE" in each["sql"]
    ]
    assert len(queries) == 3  # and a savepoint around it


def test_a_value_that_no_column_holds_is_left_to_django(group):
    group.minutes = 10**12
    with open_scope(group.organization_id), pytest.raises(ValidationError):
        group.full_clean()


def test_another_row_is_still_found_by_a_unique_key(group):
    with open_scope(group.organization_id):
        again = SupportGroup.objects.get(pk=group.pk)
        again.pk, again._state.adding = None, True
        with pytest.raises(ValidationError):
            again.full_clean()
