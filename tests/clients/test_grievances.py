"""A client says what went wrong: somebody answers by a day, and whom it is about never sees it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from apps.access.policy import visible_to
from apps.access.scope import open_scope
from apps.access.trail import Asked, trail
from apps.clients import services
from apps.clients.models import ClientRecord, Grievance
from apps.clients.selectors import overdue_grievances
from apps.kit.once import new_key
from apps.organizations.services import change_organization, declare_bar
from tests.cast import SYSTEM, Cast
from tests.factories.clients import make_client, put_on_team
from tests.factories.organizations import make_member

pytestmark = pytest.mark.django_db
OWN = "/me/grievances/"


def the_client(cast: Cast) -> ClientRecord:
    """The cast's client with a record of their own, supported by the peer specialist."""
    with open_scope(cast.harbor.pk):
        client = ClientRecord.objects.create(
            organization=cast.harbor, person=cast.people["client"], since=timezone.localdate()
        )
    put_on_team(client, cast.people["peer_specialist"])
    return client


def file(cast: Cast, client: ClientRecord, **values) -> Grievance:
    with open_scope(cast.harbor.pk):
        return services.file_grievance(client=client, actor=SYSTEM, **{"words": "Nobody called.", **values})


def seen_by(cast: Cast, name: str) -> set[Grievance]:
    with open_scope(cast.harbor.pk):
        return set(visible_to(Grievance, cast.actor(name)))


def test_a_client_tells_it_once_and_reads_who_answers_by_when_and_the_answer(cast: Cast):
    the_client(cast)
    with open_scope(cast.harbor.pk):
        change_organization(organization=cast.harbor, actor=cast.actor("administrator"), grievance_days=14)
    browser = cast.client("client")
    told = {"words": "He was <b>late</b>.", "about_person": cast.people["peer_specialist"].pk, "once": new_key()}
    assert browser.post(OWN, told).status_code == browser.post(OWN, told).status_code == 302
    with open_scope(cast.harbor.pk):
        (grievance,) = Grievance.objects.all()
        assert grievance.owner == cast.people["administrator"] and grievance.taken_by_id is None
        assert grievance.due_on - timezone.localdate() in (timedelta(days=13), timedelta(days=14))
    page = browser.get(f"{OWN}{grievance.public_id}/").content.decode()
    assert "He was &lt;b&gt;late&lt;/b&gt;." in page and "You have an answer by" in page
    address = reverse("admin:clients_grievance_change", args=[grievance.pk])
    form = {"state": "answered", "owner": grievance.owner_id, "about_person": grievance.about_person_id}
    office = cast.client("administrator")
    refused = office.post(address, {**form, "outcome": ""})
    assert refused.status_code == 200 and "Write what the answer is." in refused.content.decode()
    assert office.post(address, {**form, "outcome": "We are sorry."}).status_code == 302
    assert "We are sorry." in browser.get(f"{OWN}{grievance.public_id}/").content.decode()


def test_what_was_typed_is_kept_when_something_is_missing(cast: Cast):
    the_client(cast)
    answer = cast.client("client").post(OWN, {"words": "", "wish": "A call back", "once": new_key()})
    assert answer.status_code == 422 and "A call back" in answer.content.decode()


def test_a_client_may_name_only_those_who_support_them(cast: Cast):
    the_client(cast)
    page = cast.client("client").get(OWN).content.decode()
    assert "Harbor Peer Specialist" in page and "Harbor Administrator" not in page


def test_staff_write_one_down_for_a_client_they_support_and_see_it_and_others_do_not(cast: Cast):
    client = the_client(cast)
    address = f"/clients/{client.public_id}/grievance/"
    answer = cast.client("peer_specialist").post(address, {"words": "The room was cold.", "once": new_key()})
    assert answer.status_code == 302
    with open_scope(cast.harbor.pk):
        grievance = Grievance.objects.get()
        assert grievance.taken_by == cast.users["peer_specialist"]
    seers = {name for name, user in cast.users.items() if user and grievance in seen_by(cast, name)}
    assert seers == {"peer_specialist", "administrator", "auditor", "client"}


def test_whom_it_is_about_never_sees_it_whatever_their_role(cast: Cast):
    client = the_client(cast)
    other = make_member(cast.harbor, role="administrator", name="Second Administrator")
    about = file(cast, client, words="About the boss.", about_person=cast.people["administrator"])
    elsewise = file(cast, client, words="About the room.")
    assert about.owner == other
    assert seen_by(cast, "administrator") == {elsewise}
    browser = cast.client("administrator")
    missing = browser.get("/admin/clients/grievance/999999999/change/")
    for page in ("change", "history", "access"):
        assert browser.get(f"/admin/clients/grievance/{about.pk}/{page}/").status_code == missing.status_code == 404
    assert "About the boss" not in browser.get("/admin/clients/grievance/").content.decode()
    with open_scope(cast.harbor.pk):
        told = trail(cast.actor("administrator"), Asked(kind="clients.grievance"))
        assert {entry.row for entry in told} == {elsewise.pk}
        Grievance.objects.update(due_on=timezone.localdate() - timedelta(days=3))
        assert set(overdue_grievances(cast.actor("administrator"))) == {elsewise}
        assert set(overdue_grievances(cast.actor("auditor"))) == {about, elsewise}


def test_nobody_answers_for_themselves_not_even_under_their_other_hat(cast: Cast):
    client = the_client(cast)
    alone = file(cast, client, about_person=cast.people["administrator"])
    assert alone.owner is None
    with open_scope(cast.harbor.pk):
        assert set(overdue_grievances(cast.actor("auditor"))) == {alone}
    grievance = file(cast, client, about_person=cast.people["peer_specialist"])
    with open_scope(cast.harbor.pk):
        with pytest.raises(ValidationError):
            services.work_on_grievance(
                grievance=grievance,
                actor=cast.actor("administrator"),
                state="in_work",
                owner=cast.people["peer_specialist"],
                about_person=cast.people["peer_specialist"],
            )
        with pytest.raises(IntegrityError), transaction.atomic():
            Grievance.objects.filter(pk=grievance.pk).update(owner=cast.people["peer_specialist"])
        grievance.refresh_from_db()
        assert grievance.owner == cast.people["administrator"] and grievance.state == "open"


def test_an_administrator_who_is_barred_from_the_client_neither_owns_nor_sees_it(cast: Cast):
    client = the_client(cast)
    with open_scope(cast.harbor.pk):
        declare_bar(barred=cast.people["administrator"], subject=client.person, actor=cast.actor("coordinator"))
    assert file(cast, client).owner is None
    assert seen_by(cast, "administrator") == set() and len(seen_by(cast, "auditor")) == 1


def test_a_client_takes_it_back_and_nobody_works_on_it_any_more(cast: Cast):
    client = the_client(cast)
    grievance = file(cast, client)
    browser = cast.client("client")
    for _again in range(2):
        assert browser.post(f"{OWN}{grievance.public_id}/withdraw/").status_code == 302
    with open_scope(cast.harbor.pk):
        grievance.refresh_from_db()
        assert grievance.state == "withdrawn"
        with pytest.raises(ValidationError):
            services.work_on_grievance(
                grievance=grievance,
                actor=cast.actor("administrator"),
                state="answered",
                owner=cast.people["administrator"],
                outcome="Done.",
            )
        assert Grievance.objects.get().outcome == ""


def test_another_clients_grievance_reads_like_one_that_never_was(cast: Cast):
    the_client(cast)
    other = file(cast, make_client(cast.harbor))
    browser = cast.client("client")
    assert browser.get(f"{OWN}{other.public_id}/").status_code == 404
    assert browser.post(f"{OWN}{other.public_id}/withdraw/").status_code == 404
    with open_scope(cast.harbor.pk), pytest.raises(PermissionDenied):
        services.withdraw_grievance(grievance=other, actor=cast.actor("client"))


def test_the_office_sees_on_its_first_page_what_is_late(cast: Cast):
    grievance = file(cast, the_client(cast))
    browser = cast.client("administrator")
    assert "answer=late" not in browser.get("/admin/").content.decode()
    with open_scope(cast.harbor.pk):
        Grievance.objects.filter(pk=grievance.pk).update(due_on=timezone.localdate() - timedelta(days=2))
    assert "answer=late" in browser.get("/admin/").content.decode()
    assert f"grievance/{grievance.pk}/" in browser.get("/admin/clients/grievance/?answer=late").content.decode()
