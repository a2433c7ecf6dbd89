"""Many at the same moment: the last places, one offer taken twice, an offer that ends while it is taken."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.access.scope import open_scope, system_scope
from apps.accounts.models import User
from apps.groups import services
from apps.groups.models import Enrolment, WaitlistEntry
from apps.kit.once import new_key
from apps.organizations.models import Person
from tests.factories.clients import make_apart
from tests.factories.groups import make_enrolment, make_group, make_waiting
from tests.factories.organizations import SYSTEM, actor_for, make_organization, make_person, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(deeds):
    """What each deed answered, all begun at the same moment, each on a connection of its own."""
    ready = threading.Barrier(len(deeds))
    answers = [None] * len(deeds)

    def run(number, deed):
        try:
            ready.wait()
            answers[number] = deed()
        except Exception as error:  # noqa: BLE001  whatever a thread met is what the test shows
            answers[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def in_scope(organization, deed, **values):
    def run():
        with open_scope(organization.pk):
            return deed(**values)

    return run


def held(group):
    """Every number of a place that is held, by those in the group and by offers."""
    with open_scope(group.organization_id), transaction.atomic():
        places = [*Enrolment.objects.filter(group=group, ended_at=None).values_list("place", flat=True)]
        return sorted([*places, *WaitlistEntry.objects.filter(state="offered").values_list("place", flat=True)])


@pytest.mark.timeout(240)
def test_of_two_hundred_who_ask_for_the_last_ten_places_ten_are_in_and_the_others_wait_in_order():
    with transaction.atomic():
        organization = make_organization(domain="harbor.localhost")
        group = make_group(organization, capacity=12)
        make_enrolment(group), make_enrolment(group)
        users = User.objects.bulk_create(User(email=f"one{n}@x.example", password="!") for n in range(200))
        with open_scope(organization.pk):
            Person.objects.bulk_create(
                Person(organization=organization, user=user, name=f"One {user.pk}") for user in users
            )
    address = reverse("groups:join", args=[group.public_id])

    def ask(some):
        try:
            for user in some:
                browser = Client(headers={"host": "harbor.localhost"})
                browser.force_login(user)
                yield browser.post(address, {"once": str(new_key())}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:  # each thread keeps its connection, as those of a web server do
        statuses = [status for found in pool.map(lambda n: list(ask(users[n::20])), range(20)) for status in found]
    assert Counter(statuses) == {302: 200}
    with open_scope(organization.pk), transaction.atomic():
        rows = Enrolment.objects.filter(group=group, ended_at=None)
        inside = list(rows.values_list("place", "person__user_id", "enrolled_at"))
        waiting = WaitlistEntry.objects.filter(group=group).order_by("rank", "pk")
        waits = list(waiting.values_list("rank", "person__user_id", "state", "entered_at"))
    assert sorted(place for place, *_rest in inside) == list(range(1, 13))
    assert [rank for rank, *_rest in waits] == list(range(1, 191))
    assert {state for _rank, _user, state, _moment in waits} == {"waiting"}
    came = {user for _place, user, _moment in inside if user}
    assert len(came) == 10
    assert came | {user for _rank, user, _state, _moment in waits} == {user.pk for user in users}, "somebody is lost"
    # in order: who came in did so before the first had to wait, and who waits stands as they came
    assert [moment for *_rest, moment in waits] == sorted(moment for *_rest, moment in waits)
    assert max(moment for *_rest, moment in inside) < waits[0][-1]


def offered():
    """A group of one place, offered to the first of two who wait."""
    with transaction.atomic():
        organization = make_organization()
        group = make_group(organization, capacity=1)
        inside = make_enrolment(group)
        first, second = make_waiting(group), make_waiting(group)
        with open_scope(organization.pk):
            services.leave(enrolment=inside, actor=SYSTEM)
            first.refresh_from_db()
    return organization, group, first, second


def states(group):
    with open_scope(group.organization_id), transaction.atomic():
        return list(WaitlistEntry.objects.filter(group=group).order_by("pk").values_list("state", flat=True))


def test_an_offer_that_is_taken_twice_at_once_is_one_place():
    organization, group, first, _second = offered()
    take = in_scope(organization, services.accept_offer, entry=first, actor=SYSTEM)
    answers = at_once([take] * 6)
    assert len({answer.enrolment.pk for answer in answers}) == 1
    assert held(group) == [1]
    assert states(group) == ["joined", "waiting"]


def test_an_offer_that_is_taken_and_given_back_at_once_ends_in_one_of_the_two():
    organization, group, first, _second = offered()
    deeds = [services.accept_offer, services.step_back]
    answers = at_once([in_scope(organization, deed, entry=first, actor=SYSTEM) for deed in deeds])
    taken = not isinstance(answers[0], ValidationError)
    assert states(group) == (["joined", "waiting"] if taken else ["declined", "offered"])
    assert held(group) == [1]


def test_an_offer_that_ends_while_it_is_taken_holds_one_place_for_one_person():
    for _again in range(3):
        organization, group, first, _second = offered()
        with open_scope(organization.pk), transaction.atomic():
            now = timezone.now()
            WaitlistEntry.objects.filter(pk=first.pk).update(
                offered_at=now - timedelta(hours=1), offer_until=now + timedelta(milliseconds=60)
            )

        def work():
            with system_scope("test"):
                return services.make_offers(actor=SYSTEM)

        take = in_scope(organization, services.accept_offer, entry=first, actor=SYSTEM)
        answers = at_once([take, work, work, take, work])
        for answer in answers:
            assert not isinstance(answer, Exception) or isinstance(answer, ValidationError), answer
        threading.Event().wait(0.1)
        at_once([work, work])
        assert states(group) in (["joined", "waiting"], ["expired", "offered"])
        assert held(group) == [1]


def test_somebody_leaves_while_places_are_offered_and_no_place_is_lost_or_held_twice():
    with transaction.atomic():
        organization = make_organization()
        group = make_group(organization, capacity=4)
        inside = [make_enrolment(group) for _n in range(4)]
        for _n in range(5):
            make_waiting(group)

    def work():
        with system_scope("test"):
            return services.make_offers(actor=SYSTEM)

    deeds = [in_scope(organization, services.leave, enrolment=each, actor=SYSTEM) for each in inside[:3]]
    answers = at_once([*deeds, work, work, work])
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    at_once([work])
    assert held(group) == [1, 2, 3, 4]
    assert states(group) == ["offered"] * 3 + ["waiting"] * 2


def test_of_two_who_are_kept_apart_and_join_at_once_one_comes_in():
    for _again in range(3):
        with transaction.atomic():
            organization = make_organization()
            group = make_group(organization)
            people = [make_person(organization, user=make_user()) for _n in range(2)]
            make_apart(*people)
        deeds = [in_scope(organization, services.join, group=group, person=p, actor=actor_for(p)) for p in people]
        answers = at_once(deeds)
        assert sorted(answer.kind for answer in answers) == ["asked", "in"]
        with open_scope(organization.pk), transaction.atomic():
            assert Enrolment.objects.filter(group=group).count() == 1
