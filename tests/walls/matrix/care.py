"""Visits and follow-ups: the front desk's for all, the care team's for theirs, and the client's own visits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.care import selectors, services
from apps.care.models import Appointment, Disruption, DisruptionNotice, FollowUpTask
from apps.organizations.models import Organization, Person
from tests.factories.care import make_appointment, make_missed
from tests.factories.clients import make_client, put_on_team
from tests.factories.organizations import SYSTEM, make_member
from tests.walls.matrix import Line, World, at, who

SEES_ALL = "administrator coordinator auditor"
GIVES_CARE = "supervisor peer_specialist"


def a_specialist(world: World, organization: Organization) -> Person:
    """Somebody outside the cast who meets the clients, so that no role of the cast sees more by it."""
    return world.once(("a specialist", organization.pk), lambda: make_member(organization, "peer_specialist"))


def an_appointment(world: World, organization: Organization) -> Appointment:
    """A booked visit of a client nobody of the cast has to do with."""

    def make() -> Appointment:
        return make_appointment(make_client(organization), staff=a_specialist(world, organization))

    return world.once(("an appointment", organization.pk), make)


def a_follow_up(world: World, organization: Organization) -> FollowUpTask:
    """The task after a visit that such a client missed."""

    def make() -> FollowUpTask:
        at_ = timezone.now() - timedelta(hours=2)
        missed = make_missed(make_client(organization), staff=a_specialist(world, organization), starts_at=at_)
        return FollowUpTask.objects.get(appointment=missed)

    return world.once(("a follow-up", organization.pk), make)


def visit_of(world: World, organization: Organization) -> dict[str, Any]:
    return {"public_id": an_appointment(world, organization).public_id}


def task_of(world: World, organization: Organization) -> dict[str, Any]:
    return {"public_id": a_follow_up(world, organization).public_id}


def on_their_team(world: World, person: str) -> dict[str, Any]:
    """A booked visit of a client whose care team this very person is on."""

    def make() -> Appointment:
        harbor = world.cast.harbor
        client = make_client(harbor)
        put_on_team(client, world.cast.people[person])
        return make_appointment(client, staff=make_member(harbor, "peer_specialist"))

    if person not in world.cast.people:
        return visit_of(world, world.cast.harbor)
    return {"public_id": world.once(("their client's visit", person), make).public_id}


def a_disruption(world: World, organization: Organization) -> Disruption:
    """A day on which somebody outside the cast is out."""

    def make() -> Disruption:
        day = timezone.localdate() + timedelta(days=1)
        out = make_member(organization, "peer_specialist")
        span = selectors.span_of(zone=organization.zone, first=day, last=day, person=out)
        return services.disrupt(span=span, choices={}, actor=SYSTEM)

    return world.once(("a day out", organization.pk), make)


def a_notice(world: World, organization: Organization) -> DisruptionNotice:
    """Somebody to call because of it: a client nobody of the cast has to do with."""

    def make() -> DisruptionNotice:
        day = a_disruption(world, organization)
        return DisruptionNotice.objects.create(
            organization=organization,
            disruption=day,
            person=make_client(organization).person,
            first_at=day.starts_at,
            last_at=day.ends_at,
        )

    return world.once(("somebody to call", organization.pk), make)


def day_of(world: World, organization: Organization) -> dict[str, Any]:
    a_notice(world, organization)
    return {"public_id": a_disruption(world, organization).public_id}


def call_of(world: World, organization: Organization) -> dict[str, Any]:
    return {"public_id": a_notice(world, organization).public_id}


BOOKS = "administrator coordinator"
IS_OUT = f"{GIVES_CARE} volunteer_facilitator"  # who can say of themself that they are out

LINES = [
    Line("care:out_today", who(403, ok=f"{BOOKS} {IS_OUT}")),
    Line("care:out_today", who(403, at(422, f"{BOOKS} {IS_OUT}")), method="post", what="with nothing chosen"),
    Line("care:site_closed", who(403, ok=BOOKS)),
    Line("care:site_closed", who(403, at(422, BOOKS)), method="post", what="with nothing chosen"),
    Line("care:out_today_one", own=who(404, ok=SEES_ALL), make=day_of),
    Line(
        "care:out_today_one",
        own=who(404, at(403, "auditor"), at(302, BOOKS)),
        make=day_of,
        method="post",
        data={"deed": "end"},
        what="taking it back",
    ),
    Line("care:calls", who(403, ok=BOOKS)),
    Line("care:call_done", own=who(404, at(403, "auditor"), at(422, BOOKS)), make=call_of, method="post"),
    Line("care:appointments", who(403, ok=f"{SEES_ALL} {GIVES_CARE}")),
    Line("care:book", who(403, ok=f"administrator coordinator {GIVES_CARE}")),
    Line(
        "care:appointment",
        own=who(404, ok=SEES_ALL),
        granted=who(404, ok=f"{SEES_ALL} {GIVES_CARE}"),
        make=visit_of,
        grant=on_their_team,
    ),
    Line(
        "care:appointment",
        own=who(404, at(403, "auditor"), at(302, "administrator coordinator")),
        make=visit_of,
        method="post",
        data={"deed": "cancel"},
        what="calling it off",
    ),
    Line(
        "care:move",
        own=who(404, at(403, "auditor"), ok="administrator coordinator"),
        granted=who(404, at(403, f"auditor {GIVES_CARE}"), ok="administrator coordinator"),
        make=visit_of,
        grant=on_their_team,
    ),
    Line("care:follow_ups", who(403, ok=f"{SEES_ALL} {GIVES_CARE}")),
    Line("care:follow_up", own=who(404, ok=f"{SEES_ALL} supervisor"), make=task_of),
    Line(
        "care:follow_up",
        own=who(404, at(403, "auditor"), at(302, "administrator coordinator supervisor")),
        make=task_of,
        method="post",
        data={"outcome": "reached"},
        what="closing it",
    ),
]
