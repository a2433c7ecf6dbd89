"""Supervision: its notes are read by their author, their supervisor, and whoever audits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.organizations.choices import Role
from apps.organizations.models import Organization
from apps.supervision.choices import NoteState
from apps.supervision.models import SigningRules, SupervisionNote, SupervisionPlan, SupervisionTopic
from tests.factories.supervision import WEEKLY, make_meeting, make_note, make_plan, make_rules
from tests.walls.matrix import Line, World, at, everyone, who


def a_plan(world: World, organization: Organization) -> SupervisionPlan:
    """The plan by which the supervisor of the cast supervises its peer specialist."""
    people = world.cast.people if organization == world.cast.harbor else world.cast.neighbours

    def make() -> SupervisionPlan:
        return make_plan(organization, people[Role.PEER_SPECIALIST], people[Role.SUPERVISOR])

    return world.once(("a supervision plan", organization.pk), make)


def a_note(world: World, organization: Organization, state: str) -> SupervisionNote:
    """A note of theirs in a state."""
    plan = a_plan(world, organization)
    return world.once(("a supervision note", organization.pk, state), lambda: make_note(plan, state))


def a_signature(world: World, organization: Organization) -> int:
    """The key of the specialist's signature on a note of theirs."""
    version = a_note(world, organization, NoteState.SUBMITTED).frozen
    assert version is not None
    return version.author_signature_id


def a_session(world: World, organization: Organization) -> int:
    """The key of the session that such a note is about."""
    return a_note(world, organization, NoteState.SUBMITTED).session_id


def submitted(world: World, organization: Organization) -> dict[str, Any]:
    """A note that waits for its supervisor."""
    return {"public_id": a_note(world, organization, NoteState.SUBMITTED).public_id}


def draft(world: World, organization: Organization) -> dict[str, Any]:
    """A note that is being written."""
    return {"public_id": a_note(world, organization, NoteState.DRAFT).public_id}


def version(world: World, organization: Organization) -> dict[str, Any]:
    """Its first version."""
    return {**submitted(world, organization), "version": 1}


def rules(world: World, organization: Organization) -> int:
    """The key of a set of rules that holds for everybody, and asks for a meeting a week."""
    return world.once(("supervision rules", organization.pk), lambda: make_rules(organization, WEEKLY)).pk


def whose_log(world: World, organization: Organization) -> dict[str, Any]:
    """The peer specialist of the cast, who has a log."""
    return {"public_id": a_plan(world, organization).specialist.public_id}


def a_topic(world: World, organization: Organization) -> SupervisionTopic:
    """A topic that can be ticked."""
    return world.once(
        ("a supervision topic", organization.pk),
        lambda: SupervisionTopic.objects.create(organization=organization, name={"en": "Boundaries"}),
    )


def signing_rules(world: World, organization: Organization) -> SigningRules:
    """The rules of signing of an organization."""
    return world.once(
        ("rules of signing", organization.pk), lambda: SigningRules.objects.create(organization=organization)
    )


def signed(world: World, organization: Organization) -> dict[str, Any]:
    """A locked note."""
    return {"public_id": a_note(world, organization, NoteState.SIGNED).public_id}


def a_meeting(world: World, organization: Organization) -> dict[str, Any]:
    """A meeting that their supervisor planned with the specialist."""
    plan = a_plan(world, organization)
    return {"public_id": world.once(("a meeting", organization.pk), lambda: make_meeting(plan)).public_id}


def a_coming_meeting(world: World, organization: Organization) -> dict[str, Any]:
    """One that is still to come."""
    plan, day = a_plan(world, organization), timezone.localdate() + timedelta(days=3)
    return {
        "public_id": world.once(("a coming meeting", organization.pk), lambda: make_meeting(plan, on=day)).public_id
    }


READS = "peer_specialist supervisor auditor"
REFUSED = at(403, "peer_specialist auditor")

LINES = [
    Line("supervision:home", who(403, ok=READS)),
    Line("supervision:new", who(403, ok="peer_specialist supervisor")),
    Line("supervision:new", who(403, at(422, "peer_specialist supervisor")), method="post"),
    Line("supervision:note", who(404, ok=READS), make=submitted),
    Line("supervision:note", who(404, ok="peer_specialist"), make=draft, what="a draft"),
    Line(
        "supervision:note",
        who(404, REFUSED, at(422, "supervisor")),
        make=submitted,
        method="post",
        data={"do": "sign", "version": "1"},
        what="signing without a password",
    ),
    Line(
        "supervision:note",
        who(404, REFUSED, at(422, "supervisor")),
        make=submitted,
        method="post",
        data={"do": "return", "version": "1"},
        what="returning without a reason",
    ),
    Line(
        "supervision:note",
        who(404, at(403, "supervisor auditor"), at(409, "peer_specialist")),
        make=submitted,
        method="post",
        what="writing in it while it waits",
    ),
    Line(
        "supervision:note",
        who(404, REFUSED, at(302, "supervisor")),
        make=submitted,
        method="post",
        data={"do": "private", "text": "For me."},
        what="a private part",
    ),
    Line(
        "supervision:note",
        who(404, at(403, "auditor"), at(422, "peer_specialist supervisor")),
        make=signed,
        method="post",
        data={"do": "addend", "kind": "addendum", "text": "One more thing."},
        what="an addendum without a password",
    ),
    Line(
        "supervision:note",
        who(404, at(403, READS)),
        make=signed,
        method="post",
        data={"do": "co_sign"},
        what="co-signing where the plan does not ask for it",
    ),
    Line("supervision:references", who(403, ok="peer_specialist supervisor")),
    Line("supervision:meetings", who(403, ok="peer_specialist supervisor")),
    Line("supervision:plan-meeting", who(403, ok="supervisor")),
    Line("supervision:plan-meeting", who(403, at(422, "supervisor")), method="post"),
    Line("supervision:meeting", who(404, ok=f"{READS} administrator"), make=a_meeting),
    Line(
        "supervision:meeting",
        who(404, at(403, "peer_specialist auditor administrator"), at(422, "supervisor")),
        make=a_meeting,
        method="post",
        data={"do": "call_off"},
        what="calling it off without a reason",
    ),
    Line(
        "supervision:change-meeting",
        who(404, at(403, "peer_specialist auditor administrator"), ok="supervisor"),
        make=a_coming_meeting,
    ),
    Line(
        "supervision:change-meeting",
        who(404, at(403, "peer_specialist auditor administrator"), at(422, "supervisor")),
        make=a_coming_meeting,
        method="post",
        what="saying nothing",
    ),
    Line("supervision:version", who(404, ok=READS), make=version),
    Line("supervision:due", who(403, ok="administrator supervisor peer_specialist auditor")),
    Line("supervision:table", who(403, ok="administrator supervisor auditor")),
    Line("supervision:table_file", who(403, ok="administrator"), method="post"),
    Line("supervision:log", who(404, ok="administrator supervisor peer_specialist auditor"), make=whose_log),
    Line(
        "supervision:log_file",
        who(404, at(403, "supervisor auditor"), ok="administrator peer_specialist"),
        make=whose_log,
        method="post",
    ),
    Line("supervision:check", everyone(200)),
    Line("supervision:reviews", who(403, ok="administrator supervisor auditor")),
    Line("supervision:review", who(404, ok="auditor"), make=signed),
    Line("supervision:review", who(404, at(422, "auditor")), make=signed, method="post", what="saying nothing"),
    Line("supervision:check", everyone(422), method="post", what="without a code"),
]
