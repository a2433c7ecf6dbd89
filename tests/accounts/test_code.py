"""The code door: six numbers by mail or text, the same answer for everybody."""

import re

import pytest

from tests.factories.organizations import make_user

CODE = "/accounts/login/code/"
CONFIRM = "/accounts/login/code/confirm/"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


def ask(client, to):
    return client.post(CODE, {"to": to})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "channel", "address"),
    [
        ("Ana@Harbor.example", "email", "ana@harbor.example"),
        ("(512) 555-0142", "sms", "+15125550142"),
    ],
)
def test_a_user_without_password_signs_in_with_the_six_numbers(harbor, browser, sent, typed, channel, address):
    make_user(email="ana@harbor.example", phone="+15125550142", password=None)
    client = browser("harbor.localhost")
    assert ask(client, typed)["Location"] == CONFIRM
    (message,) = sent
    assert (message["kind"], message["channel"], message["address"]) == ("sign_in_code", channel, address)
    assert message["organization_id"] == harbor.pk
    code = message["context"]["code"]
    assert re.fullmatch(r"\d{6}", code)
    assert code not in client.get(CONFIRM).content.decode()
    response = client.post(CONFIRM, {"code": f" {code[:3]} {code[3:]} "})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/accounts/sign-in/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("pair", [("ana@harbor.example", "bob@harbor.example"), ("5125550142", "5125550143")])
def test_an_unknown_address_gets_the_same_answers_and_no_message(harbor, browser, sent, pair):
    make_user(email="ana@harbor.example", phone="+15125550142", password=None)
    answers = []
    for address in pair:
        client = browser("harbor.localhost")
        first = ask(client, address)
        pages = [client.get(CONFIRM), client.post(CONFIRM, {"code": "000000"}), ask(client, address)]
        shown = "".join(TOKEN.sub("", page.content.decode()) for page in pages)
        for written in (address, f"+1{address}"):
            shown = shown.replace(written, "ADDRESS")
        answers.append((first.status_code, first["Location"], [page.status_code for page in pages], shown))
    assert answers[0] == answers[1]
    assert {message["address"] for message in sent} in ({"ana@harbor.example"}, {"+15125550142"})


@pytest.mark.django_db
def test_a_code_ends_after_five_wrong_tries_and_works_once(harbor, browser, sent):
    make_user(email="ana@harbor.example", password=None)
    client = browser("harbor.localhost")
    ask(client, "ana@harbor.example")
    code = sent[-1]["context"]["code"]
    wrong = "111111" if code != "111111" else "222222"
    for _try in range(5):
        client.post(CONFIRM, {"code": wrong})
    assert client.post(CONFIRM, {"code": code})["Location"] == CODE
    assert client.get("/accounts/sign-in/").status_code == 302
    ask(client, "ana@harbor.example")
    fresh = sent[-1]["context"]["code"]
    client.post(CONFIRM, {"code": fresh})
    other = browser("harbor.localhost")
    ask(other, "ana@harbor.example")
    if sent[-1]["context"]["code"] != fresh:
        assert other.post(CONFIRM, {"code": fresh}).status_code == 200


@pytest.mark.django_db
def test_a_code_belongs_to_the_browser_that_asked_for_it(harbor, browser, sent):
    make_user(email="ana@harbor.example", password=None)
    ask(browser("harbor.localhost"), "ana@harbor.example")
    other = browser("harbor.localhost")
    assert other.post(CONFIRM, {"code": sent[0]["context"]["code"]})["Location"] == CODE


@pytest.mark.django_db
def test_the_fourth_code_in_a_minute_is_not_sent(harbor, browser, sent):
    make_user(email="ana@harbor.example", password=None)
    client = browser("harbor.localhost")
    for _time in range(3):
        ask(client, "ana@harbor.example")
    page = ask(client, "ana@harbor.example")
    assert "Wait a minute" in page.content.decode()
    assert len(sent) == 3


@pytest.mark.django_db
def test_waiting_for_a_code_does_not_shut_the_other_doors(harbor, browser, sent):
    make_user(email="ana@harbor.example", password="peer-demo-2026")
    client = browser("harbor.localhost")
    ask(client, "ana@harbor.example")
    assert client.get("/accounts/login/").status_code == 200
    response = client.post("/accounts/login/", {"login": "ana@harbor.example", "password": "peer-demo-2026"})
    assert response["Location"] == "/"


@pytest.mark.django_db
def test_on_the_platform_s_host_a_code_belongs_to_no_organization(browser, sent):
    make_user(email="operator@platform.example", password=None, is_operator=True)
    ask(browser("localhost"), "operator@platform.example")
    assert sent[0]["organization_id"] is None


@pytest.mark.django_db
def test_without_a_gate_a_code_is_an_error_where_delivery_is_required(harbor, browser, sent, settings):
    from apps.accounts import registry

    settings.DELIVERY_REQUIRED = True
    registry._deliver.clear()
    make_user(email="ana@harbor.example", password=None)
    client = browser("harbor.localhost")
    client.raise_request_exception = False
    assert ask(client, "ana@harbor.example").status_code == 500
