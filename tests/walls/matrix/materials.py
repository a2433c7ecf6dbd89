"""Materials: open to everybody, handed to a client, or only for those who work with them."""

from datetime import date
from typing import Any

from django.utils import timezone

from apps.clients.models import ClientRecord
from apps.materials import services
from apps.materials.models import Material, MaterialShare, MaterialText
from apps.organizations.models import Organization, Person
from tests.cast import SYSTEM
from tests.walls.matrix import Line, World, at, clients, everyone, who

READS_ALL = "administrator coordinator supervisor peer_specialist translator auditor"
HANDS_OUT = "administrator coordinator supervisor peer_specialist"


def a_material(world: World, organization: Organization) -> Material:
    """A published material that was handed to nobody."""

    def make() -> Material:
        material = Material.objects.create(organization=organization, name="Sleep")
        MaterialText.objects.create(
            organization=organization, material=material, language="en", title="Sleep", body="Rest.",
            state="published", reviewed_at=timezone.now(),
        )  # fmt: skip
        return material

    return world.once(("a material", organization.pk), make)


def a_share(world: World, organization: Organization) -> MaterialShare:
    """That material, handed to a client who can't sign in."""

    def make() -> MaterialShare:
        return services.hand_out(
            material=a_material(world, organization), client=clients.a_client(world, organization), actor=SYSTEM
        )

    return world.once(("a material share", organization.pk), make)


def address_of(world: World, organization: Organization) -> dict[str, Any]:
    return {"public_id": a_material(world, organization).public_id}


def handed(world: World, person: str) -> dict[str, Any]:
    """The material, handed to this very person as a client."""
    cast = world.cast

    def make() -> Material:
        material = Material.objects.create(organization=cast.harbor, name=f"For {person}")
        MaterialText.objects.create(
            organization=cast.harbor, material=material, language="es", title="Dormir", body="Descanse.",
            state="published", reviewed_at=timezone.now(),
        )  # fmt: skip
        if user := cast.users[person]:
            reader = Person.objects.create(organization=cast.harbor, name=person, user=user)
            record = ClientRecord.objects.create(organization=cast.harbor, person=reader, since=date(2026, 1, 1))
            services.hand_out(material=material, client=record, actor=SYSTEM)
        return material

    return {"public_id": world.once(("handed", person), make).public_id}


LINES = [
    Line("materials:list", everyone(200)),
    Line(
        "materials:detail",
        own=everyone(404, at(200, READS_ALL)),
        foreign=everyone(404),
        granted=everyone(200, at(404, "visitor")),
        make=address_of,
        grant=handed,
    ),
    Line(
        "materials:hand_out",
        own=who(404, at(403, READS_ALL), at(422, HANDS_OUT)),
        make=address_of,
        method="post",
        what="to nobody",
    ),
]
