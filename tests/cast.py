"""The fixed cast of the tests: two organizations, and in each of them one person of every kind.

`harbor` is home and `aurora` is next door. The eleven roles of `Role`, plus

    client      somebody Harbor helps, who can sign in
    family      somebody a client may name
    stranger    the administrator of the other organization: as powerful as can be, elsewhere
    operator    runs the platform, belongs to no organization
    visitor     nobody signed in

Take it as the fixture `cast`. `cast.people` are Harbor's Persons by name and `cast.neighbours` Aurora's, `cast.users`
the users. A room that gives the client or the family member a record of its own adds it in `furnish`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.contrib.sites.models import Site
from django.test import Client

from apps.access.actor import Actor
from apps.access.scope import open_scope
from apps.accounts.models import User
from apps.organizations.choices import Role
from apps.organizations.models import Host, Membership, Organization, OrganizationRole, Person, RoleCapability
from apps.organizations.services import create_organization
from tests.factories.remembered import remembered

ROLES: tuple[str, ...] = tuple(Role.values)
PEOPLE: tuple[str, ...] = (*ROLES, "client", "family", "stranger", "operator", "visitor")
PASSWORD = "pw"
SYSTEM = Actor.for_system("the cast of the tests is made")


@dataclass
class Cast:
    """Who is there. Names are those of `PEOPLE`."""

    harbor: Organization
    aurora: Organization
    people: dict[str, Person] = field(default_factory=dict)
    neighbours: dict[str, Person] = field(default_factory=dict)
    users: dict[str, User | None] = field(default_factory=dict)

    def actor(self, name: str, organization: Organization | None = None) -> Actor:
        """The actor that somebody is on Harbor's host (or another organization's)."""
        user = self.users[name]
        return Actor(user.pk if user else None, (organization or self.harbor).pk)

    def client(self, name: str, host: str = "harbor.localhost") -> Client:
        """A browser in which somebody is signed in (or, for the visitor, nobody), on Harbor's host."""
        browser = Client(headers={"host": host}, raise_request_exception=True)
        if user := self.users[name]:
            browser.force_login(user)
        return browser


@remembered(
    User,
    Organization,
    Site,
    Host,
    Group,
    OrganizationRole,
    RoleCapability,
    Person,
    Membership,
    User.groups.through,
)
def build_cast() -> Cast:
    """Make everybody, in as few statements as it takes."""
    cast = Cast(
        harbor=create_organization(
            actor=SYSTEM,
            domain="harbor.localhost",
            name="Harbor Peer Center",
            short_name="Harbor",
            zone="America/New_York",
        ),
        aurora=create_organization(
            actor=SYSTEM, domain="aurora.localhost", name="Aurora Recovery", short_name="Aurora", zone="America/Denver"
        ),
    )
    cast.people = _people_of(cast.harbor)
    cast.neighbours = _people_of(cast.aurora)
    cast.users = {name: person.user for name, person in cast.people.items()}
    cast.users["stranger"] = cast.neighbours[Role.ADMINISTRATOR].user
    cast.users["operator"] = User.objects.create(
        email="operator@platform.example", password=make_password(PASSWORD), is_operator=True
    )
    cast.users["visitor"] = None
    furnish(cast)
    return cast


def furnish(cast: Cast) -> None:
    """What the client and the family member need from higher rooms to be more than a name."""


def _people_of(organization: Organization) -> dict[str, Person]:
    names = [*ROLES, "client", "family"]
    domain = organization.short_name.lower()
    secret = make_password(PASSWORD)
    users = User.objects.bulk_create(User(email=f"{name}@{domain}.example", password=secret) for name in names)
    with open_scope(organization.pk):
        people = Person.objects.bulk_create(
            Person(
                organization=organization, user=user, name=f"{organization.short_name} {name.replace('_', ' ').title()}"
            )
            for name, user in zip(names, users, strict=True)
        )
        found = dict(zip(names, people, strict=True))
        Membership.objects.bulk_create(
            Membership(organization=organization, person=found[role], role=role, starts_on=date(2020, 1, 1))
            for role in ROLES
        )
        groups = dict(OrganizationRole.objects.values_list("role", "group_id"))
    holds = User.groups.through
    holds.objects.bulk_create(holds(user_id=found[role].user_id, group_id=groups[role]) for role in ROLES)
    return found
