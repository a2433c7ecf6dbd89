"""Private rules: declaring, matching by name, ending, the deputy; and one's own former record."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from apps.access.policy import may, visible_to
from apps.access.scope import open_scope, system_scope
from apps.accounts.services import issue_card
from apps.clients.models import ClientRecord
from apps.clients.services import change_client
from apps.kit.once import new_key
from apps.organizations import selectors, services
from apps.organizations.models import Bar, Declaration, Person
from tests.cast import SYSTEM, Cast
from tests.factories.care import make_appointment
from tests.factories.clients import make_client, put_on_team
from tests.factories.groups import make_enrolment, make_group
from tests.factories.organizations import actor_for, make_member, make_user

pytestmark = pytest.mark.django_db


def declare(cast: Cast, who: str, **fields) -> Declaration:
    with open_scope(cast.harbor.pk):
        sides = {} if {"barred", "subject"} & fields.keys() else {"barred": cast.people[who]}
        return services.declare(actor=cast.actor(who), organization_id=cast.harbor.pk, **sides, **fields)


def sees(cast: Cast, who: str) -> set[str]:
    with open_scope(cast.harbor.pk):
        return set(visible_to(ClientRecord, cast.actor(who)).values_list("person__name", flat=True))


def closed_page(cast: Cast, who: str) -> str:
    return cast.client(who).get(reverse("organizations:closed")).content.decode()


def text_of(answer) -> str:
    """A page without the form's own keys and the words of the messages' cookie."""
    return re.sub(r'value="[0-9a-zA-Z-]{36,}"|once=[0-9a-f-]{36}', "", answer.content.decode())


# ---- by name
@pytest.mark.parametrize("typed", ["Zoë O’Brien", "zoe obrien", "  ZOE   O'Brien "])
def test_a_name_closes_the_record_of_whoever_has_it_however_it_is_written(cast: Cast, typed: str):
    make_client(cast.harbor, name="Zoë O’Brien")
    make_client(cast.harbor, name="Zoë O’Brien-Katz")
    declare(cast, "coordinator", name=typed, kind="family")
    assert sees(cast, "coordinator") == {"Zoë O’Brien-Katz"}
    assert sees(cast, "administrator") == {"Zoë O’Brien", "Zoë O’Brien-Katz"}


def test_it_holds_for_who_comes_later_or_takes_that_name_later(cast: Cast):
    declare(cast, "coordinator", name="Lee Later")
    make_client(cast.harbor, name="Lee Later")
    other = make_client(cast.harbor, name="Lee Before")
    with open_scope(cast.harbor.pk):
        change_client(client=other, actor=SYSTEM, name="lee later")
    assert sees(cast, "coordinator") == set()


def test_the_regular_work_finds_whom_no_service_wrote_and_twice_changes_nothing(cast: Cast):
    declare(cast, "coordinator", name="Lee Later")
    client = make_client(cast.harbor, name="Someone Else")
    with system_scope("a test writes past the services"):
        person = Person.objects.get(pk=client.person_id)
        person.name = "Lee Later"
        person.save()
        services.settle_every_bar()
        first = Bar.objects.count()
        services.settle_every_bar()
        assert (first, Bar.objects.count()) == (1, 1)
    assert sees(cast, "coordinator") == set()


def test_the_page_reads_the_same_whether_somebody_has_that_name_or_nobody(cast: Cast):
    make_client(cast.harbor, name="Somebody Known")
    browser = cast.client("peer_specialist")
    pages = []
    for name in ("Somebody Known", "Nobody Knownes"):
        form = {"name": name, "kind": "sponsor", "once": str(new_key())}
        answer = browser.post(reverse("organizations:closed"), form)
        assert answer.status_code == 302
        shown = text_of(browser.get(answer["Location"])).replace(name, "*")
        with open_scope(cast.harbor.pk):
            rule = Declaration.objects.get(name=name)
            services.end_declaration(declaration=rule, actor=cast.actor("peer_specialist"))
        pages.append(shown.replace(str(rule.public_id), "*"))
    assert pages[0] == pages[1]
    assert "Noted." in pages[0]


def test_saying_it_twice_changes_nothing(cast: Cast):
    client = make_client(cast.harbor, name="Ana Again")
    first, second = (declare(cast, "coordinator", name="Ana Again") for _n in range(2))
    assert first.pk == second.pk
    with open_scope(cast.harbor.pk):
        assert Bar.objects.filter(subject=client.person).count() == 1


def test_a_client_closes_their_things_to_somebody_who_works_here_and_to_no_namesake(cast: Cast):
    namesake = make_client(cast.harbor, name=cast.people["coordinator"].name)
    own = make_client(cast.harbor, name="Cleo Client", user=make_user())
    actor = actor_for(own.person)
    with open_scope(cast.harbor.pk):
        services.declare(
            actor=actor, organization_id=cast.harbor.pk, subject=own.person, name=cast.people["coordinator"].name
        )
        barred = set(Bar.objects.values_list("barred_id", flat=True))
    assert barred == {cast.people["coordinator"].pk} and namesake.person_id not in barred
    assert "Cleo Client" not in sees(cast, "coordinator") and "Cleo Client" in sees(cast, "administrator")
    with open_scope(cast.harbor.pk):
        assert may(actor, "view", own)


# ---- who may declare, and who may end
def test_nobody_declares_for_others_without_keeping_records(cast: Cast):
    client = make_client(cast.harbor)
    for who in ("peer_specialist", "supervisor", "auditor", "client"):
        with pytest.raises(PermissionDenied):
            declare(cast, who, barred=cast.people["coordinator"], subject=client.person)
    declare(cast, "coordinator", barred=cast.people["auditor"], subject=client.person)
    assert sees(cast, "auditor") == set()


def test_only_who_declared_it_and_the_deputy_see_the_kind_and_end_it(cast: Cast):
    rule = declare(cast, "peer_specialist", name="Ada Former", kind="former_partner")
    with open_scope(cast.harbor.pk):
        services.name_deputy(person=cast.people["coordinator"], actor=cast.actor("administrator"))
        seen = {n for n in cast.users if n != "visitor" and may(cast.actor(n), "view", rule)}
    assert seen == {"peer_specialist", "coordinator"}
    pages = {
        n: cast.client(n).get(reverse("organizations:closed")).content.decode() for n in ("coordinator", "auditor")
    }
    assert "Ada Former" in pages["coordinator"] and "Ada Former" not in pages["auditor"]
    end = reverse("organizations:end_closed", args=[rule.public_id])
    assert cast.client("administrator").post(end).status_code == 404
    with open_scope(cast.harbor.pk):
        assert Declaration.objects.get().ended_at is None
    assert cast.client("coordinator").post(end).status_code == 302
    with open_scope(cast.harbor.pk):
        rule.refresh_from_db()
        assert rule.ended_by_id == cast.users["coordinator"].pk
        assert rule.history.count() == 2 and not hasattr(rule.history.first(), "kind")


def test_the_deputy_does_not_see_a_rule_about_themself(cast: Cast):
    client = make_client(cast.harbor, name="Cleo Client", user=make_user())
    with open_scope(cast.harbor.pk):
        services.name_deputy(person=cast.people["coordinator"], actor=SYSTEM)
        actor = actor_for(client.person)
        rule = services.declare(
            actor=actor, organization_id=cast.harbor.pk, subject=client.person, name=cast.people["coordinator"].name
        )
        assert not may(cast.actor("coordinator"), "view", rule)
        assert set(selectors.declarations_for_deputy(cast.actor("coordinator"))) == set()


def test_a_bar_stands_while_one_of_several_declarations_stands(cast: Cast):
    client = make_client(cast.harbor, name="Two Sides")
    first = declare(cast, "auditor", name="Two Sides")
    declare(cast, "coordinator", barred=cast.people["auditor"], subject=client.person)
    with open_scope(cast.harbor.pk):
        services.end_declaration(declaration=first, actor=cast.actor("auditor"))
    assert sees(cast, "auditor") == set()


def test_whoever_runs_the_organization_names_a_deputy_first(cast: Cast):
    make_client(cast.harbor, name="Ada Former")
    with pytest.raises(ValidationError):
        declare(cast, "administrator", name="Ada Former")
    assert sees(cast, "administrator") == {"Ada Former"}
    with open_scope(cast.harbor.pk):
        services.name_deputy(person=cast.people["coordinator"], actor=cast.actor("administrator"))
    declare(cast, "administrator", name="Ada Former")
    assert sees(cast, "administrator") == set()


def test_a_deputy_is_a_colleague_who_keeps_records(cast: Cast):
    for person, who in ((cast.people["administrator"], "administrator"), (cast.people["observer"], "administrator")):
        with open_scope(cast.harbor.pk), pytest.raises(ValidationError):
            services.name_deputy(person=person, actor=cast.actor(who))
    with open_scope(cast.harbor.pk), pytest.raises(PermissionDenied):
        services.name_deputy(person=cast.people["administrator"], actor=cast.actor("coordinator"))


def test_who_is_closed_to_whom_is_told_without_the_kind_and_never_to_those_it_is_about(cast: Cast):
    client = make_client(cast.harbor, name="Ada Former")
    declare(cast, "peer_specialist", barred=cast.people["peer_specialist"], subject=client.person, kind="housemate")
    page = closed_page(cast, "administrator")
    assert "Harbor Peer Specialist does not see Ada Former: a private rule" in page
    declare(cast, "coordinator", barred=cast.people["administrator"], subject=client.person)
    page = closed_page(cast, "administrator")
    assert "Ada Former" not in page
    assert "does not see" not in closed_page(cast, "coordinator")


def test_a_record_is_closed_to_oneself_from_its_page(cast: Cast):
    client = make_client(cast.harbor, name="Ada Former")
    put_on_team(client, cast.people["peer_specialist"])
    browser = cast.client("peer_specialist")
    page = reverse("clients:close", args=[client.public_id])
    person = cast.people["peer_specialist"]
    stranger = {"staff": str(cast.people["coordinator"].public_id), "kind": "other", "once": str(new_key())}
    assert browser.post(page, stranger).status_code == 422  # a specialist closes it to themself alone
    form = {"staff": str(person.public_id), "kind": "sponsor", "once": str(new_key())}
    assert browser.post(page, form).headers["Location"] == reverse("organizations:closed")
    assert "Ada Former" in browser.get(reverse("organizations:closed")).content.decode()  # their own word
    assert browser.get(reverse("clients:detail", args=[client.public_id])).status_code == 404
    assert browser.get(page).status_code == 404


# ---- somebody who works here and was a client here
@pytest.fixture
def two_hats(cast: Cast) -> ClientRecord:
    """The coordinator's own former record, under the same sign-in."""
    record = make_client(cast.harbor, name="Old Me", user=cast.users["coordinator"])
    make_appointment(record, staff=cast.people["peer_specialist"])
    make_enrolment(make_group(cast.harbor), record.person)
    return record


def test_ones_own_record_is_on_no_page_for_those_who_work_here_and_on_ones_own_pages(
    cast: Cast, two_hats: ClientRecord
):
    assert "Old Me" not in sees(cast, "coordinator") and "Old Me" in sees(cast, "administrator")
    browser = cast.client("coordinator")
    assert "Old Me" not in browser.get("/clients/").content.decode()
    assert browser.get(reverse("clients:detail", args=[two_hats.public_id])).status_code == 404
    with open_scope(cast.harbor.pk):
        visit = two_hats.appointments.get()
    assert browser.get(reverse("care:appointment", args=[visit.public_id])).status_code == 404
    assert browser.get(reverse("own_visit", args=[visit.public_id])).status_code == 200
    me = browser.get("/me/").content.decode()
    assert "Harbor Peer" in me and 'href="/clients/"' not in me
    assert browser.post(reverse("cannot_come", args=[visit.public_id])).status_code == 302
    with open_scope(cast.harbor.pk):
        visit.refresh_from_db()
    assert visit.state == "cancelled"


def test_a_sealed_record_is_seen_by_its_custodian_alone(cast: Cast, two_hats: ClientRecord):
    put_on_team(two_hats, cast.people["peer_specialist"])
    custodian = make_member(cast.harbor, "coordinator", name="Kit Keeper")
    page = reverse("organizations:former_record")
    assert cast.client("coordinator").post(page, {"custodian": custodian.pk}).status_code == 302
    names = [n for n in cast.users if n != "visitor" and "Old Me" in sees(cast, n)]
    assert names == []
    with open_scope(cast.harbor.pk):
        assert may(actor_for(custodian), "view", two_hats)
        assert may(cast.actor("coordinator").in_own_matters(), "view", two_hats)
        assert not may(cast.actor("peer_specialist"), "view", two_hats.appointments.get())
    browser = cast.client("coordinator")
    assert "Kit Keeper" in browser.get(page).content.decode() and browser.get("/me/").status_code == 200
    browser.post(reverse("organizations:open_record"))
    assert "Old Me" in sees(cast, "administrator")


def test_nobody_but_the_person_seals_their_record_and_not_to_just_anybody(cast: Cast, two_hats: ClientRecord):
    with open_scope(cast.harbor.pk):
        for custodian in (cast.people["observer"], cast.people["coordinator"]):
            with pytest.raises(ValidationError):
                services.seal_record(subject=two_hats.person, custodian=custodian, actor=cast.actor("coordinator"))
        with pytest.raises(PermissionDenied):
            services.seal_record(
                subject=two_hats.person, custodian=cast.people["coordinator"], actor=cast.actor("administrator")
            )
        assert selectors.standing_seal(two_hats.person) is None


def test_a_card_brings_the_former_record_to_the_one_sign_in(cast: Cast):
    former = make_user()
    record = make_client(cast.harbor, name="Old Me", user=former)
    with open_scope(cast.harbor.pk):
        code = issue_card(user=former, actor=cast.users["administrator"], domain="harbor.localhost")
    page, browser = reverse("organizations:former_record"), cast.client("peer_specialist")
    before = text_of(browser.get(page))
    assert "Old Me" not in before and before == text_of(cast.client("peer_specialist").get(page))
    assert browser.post(page, {"card": code}).status_code == 302
    with open_scope(cast.harbor.pk):
        record.person.refresh_from_db()
        assert record.person.user_id == cast.users["peer_specialist"].pk
    assert browser.get("/me/").status_code == 200
    assert "Seal my record" in browser.get(page).content.decode()


@pytest.mark.parametrize("whose", ["nobody's", "a colleague's", "next door's"])
def test_every_card_that_is_not_a_former_clients_gets_the_same_words(cast: Cast, whose: str):
    code = "AAAABBBBCCCC"
    if whose != "nobody's":
        user = (
            cast.users["observer"]
            if whose == "a colleague's"
            else make_client(cast.aurora, user=make_user()).person.user
        )
        with open_scope(cast.harbor.pk):
            code = issue_card(user=user, actor=cast.users["administrator"], domain="harbor.localhost")
    answer = cast.client("peer_specialist").post(reverse("organizations:former_record"), {"card": code})
    assert answer.status_code == 422
    assert "This card can’t be used. Check the letters, or ask for a new one." in answer.content.decode()
    with open_scope(cast.harbor.pk):
        assert Person.objects.filter(user=cast.users["peer_specialist"]).count() == 1
