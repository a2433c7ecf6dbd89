"""Inviting a new colleague: one form, by mail or card, sent again, ended, and nobody learns who has an account."""

import re
from datetime import date, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.access.scope import open_scope
from apps.accounts.models import User
from apps.messaging.models import Message
from apps.organizations import services
from apps.organizations.models import Invitation, Membership, Person
from tests.cast import SYSTEM, Cast
from tests.factories.organizations import make_location, make_user

pytestmark = pytest.mark.django_db
ADD = "/admin/organizations/invitation/add/"
LIST = "/admin/organizations/invitation/"
HOST = {"host": "harbor.localhost"}


def today() -> date:
    """The day it is at Harbor, which is not the server's in the evening."""
    return timezone.localdate(timezone=ZoneInfo("America/New_York"))


def once(page) -> str:
    return re.search(r'name="once" value="([^"]+)"', page.content.decode())[1]


def typed(browser, **fields):
    values = {"name": "Noor New", "language": "en", "role": "peer_specialist", "way": "mail"}
    values["starts_on"] = today().isoformat()
    return {"email": "noor@x.example", "once": once(browser.get(ADD)), **values, **fields}


def invited(cast: Cast) -> list[Invitation]:
    with open_scope(cast.harbor.pk):
        return list(Invitation.objects.order_by("pk"))


def test_one_form_makes_the_colleague_the_role_and_the_mail_and_says_what_happens_next(cast):
    place, browser = make_location(cast.harbor), cast.client("administrator")
    answer = browser.post(ADD, typed(browser, location=place.pk), follow=True)
    assert "What happens next" in answer.content.decode()
    (row,) = invited(cast)
    with open_scope(cast.harbor.pk):
        standing = Membership.objects.get(person=row.person)
        assert (standing.role, standing.location, row.person.name) == ("peer_specialist", place, "Noor New")
        assert Message.objects.filter(purpose="invitation").count() == 1
    assert "Noor New" in browser.get(LIST).content.decode()


def test_a_second_click_invites_nobody_twice(cast):
    browser = cast.client("administrator")
    values = typed(browser)
    first, second = browser.post(ADD, values), browser.post(ADD, values)
    assert first["Location"] == second["Location"]
    assert len(invited(cast)) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": ""}, "email"),
        ({"email": "no"}, "email"),
        ({"starts_on": "soon"}, "starts_on"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(cast, wrong, field):
    browser = cast.client("administrator")
    form = browser.post(ADD, typed(browser, called="Noor the new", **wrong)).context["form"]
    assert set(form.errors) == {field}
    assert form["called"].value() == "Noor the new"
    with open_scope(cast.harbor.pk):
        assert not Person.objects.filter(name="Noor New").exists()
        assert not Invitation.objects.exists()


def test_an_open_invitation_to_the_same_address_is_sent_again_and_not_doubled(cast):
    browser = cast.client("administrator")
    browser.post(ADD, typed(browser))
    form = browser.post(ADD, typed(browser, name="Somebody else", email="NOOR@x.example")).context["form"]
    assert set(form.errors) == {"email"}
    assert len(invited(cast)) == 1


def test_a_location_next_door_can_not_be_chosen(cast):
    browser, elsewhere = cast.client("administrator"), make_location(cast.aurora)
    form = browser.post(ADD, typed(browser, location=elsewhere.pk)).context["form"]
    assert set(form.errors) == {"location"}
    assert invited(cast) == []


def test_the_office_reads_the_same_whether_an_address_signs_in_elsewhere_or_nowhere(cast):
    """Same words on every page and in the mail; only the addresses differ."""
    pages = []
    for address in ("stranger@aurora.example", "nobody12@aurora.example"):
        if address.startswith("stranger"):
            make_user(email=address)
        browser = cast.client("administrator")
        answers = [browser.post(ADD, typed(browser, email=address), follow=True), browser.get(LIST)]
        row = invited(cast)[-1]
        answers.append(browser.get(f"{LIST}{row.pk}/change/"))
        text = "".join(page.content.decode() for page in answers).replace(address, "ADDRESS")
        words = re.sub(r"\d+", "N", " ".join(re.sub(r"<[^>]+>", " ", text).split()))
        with open_scope(cast.harbor.pk):
            mail = Message.objects.get(purpose="invitation")
            said = {**mail.secret["context"], "url": ""}
            assert mail.user is None
        pages.append((words, said, mail.language))
        with open_scope(cast.harbor.pk):  # as if the first had never been
            Message.objects.filter(pk=mail.pk).update(purpose="earlier")
            Invitation.objects.all().delete()
            Membership.objects.filter(person=row.person).delete()
    assert pages[0] == pages[1]


def test_somebody_with_a_sign_in_elsewhere_joins_with_it_and_neither_house_is_told(cast):
    user = cast.users["stranger"]
    User.objects.filter(pk=user.pk).update(email="noor@mail.example")
    user.refresh_from_db()
    with open_scope(cast.harbor.pk):
        _row, token = services.invite_colleague(
            actor=SYSTEM, organization_id=cast.harbor.pk, name="Noor New", role="coordinator",
            starts_on=today(), email=user.email,
        )  # fmt: skip
    visitor = Client(headers=HOST)
    page = visitor.get(f"/join/{token}/").content.decode()
    assert "Aurora" not in page
    refused = visitor.post(f"/join/{token}/", {"password": "three plain words"})
    assert refused.context["form"].errors  # sign in first, then take it
    assert User.objects.get(pk=user.pk).check_password("pw")
    joined = cast.client("stranger").post(f"/join/{token}/")
    assert joined.status_code == 302
    assert cast.client("stranger").get("/staff/").status_code == 200
    office = cast.client("administrator")
    with open_scope(cast.harbor.pk):
        person = Person.objects.get(name="Noor New")
    for page in (
        f"/admin/organizations/person/{person.pk}/change/",
        LIST,
        f"/admin/organizations/person/{person.pk}/history/",
    ):
        assert "urora" not in office.get(page).content.decode()
    with open_scope(cast.aurora.pk):
        neighbour = cast.neighbours["administrator"]
    there = cast.client("stranger", "aurora.localhost")
    for page in (
        f"/admin/organizations/person/{neighbour.pk}/change/",
        f"/admin/organizations/person/{neighbour.pk}/history/",
    ):
        text = there.get(page).content.decode()
        assert "Noor" not in text
        assert "Harbor" not in text


def test_a_card_lets_a_newcomer_without_e_mail_in_once(cast):
    browser = cast.client("administrator")
    answer = browser.post(ADD, typed(browser, way="card", email=""))
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", answer.content.decode())[0]
    assert "no-store" in answer["Cache-Control"]
    with open_scope(cast.harbor.pk):
        assert not Message.objects.filter(purpose="invitation").exists()
    (row,) = invited(cast)
    assert code not in browser.get(f"{LIST}{row.pk}/next/").content.decode()

    newcomer = Client(headers=HOST)
    assert newcomer.post("/join/", {"code": "ABCD-EFGH-2345"}).context["form"].errors
    address = newcomer.post("/join/", {"code": code.lower()})["Location"]
    assert newcomer.get(address).status_code == 200
    assert newcomer.post(address)["Location"] == "/accounts/sign-in/"
    assert newcomer.get("/staff/").status_code == 200
    with open_scope(cast.harbor.pk):
        user = Person.objects.get(pk=row.person_id).user
        assert (user.email, user.phone, user.has_usable_password()) == (None, None, False)
    assert Client(headers=HOST).get(address).status_code == 404
    assert Client(headers={"host": "aurora.localhost"}).get(address).status_code == 404


def test_a_card_invites_somebody_who_signs_in_elsewhere_too(cast):
    with open_scope(cast.harbor.pk):
        _row, code = services.invite_colleague(
            actor=SYSTEM, organization_id=cast.harbor.pk, name="Noor", role="coordinator",
            starts_on=today(), way="card", email="typed@by.mistake",
        )  # fmt: skip
        assert Invitation.objects.get().email == ""
    before = User.objects.count()
    assert cast.client("stranger").post(f"/join/{code}/").status_code == 302
    assert User.objects.count() == before
    assert cast.client("stranger").get("/staff/").status_code == 200


def test_somebody_who_works_here_is_told_so_and_the_invitation_stays_open(cast):
    with open_scope(cast.harbor.pk):
        _row, token = services.invite_colleague(
            actor=SYSTEM, organization_id=cast.harbor.pk, name="Noor", role="observer",
            starts_on=today(), email="n@x.example",
        )  # fmt: skip
    page = cast.client("coordinator").post(f"/join/{token}/")
    assert "You work here already" in page.content.decode()
    assert [row.state for row in invited(cast)] == ["open"]


def test_before_the_first_day_the_pages_stay_closed_and_the_day_is_told(cast):
    with open_scope(cast.harbor.pk):
        _row, token = services.invite_colleague(
            actor=SYSTEM, organization_id=cast.harbor.pk, name="Noor", role="coordinator",
            starts_on=today() + timedelta(days=9), email="n@x.example",
        )  # fmt: skip
    browser = cast.client("stranger")
    page = browser.post(f"/join/{token}/", follow=True).content.decode()
    assert "first day" in page
    assert browser.get("/staff/").status_code == 403


def test_sending_again_replaces_the_link_and_ending_closes_it(cast):
    browser = cast.client("administrator")
    browser.post(ADD, typed(browser))
    (first,) = invited(cast)
    again = f"{LIST}{first.pk}/again/"
    values = {"once": once(browser.get(again))}
    assert browser.post(again, values)["Location"] == browser.post(again, values)["Location"]
    assert [row.state for row in invited(cast)] == ["ended", "open"]
    with open_scope(cast.harbor.pk):
        assert Message.objects.filter(purpose="invitation").count() == 2
    end = f"{LIST}{invited(cast)[1].pk}/end/"
    assert browser.get(end).status_code == 200
    browser.post(end)
    assert [row.state for row in invited(cast)] == ["ended", "ended"]


def test_many_are_ended_or_sent_again_after_a_look_at_how_many(cast):
    browser = cast.client("administrator")
    for number in range(3):
        browser.post(ADD, typed(browser, name=f"New {number}", email=f"n{number}@x.example"))
    with open_scope(cast.harbor.pk):
        services.end_invitation(invitation=invited(cast)[0], actor=SYSTEM)
    chosen = {"_selected_action": [row.pk for row in invited(cast)]}
    look = browser.post(LIST, {**chosen, "action": "end_them"})
    assert "For 2 of them" in look.content.decode()
    assert "It is not open any more." in look.content.decode()
    assert [row.state for row in invited(cast)].count("open") == 2
    look = browser.post(LIST, {**chosen, "action": "send_again"})
    sure = {**chosen, "action": "send_again", "sure": "yes", "once": once(look)}
    browser.post(LIST, sure)
    browser.post(LIST, sure)
    assert [row.state for row in invited(cast)].count("open") == 3
    assert len(invited(cast)) == 6
    chosen = {"_selected_action": [row.pk for row in invited(cast)]}
    look = browser.post(LIST, {**chosen, "action": "end_them"})
    browser.post(LIST, {**chosen, "action": "end_them", "sure": "yes", "once": once(look)})
    assert {row.state for row in invited(cast)} == {"ended"}


def test_an_action_over_a_row_next_door_touches_nothing(cast):
    with open_scope(cast.aurora.pk):
        theirs, _token = services.invite_colleague(
            actor=SYSTEM, organization_id=cast.aurora.pk, name="Noor", role="observer",
            starts_on=today(), email="n@x.example",
        )  # fmt: skip
    browser = cast.client("administrator")
    for action in ("end_them", "send_again"):
        values = {"_selected_action": [theirs.pk], "action": action, "sure": "yes", "once": uuid4()}
        assert "Noor" not in browser.post(LIST, values, follow=True).content.decode()
    with open_scope(cast.aurora.pk):
        assert [row.state for row in Invitation.objects.all()] == ["open"]


def test_the_list_asks_as_often_for_one_as_for_many(cast):
    def ask() -> int:
        browser = cast.client("administrator")
        browser.get(LIST)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(LIST).status_code == 200
        return len(asked)

    counts = []
    for number in range(12):
        with open_scope(cast.harbor.pk):
            services.invite_colleague(
                actor=SYSTEM, organization_id=cast.harbor.pk, name=f"New {number}", role="observer",
                starts_on=today(), email=f"n{number}@x.example",
            )  # fmt: skip
        if number in (0, 11):
            counts.append(ask())
    assert counts[0] == counts[1]
