"""Any story of roles, shares, teams, bars, seals and leavings: lists and pages answer what plain Python answers.

The reference below knows the rules of the policies once more, as sentences about sets, and nothing of SQL.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from apps.access import services as access
from apps.access.actor import Actor
from apps.access.policy import may, visible_to
from apps.access.scope import open_scope
from apps.certifications.models import Certification, CertificationGrant
from apps.clients import services as clients
from apps.clients.models import CareTeamMember, ClientRecord, ClientRecordGrant
from apps.groups import services as groups
from apps.groups.models import Enrolment
from apps.organizations import services
from apps.organizations.models import Bar, Declaration, Membership, Organization, Person, Seal
from apps.organizations.roles import ROLE_CAPABILITIES
from tests.factories.certifications import make_certification
from tests.factories.clients import make_client
from tests.factories.groups import make_enrolment, make_facilitator, make_group
from tests.factories.organizations import SYSTEM, make_member, make_organization, make_user

pytestmark = pytest.mark.django_db

ROLES = ("coordinator", "peer_specialist", "supervisor", "auditor", "observer", "administrator")
STAFF, CLIENTS, KEPT = 3, 3, (Person, Membership, ClientRecord, CareTeamMember, Enrolment, Certification)
DEEDS = (
    "give a role", "end a role", "leave", "hand over", "share", "share", "let a share run out", "end a share",
    "join a team", "join a team", "leave a team", "bar", "bar", "bar by name", "end a bar", "seal", "open",
)  # fmt: skip


# ---- the reference
@dataclass
class Facts:
    """What is so, in sets of keys. A Person's user is `user[person]`, absent for who can't sign in."""

    user: dict[int, int]
    works: set[tuple[int, str]]  # person, role: today
    worked: set[int]  # persons who work here or did
    memberships: dict[int, int]  # row: person
    records: dict[int, int]  # row: person
    team: dict[int, tuple[int, int, bool]]  # row: client's person, staff person, whether it stands
    enrolled: dict[int, int]  # row: person
    leads: set[int]  # persons who lead the one group
    certified: dict[int, int]  # row: person
    shared: set[tuple[str, int, int]]  # kind, row, user: now
    bars: set[tuple[int, int]]  # barred, subject: now
    seals: dict[int, int]  # subject, custodian: now

    def can(self, user: int, own: bool) -> frozenset[str]:
        roles = [ROLE_CAPABILITIES[role] for person, role in self.works if self.user.get(person) == user]
        return frozenset().union(*roles) if roles and not own else frozenset()

    def closed(self, user: int, own: bool) -> set[int]:
        mine = {person for person, whose in self.user.items() if whose == user}
        found = {subject for barred, subject in self.bars if barred in mine}
        found |= {subject for subject, custodian in self.seals.items() if self.user.get(custodian) != user}
        if own:
            return found - mine
        at_work = {person for person, _role in self.works if person in mine}
        return found | ({person for person in mine if person not in self.worked} if at_work else set())

    def sees(self, user: int, own: bool) -> dict[type, set[int]]:
        """The rows of each kind that this user sees."""
        can, closed = self.can(user, own), self.closed(user, own)
        mine = {person for person, whose in self.user.items() if whose == user}
        supports = {c for c, staff, stands in self.team.values() if stands and staff in mine and "give_care" in can}

        def shared(kind: str, row: int) -> bool:
            return (kind, row, user) in self.shared

        people = {*self.user, *self.records.values(), *self.memberships.values()}
        return {
            Person: {
                p
                for p in people
                if p not in closed
                and (p in mine or "view_clients" in can or ("view_members" in can and p in self.worked))
            },
            Membership: {
                row for row, p in self.memberships.items() if p not in closed and (p in mine or "view_members" in can)
            },
            ClientRecord: {
                row
                for row, p in self.records.items()
                if p not in closed and ("view_clients" in can or p in mine or p in supports or shared("record", row))
            },
            CareTeamMember: {
                row
                for row, (p, staff, _stands) in self.team.items()
                if not {p, staff} & closed and ("view_clients" in can or p in mine or p in supports)
            },
            Enrolment: {
                row
                for row, p in self.enrolled.items()
                if p not in closed and ("view_enrolments" in can or p in mine or bool(self.leads & mine))
            },
            Certification: {
                row
                for row, p in self.certified.items()
                if p not in closed and ("view_certifications" in can or p in mine or shared("certification", row))
            },
        }


def facts(world: World) -> Facts:
    """The facts as the tables hold them now: rows as they are, no condition of any policy."""
    now, group = timezone.now(), world.group
    people = list(Person.objects.all())
    memberships = list(Membership.objects.all())
    shares = [("record", g) for g in ClientRecordGrant.objects.all()]
    shares += [("certification", g) for g in CertificationGrant.objects.all()]
    return Facts(
        user={p.pk: p.user_id for p in people if p.user_id},
        works={(m.person_id, m.role) for m in memberships if m.archived_at is None and m.ends_on is None},
        worked={m.person_id for m in memberships},
        memberships={m.pk: m.person_id for m in memberships},
        records={c.pk: c.person_id for c in ClientRecord.objects.all()},
        team={
            m.pk: (m.client.person_id, m.person_id, m.ended_at is None)
            for m in CareTeamMember.objects.select_related("client")
        },
        enrolled={e.pk: e.person_id for e in Enrolment.objects.all()},
        leads={f.person_id for f in group.facilitators.all() if f.ends_on is None},
        certified={c.pk: c.person_id for c in Certification.objects.all()},
        shared={(kind, g.content_object_id, g.user_id) for kind, g in shares if g.until is None or g.until > now},
        bars={(b.barred_id, b.subject_id) for b in Bar.objects.all() if b.ended_at is None},
        seals={s.subject_id: s.custodian_id for s in Seal.objects.all() if s.ended_at is None},
    )


# ---- the world, and what may happen in it
@dataclass
class World:
    """One organization: staff, clients (the last one is the first staff member's other hat), a group, certificates."""

    here: Organization
    staff: list[Person] = field(default_factory=list)
    clients: list[ClientRecord] = field(default_factory=list)
    certificates: list[Certification] = field(default_factory=list)
    group: Any = None

    def readers(self) -> list[tuple[int, bool]]:
        """Everybody with a sign-in; the one with two hats in their own matters too."""
        users = {person.user_id for person in [*self.staff, *(c.person for c in self.clients)] if person.user_id}
        return [*((user, False) for user in sorted(users)), (self.staff[0].user_id, True)]

    def actor(self, user: int, own: bool = False) -> Actor:
        return Actor(user, self.here.pk, own=own)


def make_world() -> World:
    world = World(make_organization())
    world.staff = [make_member(world.here, role) for role in ("coordinator", "peer_specialist", "supervisor")]
    users = (None, make_user(), world.staff[0].user)
    world.clients = [make_client(world.here, user=user) for user in users]
    world.group = make_group(world.here, visibility="members")
    for client in world.clients[1:]:
        make_enrolment(world.group, client.person)
    make_facilitator(world.group, world.staff[1])
    world.certificates = [make_certification(person) for person in world.staff[:2]]
    make_member(world.here, "administrator")
    return world


def happen(world: World, deed: str, one: int, two: int) -> None:
    """One thing that happens, to the `one`th staff member and the `two`th of whatever else it takes."""
    person, client = world.staff[one % STAFF], world.clients[two % CLIENTS]
    role, users = ROLES[two % len(ROLES)], [person.user, client.person.user]
    open_rows: Callable[[Any], Any] = lambda rows: rows.filter(ended_at__isnull=True).order_by("pk").first()  # noqa: E731  a name for a step
    if deed == "give a role" and not held(person).filter(role=role).exists():
        services.add_membership(actor=SYSTEM, person=person, role=role, starts_on="2024-01-01")
    elif deed == "end a role" and (membership := held(person).first()):
        services.end_membership(membership=membership, actor=SYSTEM)
    elif deed == "leave":
        for membership in held(person):
            services.end_membership(membership=membership, actor=SYSTEM)
    elif deed == "hand over":
        to = world.staff[(one + 1) % STAFF]
        for member in CareTeamMember.objects.filter(person=person, ended_at__isnull=True):
            clients.leave_care_team(member=member, actor=SYSTEM)
            clients.join_care_team(client=member.client, person=to, actor=SYSTEM)
        groups.set_facilitator(group=world.group, person=to, actor=SYSTEM, starts_on="2024-01-01")
    elif deed in ("share", "end a share"):
        row = (*world.clients, *world.certificates)[two % (CLIENTS + 2)]
        if deed == "share":
            access.share(row=row, user=users[0], actor=SYSTEM, until=timezone.now() + timedelta(days=1))
        else:
            access.end_share(row=row, user=users[0], actor=SYSTEM)
    elif deed == "let a share run out":
        for grants in (ClientRecordGrant, CertificationGrant):
            grants.objects.filter(user=users[0]).update(until=timezone.now() - timedelta(seconds=1))
    elif deed == "join a team":
        clients.join_care_team(client=client, person=person, actor=SYSTEM)
    elif deed == "leave a team" and (member := open_rows(CareTeamMember.objects.filter(client=client))):
        clients.leave_care_team(member=member, actor=SYSTEM)
    elif deed in ("bar", "bar by name"):
        others = [*(c.person for c in world.clients), *(p for p in world.staff if p.pk != person.pk)]
        other = others[two % len(others)]
        known = {"subject": other} if deed == "bar" else {"name": other.name.upper()}
        services.declare(actor=SYSTEM, organization_id=world.here.pk, barred=person, **known)
    elif deed == "end a bar" and (rule := open_rows(Declaration.objects.all())):
        services.end_declaration(declaration=rule, actor=SYSTEM)
    elif deed in ("seal", "open") and held(world.staff[0]).exists():
        actor, record = world.actor(world.staff[0].user_id, own=True), world.clients[2].person
        keepers = [p for p in world.staff[1:] if held(p).filter(role__in=("administrator", "coordinator")).exists()]
        if deed == "open":
            services.open_seal(subject=record, actor=actor)
        elif keepers:
            services.seal_record(subject=record, custodian=keepers[two % len(keepers)], actor=actor)


def held(person: Person) -> Any:
    return Membership.objects.filter(person=person, archived_at__isnull=True).order_by("pk")


STORIES = st.tuples(st.sampled_from(DEEDS), st.integers(0, STAFF - 1), st.integers(0, 29))


def follow(world: World, story: list[tuple[str, int, int]], *, pages: bool) -> None:
    for deed, one, two in story:
        with suppress(ValidationError), transaction.atomic():  # refused, as for who works here no more: nothing changes
            happen(world, deed, one, two)
        known = facts(world)
        for user, own in world.readers():
            wanted = known.sees(user, own)
            listed = {m: set(visible_to(m, world.actor(user, own)).values_list("pk", flat=True)) for m in KEPT}
            wrong = {m.__name__: (listed[m] ^ wanted[m]) for m in KEPT if listed[m] != wanted[m]}
            assert not wrong, f"after {deed!r}, user {user}{' in own matters' * own}: {wrong}"
    known = facts(world)
    for user, own in world.readers():
        wanted = known.sees(user, own)
        for model in KEPT:
            actor = world.actor(user, own)
            assert {row.pk for row in model.objects.all() if may(actor, "view", row)} == wanted[model]
        if pages and not own:
            browser = Client(headers={"host": world.here.hosts.get().domain})
            browser.force_login(next(p.user for p in Person.objects.filter(user_id=user)))
            for client in world.clients:
                answer = browser.get(reverse("clients:detail", args=[client.public_id]))
                assert answer.status_code == (200 if client.pk in wanted[ClientRecord] else 404)


QUICK = settings(
    max_examples=10, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
LONG = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # a story is told in half a minute: shrinking one takes longer than reading it
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def told(world: World, story: list[tuple[str, int, int]], *, pages: bool = False) -> None:
    with open_scope(world.here.pk), transaction.atomic():
        follow(world, story, pages=pages)
        transaction.set_rollback(True)


@QUICK
@given(story=st.lists(STORIES, min_size=2, max_size=6))
def test_after_any_story_lists_and_rows_answer_what_the_facts_say(world: World, story: list[tuple[str, int, int]]):
    told(world, story)


@pytest.mark.slow
@pytest.mark.timeout(900)  # each story asks every row and page as everybody after each deed
@LONG
@given(story=st.lists(STORIES, min_size=4, max_size=14))
def test_after_any_long_story_lists_rows_and_pages_answer_what_the_facts_say(
    world: World, story: list[tuple[str, int, int]]
):
    told(world, story, pages=True)


def test_the_reference_notices_a_rule_that_is_left_out(world: World):
    with open_scope(world.here.pk), transaction.atomic():
        known = facts(world)
        before = known.sees(world.staff[0].user_id, False)
        known.bars.add((world.staff[0].pk, world.clients[0].person_id))
        after = known.sees(world.staff[0].user_id, False)
    gone = {model: before[model] - after[model] for model in KEPT}
    assert gone[ClientRecord] == {world.clients[0].pk} and gone[Person] == {world.clients[0].person_id}
