"""An organization's documents: versions, who read which, and the rights that everybody may read."""

import re
from copy import copy
from threading import Barrier, Thread
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from apps.access.scope import open_scope
from apps.organizations import services
from apps.organizations.models import PolicyAcknowledgement, PolicyDocument, PolicyVersion
from apps.organizations.selectors import not_read_by, unread_policies
from tests.cast import SYSTEM, Cast
from tests.factories.organizations import make_organization

BOTH = {"en": "Ask.", "es": "Pregunte."}
pytestmark = pytest.mark.django_db


def write(cast: Cast, document=None, **values) -> PolicyDocument:
    values = {"kind": "safety", "title": "Safety", "body": "Call 911 first.", "publish": True, **values}
    with open_scope(cast.harbor.pk):
        document = document or PolicyDocument(organization=cast.harbor)
        return services.write_policy(document=document, actor=SYSTEM, **values)


def page_of(document: PolicyDocument) -> str:
    return reverse("organizations:policy", args=[document.public_id])


def test_whoever_works_here_is_asked_to_read_until_they_say_that_they_did(cast: Cast):
    document = write(cast)
    browser = cast.client("peer_specialist")
    assert page_of(document) in browser.get("/staff/").content.decode()
    number = re.search(r'name="version" value="(\d+)"', browser.get(page_of(document)).content.decode())
    assert number
    browser.post(f"{page_of(document)}read/", {"version": number[1]})
    browser.post(f"{page_of(document)}read/", {"version": number[1]})
    assert page_of(document) not in browser.get("/staff/").content.decode()
    with open_scope(cast.harbor.pk):
        (row,) = PolicyAcknowledgement.objects.all()
        assert (row.person, row.version.number) == (cast.people["peer_specialist"], 1)


def test_a_new_version_is_read_anew_and_the_old_one_keeps_who_read_it(cast: Cast):
    document = write(cast)
    person, actor = cast.people["supervisor"], cast.actor("supervisor")
    with open_scope(cast.harbor.pk):
        first = document.versions.get()
        services.acknowledge(version=first, person=person, actor=actor)
        assert unread_policies(actor, person) == []
    write(cast, document, body="Call 988 first.")
    with open_scope(cast.harbor.pk):
        assert unread_policies(actor, person) == [document]
        with pytest.raises(ValidationError):
            services.acknowledge(version=first, person=person, actor=actor)
        assert [(one.version.number, one.person) for one in PolicyAcknowledgement.objects.all()] == [(1, person)]


def test_the_administrator_reads_who_has_not_read_it_yet(cast: Cast):
    document = write(cast)
    with open_scope(cast.harbor.pk):
        version = document.versions.get()
        services.acknowledge(version=version, person=cast.people["observer"], actor=cast.actor("observer"))
        names = {person.name for person in not_read_by(version, cast.actor("administrator"))}
    everybody = {person.name for name, person in cast.people.items() if name not in ("client", "family")}
    assert names == everybody - {"Harbor Observer"}
    page = cast.client("administrator").get(reverse("admin:organizations_policydocument_change", args=[document.pk]))
    shown = re.search(r"Harbor Administrator, [^<]*", page.content.decode())
    assert shown and "Harbor Observer" not in shown[0] and "Harbor Translator" in shown[0]


def test_a_draft_is_read_by_nobody_until_it_is_published_in_the_administration(cast: Cast):
    document = write(cast, publish=False, kind="rights")
    for person in ("peer_specialist", "client", "visitor"):
        assert cast.client(person).get(page_of(document)).status_code == 404
    browser = cast.client("administrator")
    address = reverse("admin:organizations_policydocument_change", args=[document.pk])
    form = {
        "kind": "rights",
        "title_en": "Rights",
        "body_en": "You may ask.",
        "body_es": "Usted puede.",
        "publish": "on",
    }
    answer = browser.post(address, form)
    assert answer.status_code == 302, answer.context["errors"]
    assert "You may ask." in cast.client("visitor").get(page_of(document)).content.decode()


def test_rights_are_read_by_everybody_in_their_own_language_and_nothing_else_is(cast: Cast):
    rights = write(
        cast, kind="rights", title={"en": "Rights", "es": "Derechos"}, body={"en": "Ask.", "es": "Pregunte."}
    )
    safety = write(cast)
    page = cast.client("client").get(page_of(rights), headers={"accept-language": "es"}).content.decode()
    assert "Pregunte." in page and "Derechos" in page
    listed = cast.client("visitor").get("/policies/").content.decode()
    assert page_of(rights) in listed and page_of(safety) not in listed
    assert cast.client("client").get(page_of(safety)).status_code == 404
    assert cast.client("visitor", host="aurora.localhost").get(page_of(rights)).status_code == 404


def test_a_retired_policy_is_asked_of_nobody(cast: Cast):
    document = write(cast, kind="rights")
    with open_scope(cast.harbor.pk):
        services.archive(row=document, actor=cast.actor("administrator"))
        assert unread_policies(cast.actor("observer"), cast.people["observer"]) == []
    assert cast.client("visitor").get(page_of(document)).status_code == 404


def test_a_published_version_never_changes_and_an_acknowledgement_is_never_taken_away(cast: Cast):
    document = write(cast)
    with open_scope(cast.harbor.pk):
        version = document.versions.get()
        services.acknowledge(version=version, person=cast.people["observer"], actor=cast.actor("observer"))
        with pytest.raises(DatabaseError), transaction.atomic():
            PolicyVersion.objects.filter(pk=version.pk).update(body={"en": "Something else"})
        with pytest.raises(DatabaseError), transaction.atomic():
            PolicyAcknowledgement.objects.all().delete()
        assert PolicyVersion.objects.get().body == {"en": "Call 911 first."}
        assert PolicyAcknowledgement.objects.count() == 1


def test_nobody_says_for_somebody_else_that_they_read_it(cast: Cast):
    document = write(cast)
    with open_scope(cast.harbor.pk), pytest.raises(PermissionDenied):
        services.acknowledge(
            version=document.versions.get(), person=cast.people["observer"], actor=cast.actor("administrator")
        )


def test_the_same_words_make_no_new_version(cast: Cast):
    document = write(cast)
    write(cast, document)
    with open_scope(cast.harbor.pk):
        assert [one.number for one in document.versions.all()] == [1]


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_make_two_versions_in_turn():
    house = SimpleNamespace(harbor=make_organization())
    with transaction.atomic():
        document = write(house)
    errors: list[Exception] = []
    gate = Barrier(2)

    def publish(body: str) -> None:
        try:
            gate.wait(10)
            with transaction.atomic():
                write(house, copy(document), body=body)
        except Exception as error:  # looked at below, in the test's own thread
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=publish, args=[body]) for body in ("One.", "Two.")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    with transaction.atomic(), open_scope(house.harbor.pk):
        assert sorted(PolicyVersion.objects.values_list("number", flat=True)) == [1, 2, 3]
