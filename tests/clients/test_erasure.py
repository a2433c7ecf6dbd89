"""A client's record is erased by two people after its time of keeping, and nothing is left that says who it was."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connections, models, transaction
from django.urls import reverse
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.models import JobRun
from apps.access.policy import all_policies
from apps.access.scope import open_scope, system_scope
from apps.access.services import share
from apps.accounts.models import User
from apps.care import services as care
from apps.certifications.models import EvidenceDocument
from apps.clients import erasing, registry, services
from apps.clients import erasure_kinds as kinds
from apps.clients.models import ClientRecord, Erasure
from apps.clients.registry import Erasable
from apps.groups.services import leave
from apps.materials.models import Material
from apps.materials.services import hand_out
from apps.messaging.models import ContactPoint, Message
from apps.messaging.rendering import write
from apps.organizations import services as people
from apps.organizations.choices import Role
from apps.organizations.models import Organization, Person, StoredFile
from apps.organizations.selectors import standing_seal
from apps.signing.verification import verify
from apps.supervision.choices import NoteState
from apps.supervision.models import NoteVersion, SupervisionNote
from peerplatform import due, logins
from tests.accounts.test_password import PASSWORD, sign_in
from tests.factories.care import make_appointment, make_missed
from tests.factories.certifications import make_certification
from tests.factories.clients import make_client
from tests.factories.groups import make_enrolment, make_group
from tests.factories.messaging import make_contact_point
from tests.factories.organizations import SYSTEM, actor_for, make_member, make_organization, make_person, make_user
from tests.factories.supervision import TEXT, make_note, make_plan
from tests.organizations.test_concurrency import at_once

LATER = date(2050, 1, 1)
NAME, CALLED, MAIL = "Zebedee Quillfeather", "Zebedby", "zebedee@quill.example"


@dataclass
class House:
    """An organization with two administrators and a client, and who else is there."""

    organization: Organization
    client: ClientRecord
    first: Person
    second: Person
    more: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def within(self):
        with transaction.atomic(), open_scope(self.organization.pk):
            yield

    def ask(self, by: Person | None = None, **values: Any) -> Erasure:
        with self.within():
            values = {"reason": "asked", "name": NAME, "actor": actor_for(by or self.first), **values}
            return services.ask_erasure(client=self.client, **values)

    def approve(self, erasure: Erasure, by: Person | None = None, **values: Any) -> Erasure:
        with self.within():
            values = {"name": NAME, "actor": actor_for(by or self.second), **values}
            return services.approve_erasure(erasure=erasure, **values)

    def states(self) -> list[str]:
        with self.within():
            return list(Erasure.objects.order_by("pk").values_list("state", flat=True))


def make_house(**fields: Any) -> House:
    organization = make_organization(**fields)
    first, second = (
        make_member(organization, Role.ADMINISTRATOR, user=make_user(password=PASSWORD), name=name)
        for name in ("Ada First", "Bea Second")
    )
    client = make_client(organization, name=NAME, called=CALLED, pronouns="ze", user=make_user(email=MAIL))
    return House(organization, client, first, second)


@pytest.fixture
def house(db) -> House:
    return make_house(domain="aurora.localhost")


@pytest.fixture
def later(monkeypatch):
    """A day on which every time of keeping is over."""
    monkeypatch.setattr(erasing, "today_at", lambda client: LATER)


# ---- two people, after the time of keeping
@pytest.mark.django_db
def test_a_record_can_be_erased_from_the_day_that_its_years_are_over_and_never_earlier(house, monkeypatch):
    with house.within():
        people.change_organization(organization=house.organization, actor=SYSTEM, retention_years=10)
        house.organization.refresh_from_db()
        house.client.refresh_from_db()
        first = erasing.erasable_from(house.client)
    today = erasing.today_at(house.client)
    assert first == date(today.year + 10, today.month, today.day)
    monkeypatch.setattr(erasing, "today_at", lambda client: first - timedelta(days=1))
    with pytest.raises(ValidationError, match=str(first.year)):
        house.ask()
    assert house.states() == []
    monkeypatch.setattr(erasing, "today_at", lambda client: first)
    house.ask()
    assert house.states() == ["asked"]


@pytest.mark.django_db
def test_the_years_count_from_the_last_thing_about_the_person_and_what_is_open_is_ended_first(house, later):
    with house.within():
        before = erasing.erasable_from(house.client)
    coming = make_appointment(house.client, starts_at=timezone.now() + timedelta(days=30))
    with house.within():
        assert erasing.erasable_from(house.client) >= before + timedelta(days=29)
    with pytest.raises(ValidationError, match="still open"):
        house.ask()
    with house.within():
        care.cancel_appointment(appointment=coming, actor=SYSTEM)
    assert house.ask().state == "asked"


@pytest.mark.django_db
def test_the_second_is_another_one_and_both_type_the_name_that_stands_on_the_record(house, later):
    with pytest.raises(ValidationError, match="not the name"):
        house.ask(name="Zebedee")
    erasure = house.ask(name="  zebedee   QUILLFEATHER ")
    with pytest.raises(ValidationError, match="Somebody else"):
        house.approve(erasure, by=house.first)
    with pytest.raises(ValidationError, match="not the name"):
        house.approve(erasure, name="Somebody Else")
    coordinator = make_member(house.organization, Role.COORDINATOR)
    for stranger in (coordinator, make_member(make_organization(), Role.ADMINISTRATOR)):
        with pytest.raises(PermissionDenied), house.within():
            services.approve_erasure(erasure=erasure, name=NAME, actor=Actor(stranger.user_id, house.organization.pk))
    assert house.states() == ["asked"]
    assert house.approve(erasure).state == "approved"


@pytest.mark.django_db
def test_the_database_refuses_one_person_twice_a_leap_and_any_change_after_the_end(house, later):
    erasure = house.ask()
    now = timezone.now()
    rows = Erasure.objects.filter(pk=erasure.pk)
    approved = {"state": "approved", "approved_at": now}
    for refused in (
        {**approved, "approved_by_id": house.first.user_id},
        approved,
        {"state": "done", "done_at": now, "approved_by_id": house.second.user_id, "approved_at": now},
        {**approved, "approved_by_id": house.second.user_id, "approved_at": now + timedelta(days=31)},
        {"reason": "ordered"},
        {"expires_at": now + timedelta(days=60)},
    ):
        with pytest.raises(IntegrityError), house.within():
            rows.update(**refused)
    with house.within():
        services.end_erasure(erasure=erasure, actor=actor_for(house.second))
    with pytest.raises(IntegrityError), house.within():
        rows.update(state="asked", ended_at=None)
    assert house.states() == ["ended"]


@pytest.mark.django_db
def test_it_is_asked_once_taken_back_by_either_and_too_old_after_30_days(house, later, monkeypatch):
    erasure = house.ask()
    with pytest.raises(ValidationError, match="asked already"):
        house.ask(by=house.second)
    with house.within():
        services.end_erasure(erasure=erasure, actor=actor_for(house.second))
        services.end_erasure(erasure=erasure, actor=actor_for(house.second))
    again = house.ask(by=house.second)
    now = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(days=30, minutes=1))
    with pytest.raises(ValidationError, match="does not wait"):
        house.approve(again, by=house.first)
    house.ask()
    assert house.states() == ["ended", "ended", "asked"]


@pytest.mark.django_db
def test_whom_a_private_rule_keeps_out_neither_sees_nor_asks_nor_approves(house, later, client):
    erasure = house.ask()
    with house.within():
        people.declare_bar(barred=house.second, subject=house.client.person, actor=SYSTEM)
    with pytest.raises(PermissionDenied):
        house.approve(erasure)
    client.defaults["HTTP_HOST"] = "aurora.localhost"
    client.force_login(house.second.user)
    assert client.get(f"/clients/{house.client.public_id}/erase/").status_code == 404
    assert client.get(f"/admin/clients/erasure/{erasure.pk}/change/").status_code == 404


# ---- who is told
def told(house: House) -> list[tuple[Any, dict[str, Any]]]:
    """Whom the gate has been given word for, and what it says, the oldest first."""
    with house.within():
        rows = Message.objects.filter(purpose="erasure_waits").order_by("pk").select_related("user")
        return [(row.user, row.secret["context"]) for row in rows]


@pytest.mark.django_db
def test_every_other_administrator_who_sees_the_record_is_told_once_and_the_mail_names_nobody(house, later):
    third, kept_out = (make_member(house.organization, Role.ADMINISTRATOR) for _ in range(2))
    make_member(house.organization, Role.COORDINATOR)
    make_member(house.organization, Role.ADMINISTRATOR, user=make_user(is_active=False))
    make_member(make_organization(), Role.ADMINISTRATOR)
    with house.within():
        people.declare_bar(barred=kept_out, subject=house.client.person, actor=SYSTEM)
    erasure = house.ask()
    with pytest.raises(ValidationError, match="asked already"):
        house.ask(by=house.second)
    url = f"/clients/{house.client.public_id}/erase/"
    assert [(user, context["url"].endswith(url)) for user, context in told(house)] == [
        (house.second.user, True),
        (third.user, True),
    ]
    with house.within():
        row = Message.objects.filter(user=house.second.user).get()
        written = write(row, template="security/erasure_waits", address=MAIL, domain="", facts=row.secret["context"])
    assert written.mail is not None
    html = str(written.mail.alternatives[0][0])
    words = f"{written.mail.subject} {written.mail.body} {html}"
    assert url in str(written.mail.body) and url in html
    for private in ("Zeb", "Quill", "eras", "client record", "Ada First"):
        assert private not in words.replace(url, "")
    house.approve(erasure)
    assert len(told(house)) == 2
    with house.within():
        services.end_erasure(erasure=erasure, actor=actor_for(house.first))
    house.ask(by=house.second)
    assert [user for user, _ in told(house)[2:]] == [house.first.user, third.user]


# ---- a sealed record
def seal(house: House) -> Person:
    """The client works here now and had the record sealed to the first administrator. Returns who they are at work."""
    at_work = make_member(house.organization, Role.PEER_SPECIALIST, user=house.client.person.user, name="Zed At Work")
    with house.within():
        people.seal_record(subject=house.client.person, custodian=house.first, actor=actor_for(at_work))
    return at_work


@pytest.mark.django_db
def test_a_sealed_record_is_erased_by_its_keeper_and_whose_it_is_and_never_opened(house, later, client):
    at_work = seal(house)
    other = make_member(house.organization, Role.ADMINISTRATOR)
    client.defaults["HTTP_HOST"] = "aurora.localhost"
    own = reverse("clients:agree_erasure")
    client.force_login(at_work.user)
    assert client.get(own).status_code == 404
    with pytest.raises(PermissionDenied):
        house.ask(by=house.second)
    erasure = house.ask()
    ((user, context),) = told(house)
    assert user == at_work.user and context["url"].endswith(own) and context["own"]
    for stranger in (house.second, other):
        with pytest.raises(PermissionDenied):
            house.approve(erasure, by=stranger)
        client.force_login(stranger.user)
        assert client.get(own).status_code == 404
        assert client.get(f"/clients/{house.client.public_id}/erase/").status_code == 404
    with pytest.raises(PermissionDenied):
        house.approve(erasure, by=at_work)  # at work it is nobody's: they say yes in their own matters
    client.logout()
    sign_in(client, house.first.user.email)
    keeper = client.get(f"/clients/{house.client.public_id}/erase/").content.decode()
    assert "says yes on their own pages" in keeper and 'value="approve"' not in keeper
    client.logout()
    at_work.user.set_password(PASSWORD)
    at_work.user.save()
    sign_in(client, MAIL)
    assert own in client.get("/me/").content.decode()
    page = client.get(own).content.decode()
    assert NAME in page and "Ada First" not in page
    assert client.post(own, {"do": "approve", "name": "Zed", "password": PASSWORD}).status_code == 422
    assert house.states() == ["asked"]
    assert client.post(own, {"do": "approve", "name": NAME, "password": PASSWORD}).status_code == 302
    assert house.states() == ["approved"]
    with house.within():
        assert standing_seal(house.client.person) is not None
        assert Erasure.objects.get().approved_by == at_work.user
    assert client.get(own).status_code == 404


@pytest.mark.django_db
def test_whose_sealed_record_it_is_says_no_also_after_they_left(house, later, client):
    at_work = seal(house)
    house.ask()
    with house.within():
        people.leave(person=at_work, actor=SYSTEM, choices={})
    client.defaults["HTTP_HOST"] = "aurora.localhost"
    client.force_login(at_work.user)
    own = reverse("clients:agree_erasure")
    assert client.get(own).status_code == 200
    assert client.post(own, {"do": "end"}).status_code == 302
    assert house.states() == ["ended"]
    assert client.post(own, {"do": "end"}).status_code == 404


# ---- the page
@pytest.mark.django_db
def test_the_page_names_the_day_then_lists_what_goes_and_leads_two_people_through(house, client, monkeypatch):
    make_contact_point(house.client.person)
    client.defaults["HTTP_HOST"] = "aurora.localhost"
    url = reverse("clients:erase", args=[house.client.public_id])
    sign_in(client, house.first.user.email)
    page = client.get(url)
    assert str(timezone.now().year + 6) in page.content.decode()
    assert 'name="name"' not in page.content.decode()
    monkeypatch.setattr(erasing, "today_at", lambda record: LATER)
    page = client.get(url).content.decode()
    assert "Ways to reach a person" in page
    filled = {"do": "ask", "reason": "asked", "password": PASSWORD, "once": "7f0e0f9c-4a7d-4f0e-9f5e-0d8f6a4b1c2e"}
    refused = client.post(url, {**filled, "name": "Somebody"})
    assert refused.status_code == 422 and "This is not the name" in refused.content.decode()
    assert client.post(url, {**filled, "name": NAME, "password": "wrong", "once": ""}).status_code == 422
    assert house.states() == []
    assert client.post(url, {**filled, "name": NAME}).status_code == 302
    assert house.states() == ["asked"]
    assert "Somebody else has to approve it" in client.get(url).content.decode()
    client.logout()
    sign_in(client, house.second.user.email)
    assert "/clients/" in client.get("/admin/").content.decode()
    assert client.post(url, {"do": "approve", "name": NAME, "password": PASSWORD}).status_code == 302
    assert house.states() == ["approved"]
    assert client.post(url, {"do": "end"}).status_code == 302
    assert house.states() == ["ended"]


# ---- the erasing
def furnish(house: House, tmp_path) -> None:
    """Something of every kind that says who the client is or what was said of them."""
    organization, person = house.organization, house.client.person
    staff = make_member(organization, Role.PEER_SPECIALIST)
    make_contact_point(person, address=MAIL, alias="zebedalias")
    make_contact_point(person, address="zebedsecond@quill.example")
    aunt, uncle = (make_person(organization, name=name) for name in ("Zebedaunt Quillfeather", "Uncle Kept"))
    make_contact_point(aunt, address="zebedaunt@quill.example")
    neighbour = make_client(organization, name="Neighbour Kept")
    make_contact_point(neighbour.person, address="kept@kept.example")
    missed = make_missed(house.client, starts_at=timezone.now() - timedelta(hours=1))
    enrolment = make_enrolment(make_group(organization), person)
    certification = make_certification(person)
    with house.within():
        for family, client in ((aunt, house.client), (uncle, house.client), (uncle, neighbour)):
            services.name_family(client=client, person=family, tie="friend", actor=SYSTEM)
        leave(enrolment=enrolment, actor=SYSTEM)
        care.settle_follow_ups(actor=SYSTEM)
        task = house.client.follow_ups.get()
        care.close_follow_up(task=task, outcome="other", words="zebedwords in the task", actor=SYSTEM)
        grievance = services.file_grievance(
            client=house.client, actor=SYSTEM, words="zebedgrievance", wish="zebedwish", about_person=staff
        )
        services.work_on_grievance(
            grievance=grievance, actor=SYSTEM, state="answered", owner=house.first, outcome="zebedoutcome"
        )
        material = Material.objects.create(organization=organization, name="Kept material")
        hand_out(material=material, client=house.client, actor=SYSTEM, note="zebednote")
        share(row=house.client, user=staff.user, actor=SYSTEM, reason="zebedreason")
        people.declare(actor=SYSTEM, organization_id=organization.pk, barred=staff, subject=person, kind="family")
        file = people.store_file(
            content=b"zebedbytes", name="zebedfile.txt", actor=SYSTEM, organization_id=organization.pk
        )
        EvidenceDocument.objects.create(person=person, certification=certification, kind="other", file=file)
        services.change_client(client=house.client, actor=SYSTEM, name="Zebedee Formername")
        services.change_client(client=house.client, actor=SYSTEM, name=NAME)
    note = make_note(make_plan(organization), NoteState.SIGNED, case_reference="4-K7")
    house.more = {"missed": missed, "file": file, "neighbour": neighbour, "note": note, "uncle": uncle, "staff": staff}


def signs_of(*words: str) -> dict[str, int]:
    """In which tables any of these words stands, in how many rows: the whole database read as text by its owner.

    Words of five letters and more: random text, as a password's hash is, holds three of them by chance.
    """
    found = {}
    with logins.beside("owner") as owner, connections[owner].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        for (table,) in cursor.fetchall():
            condition = " OR ".join(["t::text ILIKE %s"] * len(words))
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE {condition}', [f"%{word}%" for word in words])
            if count := cursor.fetchone()[0]:
                found[table] = count
    return found


@pytest.fixture
def signed_about_clients(monkeypatch):
    """As long as nothing signed is about a client: supervision notes with a case reference stand for it."""
    notes = SupervisionNote.objects.filter(session__case_reference="4-K7")
    versions = NoteVersion.objects.filter(note__session__case_reference="4-K7")
    blanks = {"reviewed": "", "decided": "", "actions": ""}
    monkeypatch.setitem(
        kinds._kinds,
        SupervisionNote,
        [Erasable(SupervisionNote, rows=lambda p: notes.all(), signed_as="supervision.note")],
    )
    monkeypatch.setitem(kinds._kinds, NoteVersion, [Erasable(NoteVersion, blanks, rows=lambda p: versions.all())])


@pytest.mark.django_db(transaction=True)
def test_nothing_in_the_database_or_on_the_disk_says_who_it_was_and_all_else_stays(
    settings, tmp_path, later, signed_about_clients
):
    settings.MEDIA_ROOT = tmp_path
    house = make_house()
    furnish(house, tmp_path)
    tables = {model: model._base_manager for model in (Person, ContactPoint)}
    with house.within():
        before = {model: manager.count() for model, manager in tables.items()}
        listed = {part.words: part.rows for part in erasing.parts_of(house.client)}
    text = [words[:20] for words in TEXT.values()]
    there = signs_of("zebed", "quillfeather", *text)
    assert {
        "accounts_user", "access_accesslog", "organizations_person", "organizations_personhistory",
        "messaging_contactpointhistory", "clients_grievancehistory", "care_followuptaskhistory",
        "materials_materialshare", "organizations_storedfile", "organizations_declaration",
        "clients_clientrecordgrant", "supervision_noteversion",
    } <= there.keys()  # fmt: skip
    house.approve(house.ask())
    out = StringIO()
    call_command("erase_due", stdout=out)
    assert "1 records erased" in out.getvalue()

    assert signs_of("zebed", "quillfeather", *text) == {}
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []
    with transaction.atomic():
        found = verify(house.organization)
    assert (found.holds, found.checked, found.erased) == (True, 2, 2)
    with house.within():
        person = Person.objects.get(pk=house.client.person_id)
        assert (person.name, person.user_id) == (f"#{person.pk}", None)
        assert {model: manager.count() for model, manager in tables.items()} == before
        assert Person.objects.get(pk=house.more["uncle"].pk).name == "Uncle Kept"
        assert ContactPoint.objects.get(person=house.more["neighbour"].person).address == "kept@kept.example"
        house.more["missed"].refresh_from_db()
        assert (house.more["missed"].client_id, house.more["missed"].state) == (house.client.pk, "missed")
        erasure = Erasure.objects.get()
        assert (erasure.state, erasure.asked_by_id, erasure.approved_by_id) == (
            "done", house.first.user_id, house.second.user_id,
        )  # fmt: skip
        counts = {one["kind"]: one for one in erasure.counts}
        assert counts["messaging.contactpoint"]["rows"] == 3 and counts["messaging.contactpoint"]["history"] >= 6
        assert counts["supervision.supervisionnote"]["signatures"] == 2
        assert len(listed) >= 12 and "accounts.user" not in counts
        file = StoredFile.objects.get(pk=house.more["file"].pk)
        assert file.removed_at is not None and len(file.sha256) == 64
    user = User.objects.get(pk=house.client.person.user_id)
    assert (user.email, user.is_active, user.has_usable_password()) == (None, False, False)
    call_command("erase_due", stdout=out)
    assert "0 records erased" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_sign_in_that_leads_elsewhere_stays_and_the_counts_tell_nobody_of_it(later):
    counts = []
    for elsewhere in (False, True):
        house = make_house()
        user = house.client.person.user
        if elsewhere:
            make_member(make_organization(), Role.COORDINATOR, user=user)
        house.approve(house.ask())
        with system_scope("the erasure is carried out"):
            assert due.erase_records() == 1
        user.refresh_from_db()
        assert (user.email, user.is_active) == ((MAIL, True) if elsewhere else (None, False))
        with house.within():
            counts.append(Erasure.objects.get().counts)
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_what_may_not_be_erased_any_more_or_by_this_process_waits(house, monkeypatch, later):
    erasure = house.approve(house.ask())
    with monkeypatch.context() as patch, system_scope("the erasure is carried out"):
        patch.setattr(logins, "has_owner", lambda: False)
        assert due.erase_records() == 0
        patch.undo()
    with system_scope("the erasure is carried out"), monkeypatch.context() as patch:
        patch.setattr(erasing, "today_at", lambda client: timezone.localdate())
        assert due.erase_records() == 0
    assert house.states() == ["approved"]
    assert [(run.expected, run.did) for run in JobRun.objects.filter(job="erase_records")] == [(1, 0), (1, 0)]
    with house.within():
        assert Person.objects.get(pk=house.client.person_id).name == NAME
        services.end_erasure(erasure=erasure, actor=actor_for(house.first))
    with system_scope("the erasure is carried out"):
        assert due.erase_records() == 0
    assert signs_of(NAME)


@pytest.mark.django_db(transaction=True)
def test_of_two_approvals_at_once_one_counts_and_two_runs_at_once_erase_once(house, later):
    third = make_member(house.organization, Role.ADMINISTRATOR)
    erasure = house.ask()
    answers = at_once(*(lambda by=by: house.approve(erasure, by=by) for by in (house.second, third)))
    assert sorted(type(one).__name__ for one in answers) == ["Erasure", "ValidationError"]

    def run():
        with system_scope("the erasure is carried out"):
            return due.erase_records()

    assert sorted(at_once(run, run)) == [0, 1]
    assert house.states() == ["done"]
    with pytest.raises(ValidationError):
        house.ask(name=f"#{house.client.person_id}")


# ---- that no kind of row is forgotten
NOT_ABOUT_CLIENTS = {
    "certifications": "certifications are held by those who work here",
    "supervision": "supervision is between those who work here; a case reference is never a name",
}
KEPT = {
    "portal.calendarlink.token_hash": "the hash of random bits, of a link that is ended with the record",
    "clients.erasure.counts": "kinds and numbers",
    "care.followuptask.occurrence": "numbers",
    "care.appointment.zone": "the place's zone",
    "care.disruption.zone": "the place's zone",
    "groups.sessionnote.done": "by somebody who works here, about a session and nobody in it",
    "groups.sessionnote.used": "the same",
    "groups.sessionnote.for_next": "the same",
    "messaging.contactpoint.consent_wording_version": "which wording, the organization's own",
    "messaging.optout.topic": "a literal name",
    "messaging.message.purpose": "a literal name",
    "messaging.message.topic": "a literal name",
    "messaging.message.step": "a literal name",
    "messaging.message.occurrence": "numbers",
    "organizations.invitation.token_hash": "the hash of random letters",
    "organizations.policyacknowledgement.language": "which language was read",
    "organizations.sheetimportrow.touched": "numbers of rows",
    "organizations.staffprofile.other_languages": "of somebody who works here",
    "signing.signature.previous_hash": "the chain",
    "signing.signature.hash": "the chain",
    "signing.signature.kind": "a literal name",
    "signing.signature.content": "blanked by the kind of the record that it signs",
    "signing.signature.content_hash": "the chain",
    "signing.signature.printed_name": "who signed, part of the hash",
    "signing.signature.role": "who signed, part of the hash",
    "signing.signature.credential": "who signed, part of the hash",
    "signing.signature.zone": "of the place",
}


def test_every_word_about_a_person_is_blanked_or_kept_for_a_reason():
    texts = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
    blanked: dict[Any, set[str]] = {}
    for kind in registry.erasables():
        blanked.setdefault(kind.model, set()).update(kind.blanks)
    missing = set()
    for model, policy in all_policies().items():
        if not list(policy.identifies) or model._meta.app_label in NOT_ABOUT_CLIENTS:
            continue
        for one in model._meta.local_fields:
            name = f"{model._meta.label_lower}.{one.name}"
            if isinstance(one, texts) and not one.choices and one.name not in blanked.get(model, set()):
                missing.add(name)
    assert missing - KEPT.keys() == set()
    assert KEPT.keys() - missing == set(), "what is kept for no reason any more"


def test_every_kind_of_row_about_a_client_says_how_it_ends():
    about = {
        model
        for model, policy in all_policies().items()
        if any("client" in path.split("__") for path in policy.identifies)
    }
    assert about - {kind.model for kind in registry.erasables()} == {Erasure}


def test_a_sealed_row_is_blanked_only_where_its_seal_lets_go():
    with pytest.raises(ValueError, match="specialist_name"):
        registry.register_erasable(Erasable(NoteVersion, {"specialist_name": ""}))
