"""The password door."""

import pytest

from tests.factories.organizations import make_member, make_user

PASSWORD = "peer-demo-2026"
WRONG = "These two don’t go together"


def sign_in(client, login, password=PASSWORD, **more):
    return client.post("/accounts/login/", {"login": login, "password": password, **more})


@pytest.mark.django_db
def test_the_sign_in_page_shows_three_doors_on_every_host(harbor, aurora, browser):
    for host in ("harbor.localhost", "aurora.localhost:8000", "localhost", "localhost:8000", "127.0.0.1"):
        page = browser(host).get("/accounts/login/")
        assert page.status_code == 200, host
        for words in ("Send me a code", "I have a card", "With my password"):
            assert words in page.content.decode()


@pytest.mark.django_db
def test_a_member_signs_in_with_password_on_their_host_and_signs_out(harbor, browser):
    make_member(harbor, user=make_user(email="coordinator@harbor.example", password=PASSWORD))
    client = browser("harbor.localhost")
    response = sign_in(client, "Coordinator@Harbor.example ")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/accounts/sign-in/").status_code == 200
    assert client.get("/accounts/logout/").status_code == 200
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert client.get("/accounts/sign-in/")["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
def test_the_operator_signs_in_on_the_platform_s_own_host(browser):
    make_user(email="operator@platform.example", password=PASSWORD, is_operator=True)
    assert sign_in(browser("localhost"), "operator@platform.example").status_code == 302


@pytest.mark.django_db
def test_a_phone_number_signs_in_however_it_is_written(harbor, browser):
    make_user(email=None, phone="+15125550142", password=PASSWORD)
    for written in ("512 555 0142", "(512) 555-0142", "+1 512 555 0142"):
        assert sign_in(browser("harbor.localhost"), written).status_code == 302, written


@pytest.mark.django_db
def test_a_wrong_password_and_an_unknown_address_get_the_same_page(harbor, browser):
    make_user(email="known@harbor.example", password=PASSWORD)
    pages = []
    for address in ("known@harbor.example", "other@harbor.example"):
        page = sign_in(browser("harbor.localhost"), address, "not the password")
        assert page.status_code == 200
        pages.append(_without_tokens(page.content.decode()).replace(address, "ADDRESS"))
    assert WRONG in pages[0]
    assert pages[0] == pages[1]


@pytest.mark.django_db
def test_after_five_wrong_passwords_even_the_right_one_waits_and_others_do_not(harbor, aurora, browser):
    make_user(email="known@harbor.example", password=PASSWORD)
    make_user(email=None, phone="+15125550142", password=PASSWORD)
    for _try in range(5):
        sign_in(browser("harbor.localhost"), "known@harbor.example", "wrong")
    for host in ("harbor.localhost", "aurora.localhost"):  # the account is the same on every host
        assert "Wait five minutes" in sign_in(browser(host), "known@harbor.example").content.decode()
    assert sign_in(browser("harbor.localhost"), "5125550142").status_code == 302


@pytest.mark.django_db
def test_what_was_typed_is_kept_and_the_missing_area_code_is_named(harbor, browser):
    page = sign_in(browser("harbor.localhost"), "555 0142").content.decode()
    assert "Please add the area code" in page
    assert 'value="555 0142"' in page


@pytest.mark.django_db
def test_a_closed_sign_in_is_refused(harbor, browser):
    user = make_user(email="gone@harbor.example", password=PASSWORD, is_active=False)
    client = browser("harbor.localhost")
    sign_in(client, user.email)
    assert client.get("/accounts/sign-in/").status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["signup/", "inactive/", "password/reset/", "email/", "confirm-email/", "2fa/webauthn/", "social/", "3rdparty/"],
)
def test_pages_of_allauth_that_are_not_served_do_not_exist(harbor, browser, path):
    assert browser("harbor.localhost").get(f"/accounts/{path}").status_code == 404


@pytest.mark.django_db
def test_next_is_followed_on_this_host_only(harbor, browser):
    make_user(email="known@harbor.example", password=PASSWORD)
    for wanted, reached in (("/schedule/", "/schedule/"), ("https://evil.example/", "/"), ("//aurora.localhost/", "/")):
        response = sign_in(browser("harbor.localhost"), "known@harbor.example", next=wanted)
        assert response["Location"] == reached


def _without_tokens(page: str) -> str:
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
