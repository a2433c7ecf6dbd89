"""How people stop messages, and what was sent."""

from __future__ import annotations

from typing import Any

from apps.messaging.models import ContactPoint, Message, SendingRules
from apps.messaging.registry import Purpose
from apps.messaging.services.optouts import stop_token
from apps.organizations.models import Organization, Person
from tests.factories.messaging import make_contact_point, plan_for
from tests.walls.matrix import Line, World, everyone

PURPOSE = Purpose("matrix", "appointments", "appointment_reminder", lambda organization_id, rows: {})


def a_message(world: World, organization: Organization) -> Message:
    """A planned message to somebody who is nobody of the cast."""

    def make() -> Message:
        person = Person.objects.create(organization=organization, name="Somebody Else")
        make_contact_point(person)
        return plan_for(person, PURPOSE)

    return world.once(("a message", organization.pk), make)


def a_contact_point(world: World, organization: Organization) -> ContactPoint:
    """A way to reach the same somebody."""
    person = a_message(world, organization).person
    assert person is not None
    return person.contact_points.get()


def sending_rules(world: World, organization: Organization) -> SendingRules:
    def make() -> SendingRules:
        return SendingRules.objects.create(organization=organization)

    return world.once(("sending rules", organization.pk), make)


def a_stop_link(world: World, organization: Organization) -> dict[str, Any]:
    return {"token": stop_token(a_message(world, organization))}


LINES = [
    Line("messaging_stop", everyone(200), foreign=everyone(404), make=a_stop_link),
    Line("messaging_stop", everyone(200), foreign=everyone(404), make=a_stop_link, method="post"),
]
