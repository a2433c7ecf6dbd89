"""Somebody leaves: what they held goes on, what let them in ends, and what they signed stays."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.access.models import AccessLog
from apps.access.scope import open_scope
from apps.access.services import share
from apps.accounts.models import SignInCard
from apps.accounts.services import issue_card
from apps.care import services as care
from apps.care.models import Appointment, FollowUpTask
from apps.clients import services as clients
from apps.clients.models import CareTeamMember, ClientRecord, ClientRecordGrant
from apps.groups.models import GroupFacilitator
from apps.groups.selectors import leading_today
from apps.organizations import services
from apps.organizations.choices import Resource
from apps.organizations.models import Invitation, Membership, Reservation
from apps.supervision.models import SupervisionPlan
from apps.supervision.services import plan_supervision
from tests.cast import PASSWORD, SYSTEM, Cast
from tests.factories.care import make_appointment, make_missed, wall
from tests.factories.clients import make_client, put_on_team
from tests.factories.groups import make_facilitator, make_group
from tests.factories.organizations import actor_for, make_location, make_member, make_organization, make_person

pytestmark = pytest.mark.django_db
NOW = timezone.now


def page_of(person) -> str:
    return f"/admin/organizations/person/{person.pk}/leave/"


def once(page) -> str:
    return re.search(r'name="once" value="([^"]+)"', page.content.decode())[1]


class Leaver:
    """Harbor's peer specialist with one of everything, and another one who can take it."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.person = cast, cast.people["peer_specialist"]
        self.other = make_member(cast.harbor, "peer_specialist", name="Tom Taker")
        self.client = make_client(cast.harbor, name="Sam Reyes")
        put_on_team(self.client, self.person, leads=True)
        place = make_location(cast.harbor)
        self.visit = make_appointment(self.client, staff=self.person, location=place)
        make_missed(self.client, staff=self.person, location=place)
        self.group = make_group(cast.harbor)
        make_facilitator(self.group, self.person)
        with open_scope(cast.harbor.pk):
            self.plan = plan_supervision(
                plan=SupervisionPlan(organization=cast.harbor),
                actor=SYSTEM,
                specialist=self.person,
                supervisor=cast.people["supervisor"],
                starts_on=timezone.localdate() - timedelta(days=30),
            )

    KINDS = ("care_teams", "groups", "visits", "follow_ups")

    def everything_to(self, to) -> dict:
        return {(kind, services.WHOLE): to for kind in self.KINDS}

    def go(self, name="administrator", **more):
        with open_scope(self.cast.harbor.pk), transaction.atomic():
            choices = more.get("choices", self.everything_to(self.other))
            return services.leave(person=self.person, actor=self.cast.actor(name), choices=choices)

    def state(self) -> dict:
        """All that could change, as it stands."""
        with open_scope(self.cast.harbor.pk):
            return {
                "team": set(CareTeamMember.objects.values_list("client", "person", "leads", "ended_at")),
                "visits": set(Appointment.objects.values_list("pk", "staff", "state", "version", "starts_at")),
                "tasks": set(FollowUpTask.objects.values_list("pk", "assigned_to", "state")),
                "groups": set(GroupFacilitator.objects.values_list("group", "person", "starts_on", "ends_on")),
                "plans": set(SupervisionPlan.objects.values_list("pk", "ends_on")),
                "roles": set(Membership.objects.values_list("pk", "archived_at")),
                "taken": set(Reservation.objects.values_list("pk", "ended_at")),
                "ways in": set(Invitation.objects.values_list("pk", "ended_at")),
                "cards": set(SignInCard.objects.values_list("pk", "ended_at")),
                "shares": set(ClientRecordGrant.objects.values_list("pk", flat=True)),
            }


@pytest.fixture
def leaver(cast: Cast) -> Leaver:
    return Leaver(cast)


def test_everything_goes_to_whom_it_shall_and_every_role_ends(leaver):
    left = leaver.go()
    assert {one.kind: (one.to and one.to.name, len(one.things)) for one in left.gone} == {
        "care_teams": ("Tom Taker", 1),
        "groups": ("Tom Taker", 1),
        "supervised": (None, 1),
        "visits": ("Tom Taker", 1),
        "follow_ups": ("Tom Taker", 1),
    }
    with open_scope(leaver.cast.harbor.pk):
        (member,) = CareTeamMember.objects.filter(ended_at__isnull=True)
        assert (member.person, member.leads) == (leaver.other, True)
        visit = Appointment.objects.get(pk=leaver.visit.pk)
        assert (visit.staff, visit.starts_at, visit.version) == (leaver.other, leaver.visit.starts_at, 2)
        assert FollowUpTask.objects.get().assigned_to == leaver.other
        assert [one.person for one in leading_today().filter(group=leaver.group)] == [leaver.other]
        assert SupervisionPlan.objects.get().ends_on is not None
        assert not Membership.objects.filter(person=leaver.person, archived_at__isnull=True).exists()
        past = Appointment.objects.exclude(pk=leaver.visit.pk).get()
        assert past.staff == leaver.person  # what was, stays


def test_leaving_twice_changes_nothing(leaver):
    leaver.go()
    before = leaver.state()
    again = leaver.go()
    assert (again.gone, again.roles) == ([], [])
    assert leaver.state() == before


def test_what_let_them_in_ends_and_what_is_taken_for_later_is_free(leaver):
    cast, person = leaver.cast, leaver.person
    with open_scope(cast.harbor.pk):
        issue_card(user=person.user, actor=SYSTEM, domain="harbor.localhost")
        issue_card(user=person.user, actor=SYSTEM, domain="aurora.localhost")
        share(row=leaver.client, user=person.user, actor=SYSTEM, until=NOW() + timedelta(days=3))
        later = services.reserve(
            kind=Resource.PERSON, pk=person.pk, starts_at=NOW() + timedelta(days=3), purpose="training",
            ends_at=NOW() + timedelta(days=3, hours=1), organization_id=cast.harbor.pk, actor=SYSTEM,
        )  # fmt: skip
    leaver.go()
    with open_scope(cast.harbor.pk):
        later.refresh_from_db()
        assert later.ended_at is not None
        assert not ClientRecordGrant.objects.exists()
        assert AccessLog.objects.filter(action="end of share").count() == 1
    assert set(SignInCard.objects.filter(ended_at__isnull=True).values_list("domain", flat=True)) == {
        "aurora.localhost"
    }


def test_an_invitation_that_was_not_taken_ends_with_them(cast):
    with open_scope(cast.harbor.pk):
        row, token = services.invite_colleague(
            actor=SYSTEM, organization_id=cast.harbor.pk, name="Noor", role="observer",
            starts_on=timezone.localdate(), email="n@x.example",
        )  # fmt: skip
        services.leave(person=row.person, actor=cast.actor("administrator"), choices={})
        with pytest.raises(ValidationError):
            services.accept_invitation(token=token, user=cast.users["stranger"])
        with pytest.raises(ValidationError):
            services.invite_again(invitation=row, actor=cast.actor("administrator"))


def sign_in(host: str, email: str) -> Client:
    browser = Client(headers={"host": host})
    answer = browser.post("/accounts/login/", {"login": email, "password": PASSWORD})
    assert answer.status_code == 302
    return browser


def test_they_are_signed_out_here_at_once_and_nowhere_else(leaver):
    cast, user = leaver.cast, leaver.person.user
    make_member(cast.aurora, "coordinator", user=user)
    here, there = sign_in("harbor.localhost", user.email), sign_in("aurora.localhost", user.email)
    bystander = sign_in("harbor.localhost", cast.users["coordinator"].email)
    assert here.get("/staff/").status_code == there.get("/staff/").status_code == 200
    leaver.go()
    assert here.get("/staff/")["Location"].startswith("/accounts/login/")
    assert there.get("/staff/").status_code == 200
    assert bystander.get("/staff/").status_code == 200


def test_under_another_hat_they_stay_who_they_are(leaver):
    cast, user = leaver.cast, leaver.person.user
    hat = make_client(cast.harbor, user=user, name="Their other name")
    leaver.go()
    browser = sign_in("harbor.localhost", user.email)
    assert browser.get("/me/").status_code == 200
    assert browser.get("/staff/").status_code == 403
    with open_scope(cast.harbor.pk):
        assert ClientRecord.objects.get(pk=hat.pk).archived_at is None


def test_who_has_something_else_then_is_said_at_that_visit_and_nothing_is_done(leaver):
    make_appointment(
        make_client(leaver.cast.harbor),
        staff=leaver.other,
        location=leaver.visit.location,
        starts_at=leaver.visit.starts_at,
    )
    before = leaver.state()
    with pytest.raises(ValidationError) as refused:
        leaver.go()
    assert set(refused.value.error_dict) == {f"visits-{leaver.visit.pk}"}
    assert leaver.state() == before


def test_what_somebody_must_take_can_not_go_to_nobody(leaver):
    before = leaver.state()
    with pytest.raises(ValidationError) as refused:
        leaver.go(choices={})
    assert {key.partition("-")[0] for key in refused.value.error_dict} == {"care_teams", "visits", "follow_ups"}
    assert leaver.state() == before
    put_on_team(leaver.client, leaver.other)  # somebody else supports the client now
    with pytest.raises(ValidationError) as refused:
        leaver.go(choices={})
    assert {key.partition("-")[0] for key in refused.value.error_dict} == {"visits", "follow_ups"}


def test_a_client_whom_the_administrator_must_not_see_is_not_told_and_goes_on_all_the_same(leaver):
    cast = leaver.cast
    with open_scope(cast.harbor.pk):
        services.declare_bar(barred=cast.people["administrator"], subject=leaver.client.person, actor=SYSTEM)
    browser = cast.client("administrator")
    page = browser.get(page_of(leaver.person))
    assert "Sam Reyes" not in page.content.decode()
    values = dict.fromkeys(leaver.KINDS, leaver.other.pk) | {"once": once(page), "step": "look"}
    look = browser.post(page_of(leaver.person), values)
    assert look.context["left"] is not None
    assert "Sam Reyes" not in look.content.decode()
    assert {one.kind for one in look.context["left"].gone} == {"groups", "supervised"}
    done = browser.post(page_of(leaver.person), {**values, "step": "do"}, follow=True).content.decode()
    assert "Sam Reyes" not in done
    with open_scope(cast.harbor.pk):
        assert CareTeamMember.objects.get(ended_at__isnull=True).person == leaver.other
        assert FollowUpTask.objects.get().assigned_to == leaver.other


def test_the_page_asks_the_same_whether_something_is_hidden_or_there_is_nothing(leaver):
    cast = leaver.cast
    bare = make_member(cast.harbor, "peer_specialist")
    with open_scope(cast.harbor.pk):
        services.declare_bar(barred=cast.people["administrator"], subject=leaver.client.person, actor=SYSTEM)
    browser = cast.client("administrator")

    def asked(person) -> set[str]:
        kinds = browser.get(page_of(person)).context["form"].kinds
        return {one["kind"].name for one in kinds if not one["rows"]}

    assert asked(leaver.person) == {"care_teams", "visits", "follow_ups"}
    assert asked(bare) == {"care_teams", "visits", "follow_ups", "groups"}


def test_who_must_not_meet_the_client_can_not_take_them(leaver):
    with open_scope(leaver.cast.harbor.pk):
        services.declare_bar(barred=leaver.other, subject=leaver.client.person, actor=SYSTEM)
    before = leaver.state()
    with pytest.raises(ValidationError) as refused:
        leaver.go()
    assert {key.partition("-")[0] for key in refused.value.error_dict} == {"care_teams", "visits", "follow_ups"}
    assert "bar" not in str(refused.value).lower()
    assert leaver.state() == before


def test_a_supervisor_hands_on_whom_they_supervise(leaver):
    cast = leaver.cast
    new = make_member(cast.harbor, "supervisor", name="Dana Deputy")
    with open_scope(cast.harbor.pk):
        services.leave(
            person=cast.people["supervisor"], actor=cast.actor("administrator"),
            choices={("supervises", services.WHOLE): new},
        )  # fmt: skip
        old, fresh = SupervisionPlan.objects.order_by("starts_on")
        assert (old.supervisor, fresh.supervisor) == (cast.people["supervisor"], new)
        assert fresh.starts_on == old.ends_on + timedelta(days=1)
        assert fresh.ends_on is None


def test_a_grievance_goes_to_another_administrator_who_may_answer_it(leaver):
    cast = leaver.cast
    going, other = make_member(cast.harbor, "administrator"), make_member(cast.harbor, "administrator")
    with open_scope(cast.harbor.pk):
        row = clients.file_grievance(client=leaver.client, actor=SYSTEM, words="The door was locked.")
        clients.work_on_grievance(grievance=row, actor=SYSTEM, state="open", owner=going)
        for taker in (None, other):
            choices = {("grievances", services.WHOLE): taker}
            if taker is None:
                with pytest.raises(ValidationError):
                    services.leave(person=going, actor=cast.actor("administrator"), choices=choices)
            else:
                services.leave(person=going, actor=cast.actor("administrator"), choices=choices)
        row.refresh_from_db()
        assert row.owner == other


def test_the_page_shows_what_will_happen_then_lets_it_happen_then_says_what_was_done(leaver):
    browser, address = leaver.cast.client("administrator"), page_of(leaver.person)
    page = browser.get(address)
    assert {one["kind"].name for one in page.context["form"].kinds} == {*leaver.KINDS, "supervised"}
    with open_scope(leaver.cast.harbor.pk):
        assert AccessLog.objects.filter(model="clients.clientrecord", action="list").exists()
    values = dict.fromkeys(leaver.KINDS, leaver.other.pk) | {"once": once(page)}
    before = leaver.state()
    look = browser.post(address, {**values, "step": "look"})
    assert "This is what will happen" in look.content.decode()
    assert leaver.state() == before
    back = browser.post(address, {**values, "step": "change"})
    assert back.context["form"]["visits"].value() == str(leaver.other.pk)
    done = browser.post(address, {**values, "step": "do"})
    assert done["Location"] == address
    text = browser.get(address).content.decode()
    assert "does not work here any more" in text
    assert "went to Tom Taker" in text
    after = leaver.state()
    assert browser.post(address, {**values, "step": "do"}).status_code == 302
    assert leaver.state() == after


def test_a_choice_of_somebody_next_door_is_refused(leaver):
    browser, address = leaver.cast.client("administrator"), page_of(leaver.person)
    theirs = leaver.cast.neighbours["peer_specialist"]
    values = dict.fromkeys(leaver.KINDS, theirs.pk) | {"once": once(browser.get(address)), "step": "do"}
    before = leaver.state()
    assert set(browser.post(address, values).context["form"].errors) == set(leaver.KINDS)
    assert leaver.state() == before


@pytest.mark.parametrize("name", ["coordinator", "supervisor", "auditor", "stranger", "visitor"])
def test_nobody_but_who_manages_members_lets_somebody_go(leaver, name):
    before = leaver.state()
    with pytest.raises(PermissionDenied):
        leaver.go(name)
    assert leaver.state() == before


def test_nobody_lets_themself_go_and_the_last_administrator_stays(cast):
    with open_scope(cast.harbor.pk):
        with pytest.raises(ValidationError):
            services.leave(person=cast.people["administrator"], actor=cast.actor("administrator"), choices={})
        with pytest.raises(ValidationError):
            services.leave(person=cast.people["administrator"], actor=SYSTEM, choices={})
        assert Membership.objects.filter(archived_at__isnull=False).count() == 0


def test_nobody_is_given_something_after_they_left(leaver):
    leaver.go()
    here = leaver.cast.harbor
    with open_scope(here.pk):
        with pytest.raises(ValidationError):
            clients.join_care_team(client=leaver.client, person=leaver.person, actor=SYSTEM)
        with pytest.raises(ValidationError):
            make_facilitator(leaver.group, leaver.person, starts_on=timezone.localdate() + timedelta(days=1))


def test_a_change_of_role_takes_effect_with_the_next_click(cast):
    browser = cast.client("coordinator")
    assert browser.get("/clients/").status_code == 200
    with open_scope(cast.harbor.pk):
        row = Membership.objects.get(person=cast.people["coordinator"])
        services.change_membership(membership=row, actor=cast.actor("administrator"), role="observer")
    assert browser.get("/clients/").status_code == 403
    assert browser.get("/admin/").status_code == 403
    with open_scope(cast.harbor.pk):
        services.change_membership(membership=row, actor=cast.actor("administrator"), role="coordinator")
    assert browser.get("/clients/").status_code == 200


def test_the_page_asks_the_database_as_often_for_few_things_as_for_many(leaver):
    browser = leaver.cast.client("administrator")
    counts = []
    for many in (0, 12):
        for _n in range(many):
            client = make_client(leaver.cast.harbor)
            put_on_team(client, leaver.person)
        browser.get(page_of(leaver.person))
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(page_of(leaver.person)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def at_once(organization, *deeds):
    """Do these in threads with a connection each, all let loose at one moment. What each returned or raised."""
    results: list = [None] * len(deeds)
    start = threading.Barrier(len(deeds))

    def run(number, deed):
        try:
            with open_scope(organization.pk):
                start.wait(10)
                with transaction.atomic():
                    results[number] = deed()
        except Exception as error:  # the test looks at it
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.django_db(transaction=True)
def test_whoever_books_onto_somebody_who_is_leaving_ends_with_who_takes_over_or_is_told():
    here = make_organization()
    office = make_member(here, "administrator")
    for turn in range(3):
        person, other = make_member(here, "peer_specialist"), make_member(here, "peer_specialist")
        place, client, second = make_location(here), make_client(here), make_client(here)
        at = NOW() + timedelta(days=1 + turn)

        def book(client=client, person=person, place=place, at=at):
            return care.book_appointment(
                client=client, staff=person, location=place, minutes=30, actor=SYSTEM, **wall(place, at)
            )

        def join(client=second, person=person):
            return clients.join_care_team(client=client, person=person, actor=SYSTEM, leads=True)

        def go(person=person, other=other):
            kinds = ("care_teams", "visits", "follow_ups", "groups")
            return services.leave(
                person=person, actor=actor_for(office), choices={(kind, services.WHOLE): other for kind in kinds}
            )

        booked, joined, left = at_once(here, book, join, go)
        assert isinstance(left, services.Left), left
        assert isinstance(booked, Appointment | ValidationError), booked
        assert isinstance(joined, CareTeamMember | ValidationError), joined
        with open_scope(here.pk), transaction.atomic():
            assert not Appointment.objects.filter(staff=person).exists()
            assert not CareTeamMember.objects.filter(person=person, ended_at__isnull=True).exists()
            if isinstance(booked, Appointment):
                assert Appointment.objects.get(pk=booked.pk).staff == other
            if isinstance(joined, CareTeamMember):
                assert CareTeamMember.objects.get(client=second, ended_at__isnull=True).person == other


def test_a_person_who_never_worked_here_has_no_such_page(cast):
    stranger = make_person(cast.harbor, name="Only a client")
    assert cast.client("administrator").get(page_of(stranger)).status_code == 404
