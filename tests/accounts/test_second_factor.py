"""The second factor, where the organization asks for it."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from apps.access.scope import system_scope
from apps.accounts.services import set_totp
from apps.organizations.choices import Role
from apps.organizations.roles import CAPABILITIES, NEEDS_SECOND_FACTOR
from tests.accounts.test_password import PASSWORD, sign_in
from tests.factories.organizations import make_member, make_person, make_user

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HOST = "aurora.localhost"
PAGE = "/schedule/"  # any page outside /accounts/: only where one is led matters here


def numbers(secret=SECRET, step=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


@pytest.fixture
def strict(aurora):
    with system_scope("test data is made"):
        aurora.second_factor = True
        aurora.save()
    return aurora


@pytest.fixture
def staff(strict):
    return make_member(
        strict, Role.PEER_SPECIALIST, user=make_user(email="peer@aurora.example", password=PASSWORD)
    ).user


def led_to(response):
    return response.get("Location", "").partition("?")[0]


def test_the_table_names_capabilities_that_exist():
    assert set(CAPABILITIES) >= NEEDS_SECOND_FACTOR


@pytest.mark.django_db
def test_staff_without_an_app_are_led_to_set_one_up_and_then_go_on(strict, staff, browser, sent):
    client = browser(HOST)
    sign_in(client, staff.email)
    assert led_to(client.get(PAGE)) == "/accounts/2fa/app/"
    assert led_to(client.post("/admin/")) == "/accounts/2fa/app/"
    page = client.get("/accounts/2fa/app/").content.decode()
    secret = re.search(r"<b>([A-Z2-7 ]{39})</b>", page)[1].replace(" ", "")
    assert client.post("/accounts/2fa/app/", {"code": "000000"}).status_code == 200
    assert led_to(client.get(PAGE)) == "/accounts/2fa/app/"
    assert led_to(client.post("/accounts/2fa/app/", {"code": numbers(secret)})) == "/accounts/2fa/spare-codes/"
    codes = re.findall(r"<b>(\d{8})</b>", client.get("/accounts/2fa/spare-codes/").content.decode())
    assert len(codes) == 10
    assert not led_to(client.get(PAGE)).startswith("/accounts/2fa")
    assert [m["context"]["event"] for m in sent] == ["second_factor_added"]
    stored = Authenticator.objects.get(type="totp", user=staff)
    assert secret not in str(stored.data)
    # a spare code opens the door once
    for expected in ("/", "/accounts/2fa/"):
        other = browser(HOST)
        assert led_to(sign_in(other, staff.email)) == "/accounts/2fa/"
        other.post("/accounts/2fa/", {"code": codes[0]})
        assert led_to(other.get(PAGE)) != "/accounts/2fa/app/"
        response = other.get("/accounts/sign-in/")
        assert response.status_code == (200 if expected == "/" else 302)


@pytest.mark.django_db
def test_somebody_with_an_app_is_asked_at_every_door_and_on_every_host(strict, harbor, staff, browser, sent):
    from apps.accounts.services import issue_card

    set_totp(user=staff, secret=SECRET)
    code_client = browser(HOST)
    code_client.post("/accounts/login/code/", {"to": staff.email})
    doors = [
        lambda c: sign_in(c, staff.email),
        lambda c: c.post("/accounts/card/", {"card": issue_card(user=staff, actor=None, domain=HOST)}),
    ]
    for door in doors:
        client = browser(HOST)
        assert led_to(door(client)) == "/accounts/2fa/"
        assert client.get("/accounts/sign-in/").status_code == 302
    assert (
        led_to(code_client.post("/accounts/login/code/confirm/", {"code": sent[0]["context"]["code"]}))
        == "/accounts/2fa/"
    )
    assert led_to(sign_in(browser("harbor.localhost"), staff.email)) == "/accounts/2fa/"
    client = browser(HOST)
    sign_in(client, staff.email)
    assert client.post("/accounts/2fa/", {"code": "000000"}).status_code == 200
    assert led_to(client.post("/accounts/2fa/", {"code": numbers()})) == "/"
    assert not led_to(client.get(PAGE)).startswith("/accounts/2fa")


@pytest.mark.django_db
def test_a_session_without_the_second_step_is_not_enough_once_there_is_an_app(strict, staff, browser):
    client = browser(HOST)
    sign_in(client, staff.email)
    set_totp(user=staff, secret=SECRET)
    assert led_to(client.get(PAGE)) == "/accounts/2fa/confirm/"
    assert client.post("/accounts/2fa/confirm/", {"code": "123", "next": PAGE}).status_code == 200
    assert led_to(client.get(PAGE)) == "/accounts/2fa/confirm/"
    assert led_to(client.post("/accounts/2fa/confirm/", {"code": numbers(), "next": PAGE})) == PAGE
    assert not led_to(client.get(PAGE)).startswith("/accounts/2fa")


@pytest.mark.django_db
def test_numbers_that_were_used_do_not_work_again(strict, staff, browser):
    set_totp(user=staff, secret=SECRET)
    used = numbers()
    first, second = browser(HOST), browser(HOST)
    for client in (first, second):
        sign_in(client, staff.email)
    assert led_to(first.post("/accounts/2fa/", {"code": used})) == "/"
    assert second.post("/accounts/2fa/", {"code": used}).status_code == 200


@pytest.mark.django_db
def test_clients_and_organizations_that_do_not_ask_go_on_without(strict, harbor, staff, browser):
    client_user = make_user(email="client@aurora.example", password=PASSWORD)
    make_person(strict, user=client_user)
    member = make_member(harbor, Role.PEER_SPECIALIST, user=make_user(password=PASSWORD)).user
    for host, user in ((HOST, client_user), ("harbor.localhost", member), ("localhost", staff)):
        client = browser(host)
        sign_in(client, user.email)
        assert not led_to(client.get(PAGE)).startswith("/accounts/2fa")


@pytest.mark.django_db
def test_a_visitor_carrying_a_card_cannot_set_up_an_app_for_somebody_with_a_password(strict, staff, browser):
    from apps.accounts.services import issue_card

    client = browser(HOST)
    client.post("/accounts/card/", {"card": issue_card(user=staff, actor=None, domain=HOST)})
    assert led_to(client.get("/accounts/2fa/app/")) == "/accounts/confirm/"
    assert led_to(client.post("/accounts/2fa/app/", {"code": "000000"})) == "/accounts/confirm/"
    assert led_to(client.get(PAGE)) == "/accounts/2fa/app/"
