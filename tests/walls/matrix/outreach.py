"""Outreach has no pages of its own: what is sent when stands in the admin."""

from __future__ import annotations

from apps.organizations.models import Organization
from apps.outreach.models import OutreachStep
from apps.outreach.services import settle_steps
from tests.walls.matrix import Line, World

LINES: list[Line] = []


def a_step(world: World, organization: Organization) -> OutreachStep:
    """One of the steps that every organization begins with."""

    def make() -> OutreachStep:
        settle_steps()
        return OutreachStep.objects.filter(organization=organization).order_by("pk").first()

    return world.once(("a step", organization.pk), make)
