"""What an address may ask of a list: its own columns and declared filters, and nothing through a relation."""

import pytest
from django.urls import reverse

from apps.access.scope import open_scope
from tests.cast import Cast
from tests.factories.clients import make_client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("organizations_person", "user__password__startswith=pbkdf2"),
        ("organizations_person", "user__email=client@harbor.example"),
        ("organizations_person", "protected_from__id__isnull=False"),
        ("clients_clientrecord", "person__user__is_operator=1"),
        ("clients_clientrecord", "person__name__startswith=C"),
        ("certifications_cataloguecredential", "certifications__id__exact=1"),
    ],
)
def test_a_question_through_a_relation_is_refused_whatever_the_answer_would_be(cast: Cast, page: str, query: str):
    make_client(cast.harbor)
    answer = cast.client("administrator").get(reverse(f"admin:{page}_changelist") + f"?{query}")
    assert answer.status_code == 400


def listed(browser, cast: Cast, page: str, query: str) -> set:
    """The rows of a list that is asked with a query."""
    answer = browser.get(reverse(f"admin:{page}_changelist") + f"?{query}")
    with open_scope(cast.harbor.pk):
        return set(answer.context["cl"].queryset)


def test_the_declared_filters_and_the_id_of_a_key_still_narrow_a_list(cast: Cast):
    client, other = make_client(cast.harbor), make_client(cast.harbor)
    browser = cast.client("administrator")
    for query in (f"person__id__exact={client.person_id}", f"person={client.person_id}"):
        assert listed(browser, cast, "clients_clientrecord", query) == {client}
    assert {client, other} <= listed(browser, cast, "clients_clientrecord", "person__language=en")
    observers = listed(browser, cast, "organizations_person", "memberships__role__exact=observer")
    assert observers == {cast.people["observer"]}
