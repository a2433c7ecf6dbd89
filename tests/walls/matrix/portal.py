"""Pages that compose the rest: each person's own first screen, and what they do from it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.care.models import Appointment
from apps.clients import services as clients
from apps.clients.models import FamilyLink
from apps.organizations.models import Organization
from apps.portal.models import CalendarLink
from apps.portal.services import hash_of
from tests.cast import ROLES, SYSTEM
from tests.factories.care import make_appointment
from tests.factories.organizations import make_location, make_person
from tests.walls.matrix import Line, World, everyone, who
from tests.walls.matrix.clients import a_client, people_of

EVERY_ROLE = " ".join(ROLES)


def a_past_visit(world: World, organization: Organization) -> Appointment:
    """A visit of an hour ago that nobody has written up, with the organization's supervisor."""
    return world.once(
        ("a past visit", organization.pk),
        lambda: make_appointment(
            a_client(world, organization),
            staff=people_of(world, organization)["supervisor"],
            location=make_location(organization),
            starts_at=timezone.now() - timedelta(hours=1),
        ),
    )


def its_address(world: World, organization: Organization) -> dict[str, Any]:
    return {"public_id": a_past_visit(world, organization).public_id}


def somebody(world: World, organization: Organization) -> dict[str, Any]:
    """A person whom a client of that organization named as family."""

    def make() -> FamilyLink:
        return clients.name_family(
            client=a_client(world, organization),
            person=make_person(organization),
            tie="friend",
            actor=SYSTEM,
        )

    return {"public_id": world.once(("named", organization.pk), make).person.public_id}


def a_calendar(world: World, organization: Organization) -> dict[str, Any]:
    """The secret address of that organization's client's own calendar: whoever has it reads there."""
    token = f"secret-of-{organization.pk}"

    def make() -> CalendarLink:
        person = a_client(world, organization).person
        return CalendarLink.objects.create(organization=organization, person=person, token_hash=hash_of(token))

    world.once(("a calendar", organization.pk), make)
    return {"token": token}


LINES = [
    Line("brand_stylesheet", everyone(200)),
    Line("set_language", everyone(302), method="post", data={"language": "es"}),
    Line("style_guide", everyone(200)),
    Line("home", everyone(302, (200, "visitor stranger operator"))),
    Line("home", everyone(200, (302, "operator")), host="platform"),
    Line("staff_today", who(403, ok=EVERY_ROLE)),
    Line(
        "record_visit",
        own=who(404, (302, "coordinator administrator supervisor"), (403, "auditor")),
        make=its_address,
        method="post",
        data={"what": "came"},
    ),
    # the cast's client is one only by name: nobody here has a client record
    Line("me", who(403)),
    Line("own_visit", own=who(403), foreign=who(403), make=its_address),
    Line("cannot_come", own=who(403), foreign=who(403), make=its_address, method="post"),
    Line("stop_sharing", own=who(403), foreign=who(403), make=somebody, method="post"),
    Line("own_calendar", who(403)),
    Line("own_calendar", who(403), method="post"),
    Line("calendar_detail", who(403), method="post"),
    Line("end_calendar", who(403), method="post"),
    Line("calendar_feed", own=everyone(200), foreign=everyone(404), make=a_calendar),
    Line("family", who(403, ok="client family")),
    Line("operator", who(404), what="on an organization's host"),
    Line("operator", who(403, ok="operator"), host="platform"),
    Line("operator_support", who(404), what="on an organization's host "),
    Line("operator_support", who(403, ok="operator"), host="platform"),
    Line("operator_support_leave", who(403, (302, "operator")), method="post", host="platform"),
    Line("release_sending", who(403, (302, "operator")), method="post", host="platform"),
]
