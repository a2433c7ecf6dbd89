"""Organizations, people and places for tests. Each function makes one valid thing and lets a test name what matters."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from django.db import transaction

from apps.access.actor import Actor
from apps.access.scope import open_scope, system_scope
from apps.accounts.models import User
from apps.organizations import services
from apps.organizations.choices import Role
from apps.organizations.models import Location, Membership, Organization, Person, Room

_number = itertools.count(1)
SYSTEM = Actor.for_system("test data is made")


def make_organization(**fields: Any) -> Organization:
    """An organization with a host of its own, `org<n>.localhost` unless told otherwise."""
    n = next(_number)
    domain = fields.pop("domain", f"org{n}.localhost")
    fields = {"name": f"Organization {n}", "short_name": f"Org {n}", "zone": "America/New_York", **fields}
    return services.create_organization(actor=SYSTEM, domain=domain, **fields)


def make_user(**fields: Any) -> User:
    """A user who signs in by e-mail with the password `pw`."""
    fields.setdefault("email", f"user{next(_number)}@example.com")
    return User.objects.create_user(password=fields.pop("password", "pw"), **fields)


def make_person(organization: Organization, **fields: Any) -> Person:
    """A person the organization knows, without sign-in unless `user` is given."""
    fields.setdefault("name", f"Person {next(_number)}")
    with system_scope("test data is made"):
        return services.add_person(actor=SYSTEM, organization_id=organization.pk, **fields)


@transaction.atomic
def make_member(organization: Organization, role: str = Role.COORDINATOR, **fields: Any) -> Person:
    """A person who works here in one role and can sign in."""
    user = fields.pop("user", None) or make_user()
    person = make_person(organization, user=user, **fields)
    with open_scope(organization.pk):
        Membership.objects.create(organization=organization, person=person, role=role, starts_on=date(2020, 1, 1))
        services.settle_role_groups(user=user)
    return person


def actor_for(person: Person) -> Actor:
    """The actor that this person's user is in the person's organization."""
    return Actor(person.user_id, person.organization_id)


@transaction.atomic
def make_location(organization: Organization, **fields: Any) -> Location:
    """A location in the organization's zone."""
    fields = {"name": f"House {next(_number)}", "zone": organization.zone, **fields}
    with open_scope(organization.pk):
        return Location.objects.create(organization=organization, **fields)


@transaction.atomic
def make_room(location: Location, **fields: Any) -> Room:
    """A room of a location."""
    fields = {"name": f"Room {next(_number)}", **fields}
    with open_scope(location.organization_id):
        return Room.objects.create(organization_id=location.organization_id, location=location, **fields)
