"""A card printed at the front desk: for whom, by whom, and what it opens."""

import re

import pytest

from apps.access.scope import system_scope
from apps.accounts.models import SignInCard, User
from apps.organizations.choices import Role
from apps.organizations.models import Person
from tests.accounts.test_password import PASSWORD, sign_in
from tests.factories.organizations import make_member, make_person, make_user

HOST = "harbor.localhost"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


def desk(browser, organization, role=Role.COORDINATOR):
    user = make_user(password=PASSWORD)
    make_member(organization, role, user=user)
    client = browser(HOST)
    sign_in(client, user.email)
    return client


def url(person):
    return f"/people/{person.public_id}/card/"


def press(client, person):
    page = client.get(url(person)).content.decode()
    return client.post(url(person), {"once": re.search(r'name="once" value="([^"]+)"', page)[1]})


@pytest.mark.django_db
def test_a_client_without_e_mail_signs_in_with_the_printed_card(harbor, browser):
    person = make_person(harbor, name="Rosa Marin", language="es")
    page = press(desk(browser, harbor), person)
    shown = page.content.decode()
    assert 'lang="es"' in shown
    assert page["Cache-Control"].count("no-store")
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", shown)[0]
    client = browser(HOST)
    assert client.post("/accounts/card/", {"card": code})["Location"] == "/"
    with system_scope("the test looks"):
        user = Person.objects.get(pk=person.pk).user
    assert (user.email, user.phone, user.language, user.has_usable_password()) == (None, None, "es", False)


@pytest.mark.django_db
def test_sending_the_form_twice_makes_one_card_and_shows_it_once(harbor, browser):
    person = make_person(harbor)
    client = desk(browser, harbor)
    once = re.search(r'name="once" value="([^"]+)"', client.get(url(person)).content.decode())[1]
    client.post(url(person), {"once": once})
    again = client.post(url(person), {"once": once}).content.decode()
    assert "not shown again" in again
    assert SignInCard.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("role", [r for r in Role.values if r not in (Role.ADMINISTRATOR, Role.COORDINATOR)])
def test_no_other_role_prints_a_card(harbor, browser, role):
    person = make_person(harbor)
    client = desk(browser, harbor, role)
    assert client.get(url(person)).status_code in (403, 404)
    assert client.post(url(person)).status_code in (403, 404)
    assert not SignInCard.objects.exists()


@pytest.mark.django_db
def test_a_coordinator_prints_none_for_those_who_work_here_and_an_administrator_does(harbor, browser):
    member = make_member(harbor, Role.ADMINISTRATOR)
    # the same human as a client: another Person, joined by the user alone
    hat = make_person(harbor, user=member.user)
    coordinator = desk(browser, harbor)
    assert coordinator.get(url(member)).status_code == 403
    assert "No card can be printed" in press(coordinator, hat).content.decode()
    assert not SignInCard.objects.exists()
    administrator = desk(browser, harbor, Role.ADMINISTRATOR)
    assert press(administrator, member).status_code == 200
    assert SignInCard.objects.count() == 1


@pytest.mark.django_db
def test_a_person_next_door_is_not_there(harbor, aurora, browser):
    client = desk(browser, harbor)
    answers = []
    for person_id in (make_person(aurora).public_id, "00000000-0000-4000-8000-000000000007"):
        page = client.get(f"/people/{person_id}/card/")
        answers.append((page.status_code, TOKEN.sub("", page.content.decode()).replace(str(person_id), "ID")))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    assert browser(HOST).get(url(make_person(harbor)))["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
def test_no_card_is_printed_for_who_runs_the_platform(harbor, browser):
    operator = make_person(harbor, user=make_user(is_operator=True))
    assert "No card can be printed" in press(desk(browser, harbor), operator).content.decode()
    assert User.objects.filter(is_operator=True).count() == 1
