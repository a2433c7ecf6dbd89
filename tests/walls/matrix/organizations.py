"""Joining by an invitation, and opening a file."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from apps.access.actor import Actor
from apps.organizations import services
from apps.organizations.models import (
    Absence,
    Invitation,
    Location,
    Organization,
    Person,
    PolicyDocument,
    Programme,
    Room,
    SheetExport,
    SheetImport,
    SheetImportRow,
    StoredFile,
    SupportSession,
)
from tests.cast import SYSTEM
from tests.walls.matrix import Line, World, at, everyone, who


def people_of(world: World, organization: Organization) -> dict[str, Person]:
    """The cast's Persons in one of the two organizations."""
    return world.cast.people if organization == world.cast.harbor else world.cast.neighbours


def a_location(world: World, organization: Organization) -> Location:
    """A confidential place."""
    return world.once(
        ("a location", organization.pk),
        lambda: Location.objects.create(
            organization=organization, name="Quiet house", zone="America/Denver", is_confidential=True
        ),
    )


def a_room(world: World, organization: Organization) -> Room:
    """A room in it."""
    place = a_location(world, organization)
    return world.once(
        ("a room", organization.pk),
        lambda: Room.objects.create(organization=organization, location=place, name="Upstairs"),
    )


def a_programme(world: World, organization: Organization) -> Programme:
    """A programme."""
    return world.once(
        ("a programme", organization.pk), lambda: Programme.objects.create(organization=organization, name="Warm line")
    )


def an_invitation(world: World, organization: Organization) -> tuple[Invitation, str]:
    """A link that still works, for somebody new, and its token."""

    def make() -> tuple[Invitation, str]:
        person = services.add_person(actor=SYSTEM, organization_id=organization.pk, name="Noor New")
        services.add_membership(actor=SYSTEM, person=person, role="observer", starts_on="2026-01-01")
        return services.invite(person=person, email=f"new@{organization.pk}.example", actor=SYSTEM)

    return world.once(("an invitation", organization.pk), make)


def a_file(world: World, organization: Organization) -> StoredFile:
    """A file that no row holds."""
    return world.once(
        ("a file", organization.pk),
        lambda: services.store_file(
            content=b"plain words", name="words.txt", actor=Actor.for_system("test"), organization_id=organization.pk
        ),
    )


def a_policy(world: World, organization: Organization) -> PolicyDocument:
    """A published policy for who works there."""
    return world.once(
        ("a policy", organization.pk),
        lambda: services.write_policy(
            document=PolicyDocument(organization=organization),
            actor=SYSTEM,
            kind="safety",
            title="When somebody is in danger",
            body="Call 911 first.",
            publish=True,
        ),
    )


def policy_address(world: World, organization: Organization) -> dict[str, Any]:
    return {"public_id": a_policy(world, organization).public_id}


def a_sheet(world: World, organization: Organization) -> SheetImport:
    """A list of clients that was brought in, with one line."""

    def make() -> SheetImport:
        record = SheetImport.objects.create(organization=organization, kind="clients", name="clients.csv", added=1)
        person = people_of(world, organization)["client"]
        SheetImportRow.objects.create(organization=organization, sheet=record, line=2, person=person)
        return record

    return world.once(("a sheet", organization.pk), make)


def a_long_list(world: World, organization: Organization) -> SheetExport:
    """A list that its administrator is taking out."""
    user = people_of(world, organization)["administrator"].user
    return world.once(
        ("a long list", organization.pk),
        lambda: SheetExport.objects.create(organization=organization, kind="clients", form="csv", asked_by=user),
    )


def link(world: World, organization: Organization) -> dict[str, Any]:
    return {"token": an_invitation(world, organization)[1]}


def file_address(world: World, organization: Organization) -> dict[str, Any]:
    return {"public_id": a_file(world, organization).public_id}


def invitation_key(world: World, organization: Organization) -> dict[str, Any]:
    return {"object_id": str(an_invitation(world, organization)[0].pk)}


ENTERS = "administrator coordinator auditor"


def about_invitation(name: str) -> Line:
    """A page of the office about one invitation, which only who manages members sees."""
    unseen = who(403, at(404, ENTERS))
    return Line(name, who(403, at(404, ENTERS), at(200, "administrator")), foreign=unseen, make=invitation_key)


def person_key(world: World, organization: Organization) -> dict[str, Any]:
    return {"object_id": str(people_of(world, organization)["observer"].pk)}


def an_absence(world: World, organization: Organization) -> Absence:
    """The observer's day off."""
    return world.once(
        ("an absence", organization.pk),
        lambda: services.write_absence(
            absence=Absence(organization=organization),
            actor=SYSTEM,
            person=people_of(world, organization)["observer"],
            starts_on=date(2026, 1, 5),
            ends_on=date(2026, 1, 6),
        ),
    )


def support_address(world: World, organization: Organization) -> dict[str, Any]:
    """A session that has ended, so that it opens nothing to the operator of the cast."""

    def make() -> dict[str, Any]:
        now = timezone.now()
        session = SupportSession.objects.create(
            organization=organization,
            operator=world.cast.users["operator"],
            reason="It looked wrong",
            started_at=now - timedelta(hours=2),
            until=now - timedelta(hours=1),
            ended_at=now - timedelta(hours=1),
        )
        return {"public_id": session.public_id}

    return world.once(("a support session", organization.pk), make)


def a_rule(world: World, organization: Organization) -> dict[str, Any]:
    """A private rule that nobody of the cast declared."""
    barred = people_of(world, organization)["translator"]
    rule = world.once(
        ("a rule", organization.pk),
        lambda: services.declare(
            actor=SYSTEM, organization_id=organization.pk, barred=barred, name="Nobody Known", kind="other"
        ),
    )
    return {"public_id": rule.public_id}


def own_rule(world: World, name: str) -> dict[str, Any]:
    """A private rule that this very person declared."""
    person = world.cast.people.get(name)
    if person is None:
        return a_rule(world, world.cast.harbor)
    sides = {"subject": person} if name in ("client", "family") else {"barred": person}
    if name == "administrator":
        services.name_deputy(person=world.cast.people["coordinator"], actor=SYSTEM)
    rule = services.declare(
        actor=world.cast.actor(name), organization_id=world.cast.harbor.pk, name="Nobody Known", kind="other", **sides
    )
    return {"public_id": rule.public_id}


LINES = [
    Line("organizations:support", who(403, ok="administrator auditor")),
    Line(
        "organizations:support_end",
        who(404, (302, "administrator"), (403, "auditor")),
        make=support_address,
        method="post",
    ),
    Line("organizations:policies", everyone(200)),
    Line(
        "organizations:policy",
        everyone(404, (200, "roles")),
        foreign=everyone(404),
        make=policy_address,
    ),
    Line(
        "organizations:policy_read",
        who(404, (302, "roles")),
        make=policy_address,
        method="post",
        data={"version": "1"},
    ),
    Line("organizations:my_work", who(403, ok="roles")),
    Line(
        "admin:organizations_person_leave",
        who(403, at(200, "administrator")),
        foreign=who(403, at(404, ENTERS)),
        make=person_key,
    ),
    Line("organizations:join_card", everyone(200)),
    about_invitation("admin:organizations_invitation_next"),
    about_invitation("admin:organizations_invitation_again"),
    about_invitation("admin:organizations_invitation_end"),
    Line("organizations:closed", who(403, ok="roles")),
    Line("organizations:unseen", who(403, ok="administrator coordinator")),
    Line("organizations:unseen", who(403, at(302, "administrator coordinator")), method="post", what="with nothing"),
    Line(
        "organizations:closed", who(403, at(422, "roles")), method="post", data={"name": ""}, what="with nothing typed"
    ),
    Line("organizations:name_deputy", who(403, at(422, "administrator")), method="post", what="with nobody chosen"),
    Line(
        "organizations:end_closed",
        who(404, at(403, "client family stranger operator")),
        foreign=who(404, at(403, "client family stranger operator")),
        granted=who(403, at(302, "roles")),
        make=a_rule,
        grant=own_rule,
        method="post",
    ),
    Line("organizations:keep_away", who(403, ok="client family")),
    Line(
        "organizations:keep_away",
        who(403, at(422, "client family")),
        method="post",
        data={"name": ""},
        what="with nothing typed",
    ),
    Line(
        "organizations:end_keep_away",
        who(403, at(404, "client family")),
        foreign=who(403, at(404, "client family")),
        granted=who(403, at(302, "client family")),
        make=a_rule,
        grant=own_rule,
        method="post",
    ),
    Line("organizations:former_record", who(403, ok="roles")),
    Line(
        "organizations:former_record",
        who(403, at(422, "roles")),
        method="post",
        data={"card": ""},
        what="with nothing typed",
    ),
    Line("organizations:open_record", who(403, at(404, "roles")), method="post"),
    # The link itself is what lets somebody in, whoever they are; next door's and a made-up one read alike.
    Line("organizations:join", everyone(200), foreign=everyone(404), make=link),
    Line(
        "organizations:join",
        # whoever works here already has nothing left to join
        who(302, at(200, "roles"), visitor=200),
        foreign=everyone(404),
        make=link,
        method="post",
        what="taking it up ",
    ),
    # Held by no row, so open to nobody; rows that hold files bring lines of their own.
    Line("organizations:file", own=who(404), make=file_address),
]
