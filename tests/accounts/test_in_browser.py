"""Every page of sign-in in a real browser: nothing that axe finds, nothing that overflows, nothing the policy blocks.

The pages are made by the platform itself, through the test client, before the browser looks at them. `SCREENSHOTS=DIR`
keeps a picture of each.
"""

import mimetypes
import re
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.staticfiles import finders

from apps.accounts.services import set_totp
from apps.kit.brand import BRAND, BRAND_DARK, brand_css
from apps.organizations.choices import Role
from tests.accounts.test_password import PASSWORD, sign_in
from tests.accounts.test_second_factor import SECRET, numbers
from tests.browser import chromium_path, open_browser, what_axe_finds
from tests.factories.organizations import make_member, make_organization, make_person, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

HOST = "harbor.localhost"
OWN = "/accounts/sign-in/"


def pages(browser, sent, language):
    """name -> HTML of every page and of every answer that looks different."""
    harbor = make_organization(
        name="Harbor Peer Center", short_name="Harbor", domain=HOST, phone="+15125550100", brand=BRAND
    )
    user = make_user(email="ana@harbor.example", phone="+15125550142", password=PASSWORD, language=language)
    make_member(harbor, Role.COORDINATOR, user=user)
    rosa = make_person(harbor, name="Rosa Marin", language=language)

    def fresh(signed_in=False):
        client = browser(HOST)
        client.cookies["django_language"] = language
        if signed_in:
            sign_in(client, user.email)
        return client

    made = {"sign-in": fresh().get("/accounts/login/"), "platform": browser("localhost").get("/accounts/login/")}
    made["sign-in-error"] = fresh().post("/accounts/login/code/", {"to": "555 0142"})
    made["sign-in-card-error"] = fresh().post("/accounts/card/", {"card": "ABCD-EFGH"})
    made["sign-in-password-error"] = sign_in(fresh(), user.email, "wrong")
    waiting = fresh()
    waiting.post("/accounts/login/code/", {"to": user.email})
    made["code"] = waiting.get("/accounts/login/code/confirm/")
    made["code-error"] = waiting.post("/accounts/login/code/confirm/", {"code": "1"})
    client = fresh(signed_in=True)
    for name, path in (
        ("own", ""),
        ("own-email", "email/"),
        ("own-phone", "phone/"),
        ("own-password", "password/"),
    ):
        made[name] = client.get(OWN + path)
    client.post(OWN + "phone/", {"address": "512 555 0143"})
    made["own-check"] = client.get(OWN + "check/")
    made["confirm"] = client.get("/accounts/confirm/")
    made["sign-out"] = client.get("/accounts/logout/")
    made["card-ask"] = client.get(f"/people/{rosa.public_id}/card/")
    once = re.search(r'name="once" value="([^"]+)"', made["card-ask"].content.decode())[1]
    made["card"] = client.post(f"/people/{rosa.public_id}/card/", {"once": once})
    made["app"] = client.get("/accounts/2fa/app/")
    set_totp(user=user, secret=SECRET)
    made["app-confirm"] = client.get("/accounts/2fa/confirm/")
    client.post("/accounts/2fa/confirm/", {"code": numbers(step=-1)})
    made["app-away"] = client.get("/accounts/2fa/app/remove/")
    made["passkey"] = client.get("/accounts/2fa/passkeys/add/")
    for host in (HOST, "aurora.localhost"):
        Authenticator.objects.create(user=user, type="webauthn", data={"name": "My phone", "host": host})
    made["passkeys"] = client.get("/accounts/2fa/passkeys/")
    made["confirm-passkey"] = client.get("/accounts/confirm/")
    Authenticator.objects.filter(user=user, type="webauthn").delete()
    made["devices"] = client.get(OWN + "devices/")
    asked = fresh(signed_in=True)
    made["app-numbers"] = asked.get("/accounts/2fa/")
    made["app-numbers-error"] = asked.post("/accounts/2fa/", {"code": "1"})
    second = fresh()
    eva = make_user(email="eva@harbor.example", password=PASSWORD, language=language)
    sign_in(second, eva.email)
    page = second.get("/accounts/2fa/app/").content.decode()
    second.post(
        "/accounts/2fa/app/", {"code": numbers(re.search(r"<b>([A-Z2-7 ]{32,})</b>", page)[1].replace(" ", ""))}
    )
    made["spare-codes"] = second.get("/accounts/2fa/spare-codes/")
    made["spare-codes-new"] = second.get("/accounts/2fa/spare-codes/new/")
    coded = fresh()
    make_user(email="leo@harbor.example", password=None, language=language)
    coded.post("/accounts/login/code/", {"to": "leo@harbor.example"})
    coded.post("/accounts/login/code/confirm/", {"code": sent[-1]["context"]["code"]})
    made["confirm-code"] = coded.get("/accounts/confirm/")
    made["confirm-code-sent"] = coded.post("/accounts/confirm/", {"send_code": "1"})
    for _try in range(12):
        made["too-many"] = fresh().post("/accounts/card/", {"card": "x"})
    wrong = {name: answer.status_code for name, answer in made.items() if answer.status_code not in (200, 429)}
    assert wrong == {}
    return {name: (answer.content, answer.headers["Content-Security-Policy"]) for name, answer in made.items()}


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_on_any_page_of_sign_in(browser, sent, language):
    chromium_path()
    made = pages(browser, sent, language)
    found: list[str] = []
    with open_browser() as chromium:
        page = chromium.new_page()
        page.on("console", lambda m: found.append(m.text) if m.type == "error" else None)
        for name, (html, policy) in made.items():
            page.unroute_all()
            page.route("**/*", answering(html, policy))
            page.goto(f"http://{HOST}/page/{name}/")
            found.extend(f"{name}: {one}" for one in what_axe_finds(page, f"{name}-{language}"))
    assert found == []


def answering(html, policy):
    """A handler of one parameter: playwright hands the request to a second one, a default too."""
    return lambda route: answer(route, html, policy)


def answer(route, html, policy):
    path = route.request.url.split("?")[0].removeprefix(f"http://{HOST}")
    if path.startswith("/page/"):
        route.fulfill(body=html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": policy})
    elif path == "/brand.css":
        route.fulfill(body=brand_css(BRAND, BRAND_DARK), content_type="text/css")
    elif found := finders.find(path.removeprefix(settings.STATIC_URL)):
        route.fulfill(body=Path(found).read_bytes(), content_type=mimetypes.guess_type(found)[0] or "text/plain")
    else:
        route.fulfill(status=404, body="")
