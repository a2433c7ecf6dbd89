"""What users keep about their own sign-in, and their language."""

import pytest

from apps.accounts.models import User
from apps.accounts.services import issue_card
from tests.accounts.test_password import PASSWORD, sign_in
from tests.factories.organizations import make_user

HOST = "harbor.localhost"
OWN = "/accounts/sign-in/"


@pytest.fixture
def ana(harbor):
    return make_user(email="ana@harbor.example", password=PASSWORD)


@pytest.fixture
def client(ana, browser):
    client = browser(HOST)
    sign_in(client, ana.email)
    return client


def age(client, seconds):
    """Make the proof of this session older."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= seconds
    session.save()


@pytest.mark.django_db
def test_a_new_address_becomes_the_sign_in_only_after_its_code_came_back(ana, client, sent):
    assert client.post(OWN + "phone/", {"address": "512 555 0142"})["Location"] == OWN + "check/"
    assert (sent[0]["kind"], sent[0]["channel"], sent[0]["address"]) == ("address_code", "sms", "+15125550142")
    assert client.post(OWN + "check/", {"code": "0"}).status_code == 200
    ana.refresh_from_db()
    assert ana.phone is None
    assert client.post(OWN + "check/", {"code": sent[0]["context"]["code"]})["Location"] == OWN
    ana.refresh_from_db()
    assert ana.phone == "+15125550142"
    assert {(m["kind"], m["address"]) for m in sent[1:]} == {
        ("security_notice", "ana@harbor.example"),
        ("security_notice", "+15125550142"),
    }


@pytest.mark.django_db
def test_the_former_address_is_told_and_no_longer_signs_in(ana, client, sent, browser):
    client.post(OWN + "email/", {"address": "Ana.New@example.org"})
    client.post(OWN + "check/", {"code": sent[0]["context"]["code"]})
    assert {m["address"] for m in sent[1:]} == {"ana.new@example.org", "ana@harbor.example"}
    assert sign_in(browser(HOST), "ana@harbor.example").status_code == 200
    assert sign_in(browser(HOST), "ana.new@example.org").status_code == 302


@pytest.mark.django_db
def test_somebody_else_s_address_gets_the_same_answer_and_no_message(ana, client, sent):
    make_user(email="bob@harbor.example")
    answer = client.post(OWN + "email/", {"address": "bob@harbor.example"})
    assert (answer["Location"], sent) == (OWN + "check/", [])


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["email/", "phone/", "check/", "password/"])
def test_after_ten_minutes_the_pages_that_change_the_sign_in_ask_again(ana, client, page):
    age(client, 601)
    assert client.get(OWN + page)["Location"] == f"/accounts/confirm/?next={OWN}{page}"
    assert client.post(OWN + page, {})["Location"].startswith("/accounts/confirm/")
    again = client.post("/accounts/confirm/", {"password": "wrong", "next": OWN + page})
    assert "not the password" in again.content.decode()
    assert client.post("/accounts/confirm/", {"password": PASSWORD, "next": OWN + page})["Location"] == OWN + page
    assert client.get(OWN + page).get("Location", "")[:18] != "/accounts/confirm/"


@pytest.mark.django_db
def test_a_new_password_ends_the_other_sessions(ana, client, browser, sent):
    other = browser(HOST)
    sign_in(other, ana.email)
    assert "too common" in client.post(OWN + "password/", {"password": "password123"}).content.decode()
    assert client.post(OWN + "password/", {"password": "three calm herons"})["Location"] == OWN
    assert client.get(OWN).status_code == 200
    assert other.get(OWN).status_code == 302
    assert [m["context"]["event"] for m in sent] == ["new_device", "password_changed"]


@pytest.mark.django_db
def test_somebody_without_a_password_confirms_with_a_code(harbor, browser, sent):
    make_user(email="eva@harbor.example", password=None)
    client = browser(HOST)
    client.post("/accounts/login/code/", {"to": "eva@harbor.example"})
    client.post("/accounts/login/code/confirm/", {"code": sent[0]["context"]["code"]})
    age(client, 601)
    assert client.get(OWN + "password/").status_code == 302
    client.post("/accounts/confirm/", {"send_code": "1"})
    assert sent[1]["kind"] == "fresh_code"
    answer = client.post("/accounts/confirm/", {"code": sent[1]["context"]["code"], "next": OWN + "password/"})
    assert answer["Location"] == OWN + "password/"


@pytest.mark.django_db
def test_a_card_changes_nothing_for_somebody_who_has_another_way(ana, browser):
    client = browser(HOST)
    client.post("/accounts/card/", {"card": issue_card(user=ana, actor=None, domain=HOST)})
    assert client.get(OWN + "email/")["Location"].startswith("/accounts/confirm/")


@pytest.mark.django_db
def test_somebody_with_nothing_but_a_card_adds_a_phone_with_it(harbor, browser, sent):
    user = make_user(email=None, password=None)
    client = browser(HOST)
    client.post("/accounts/card/", {"card": issue_card(user=user, actor=None, domain=HOST)})
    client.post(OWN + "phone/", {"address": "512 555 0142"})
    client.post(OWN + "check/", {"code": sent[0]["context"]["code"]})
    user.refresh_from_db()
    assert user.phone == "+15125550142"
    age(client, 601)
    page = client.get("/accounts/confirm/")
    assert page.status_code == 200


@pytest.mark.django_db
def test_the_user_s_language_comes_with_them_and_the_switch_keeps_it(ana, harbor, browser):
    User.objects.filter(pk=ana.pk).update(language="es")
    client = browser(HOST)
    response = sign_in(client, ana.email)
    assert response.cookies["django_language"].value == "es"
    assert 'lang="es"' in client.get(OWN).content.decode()
    switched = client.post("/i18n/setlang/", {"language": "ar", "next": OWN})
    assert switched["Location"] == OWN
    ana.refresh_from_db()
    assert ana.language == "ar"
    assert 'dir="rtl"' in client.get(OWN).content.decode()
    client.post("/i18n/setlang/", {"language": "xx", "next": "https://evil.example/"})
    ana.refresh_from_db()
    assert ana.language == "ar"


@pytest.mark.django_db
def test_a_visitor_s_language_is_kept_on_this_host(harbor, browser):
    visitor = browser(HOST)
    response = visitor.post("/i18n/setlang/", {"language": "vi", "next": "/accounts/login/"})
    assert response.cookies["django_language"]["domain"] == ""
    assert 'lang="vi"' in visitor.get("/accounts/login/").content.decode()


@pytest.mark.django_db
def test_pages_of_somebody_signed_in_are_not_stored(client):
    for page in ("", "email/", "password/"):
        assert "no-store" in client.get(OWN + page)["Cache-Control"]
