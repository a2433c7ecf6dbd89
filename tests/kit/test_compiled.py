"""A row found by SQL that is made once is Django's own in every field, and its plan outlives what is rolled back."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from apps.access.scope import open_scope
from apps.accounts.models import User
from apps.accounts.sessions import SessionStore
from apps.kit.compiled import CompiledRow, ask
from apps.organizations.models import Host, Organization
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def prepared() -> list[str]:
    """The questions that PostgreSQL keeps for this connection, by their texts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [text for (text,) in cursor.fetchall()]


@pytest.fixture(params=[True, False], ids=["kept", "asked anew"])
def way(request: Any, settings: Any) -> bool:
    """Both ways in which a question is put."""
    settings.DATABASE_PREPARED = request.param
    return bool(request.param)


def test_a_question_answers_alike_kept_and_anew(way: bool):
    text = f"SELECT %s::bigint + 1, '100%%', %s::text, '{way}'"
    assert [ask(text, [n, "O'Brien \\ %s"]) for n in (1, 2)] == [
        [(n + 1, "100%", "O'Brien \\ %s", str(way))] for n in (1, 2)
    ]
    assert any(f"'100%', $2::text, '{way}'" in one for one in prepared()) == way


def test_a_kept_question_outlives_what_is_rolled_back(cast: Cast):
    with pytest.raises(DatabaseError), transaction.atomic():
        ask("SELECT 7 / %s::int", [0])
    assert ask("SELECT 7 / %s::int", [7]) == [(1,)]
    assert len([one for one in prepared() if "7 / $1::int" in one]) == 1


def test_a_new_connection_is_told_the_question_anew(cast: Cast):
    text = "SELECT %s::int * 3"
    assert ask(text, [2]) == [(6,)]
    old = connection.connection
    connection.connection = connection.get_new_connection(connection.get_connection_params())
    try:
        assert ask(text, [2]) == [(6,)]
    finally:
        connection.connection.close()
        connection.connection = old


def test_a_row_is_what_django_gives_in_every_field(cast: Cast, way: bool):
    rows = CompiledRow(Organization, "pk")
    for organization in (cast.harbor, cast.aurora):
        with open_scope(organization.pk):
            Organization.objects.update(features_off=["materials"], words={"group": {"en": ["Circle", "Circles"]}})
            found, wanted = rows.find(organization.pk), Organization.objects.get(pk=organization.pk)
            assert found is not None
            names = [field.attname for field in Organization._meta.concrete_fields]
            assert {name: getattr(found, name) for name in names} == {name: getattr(wanted, name) for name in names}
            assert {type(getattr(found, name)) for name in names} == {type(getattr(wanted, name)) for name in names}
            assert not found._state.adding


def test_a_row_is_found_by_any_unique_field_and_none_is_none(cast: Cast):
    hosts = CompiledRow(Host, "domain")
    assert [hosts.find(name) for name in ("harbor.localhost", "nobody.example")] == [
        Host.objects.get(domain="harbor.localhost"), None,
    ]  # fmt: skip


def test_a_row_of_another_organization_is_not_found(cast: Cast):
    with open_scope(cast.harbor.pk):
        assert CompiledRow(Organization, "pk").find(cast.aurora.pk) is None


def test_a_session_that_has_ended_is_not_found_and_its_key_is_forgotten(cast: Cast):
    browser = cast.client("coordinator")
    key = browser.session.session_key
    assert SessionStore(key)["_auth_user_id"]
    Session.objects.filter(pk=key).update(expire_date=timezone.now())
    ended = SessionStore(key)
    assert ended.get("_auth_user_id") is None
    assert ended.session_key is None


def test_a_user_who_may_no_longer_sign_in_is_nobody_from_their_next_request_on(cast: Cast):
    browser = cast.client("coordinator")
    assert browser.get("/staff/").status_code == 200
    User.objects.filter(pk=cast.users["coordinator"].pk).update(is_active=False)  # type: ignore[union-attr]  # is there
    assert browser.get("/staff/").status_code == 302
