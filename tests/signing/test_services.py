"""Signing: one chain in each organization, without gaps, whoever signs at once."""

import threading

import pytest
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.scope import open_scope
from apps.organizations.choices import Role
from apps.signing.choices import Meaning
from apps.signing.models import FIRST_LINK, Signature
from apps.signing.selectors import head, signatures_on
from apps.signing.verification import verify
from tests.factories.organizations import actor_for, make_member, make_organization, make_person
from tests.factories.signing import make_signature


@pytest.mark.django_db
def test_a_signature_keeps_who_as_what_when_and_the_bytes():
    here = make_organization(zone="America/Chicago")
    ruth = make_member(here, Role.SUPERVISOR, name="Ruth A\u0301lvarez")
    signature = make_signature(ruth, role="Supervisor", credential="Peer Supervisor 12, until 31 May 2027")
    with open_scope(here.pk):
        kept = Signature.objects.get()
    assert kept == signature
    assert bytes(kept.content) == '{"n":1,"name":"Ruth Álvarez"}'.encode()
    assert (kept.printed_name, kept.role, kept.zone) == ("Ruth Álvarez", "Supervisor", "America/Chicago")
    assert kept.credential == "Peer Supervisor 12, until 31 May 2027"
    assert (kept.number, kept.previous_hash) == (1, FIRST_LINK)
    assert kept.hash == kept.compute_hash()


@pytest.mark.django_db
def test_each_organization_has_a_chain_of_its_own():
    for organization in (make_organization(), make_organization()):
        person = make_member(organization)
        first, second = make_signature(person), make_signature(person, 2)
        assert [first.number, second.number] == [1, 2]
        assert second.previous_hash == first.hash
        with open_scope(organization.pk):
            assert head() == second


@pytest.mark.django_db
def test_an_earlier_version_is_superseded_and_stays():
    here = make_organization()
    person = make_member(here)
    make_signature(person)
    make_signature(person, 2)
    with open_scope(here.pk):
        found = signatures_on("tests.person", person.pk)
        assert [(s.version, s.superseded) for s in found] == [(1, True), (2, False)]


@pytest.mark.django_db
def test_nobody_signs_as_somebody_else():
    here = make_organization()
    maya, tom = make_member(here), make_member(here)
    with pytest.raises(PermissionDenied):
        make_signature(maya, actor=actor_for(tom))
    with pytest.raises(PermissionDenied):
        make_signature(make_person(here), actor=Actor.for_system("test"))
    with open_scope(here.pk):
        assert not Signature.objects.exists()


@pytest.mark.django_db
def test_nobody_back_dates_a_signature_but_the_system():
    here = make_organization()
    person = make_member(here)
    with pytest.raises(PermissionDenied):
        make_signature(person, at=timezone.now())
    make_signature(person, at=timezone.now(), actor=Actor.for_system("test"))


@pytest.mark.django_db
def test_an_unknown_kind_or_meaning_is_refused():
    person = make_member(make_organization())
    with pytest.raises(ImproperlyConfigured):
        make_signature(person, kind="tests.nothing")
    with pytest.raises(ValueError, match="approved"):
        make_signature(person, meaning="approved")


@pytest.mark.django_db
def test_the_same_version_is_signed_once_with_one_meaning():
    here = make_organization()
    person = make_member(here)
    make_signature(person)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        make_signature(person)
    assert refused.value.__cause__.diag.constraint_name == "signing_once"
    make_signature(person, meaning=Meaning.ATTESTED)


@pytest.mark.django_db(transaction=True)
def test_of_eight_threads_that_sign_at_once_each_lands_once_without_a_gap():
    here, there = make_organization(), make_organization()
    people = [make_member(organization) for organization in (here, there) for _n in range(4)]
    start, failed = threading.Barrier(8), []

    def work(person):
        try:
            start.wait(10)
            for version in range(1, 6):
                make_signature(person, version)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    for organization in (here, there):
        with transaction.atomic():
            with open_scope(organization.pk):
                numbers = list(Signature.objects.order_by("number").values_list("number", flat=True))
            assert numbers == list(range(1, 21))
            assert verify(organization).holds
