"""Passkeys in a real browser, with a virtual authenticator: made for one host, shown at the second step and to sign.

The pages are made by the platform itself, through the test client, which also takes what the browser sent.
"""

import json
from urllib.parse import parse_qsl

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.staticfiles import finders

from apps.accounts.selectors import passkeys
from apps.accounts.services import set_totp
from tests.accounts.test_own import age
from tests.accounts.test_password import PASSWORD, sign_in
from tests.accounts.test_second_factor import SECRET, led_to
from tests.browser import chromium_path, open_browser
from tests.factories.organizations import make_member, make_user

pytestmark = pytest.mark.django_db

HOST = "harbor.localhost"
LIST = "/accounts/2fa/passkeys/"
ASSERTION = {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA"}
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def staff(harbor):
    return make_member(harbor, user=make_user(email="peer@harbor.example", password=PASSWORD), name="Noor Haddad").user


def press(html, path, kind, key=None, asked=None):
    """Press the passkey button of a page in a browser whose authenticator holds `key`: (what the form sent, the key).

    The page was made before, and what the form sends goes on afterwards: the browser and the database never meet.
    """
    sent = []

    def answer(route):
        request = route.request
        address = request.url.removeprefix(f"http://{HOST}")
        if request.method == "POST":
            sent.append(dict(parse_qsl(request.post_data)))
            route.fulfill(body="taken", content_type="text/html")
        elif address.startswith(settings.STATIC_URL):
            found = finders.find(address.removeprefix(settings.STATIC_URL))
            route.fulfill(path=found) if found else route.fulfill(status=404)
        elif address == path:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif address == f"{LIST}ask/":
            route.fulfill(body=asked, content_type="application/json")
        else:
            route.fulfill(status=404)

    with open_browser() as browser:
        page = browser.new_context().new_page()
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        if key:
            devtools.send("WebAuthn.addCredential", {"authenticatorId": made["authenticatorId"], "credential": key})
        page.set_default_timeout(10_000)
        page.route("**/*", lambda route: answer(route))
        page.goto(f"http://{HOST}{path}")
        with page.expect_navigation():
            page.click(f"[data-passkey={kind}]")
        keys = devtools.send("WebAuthn.getCredentials", {"authenticatorId": made["authenticatorId"]})["credentials"]
    return sent[0], keys[0]


@pytest.mark.browser
def test_a_passkey_is_made_for_this_host_and_shown_at_the_second_step_and_to_confirm(staff, aurora, browser, sent):
    chromium_path()
    client = browser(HOST)
    sign_in(client, staff.email)
    form, key = press(client.get(f"{LIST}add/").content, f"{LIST}add/", "create")
    assert led_to(client.post(f"{LIST}add/", {**form, "name": "My phone"})) == "/accounts/2fa/spare-codes/"
    (made,) = passkeys(staff)
    assert (made.name, made.host) == ("My phone", HOST)
    assert [m["context"]["event"] for m in sent] == ["passkey_added"]
    listed = client.get(LIST).content.decode()
    assert "My phone" in listed
    assert HOST in listed
    assert "and not here" not in listed

    # at the second step of the next sign-in, and once only
    second = browser(HOST)
    assert led_to(sign_in(second, staff.email)) == "/accounts/2fa/"
    form, key = press(second.get("/accounts/2fa/").content, "/accounts/2fa/", "get", key)
    other = browser(HOST)
    sign_in(other, staff.email)
    other.get("/accounts/2fa/")
    assert other.post("/accounts/2fa/", form).status_code == 200
    assert led_to(second.post("/accounts/2fa/", form)) == "/"

    # in the place of the password, to confirm
    age(second, 601)
    assert led_to(second.get(LIST)) == "/accounts/confirm/"
    page, asked = second.get("/accounts/confirm/").content, second.get(f"{LIST}ask/").content
    form, key = press(page, "/accounts/confirm/", "get", key, asked)
    assert led_to(second.post("/accounts/confirm/", {**form, "next": LIST})) == LIST
    assert second.get(LIST).status_code == 200
    assert second.session["account_authentication_methods"][-1]["method"] == "passkey"

    # on another host it is not offered, which is said
    elsewhere = browser("aurora.localhost")
    sign_in(elsewhere, staff.email)
    told = elsewhere.get("/accounts/2fa/").content.decode()
    assert "work only there" in told
    assert "data-passkey=" not in told


def test_what_no_passkey_made_is_refused_at_every_door(staff, browser, sent):
    set_totp(user=staff, secret=SECRET)
    client = browser(HOST)
    sign_in(client, staff.email)
    made_up = json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": {}})
    for typed in ("", "{}", "[]", made_up, made_up.replace("{}", json.dumps(ASSERTION))):
        page = client.post("/accounts/2fa/", {"credential": typed})
        assert page.status_code == 200
        assert "did not fit" in page.content.decode()
    assert led_to(client.get("/accounts/sign-in/")) == "/accounts/login/"


def test_a_made_up_passkey_is_no_second_step_of_a_session_that_is_open(staff, browser, sent):
    client = browser(HOST)
    sign_in(client, staff.email)
    set_totp(user=staff, secret=SECRET)
    client.get(f"{LIST}ask/")
    page = client.post("/accounts/2fa/confirm/", {"credential": "{}", "next": LIST})
    assert "did not fit" in page.content.decode()
    assert led_to(client.get(LIST)) == "/accounts/2fa/confirm/"


def test_a_made_up_passkey_confirms_nothing(staff, browser, sent):
    client = browser(HOST)
    sign_in(client, staff.email)
    age(client, 601)
    client.get("/accounts/2fa/passkeys/ask/")
    for typed in (
        "nonsense",
        "{}",
        json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": ASSERTION}),
    ):
        page = client.post("/accounts/confirm/", {"passkey": typed, "next": LIST})
        assert page.status_code == 200
        assert "did not fit" in page.content.decode()


def test_somebody_else_s_passkey_is_one_that_never_was(staff, browser, sent, harbor):
    other = make_user(email="other@harbor.example", password=PASSWORD)
    theirs = Authenticator.objects.create(user=other, type="webauthn", data={"name": "x", "host": HOST})
    client = browser(HOST)
    sign_in(client, staff.email)
    assert client.post(f"{LIST}{theirs.pk}/remove/").status_code == 404
    assert client.post(f"{LIST}999999999/remove/").status_code == 404
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


def test_with_the_last_passkey_its_spare_codes_go_too(staff, browser, sent):
    client = browser(HOST)
    sign_in(client, staff.email)
    mine = Authenticator.objects.create(user=staff, type="webauthn", data={"name": "x", "host": HOST})
    Authenticator.objects.create(user=staff, type="recovery_codes", data={"seed": "x", "used_mask": 0})
    session = client.session
    session["account_authentication_methods"] = [
        *session["account_authentication_methods"],
        {"method": "mfa", "type": "webauthn", "at": 0},
    ]
    session.save()
    assert led_to(client.post(f"{LIST}{mine.pk}/remove/")) == LIST
    assert not Authenticator.objects.filter(user=staff).exists()
    assert sent[-1]["context"]["event"] == "passkey_removed"
