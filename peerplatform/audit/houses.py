"""The two houses of an audit and the people who ask in them: one of each role, and those without any."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.apps import apps
from django.conf import settings
from django.test import Client

from apps.access.actor import Actor
from apps.access.policy import policy_of
from apps.access.scope import open_scope, system_scope
from apps.accounts.models import User
from apps.organizations.choices import OrganizationKind, Role
from apps.organizations.models import Bar, Membership, Organization, OrganizationRole, Person
from apps.organizations.selectors import primary_host
from apps.organizations.services import create_organization

__all__ = ["BARRED", "OUTSIDERS", "House", "Houses", "Rows", "open_houses"]

BARRED = "barred administrator"
OUTSIDERS = ("nobody's role", "operator", "visitor")
SYSTEM = Actor.for_system("an audit of the walls asks")


@dataclass
class Rows:
    """One row of each kind that a house has, the newest; each organization's own rows in system scope."""

    organization_id: int
    found: dict[Any, Any] = field(default_factory=dict)

    def of(self, model: Any) -> Any:
        """The row of this kind, or None where the house has none."""
        if model not in self.found:
            with system_scope("an audit looks for a row to ask for"):
                mine = {model.scope_field: self.organization_id}
                self.found[model] = model._base_manager.filter(**mine).order_by("-pk").first()
        return self.found[model]


@dataclass
class House:
    """One organization: its host, its people by role, its rows, a browser for each person."""

    organization: Organization
    host: str
    users: dict[str, Any]
    rows: Rows
    browsers: dict[str, Client] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        user = self.users[name]
        return Actor(user.pk if user else None, self.organization.pk)

    def browser(self, name: str) -> Client:
        """A browser in which this person is signed in on the house's own host."""
        if name not in self.browsers:
            browser = Client(headers={"host": self.host}, raise_request_exception=False)
            if self.users[name] is not None:
                browser.force_login(self.users[name])
            self.browsers[name] = browser
        return self.browsers[name]


@dataclass
class Houses:
    """`here` is asked, `next_door` is what it must not tell of."""

    here: House
    next_door: House


def open_houses(here: int | None = None, next_door: int | None = None) -> Houses:
    """The two houses: those named by id, else the two with the most people. A second one is made where there is none.

    Everything that it writes is undone with the transaction of the audit.
    """
    with system_scope("an audit chooses its two organizations"):
        peers = list(Organization.objects.filter(kind=OrganizationKind.PEER_RUN, archived_at__isnull=True))
        peers.sort(key=lambda one: -Person.objects.filter(organization=one).count())
        chosen = {one.pk: one for one in peers}
        second = chosen.get(next_door or 0) or next((one for one in peers if one.pk != here), None) or _made()
        first = chosen.get(here or 0) or next((one for one in peers if one != second), None) or _made()
        Organization.objects.filter(pk__in=[first.pk, second.pk]).update(second_factor=False)
        return Houses(_house(first), _house(second))


def _made() -> Organization:
    word = f"audit-{uuid.uuid4().hex[:12]}"
    return create_organization(
        actor=SYSTEM, domain=f"{word}.localhost", name=word, short_name=word[:30], zone="America/New_York"
    )


def _house(organization: Organization) -> House:
    host = primary_host(organization)
    names = [*Role.values, BARRED, "nobody's role"]
    word = uuid.uuid4().hex[:12]
    made = User.objects.bulk_create(User(email=f"{n}-{word}@audit.example") for n in range(len(names)))
    users: dict[str, Any] = dict(zip(names, made, strict=True))
    with open_scope(organization.pk, command="audit_walls"):
        people = dict(
            zip(
                names,
                Person.objects.bulk_create(
                    Person(organization=organization, user=users[name], name=f"Audit {word} {n}")
                    for n, name in enumerate(names)
                ),
                strict=True,
            )
        )
        groups = dict(OrganizationRole.objects.values_list("role", "group_id"))
        held = [*((role, role) for role in Role.values), (BARRED, Role.ADMINISTRATOR)]
        Membership.objects.bulk_create(
            Membership(organization=organization, person=people[name], role=role, starts_on=date(2020, 1, 1))
            for name, role in held
        )
        holds = User.groups.through
        holds.objects.bulk_create(holds(user_id=users[name].pk, group_id=groups[role]) for name, role in held)
    users["operator"] = User.objects.create(email=f"operator-{word}@audit.example", is_operator=True)
    users["visitor"] = None
    house = House(organization, host.domain if host else settings.PLATFORM_HOSTS[0], users, Rows(organization.pk))
    _bar(house, people[BARRED])
    return house


def _bar(house: House, person: Person) -> None:
    """Private rules between one administrator and everybody whom one of the house's rows tells of."""
    subjects: set[int] = set()
    for model in apps.get_models():
        policy, row = policy_of(model), None
        if policy and policy.identifies and hasattr(model, "scope_field"):
            row = house.rows.of(model)
        if policy is None or row is None or row.pk == person.pk:
            continue
        with system_scope("an audit finds whom a row tells of"):
            for path in policy.identifies:
                found = model._base_manager.filter(pk=row.pk, **{f"{path}__isnull": False}).values_list(path, flat=True)
                subjects |= set(found)
    with open_scope(house.organization.pk, command="audit_walls"):
        Bar.objects.bulk_create(
            Bar(organization=house.organization, barred=person, subject_id=pk) for pk in subjects - {person.pk}
        )
