"""Confirming that it is them, as a signing form does it."""

import time
from types import SimpleNamespace

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.core.context import request_context
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import RequestFactory

from apps.accounts import services
from tests.factories.organizations import make_user

PASSWORD = "peer-demo-2026"


@pytest.fixture
def request_of():
    contexts = []

    def make(user):
        request = RequestFactory().post("/")
        request.session, request.user, request.organization = SessionStore(), user, SimpleNamespace(pk=7)
        contexts.append(request_context(request))
        contexts[-1].__enter__()
        record_authentication(request, user, method="password" if user.has_usable_password() else "code")
        return request

    yield make
    for context in reversed(contexts):
        context.__exit__(None, None, None)


@pytest.mark.django_db
def test_signing_in_is_no_confirmation_and_the_password_is(request_of):
    request = request_of(make_user(password=PASSWORD))
    assert services.recent_method(request) == "password"
    assert services.confirmed_method(request) is None
    assert list(services.reauthentication_form(request).fields) == ["password"]
    with pytest.raises(ValidationError) as refused:
        services.check_reauthentication(request)
    assert list(refused.value.message_dict) == ["password"]
    with pytest.raises(ValidationError) as refused:
        services.confirm_identity(request, {"password": "wrong"})
    assert list(refused.value.message_dict) == ["password"]
    assert services.confirm_identity(request, {"password": PASSWORD}) == "password"
    assert list(services.reauthentication_form(request).fields) == []
    assert services.check_reauthentication(request) == "password"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("confirmed_ago", "signed_ago", "counts"),
    [(60, 0, True), (700, 599, True), (700, 601, False), (3590, 30, True), (3601, 30, False), (601, None, False)],
)
def test_a_confirmation_counts_ten_minutes_from_the_last_signature_and_an_hour_at_most(
    request_of, confirmed_ago, signed_ago, counts
):
    request = request_of(make_user(password=PASSWORD))
    services.check_reauthentication(request, password=PASSWORD)
    records = request.session["account_authentication_methods"]
    records[-1]["at"] = time.time() - confirmed_ago
    request.session["signed_at"] = time.time() - signed_ago if signed_ago is not None else 0
    assert bool(services.confirmed_method(request)) is counts


@pytest.mark.django_db
def test_somebody_without_a_password_gets_a_fresh_code_at_the_first_attempt(request_of, sent):
    user = make_user(email="ana@harbor.example", password=None)
    request = request_of(user)
    with pytest.raises(ValidationError) as asked:
        services.confirm_identity(request, {})
    assert "six numbers" in asked.value.message_dict["code"][0]
    with pytest.raises(ValidationError):
        services.confirm_identity(request, {})
    (message,) = sent  # the code that was sent still counts, so no second one leaves
    assert (message["kind"], message["address"], message["organization_id"]) == ("fresh_code", user.email, 7)
    code = message["context"]["code"]
    assert code not in str(dict(request.session.items()))
    with pytest.raises(ValidationError):
        services.confirm_identity(request, {"code": "000000" if code != "000000" else "1"})
    assert services.confirm_identity(request, {"code": code}) == "code"
    request.session["signed_at"] = 0
    request.session["account_authentication_methods"] = []
    with pytest.raises(ValidationError):
        services.check_reauthentication(request, code=code)  # used up


@pytest.mark.django_db
def test_a_code_does_not_confirm_somebody_who_has_a_password(request_of, sent):
    request = request_of(make_user(password=PASSWORD))
    services.send_fresh_code(request)
    with pytest.raises(ValidationError):
        services.check_reauthentication(request, code=sent[0]["context"]["code"])


@pytest.mark.django_db
def test_the_sixth_wrong_password_waits_even_when_it_is_right(request_of):
    request = request_of(make_user(password=PASSWORD))
    for _try in range(5):
        with pytest.raises(ValidationError):
            services.check_reauthentication(request, password="wrong")
    with pytest.raises(ValidationError, match="Wait five minutes"):
        services.check_reauthentication(request, password=PASSWORD)


@pytest.mark.django_db
def test_another_user_s_confirmation_in_the_same_session_does_not_count(request_of):
    request = request_of(make_user(password=PASSWORD))
    services.check_reauthentication(request, password=PASSWORD)
    request.user = make_user(password=PASSWORD)
    assert services.confirmed_method(request) is None
    assert services.recent_method(request) is None


def test_nobody_signed_in_confirms_nothing():
    from django.contrib.auth.models import AnonymousUser

    with pytest.raises(PermissionDenied):
        services.check_reauthentication(SimpleNamespace(user=AnonymousUser(), session={}), password="x")
