"""The card door: a printed code, once, on one host, and nothing learned from a wrong one."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from apps.accounts.models import SignInCard
from apps.accounts.services import issue_card, use_card
from tests.factories.organizations import make_organization, make_user

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
HOST = "harbor.localhost"


def make_card(user=None, domain=HOST, **kw):
    return issue_card(user=user or make_user(email=None, password=None), actor=None, domain=domain, **kw)


@pytest.mark.django_db
def test_a_card_signs_in_once_however_it_is_typed(harbor, browser):
    code = make_card()
    typed = f" {code[:4].lower()}-{code[4:8].lower()} {code[8:]} "
    client = browser(HOST)
    assert client.post("/accounts/card/", {"card": typed})["Location"] == "/"
    assert client.get("/accounts/sign-in/").status_code == 200
    again = browser(HOST)
    assert again.post("/accounts/card/", {"card": code}).status_code == 200
    assert again.get("/accounts/sign-in/").status_code == 302


@pytest.mark.django_db
def test_every_card_that_does_not_work_gets_the_same_answer(harbor, aurora, browser):
    used, late, replaced, foreign = (make_card(), make_card(), make_card(), make_card(domain="aurora.localhost"))
    use_card(code=used, domain=HOST)
    SignInCard.objects.filter(code_hash=SignInCard.hash_of(late)).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    make_card(user=SignInCard.objects.get(code_hash=SignInCard.hash_of(replaced)).user)
    closed = make_card(user=make_user(email=None, password=None))
    SignInCard.objects.get(code_hash=SignInCard.hash_of(closed)).user.__class__.objects.filter(
        cards__code_hash=SignInCard.hash_of(closed)
    ).update(is_active=False)
    answers = set()
    for code in (used, late, replaced, foreign, closed, SignInCard.new_code()):
        page = browser(HOST).post("/accounts/card/", {"card": code})
        answers.add((page.status_code, TOKEN.sub("", page.content.decode()).replace(code, "CODE")))
    ((status, page),) = answers
    assert status == 200
    assert "This card can’t be used" in page


@pytest.mark.django_db
def test_only_the_hash_of_a_card_is_kept():
    code = make_card()
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(c)::text FROM accounts_signincard c")
        assert code not in cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_a_card_used_twice_at_the_same_moment_signs_in_one():
    code = make_card()
    ready, results = threading.Barrier(6), []

    def use():
        ready.wait()
        results.append(use_card(code=code, domain=HOST))
        connection.close()

    threads = [threading.Thread(target=use) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 6
    assert len([user for user in results if user]) == 1


@pytest.mark.django_db
def test_guessing_cards_is_stopped_after_ten_tries_a_minute(harbor, browser):
    client = browser(HOST)
    for _try in range(10):
        assert client.post("/accounts/card/", {"card": SignInCard.new_code()}).status_code == 200
    page = client.post("/accounts/card/", {"card": make_card()})
    assert page.status_code == 429
    assert "Please wait a few minutes" in page.content.decode()


@pytest.mark.django_db
def test_no_card_is_made_for_an_operator():
    with pytest.raises(ValueError, match="no card"):
        make_card(user=make_user(is_operator=True))


@pytest.mark.django_db
def test_a_session_carried_to_another_organization_s_host_opens_nothing(harbor, browser):
    make_organization(domain="other.localhost")
    client = browser(HOST)
    client.post("/accounts/card/", {"card": make_card()})
    cookie = client.cookies["sessionid"]
    assert cookie["domain"] == ""
    carried = browser("other.localhost")
    carried.cookies["sessionid"] = cookie.value
    assert carried.get("/accounts/sign-in/").status_code == 302
    assert client.get("/accounts/sign-in/").status_code == 200


@pytest.mark.django_db
def test_on_a_shared_device_the_session_ends_after_ten_quiet_minutes(harbor, browser):
    shared, own = browser(HOST), browser(HOST)
    shared.post("/accounts/card/", {"card": make_card(), "shared": "on"})
    own.post("/accounts/card/", {"card": make_card()})
    assert shared.session.get_expiry_age() == 600
    assert own.session.get_expiry_age() > 3600
