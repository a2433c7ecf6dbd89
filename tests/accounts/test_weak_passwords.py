"""Passwords that somebody would guess are refused, with words that say what to do."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from apps.access.scope import open_scope
from apps.accounts.models import User
from apps.accounts.services import joining_user
from apps.organizations import services
from apps.organizations.choices import Role
from tests.accounts.test_password import PASSWORD, sign_in
from tests.factories.organizations import SYSTEM, make_member, make_person, make_user

OWN = "made of your own name"
COMMON = "Many people use this password"


def refusal(password, user=None):
    try:
        validate_password(password, user)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@pytest.mark.parametrize("password", ["Sunshine2026!", "P@ssw0rd1234", "!!qwertyuiop1", "iloveyou-1999"])
def test_a_common_password_dressed_up_is_refused(password):
    assert COMMON in refusal(password)


@pytest.mark.parametrize("password", ["three calm herons", "blue-kettle-73-lamp", "тихая река утром"])
def test_words_of_ones_own_are_fine(password):
    assert refusal(password, joining_user("Ana Marin", "Harbor Peer Center", email="ana.marin@harbor.example")) == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    "password",
    [
        "AnaLucia.Marin1990",
        "Nita-Nita-2026",
        "harborpeercenter1",
        "4n4luc14m4r1n!",
        "a.marin@harbor.example",
        "512-555-0142 ok",
    ],
)
def test_own_name_address_phone_and_organization_are_refused_where_the_password_is_changed(harbor, browser, password):
    user = make_user(email="a.marin@harbor.example", phone="+15125550142", password=PASSWORD)
    with open_scope(harbor.pk):
        services.change_organization(organization=harbor, actor=SYSTEM, name="Harbor Peer Center")
    make_member(harbor, Role.COORDINATOR, user=user, name="Ana Lucía Marín", called="Nita")
    client = browser("harbor.localhost")
    sign_in(client, user.email)
    page = client.post("/accounts/sign-in/password/", {"password": password})
    assert page.status_code == 200
    assert OWN in page.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.django_db
def test_own_words_among_others_are_accepted(harbor, browser, sent):
    user = make_user(email="ana@harbor.example", password=PASSWORD)
    make_member(harbor, Role.COORDINATOR, user=user, name="Ana Marin")
    client = browser("harbor.localhost")
    sign_in(client, user.email)
    assert client.post("/accounts/sign-in/password/", {"password": "ana paints slow herons"}).status_code == 302


@pytest.mark.django_db
def test_what_another_organization_calls_somebody_refuses_nothing_here(harbor, aurora, browser, sent):
    user = make_user(email="x@harbor.example", password=PASSWORD)
    make_member(harbor, Role.COORDINATOR, user=user, name="Xu")
    make_person(aurora, user=user, name="Bartholomew")
    client = browser("harbor.localhost")
    sign_in(client, user.email)
    assert client.post("/accounts/sign-in/password/", {"password": "bartholomew-1"}).status_code == 302


@pytest.mark.django_db
def test_whoever_follows_an_invitation_is_asked_for_more_than_their_own_name(harbor, browser, sent):
    person = make_person(harbor, name="Bartholomew Reyes")
    with open_scope(harbor.pk):
        _invitation, token = services.invite(person=person, email="bart@harbor.example", actor=SYSTEM)
    client = browser("harbor.localhost")
    refused = client.post(f"/join/{token}/", {"password": "Bartholomew2026"})
    assert OWN in refused.content.decode()
    assert not User.objects.filter(email="bart@harbor.example").exists()
    assert client.post(f"/join/{token}/", {"password": "three calm herons"}).status_code == 302
