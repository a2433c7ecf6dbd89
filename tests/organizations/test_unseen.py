"""What somebody holds and, by a private rule, can't see: it is named, to those who may, and goes to who can."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from apps.access.policy import may
from apps.access.scope import open_scope
from apps.care.models import Appointment
from apps.clients.models import CareTeamMember, ClientRecord, Grievance
from apps.clients.services import file_grievance
from apps.organizations import selectors, services
from apps.organizations.models import Seal
from apps.organizations.registry import holdings
from tests.cast import SYSTEM, Cast
from tests.factories.care import make_appointment, make_missed
from tests.factories.clients import make_client, put_on_team
from tests.factories.organizations import actor_for, make_member, make_user

pytestmark = pytest.mark.django_db
PAGE = "/staff/to-hand-over/"
ALL = {"care_teams": 1, "visits": 1, "follow_ups": 1}


@pytest.fixture
def held(cast: Cast) -> ClientRecord:
    """A client whom the peer specialist supports, meets tomorrow and has to reach."""
    client, holder = make_client(cast.harbor, name="Quentin Known"), cast.people["peer_specialist"]
    put_on_team(client, holder, leads=True)
    make_appointment(client, staff=holder, starts_at=timezone.now() + timedelta(days=1))
    make_missed(client, staff=holder)
    return client


def close(cast: Cast, who: str) -> None:
    with open_scope(cast.harbor.pk):
        services.declare(
            actor=cast.actor(who), organization_id=cast.harbor.pk, barred=cast.people[who], name="Quentin Known"
        )


def waiting(cast: Cast, who: str) -> dict[str, int]:
    with open_scope(cast.harbor.pk):
        found = selectors.unseen_by_holders(cast.actor(who))
        assert selectors.count_unseen(cast.actor(who)) == sum(len(rows) for _kind, rows in found)
        return {kind.name: len(rows) for kind, rows in found}


def test_what_a_barred_person_held_waits_for_the_office_and_for_nobody_whom_a_rule_keeps_out(cast: Cast, held):
    assert waiting(cast, "coordinator") == {}
    close(cast, "peer_specialist")
    assert waiting(cast, "coordinator") == waiting(cast, "administrator") == ALL
    assert waiting(cast, "peer_specialist") == {}
    with open_scope(cast.harbor.pk):
        services.declare_bar(barred=cast.people["administrator"], subject=held.person, actor=SYSTEM)
    assert waiting(cast, "administrator") == {}
    assert reverse("organizations:unseen") in cast.client("coordinator").get("/admin/").content.decode()
    assert reverse("organizations:unseen") not in cast.client("administrator").get("/admin/").content.decode()
    page = cast.client("coordinator").get(PAGE).content.decode()
    assert "Quentin Known" in page and "Harbor Peer Specialist" in page
    assert "Quentin" not in cast.client("administrator").get(PAGE).content.decode()
    assert cast.client("peer_specialist").get(PAGE).status_code == 403


def test_each_thing_goes_to_somebody_who_sees_it_and_then_nothing_waits(cast: Cast, held):
    close(cast, "peer_specialist")
    taker = make_member(cast.harbor, "peer_specialist", name="Tamar Taker")
    browser = cast.client("coordinator")
    form = browser.get(PAGE).context["form"]
    assert len(form.things) == 3
    assert browser.post(PAGE, {}).status_code == 302
    assert waiting(cast, "coordinator") == ALL
    answer = browser.post(PAGE, {name: str(taker.pk) for name in form.things})
    assert answer.status_code == 302
    assert waiting(cast, "coordinator") == {}
    with open_scope(cast.harbor.pk):
        assert set(CareTeamMember.objects.filter(ended_at=None).values_list("person_id", "leads")) == {(taker.pk, True)}
        assert set(Appointment.objects.filter(state="booked").values_list("staff_id", flat=True)) == {taker.pk}
        assert may(actor_for(taker), "view", held)


def test_all_that_was_chosen_goes_or_nothing_and_never_to_somebody_else_kept_out(cast: Cast, held):
    close(cast, "peer_specialist")
    other, taker = (make_member(cast.harbor, "peer_specialist", name=name) for name in ("Olga Out", "Tamar Taker"))
    with open_scope(cast.harbor.pk):
        services.declare_bar(barred=other, subject=held.person, actor=SYSTEM)
        starts_at = Appointment.objects.get(state="booked").starts_at
    make_appointment(make_client(cast.harbor), staff=taker, starts_at=starts_at)
    browser = cast.client("coordinator")
    form = browser.get(PAGE).context["form"]
    assert all(str(other.pk) not in takers for _kind, _row, takers in form.things.values())
    visit = next(name for name in form.things if "visits" in name)
    refused = browser.post(PAGE, {name: str(taker.pk) for name in form.things})
    assert refused.status_code == 422 and set(refused.context["form"].errors) == {visit}
    assert waiting(cast, "coordinator") == ALL
    kind = next(kind for kind in holdings() if kind.name == "follow_ups")
    with open_scope(cast.harbor.pk):
        row = selectors.unseen(kind).get()
        for to, actor, error in (
            (other, cast.actor("coordinator"), ValidationError),
            (taker, cast.actor("supervisor"), PermissionDenied),
        ):
            with pytest.raises(error), transaction.atomic():
                services.hand_over_unseen(kind=kind, row=row, to=to, actor=actor)
        for _twice in range(2):
            services.hand_over_unseen(kind=kind, row=row, to=taker, actor=cast.actor("coordinator"))
        row.refresh_from_db()
    assert row.assigned_to_id == taker.pk


# ---- sealed records
@pytest.fixture
def sealed(cast: Cast) -> ClientRecord:
    """A client of before who works here now."""
    user = make_user()
    client = make_client(cast.harbor, name="Sasha Sealed", user=user)
    make_member(cast.harbor, "peer_specialist", user=user, name="Sasha Works")
    return client


def seal(cast: Cast, client: ClientRecord, custodian: str) -> None:
    with open_scope(cast.harbor.pk), transaction.atomic():
        actor = actor_for(client.person)
        services.seal_record(subject=client.person, custodian=cast.people[custodian], actor=actor)


def grievance_of(cast: Cast, client: ClientRecord, **values) -> Grievance:
    with open_scope(cast.harbor.pk), transaction.atomic():
        return file_grievance(client=client, actor=SYSTEM, words="Nobody called.", **values)


def test_a_grievance_of_somebody_whose_record_is_sealed_is_answered_by_who_keeps_it(cast: Cast, sealed):
    seal(cast, sealed, "coordinator")
    grievance = grievance_of(cast, sealed)
    assert grievance.owner == cast.people["coordinator"]
    with open_scope(cast.harbor.pk):
        assert may(cast.actor("coordinator"), "change", grievance)
        assert not may(cast.actor("administrator"), "view", grievance)
    with pytest.raises(ValidationError) as refused:
        grievance_of(cast, sealed, about_person=cast.people["coordinator"])
    assert set(refused.value.error_dict) == {"about_person"}
    with open_scope(cast.harbor.pk):
        assert set(Grievance.objects.all()) == {grievance}


def test_an_open_grievance_goes_to_who_keeps_the_record_and_all_else_waits_for_their_choice(cast: Cast, sealed):
    make_missed(sealed, staff=cast.people["peer_specialist"])
    grievance = grievance_of(cast, sealed)
    assert grievance.owner == cast.people["administrator"]
    seal(cast, sealed, "coordinator")
    with open_scope(cast.harbor.pk):
        grievance.refresh_from_db()
        assert grievance.owner == cast.people["coordinator"]
    assert waiting(cast, "administrator") == {}
    assert waiting(cast, "coordinator") == {"follow_ups": 1}
    form = cast.client("coordinator").get(PAGE).context["form"]
    assert [list(takers.values()) for _kind, _row, takers in form.things.values()] == [[cast.people["coordinator"]]]


def test_a_record_is_not_sealed_to_somebody_who_would_have_to_judge_themself(cast: Cast, sealed):
    grievance = grievance_of(cast, sealed, about_person=cast.people["coordinator"])
    with pytest.raises(ValidationError) as refused:
        seal(cast, sealed, "coordinator")
    assert set(refused.value.error_dict) == {"custodian"}
    with open_scope(cast.harbor.pk):
        assert not Seal.objects.exists()
        grievance.refresh_from_db()
        assert grievance.owner == cast.people["administrator"]
