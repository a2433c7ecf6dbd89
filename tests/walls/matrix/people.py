"""Pages about people."""

from typing import Any

from apps.organizations.models import Organization
from tests.walls.matrix import Line, World, at, who
from tests.walls.matrix.clients import a_client


def somebody_helped(world: World, organization: Organization) -> dict[str, Any]:
    """The client of an organization."""
    people = world.cast.people if organization == world.cast.harbor else world.cast.neighbours
    return {"public_id": people["client"].public_id}


def somebody_who_works_here(world: World, organization: Organization) -> dict[str, Any]:
    """The peer specialist of an organization."""
    people = world.cast.people if organization == world.cast.harbor else world.cast.neighbours
    return {"public_id": people["peer_specialist"].public_id}


CLIENT = who(404, at(403, "auditor client"), ok="administrator coordinator")
COLLEAGUE = who(404, at(403, "coordinator supervisor peer_specialist auditor"), ok="administrator")


def a_client_to_share(world: World, organization: Organization) -> dict[str, Any]:
    """A client's record, which can be shared with one person."""
    return {"kind": "clients.clientrecord", "public_id": a_client(world, organization).public_id}


LINES = [
    Line("organizations:shares", who(403, ok="roles")),
    Line("organizations:end_shares", who(403, ok="roles")),
    Line("organizations:end_shares", who(403, at(422, "roles")), method="post", what="with nothing chosen"),
    Line("organizations:share", who(404, at(403, "auditor"), ok="administrator coordinator"), make=a_client_to_share),
    Line(
        "organizations:share",
        who(404, at(403, "auditor"), at(422, "administrator coordinator")),
        make=a_client_to_share,
        method="post",
        what="without a name",
    ),
    Line(
        "organizations:share",
        who(404, at(403, "auditor"), at(302, "administrator coordinator")),
        make=a_client_to_share,
        method="post",
        data={"end": "999999999"},
        what="ending one that never was",
    ),
    Line("organizations:card", CLIENT, make=somebody_helped, what="of a client"),
    Line("organizations:card", CLIENT, make=somebody_helped, method="post", what="of a client"),
    Line("organizations:card", COLLEAGUE, make=somebody_who_works_here, what="of a colleague"),
    Line("organizations:second_step", COLLEAGUE, make=somebody_who_works_here),
    Line("organizations:operator_second_steps", who(404), what="on an organization's host"),
    Line("organizations:operator_second_steps", who(403, ok="operator"), host="platform"),
]
