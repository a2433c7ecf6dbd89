"""Questions whose SQL is made once give what Django would have given, in each scope."""

from __future__ import annotations

import pytest
from django.db.models import QuerySet

from apps.access.compiled import CompiledQuery
from apps.access.scope import ScopeError, open_scope, system_scope
from apps.organizations.models import Person
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def people_of(user_id: int) -> QuerySet[Person, tuple[int, str]]:
    return Person.objects.filter(user_id=user_id).exclude(name="O'Brien 100%").order_by().values_list("pk", "name")


def test_it_gives_what_the_queryset_gives_for_each_number_and_in_each_scope(cast: Cast):
    question = CompiledQuery(people_of)
    asked = {name: user.pk for name, user in cast.users.items() if user}
    for organization in (cast.harbor, cast.aurora):
        with open_scope(organization.pk):
            found = {name: question.rows(user_id=pk) for name, pk in asked.items()}
            assert found == {name: list(people_of(pk)) for name, pk in asked.items()}
        assert found["stranger"] == ([] if organization == cast.harbor else found["stranger"])
    assert found["stranger"] != []
    with open_scope(cast.harbor.pk):
        assert [name for _pk, name in question.rows(user_id=asked["coordinator"])] == ["Harbor Coordinator"]


def test_it_gives_all_organizations_to_a_system_scope_and_nothing_to_no_scope(cast: Cast):
    question = CompiledQuery(people_of)
    stranger = cast.users["stranger"]
    assert stranger is not None
    with open_scope(cast.harbor.pk):
        assert question.rows(user_id=stranger.pk) == []
    with system_scope("the same question over every organization"):
        assert question.rows(user_id=stranger.pk) == list(people_of(stranger.pk)) != []
    with pytest.raises(ScopeError):
        question.rows(user_id=stranger.pk)


def test_sql_in_which_a_place_can_t_be_told_from_a_percent_sign_is_refused(cast: Cast):
    question = CompiledQuery(lambda user_id: people_of(user_id).extra(where=["name LIKE '%%s'"]))
    with open_scope(cast.harbor.pk), pytest.raises(ValueError, match="percent sign"):
        question.rows(user_id=1)
