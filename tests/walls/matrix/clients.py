"""Pages about clients: the coordinator's for all, the care team's for theirs, the client's own record."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from apps.access.services import share
from apps.clients import services
from apps.clients.models import CareTeamMember, ClientRecord, Erasure, FamilyLink, Grievance, KeepApart
from apps.organizations.models import Organization, Person
from tests.cast import SYSTEM
from tests.walls.matrix import Line, World, at, who

EVERY_CLIENT = "administrator coordinator auditor"


def a_client(world: World, organization: Organization) -> ClientRecord:
    """A client nobody of the cast has to do with."""
    return world.once(
        ("a client", organization.pk),
        lambda: services.add_client(
            actor=SYSTEM, organization_id=organization.pk, name="Anita Client", since=date(2026, 1, 5)
        ),
    )


def a_care_team_member(world: World, organization: Organization) -> CareTeamMember:
    """The organization's observer, on that client's team: no role of the cast sees more by it."""

    def make() -> CareTeamMember:
        return services.join_care_team(
            client=a_client(world, organization), person=people_of(world, organization)["observer"], actor=SYSTEM
        )

    return world.once(("a care team member", organization.pk), make)


def a_family_link(world: World, organization: Organization) -> FamilyLink:
    """Somebody who is nobody of the cast, as that client's family: nobody's pages change by it."""

    def make() -> FamilyLink:
        return services.name_family(
            client=a_client(world, organization),
            person=Person.objects.create(organization=organization, name="Aunt Client"),
            tie="friend",
            actor=SYSTEM,
        )

    return world.once(("a family link", organization.pk), make)


def a_grievance(world: World, organization: Organization) -> Grievance:
    """What that client says went wrong, about nobody of the administrators."""
    return world.once(
        ("a grievance", organization.pk),
        lambda: services.file_grievance(
            client=a_client(world, organization),
            actor=SYSTEM,
            words="Nobody called back.",
            about_person=people_of(world, organization)["observer"],
        ),
    )


def grievance_address(world: World, organization: Organization) -> dict[str, Any]:
    return {"public_id": a_grievance(world, organization).public_id}


def an_erasure(world: World, organization: Organization) -> Erasure:
    """That client's record, asked for by the administrator; its time of keeping is not asked here."""
    return world.once(
        ("an erasure", organization.pk),
        lambda: Erasure.objects.create(
            organization=organization,
            client=a_client(world, organization),
            reason="asked",
            asked_by=people_of(world, organization)["administrator"].user,
            expires_at=timezone.now() + timedelta(days=1),
        ),
    )


def people_of(world: World, organization: Organization) -> dict[str, Person]:
    return world.cast.people if organization == world.cast.harbor else world.cast.neighbours


def address_of(world: World, organization: Organization) -> dict[str, Any]:
    return {"public_id": a_client(world, organization).public_id}


def shared_client(world: World, person: str) -> dict[str, Any]:
    """A client whose record was shared with this very person."""
    client = world.once(
        "a shared client",
        lambda: services.add_client(
            actor=SYSTEM, organization_id=world.cast.harbor.pk, name="Shared Client", since=date(2026, 1, 5)
        ),
    )
    if user := world.cast.users[person]:
        world.once(("shared", person), lambda: share(row=client, user=user, actor=SYSTEM))
    return {"public_id": client.public_id}


def a_pair(world: World, organization: Organization) -> KeepApart:
    """That client and somebody else, kept apart."""

    def make() -> KeepApart:
        other = Person.objects.create(organization=organization, name="Otto Other")
        return services.keep_apart(one=a_client(world, organization).person, other=other, actor=SYSTEM)

    return world.once(("a pair", organization.pk), make)


def pair_address(world: World, organization: Organization) -> dict[str, Any]:
    return {"public_id": a_pair(world, organization).public_id}


LINES = [
    Line("clients:list", who(403, ok=f"{EVERY_CLIENT} supervisor peer_specialist")),
    Line(
        "clients:detail",
        own=who(404, ok=EVERY_CLIENT),
        granted=who(200),
        make=address_of,
        grant=shared_client,
    ),
    Line(
        "clients:grievance_for",
        own=who(404, ok=EVERY_CLIENT),
        granted=who(403, ok=f"{EVERY_CLIENT} supervisor peer_specialist"),
        make=address_of,
        grant=shared_client,
    ),
    # the cast's client is one only by name: nobody here has a client record
    Line("clients:own_grievances", who(403)),
    Line("clients:own_grievance", own=who(403), foreign=who(403), make=grievance_address),
    Line("clients:withdraw_grievance", own=who(403), foreign=who(403), make=grievance_address, method="post"),
    Line(
        "clients:erase",
        own=who(404, at(403, "coordinator auditor"), ok="administrator"),
        granted=who(403, ok="administrator"),
        make=address_of,
        grant=shared_client,
    ),
    Line(
        "clients:erase",
        own=who(404, at(403, "coordinator auditor"), at(422, "administrator")),
        make=address_of,
        method="post",
        data={"do": "ask"},
        what="with nothing typed",
    ),
    # it is there for whoever is asked about their own sealed record, and for nobody else
    Line("clients:agree_erasure", who(404)),
    Line(
        "clients:close",
        own=who(404, ok=EVERY_CLIENT),
        granted=who(403, ok="roles"),
        make=address_of,
        grant=shared_client,
    ),
    Line(
        "clients:close",
        own=who(404, at(422, EVERY_CLIENT)),
        make=address_of,
        method="post",
        data={"kind": ""},
        what="with nothing chosen",
    ),
    # coordinators alone
    Line(
        "clients:apart",
        own=who(404, at(403, "administrator auditor"), ok="coordinator"),
        granted=who(403, ok="coordinator"),
        make=address_of,
        grant=shared_client,
    ),
    Line(
        "clients:apart",
        own=who(404, at(403, "administrator auditor"), at(422, "coordinator")),
        make=address_of,
        method="post",
        what="with nobody chosen",
    ),
    Line("clients:end_apart", own=who(404, at(302, "coordinator")), make=pair_address, method="post"),
]
