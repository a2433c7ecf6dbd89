"""Two people who are kept apart never meet in a group, and neither of them learns of it, by no way at all."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from apps.access.scope import open_scope, system_scope
from apps.clients.models import KeepApart
from apps.clients.services import end_apart, keep_apart
from apps.groups import selectors, services
from apps.groups.models import Enrolment, WaitlistEntry
from apps.kit.once import new_key
from apps.organizations.services import declare_bar
from tests.cast import build_cast
from tests.factories.clients import make_apart, make_client
from tests.factories.groups import make_enrolment, make_facilitator, make_group, make_waiting
from tests.factories.organizations import SYSTEM, actor_for, make_organization, make_person, make_user

pytestmark = pytest.mark.django_db
TALK = "Someone from the office will talk to you about this group."


@pytest.fixture
def cast():
    return build_cast()


@pytest.fixture
def pair():
    """Two people of one organization who are kept apart, each with a sign-in, and a group that one of them is in."""
    organization = make_organization()
    one, other = (make_person(organization, user=make_user(), name=name) for name in ("Rosa Quill", "Theo Brandt"))
    make_apart(one, other, why="He found her twice.")
    group = make_group(organization)
    make_enrolment(group, other)
    return organization, group, one, other


def join(group, person):
    with open_scope(group.organization_id):
        return services.join(group=group, person=person, actor=actor_for(person)).kind


def test_a_pair_is_one_whichever_way_round_it_is_said(pair):
    organization, _group, one, other = pair
    again = make_apart(other, one, why="Both ways")
    with open_scope(organization.pk):
        assert list(KeepApart.objects.all()) == [again]
        assert again.person_a_id < again.person_b_id
        with pytest.raises(IntegrityError), transaction.atomic():
            KeepApart.objects.create(
                organization=organization, person_a_id=again.person_b_id, person_b_id=again.person_a_id,
                since=date(2026, 1, 1),
            )  # fmt: skip


def test_one_person_under_two_names_is_not_kept_apart_from_themself():
    organization, user = make_organization(), make_user()
    people = [make_person(organization, user=user) for _n in range(2)]
    with pytest.raises(ValidationError):
        make_apart(*people)


@pytest.mark.parametrize("where", ["in", "waits", "offered", "leads", "leads under another name"])
def test_the_second_one_is_told_what_everybody_is_told_and_comes_in_nowhere(where):
    organization = make_organization()
    one, other = (make_person(organization, user=make_user()) for _n in range(2))
    make_apart(one, other)
    group = make_group(organization, capacity=1 if where in ("waits", "offered") else None)
    if where == "in":
        make_enrolment(group, other)
    elif where.startswith("leads"):
        make_facilitator(group, make_member_of(organization, other) if "name" in where else works_here(other))
    else:
        first = make_enrolment(group)
        make_waiting(group, other)
        if where == "offered":
            with open_scope(organization.pk):
                services.leave(enrolment=first, actor=SYSTEM)
    assert join(group, one) == "asked"
    with open_scope(organization.pk):
        assert not Enrolment.objects.filter(person=one).exists()


def works_here(person):
    from apps.organizations.models import Membership

    with open_scope(person.organization_id):
        Membership.objects.create(
            organization_id=person.organization_id, person=person, role="peer_specialist", starts_on=date(2020, 1, 1)
        )
    return person


def make_member_of(organization, person):
    """The same human under the name by which they work here."""
    return works_here(make_person(organization, user=person.user))


def test_a_pair_that_only_coordinators_want_to_know_of_comes_in(pair):
    organization, group, one, other = pair
    make_apart(one, other, is_strict=False)
    assert join(group, one) == "in"


def test_a_pair_that_has_ended_keeps_nobody_out(pair):
    organization, group, one, _other = pair
    with open_scope(organization.pk):
        end_apart(pair=KeepApart.objects.get(), actor=SYSTEM)
    assert join(group, one) == "in"


def test_asking_again_after_taking_it_back_finds_out_nothing(pair):
    """Who asks, takes it back and asks again would else see when the other one leaves."""
    organization, group, one, other = pair
    assert join(group, one) == "asked"
    with open_scope(organization.pk):
        services.step_back(entry=WaitlistEntry.objects.get(person=one), actor=actor_for(one))
        services.leave(enrolment=Enrolment.objects.get(person=other, group=group), actor=SYSTEM)
    assert join(group, one) == "asked"


def bytes_of(cast, group, *, deed=None):
    """A group's page, or what comes of asking to join it, for the cast's client, without keys and addresses."""
    browser = cast.client("client")
    if deed:
        answer = browser.post(reverse("groups:join", args=[group.public_id]), {"once": str(new_key())}, follow=True)
    else:
        answer = browser.get(reverse("groups:group", args=[group.public_id]))
    assert answer.status_code == 200
    text = answer.content.decode()
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|value=\"[^\"]{30,}\"", "", text)


def test_the_page_and_the_answer_have_the_same_bytes_as_where_a_group_takes_nobody_new(cast):
    other = make_client(cast.harbor, name="Theo Brandt")
    make_apart(cast.people["client"], other.person)
    place = make_group(cast.harbor).location
    fields = {"name": {"en": "Tea"}, "location": place}
    closed, apart = make_group(cast.harbor, takes_new=False, **fields), make_group(cast.harbor, **fields)
    open_to_all = make_group(cast.harbor, **fields)
    make_enrolment(closed), make_enrolment(apart, other.person), make_enrolment(open_to_all)
    assert bytes_of(cast, closed) == bytes_of(cast, apart) == bytes_of(cast, open_to_all)
    told = [bytes_of(cast, group, deed="join") for group in (closed, apart)]
    assert TALK in told[0]
    assert told[0] == told[1]
    assert bytes_of(cast, closed) == bytes_of(cast, apart)


def test_nothing_that_is_kept_says_why(pair):
    organization, group, one, other = pair
    join(group, one)
    closed = make_group(organization, takes_new=False)
    join(closed, one)
    with open_scope(organization.pk):
        rows = [
            {name: value for name, value in vars(row).items() if name not in
             ("_state", "id", "public_id", "group_id", "entered_at", "asked_at", "pgh_id", "pgh_created_at",
              "pgh_obj_id", "rank")}
            for source in (WaitlistEntry.objects.order_by("pk"), WaitlistEntry.history.rel.related_model.objects.all())
            for row in source
        ]  # fmt: skip
        assert rows[0] == rows[1]
        assert rows[2] == rows[3]


def test_the_two_see_nothing_of_each_other_nor_of_the_pair(cast):
    """Over every list that each of them may open, before and after."""
    other = make_client(cast.harbor, name="Theo Brandt", user=make_user())
    me = cast.people["client"]
    group = make_group(cast.harbor, name={"en": "Tea"})
    make_enrolment(group, other.person)
    for person, name in ((me, "Theo Brandt"), (other.person, me.name)):
        browser = cast.client("client")
        browser.force_login(person.user)
        urls = ["/me/groups/", "/schedule/", reverse("groups:group", args=[group.public_id]), "/me/consents/"]
        before = [re.sub(r"value=\"[^\"]{30,}\"", "", browser.get(url).content.decode()) for url in urls]
        row = make_apart(me, other.person, why="He found her twice.")
        after = [re.sub(r"value=\"[^\"]{30,}\"", "", browser.get(url).content.decode()) for url in urls]
        assert before == after
        assert not any(name in text or "found her" in text or "apart" in text.lower() for text in after)
        with open_scope(cast.harbor.pk):
            end_apart(pair=row, actor=SYSTEM)


def test_coordinators_see_both_named_on_the_list_and_nobody_else_does(cast):
    one, other = (make_client(cast.harbor, name=name) for name in ("Rosa Quill", "Theo Brandt"))
    group = make_group(cast.harbor)
    make_enrolment(group, other.person)
    make_apart(one.person, other.person)
    with open_scope(cast.harbor.pk):
        services.join(group=group, person=one.person, actor=SYSTEM)
        told = {name: bool(selectors.apart_told(group, cast.actor(name))) for name in cast.users}
        assert {name for name, seen in told.items() if seen} == {"coordinator"}
        declare_bar(barred=cast.people["coordinator"], subject=one.person, actor=SYSTEM)
        assert selectors.apart_told(group, cast.actor("coordinator")) == []


def test_a_coordinator_who_is_one_of_them_sees_nothing_and_writes_nothing(cast):
    me, other = cast.people["coordinator"], make_client(cast.harbor).person
    make_apart(me, other)
    with open_scope(cast.harbor.pk):
        from apps.access.policy import visible_to

        assert not visible_to(KeepApart, cast.actor("coordinator")).exists()
        with pytest.raises(PermissionDenied), transaction.atomic():
            keep_apart(one=me, other=other, actor=cast.actor("coordinator"), why="mine")


def test_somebody_of_the_office_who_may_not_see_the_pair_learns_nothing_of_it(cast):
    one, other = (make_client(cast.harbor).person for _n in range(2))
    group = make_group(cast.harbor)
    make_enrolment(group, other)
    make_apart(one, other, why="He found her twice.")
    with open_scope(cast.harbor.pk):
        for name, in_spite in (("administrator", True), ("administrator", False), ("coordinator", False)):
            with pytest.raises(ValidationError) as refused:
                services.enrol(group=group, person=one, actor=cast.actor(name), in_spite=in_spite)
            assert refused.value.messages == ["A coordinator looks at this first."]
        assert services.enrol(group=group, person=one, actor=cast.actor("coordinator"), in_spite=True)


def test_who_waits_beside_somebody_they_are_kept_apart_from_gets_no_offer_and_holds_nobody_up():
    organization = make_organization()
    group = make_group(organization, capacity=2)
    inside, stays = make_enrolment(group), make_enrolment(group)
    first, second = make_waiting(group), make_waiting(group)
    make_apart(first.person, stays.person)
    with open_scope(organization.pk):
        services.leave(enrolment=inside, actor=SYSTEM)
        states = dict(WaitlistEntry.objects.values_list("pk", "state"))
        assert states == {first.pk: "waiting", second.pk: "offered"}
        services.leave(enrolment=stays, actor=SYSTEM)
        assert WaitlistEntry.objects.get(pk=first.pk).state == "offered"


def test_of_two_who_both_wait_and_are_kept_apart_since_only_the_first_gets_an_offer():
    organization = make_organization()
    group = make_group(organization, capacity=2)
    inside = [make_enrolment(group) for _n in range(2)]
    first, second, third = (make_waiting(group) for _n in range(3))
    make_apart(second.person, first.person)
    with open_scope(organization.pk):
        for each in inside:
            services.leave(enrolment=each, actor=SYSTEM)
        states = dict(WaitlistEntry.objects.values_list("pk", "state"))
    assert states == {first.pk: "offered", second.pk: "waiting", third.pk: "offered"}


def test_an_offer_taken_after_they_were_kept_apart_gives_the_neutral_answer_and_frees_the_place():
    organization = make_organization()
    group = make_group(organization, capacity=2)
    inside, stays = make_enrolment(group), make_enrolment(group)
    first, second = make_waiting(group), make_waiting(group)
    with open_scope(organization.pk):
        services.leave(enrolment=inside, actor=SYSTEM)
    make_apart(first.person, stays.person)
    with open_scope(organization.pk):
        assert services.accept_offer(entry=first, actor=SYSTEM).kind == "asked"
        assert dict(WaitlistEntry.objects.values_list("pk", "state")) == {first.pk: "asked", second.pk: "offered"}


def test_a_pair_never_points_into_another_organization():
    here, there = make_person(make_organization()), make_person(make_organization())
    first, second = sorted((here, there), key=lambda person: person.pk)
    with system_scope("test"), pytest.raises(IntegrityError), transaction.atomic():
        from django.db import connection

        KeepApart.objects.create(
            organization_id=here.organization_id, person_a=first, person_b=second, since=timezone.localdate()
        )
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_ages_are_said_kindly_and_an_age_nobody_knows_is_for_the_office():
    organization = make_organization()
    group = make_group(organization, youngest=18, oldest=25)
    today = timezone.localdate()
    for born_on, kind in (
        (today - timedelta(days=20 * 366), "join"),
        (today - timedelta(days=10 * 365), "no"),
        (today - timedelta(days=40 * 366), "no"),
        (None, "ask"),
    ):
        person = make_client(organization, born_on=born_on).person
        with open_scope(organization.pk):
            answer = selectors.may_join(group, person, SYSTEM)
        assert answer.kind == kind
        assert ("from 18 to 25" in answer.words) is (kind == "no")


def test_a_group_that_takes_nobody_new_asks_the_office_and_the_office_lets_in(cast):
    group = make_group(cast.harbor, takes_new=False)
    person = make_client(cast.harbor, user=make_user()).person
    assert join(group, person) == "asked"
    with open_scope(cast.harbor.pk):
        services.enrol(group=group, person=person, actor=cast.actor("coordinator"))
        assert WaitlistEntry.objects.get(person=person).state == "joined"
