"""Devices: a new one is told of once, one may be remembered, all are listed and ended; strangers shut nobody out."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.access.scope import open_scope
from apps.accounts.agents import device_words
from apps.accounts.models import Device, User
from apps.accounts.services import end_every_session, limits, set_totp
from apps.organizations.models import Person
from apps.organizations.services import add_membership
from tests.accounts.test_own import age
from tests.accounts.test_password import PASSWORD, _without_tokens, sign_in
from tests.accounts.test_second_factor import SECRET, led_to, numbers
from tests.factories.organizations import SYSTEM, make_member, make_user

HOST = "harbor.localhost"
LIST = "/accounts/sign-in/devices/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0"


@pytest.fixture
def ana(harbor):
    return make_user(email="ana@harbor.example", phone="+15125550142", password=PASSWORD, last_login=timezone.now())


def notices(sent):
    return [(m["address"], m["context"].get("device")) for m in sent if m["context"].get("event") == "new_device"]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        (EDGE, "Edge on Windows"),
        ("", "A device we can’t name"),
    ],
)
def test_a_device_is_named_in_plain_words(agent, words):
    assert device_words(agent) == words


@pytest.mark.django_db
def test_a_new_device_is_told_of_once_by_every_way(ana, browser, sent):
    client = browser(HOST)
    client.post("/accounts/login/", {"login": ana.email, "password": PASSWORD}, headers={"user-agent": FIREFOX})
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": ana.email, "password": PASSWORD}, headers={"user-agent": FIREFOX})
    assert sorted(address for address, _device in notices(sent)) == ["+15125550142", "ana@harbor.example"]
    other = browser(HOST)
    other.post("/accounts/login/", {"login": ana.email, "password": PASSWORD}, headers={"user-agent": IPHONE})
    assert notices(sent)[2:] == [("ana@harbor.example", "Safari on iPhone"), ("+15125550142", "Safari on iPhone")]


@pytest.mark.django_db
def test_the_notice_is_in_the_person_s_language_and_the_very_first_sign_in_is_silent(harbor, browser, sent):
    new = make_user(email="new@harbor.example", password=PASSWORD, language="es")
    sign_in(browser(HOST), new.email)
    assert notices(sent) == []
    client = browser(HOST)
    client.post("/accounts/login/", {"login": new.email, "password": PASSWORD}, headers={"user-agent": FIREFOX})
    assert sent[0]["user"] == new
    assert " de " in sent[0]["context"]["at"]


@pytest.mark.django_db
def test_the_address_that_got_the_code_is_not_told_and_the_other_one_is(ana, browser, sent):
    client = browser(HOST)
    client.post("/accounts/login/code/", {"to": ana.email})
    client.post("/accounts/login/code/confirm/", {"code": sent[0]["context"]["code"]})
    assert [address for address, _words in notices(sent)] == ["+15125550142"]


@pytest.mark.django_db
def test_the_device_s_cookie_is_a_secret_of_this_host_and_ends_with_the_browser_on_a_shared_device(ana, browser, sent):
    own, shared = browser(HOST), browser(HOST)
    sign_in(own, ana.email)
    sign_in(shared, ana.email, shared="on")
    kept, passing = own.cookies["device"], shared.cookies["device"]
    assert (kept["httponly"], kept["samesite"], kept["domain"]) == (True, "Lax", "")
    assert (kept["max-age"] > 0, passing["max-age"]) == (True, "")
    assert not Device.objects.filter(token_hash=kept.value).exists()


# ---- remembered
@pytest.fixture
def staff(harbor):
    user = make_member(harbor, user=make_user(email="peer@harbor.example", password=PASSWORD)).user
    set_totp(user=user, secret=SECRET)
    return user


@pytest.fixture
def remembering(staff, browser, sent):
    """A browser where the second step is not asked again, signed out."""
    client = browser(HOST)
    sign_in(client, staff.email)
    client.post("/accounts/2fa/", {"code": numbers(step=-1), "remember": "on"})
    client.post("/accounts/logout/")
    return client


@pytest.mark.django_db
def test_a_remembered_device_is_not_asked_for_the_second_step_and_another_one_is(staff, remembering, browser, harbor):
    assert led_to(sign_in(remembering, staff.email)) == "/"
    assert led_to(sign_in(browser(HOST), staff.email)) == "/accounts/2fa/"
    stranger = make_member(harbor, user=make_user(password=PASSWORD))
    set_totp(user=stranger.user, secret=SECRET)
    assert led_to(sign_in(remembering, staff.email)) == "/"
    remembering.post("/accounts/logout/")
    assert led_to(sign_in(remembering, stranger.user.email)) == "/accounts/2fa/"


@pytest.mark.django_db
def test_a_device_is_remembered_for_30_days_and_the_database_holds_it(staff, remembering):
    device = Device.objects.get(user=staff)
    assert device.remembered_until - device.remembered_at == timedelta(days=30)
    now = timezone.now()
    Device.objects.update(remembered_at=now - timedelta(days=31), remembered_until=now - timedelta(days=1))
    assert led_to(sign_in(remembering, staff.email)) == "/accounts/2fa/"
    for values in (
        {"remembered_at": now, "remembered_until": now + timedelta(days=30, seconds=1)},
        {"remembered_at": None, "remembered_until": now},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Device.objects.filter(pk=device.pk).update(**values)


@pytest.mark.django_db
def test_a_shared_device_is_never_remembered(staff, browser, sent):
    client = browser(HOST)
    sign_in(client, staff.email, shared="on")
    assert "30 days" not in client.get("/accounts/2fa/").content.decode()
    client.post("/accounts/2fa/", {"code": numbers(step=-1), "remember": "on"})
    assert not Device.objects.filter(remembered_until__isnull=False).exists()


@pytest.mark.django_db
def test_a_remembered_device_changes_no_second_factor(staff, remembering):
    sign_in(remembering, staff.email)
    assert led_to(remembering.get("/accounts/2fa/app/remove/")) == "/accounts/2fa/confirm/"
    assert led_to(remembering.post("/accounts/2fa/spare-codes/new/")) == "/accounts/2fa/confirm/"


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["password", "everywhere", "role", "there"])
def test_remembering_ends_with_a_new_password_signing_out_or_another_role(staff, remembering, browser, harbor, way):
    sign_in(remembering, staff.email)
    password = PASSWORD
    if way == "password":
        password = "three calm herons"
        assert remembering.post("/accounts/sign-in/password/", {"password": password}).status_code == 302
    elif way == "everywhere":
        end_every_session(user=staff)
    elif way == "there":
        place = UserSession.objects.get(session_key=remembering.session.session_key)
        remembering.post(f"{LIST}{place.pk}/end/")
    else:
        with open_scope(harbor.pk):
            person = Person.objects.get(user=staff)
            add_membership(actor=SYSTEM, person=person, role="supervisor", starts_on="2026-01-01")
    remembering.post("/accounts/logout/")
    assert led_to(sign_in(remembering, staff.email, password)) == "/accounts/2fa/"


# ---- listed and ended
@pytest.mark.django_db
def test_the_list_names_every_place_and_marks_this_one(ana, browser, sent, aurora):
    here, there = browser(HOST), browser("aurora.localhost")
    here.post("/accounts/login/", {"login": ana.email, "password": PASSWORD}, headers={"user-agent": FIREFOX})
    there.post("/accounts/login/", {"login": ana.email, "password": PASSWORD}, headers={"user-agent": IPHONE})
    sign_in(browser(HOST), make_user(email="bob@harbor.example", password=PASSWORD).email)
    page = here.get(LIST).content.decode()
    assert page.index("Firefox on Linux") < page.index("This one") < page.index("Safari on iPhone")
    assert "aurora.localhost" in page
    assert page.count("This one") == 1
    assert page.count(f'action="{LIST}') == 3  # two places, and everywhere


@pytest.mark.django_db
def test_the_list_opens_only_to_who_has_just_shown_who_they_are(ana, browser, sent):
    client = browser(HOST)
    sign_in(client, ana.email)
    age(client, 601)
    assert led_to(client.get(LIST)) == "/accounts/confirm/"


@pytest.mark.django_db
def test_signing_out_in_one_place_ends_that_one_and_no_other_s(ana, browser, sent):
    here, there, bob = browser(HOST), browser(HOST), browser(HOST)
    sign_in(here, ana.email)
    sign_in(there, ana.email)
    sign_in(bob, make_user(email="bob@harbor.example", password=PASSWORD).email)
    place = UserSession.objects.get(session_key=there.session.session_key)
    assert bob.post(f"{LIST}{place.pk}/end/").status_code == 404
    assert there.get("/accounts/sign-in/").status_code == 200
    assert led_to(here.post(f"{LIST}{place.pk}/end/")) == LIST
    assert led_to(there.get("/accounts/sign-in/")) == "/accounts/login/"
    assert here.get("/accounts/sign-in/").status_code == 200


@pytest.mark.django_db
def test_signing_out_everywhere_ends_sessions_that_no_list_knows_too(ana, browser, sent, aurora):
    here, there, unlisted = browser(HOST), browser("aurora.localhost"), browser(HOST)
    for client in (here, there, unlisted):
        sign_in(client, ana.email)
    UserSession.objects.filter(session_key=unlisted.session.session_key).delete()
    assert led_to(here.post(f"{LIST}end-all/")) == "/accounts/login/"
    for client in (here, there, unlisted):
        assert led_to(client.get("/accounts/sign-in/")) == "/accounts/login/"
    assert led_to(sign_in(here, ana.email)) == "/"
    assert here.get("/accounts/sign-in/").status_code == 200


@pytest.mark.django_db
def test_the_place_stays_listed_after_a_new_password(ana, browser, sent):
    client = browser(HOST)
    sign_in(client, ana.email)
    client.post("/accounts/sign-in/password/", {"password": "three calm herons"})
    assert client.get(LIST).content.decode().count("This one") == 1


# ---- a stranger at the door
def tries(client, user, password, network):
    return client.post("/accounts/login/", {"login": user.email, "password": password}, REMOTE_ADDR=network)


@pytest.mark.django_db
def test_a_stranger_s_tries_shut_out_their_own_network_and_not_the_person(ana, browser, sent):
    known = browser(HOST)
    sign_in(known, ana.email)
    known.post("/accounts/logout/")
    stranger, elsewhere = browser(HOST), browser(HOST)
    theirs, another = "203.0.113.9", "198.51.100.7"
    for _try in range(6):
        page = tries(stranger, ana, "wrong", theirs)
    assert "Wait five minutes" in page.content.decode()
    assert led_to(tries(known, ana, PASSWORD, theirs)) == "/"
    assert led_to(tries(elsewhere, ana, PASSWORD, another)) == "/"


@pytest.mark.django_db
def test_whoever_is_shut_out_of_the_password_still_gets_in_with_a_code(ana, browser, sent):
    client = browser(HOST)
    for _try in range(6):
        sign_in(client, ana.email, "wrong")
    client.post("/accounts/login/code/", {"to": ana.email})
    assert led_to(client.post("/accounts/login/code/confirm/", {"code": sent[-1]["context"]["code"]})) == "/"


@pytest.mark.django_db
def test_many_networks_together_are_stopped_at_an_address_known_or_not_with_the_same_words(ana, browser, monkeypatch):
    monkeypatch.setitem(limits.RATES, "password_anywhere", "3/h/key")
    pages = []
    for address in (ana.email, "nobody@harbor.example"):
        for n in range(4):
            page = browser(HOST).post(
                "/accounts/login/", {"login": address, "password": "wrong"}, REMOTE_ADDR=f"203.0.113.{n + 1}"
            )
        assert page.status_code == 200
        assert "Wait five minutes" in page.content.decode()
        pages.append(page.content.decode().replace(address, "ADDRESS"))
    assert _without_tokens(pages[0]) == _without_tokens(pages[1])


@pytest.mark.django_db
def test_a_known_and_an_unknown_address_cost_one_hash_each(ana, browser, monkeypatch):
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, *a, **k: hashed.append(1) or encode(self, *a, **k))
    counts = []
    for address in (ana.email, "nobody@harbor.example"):
        hashed.clear()
        sign_in(browser(HOST), address, "wrong")
        counts.append(len(hashed))
    assert counts == [1, 1]


@pytest.mark.django_db
def test_a_session_of_before_there_were_rounds_stays_valid(ana):
    assert ana.get_session_auth_hash() == AbstractBaseUser.get_session_auth_hash(ana)
    User.objects.filter(pk=ana.pk).update(session_round=1)
    ana.refresh_from_db()
    assert ana.get_session_auth_hash() != AbstractBaseUser.get_session_auth_hash(ana)
