"""An invitation that two people, or one with two clicks, accept at the same moment, on real PostgreSQL."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from apps.access.scope import open_scope
from apps.accounts.models import User
from apps.organizations import services
from apps.organizations.models import Invitation, Person
from tests.factories.organizations import SYSTEM, make_organization, make_person, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works):
    """What each work gives or raises, each in a thread of its own, all let go together."""
    gate, answers = threading.Barrier(len(works)), []

    def run(work):
        try:
            gate.wait(10)
            answers.append(work())
        except Exception as error:
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


@pytest.fixture
def house(db):
    return make_organization()


@pytest.fixture
def token(house):
    person = make_person(house, name="Noor New")
    with transaction.atomic(), open_scope(house.pk):
        services.add_membership(actor=SYSTEM, person=person, role="coordinator", starts_on="2026-01-01")
        return services.invite(person=person, email="noor@x.example", actor=SYSTEM)[1]


def within(house, work):
    def run():
        with transaction.atomic(), open_scope(house.pk):
            return work()

    return run


def told(answers):
    """The one person that came of it, and the code of every refusal."""
    (person,) = [one for one in answers if isinstance(one, Person)]
    refusals = [one for one in answers if one is not person]
    assert all(isinstance(one, ValidationError) for one in refusals), refusals
    return person, [one.code for one in refusals]


def test_two_people_who_accept_one_invitation_at_once_do_not_both_get_in(house, token):
    users = [make_user() for _n in range(4)]
    works = [within(house, lambda user=user: services.accept_invitation(token=token, user=user)) for user in users]
    person, codes = told(at_once(*works))
    assert codes == ["gone"] * 3
    assert sorted(user.groups.count() for user in users) == [0, 0, 0, 1]
    with transaction.atomic(), open_scope(house.pk):
        assert Person.objects.get(pk=person.pk).user.groups.count() == 1
        assert Invitation.objects.get().used_at is not None


def test_two_clicks_at_once_make_one_sign_in_and_the_second_reads_why(house, token):
    before = User.objects.count()
    work = within(house, lambda: services.accept_as_new_user(token=token, password="three plain words"))
    person, codes = told(at_once(work, work, work))
    assert codes == ["gone", "gone"]
    assert User.objects.count() == before + 1
    with transaction.atomic(), open_scope(house.pk):
        assert Person.objects.get(pk=person.pk).user.email == "noor@x.example"
