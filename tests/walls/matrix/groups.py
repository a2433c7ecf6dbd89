"""Pages about groups: the public schedule, a group's page, joining and leaving."""

from datetime import date, time
from typing import Any

from apps.groups import services
from apps.groups.models import Enrolment, GroupTemplate, GuardianConsent, Rsvp, Session, SupportGroup, WaitlistEntry
from apps.groups.shipped import shipped_kinds
from apps.kit.once import new_key
from apps.materials.models import Material
from apps.organizations.models import Location, Organization
from tests.cast import SYSTEM
from tests.walls.matrix import Line, World, at, everyone, who


def a_group(world: World, organization: Organization) -> SupportGroup:
    """A group that only those in it and staff may find."""
    return world.once(("a group", organization.pk), lambda: _closed_group(organization, "Quiet circle"))


def _closed_group(organization: Organization, name: str) -> SupportGroup:
    location, _made = Location.objects.get_or_create(
        organization=organization, name="Harbor house", defaults={"zone": organization.zone}
    )
    return services.add_group(
        actor=SYSTEM,
        organization_id=organization.pk,
        name={"en": name},
        location=location,
        weekday=2,
        starts=time(17, 30),
        starts_on=date(2026, 1, 1),
        visibility="members",
    )


def an_enrolment(world: World, organization: Organization) -> Enrolment:
    """The organization's observer, in that group: a role that sees groups and not who is in them."""
    people = world.cast.people if organization == world.cast.harbor else world.cast.neighbours
    return world.once(
        ("an enrolment", organization.pk),
        lambda: services.enrol(group=a_group(world, organization), person=people["observer"], actor=SYSTEM),
    )


def address_of(world: World, organization: Organization) -> dict[str, Any]:
    return {"public_id": a_group(world, organization).public_id}


def joined_group(world: World, person: str) -> dict[str, Any]:
    """A group that this very person is in, closed to everybody who is not."""
    harbor = world.cast.harbor
    group = world.once("a joined group", lambda: _closed_group(harbor, "Joined circle"))
    if joins := world.cast.people.get(person):
        world.once(("joined", person), lambda: services.enrol(group=group, person=joins, actor=SYSTEM))
    return {"public_id": group.public_id}


def sent_once(world: World) -> dict[str, Any]:
    return {"once": str(new_key())}


def its_session(world: World, organization: Organization) -> dict[str, Any]:
    return {"public_id": a_group(world, organization).sessions.last().public_id}


def joined_session(world: World, person: str) -> dict[str, Any]:
    """A session of a group that this very person is in."""
    group = SupportGroup.objects.get(public_id=joined_group(world, person)["public_id"])
    return {"public_id": group.sessions.last().public_id}


def a_closure(world: World, organization: Organization) -> dict[str, Any]:
    """A day on which everything is closed."""
    row = world.once(
        ("a closure", organization.pk),
        lambda: services.add_closure(
            actor=SYSTEM,
            organization_id=organization.pk,
            starts_on=date(2027, 1, 4),
            ends_on=date(2027, 1, 4),
            reason={"en": "Closed"},
        ),
    )
    return {"public_id": row.public_id}


def a_template(world: World, organization: Organization) -> GroupTemplate:
    """A shipped kind that the organization has made its own."""
    return world.once(
        ("a template", organization.pk),
        lambda: services.take_kind(
            kind=shipped_kinds()["family-support"], actor=SYSTEM, organization_id=organization.pk
        ),
    )


def template_address(world: World, organization: Organization) -> dict[str, Any]:
    return {"public_id": a_template(world, organization).public_id}


def a_wait(world: World, organization: Organization) -> WaitlistEntry:
    """The organization's partner waits for another group that is full: they see groups, and not who waits."""

    def make() -> WaitlistEntry:
        people = world.cast.people if organization == world.cast.harbor else world.cast.neighbours
        group = _closed_group(organization, "Full circle")
        services.change_group(group=group, actor=SYSTEM, capacity=1)
        services.enrol(group=group, person=people["observer"], actor=SYSTEM)
        return services.put_on_waitlist(group=group, person=people["partner"], actor=SYSTEM)

    return world.once(("a wait", organization.pk), make)


def wait_address(world: World, organization: Organization) -> dict[str, Any]:
    return {"public_id": a_wait(world, organization).public_id}


def a_reply(world: World, organization: Organization) -> Rsvp:
    """What the observer says about that group's session."""
    place = an_enrolment(world, organization)
    return world.once(
        ("a reply", organization.pk),
        lambda: Rsvp.objects.create(
            organization=organization, session=place.group.sessions.last(), person=place.person, is_coming=False
        ),
    )


def replied_session(world: World, organization: Organization) -> dict[str, Any]:
    """A session of the group that the observer is in."""
    an_enrolment(world, organization)
    return its_session(world, organization)


def a_consent(world: World, organization: Organization) -> GuardianConsent:
    """On paper, for the observer, whatever their age."""
    place = an_enrolment(world, organization)
    return world.once(
        ("a consent", organization.pk),
        lambda: services.record_consent(group=place.group, person=place.person, actor=SYSTEM, on_paper=True),
    )


def consent_address(world: World, organization: Organization) -> dict[str, Any]:
    return {"public_id": a_consent(world, organization).public_id}


def a_note(world: World, organization: Organization) -> dict[str, Any]:
    """A note on a session, written by whoever led it."""
    session = Session.objects.get(public_id=its_session(world, organization)["public_id"])
    row = world.once(
        ("a note on a session", organization.pk),
        lambda: services.write_note(session=session, actor=SYSTEM, done="We drew a map."),
    )
    return {"public_id": session.public_id, "note": row.public_id}


def a_line(world: World, organization: Organization) -> dict[str, Any]:
    """A line on the list of a session: the observer, who is in the group."""
    row = an_enrolment(world, organization)
    return its_session(world, organization) | {"line": row.public_id}


def a_substitute(world: World, organization: Organization) -> dict[str, Any]:
    """A session that the volunteer leads in another's place."""
    people = world.cast.people if organization == world.cast.harbor else world.cast.neighbours
    session = Session.objects.get(public_id=its_session(world, organization)["public_id"])
    world.once(
        ("a substitute", organization.pk),
        lambda: services.set_substitute(session=session, person=people["volunteer_facilitator"], actor=SYSTEM),
    )
    return {"public_id": session.public_id, "number": 1}


def a_given_material(world: World, organization: Organization) -> dict[str, Any]:
    """A material of the organization, given to the group."""
    group = a_group(world, organization)

    def give() -> Material:
        row = Material.objects.create(organization=organization, name="For the group")
        services.give_material(group=group, material=row, actor=SYSTEM)
        return row

    material = world.once(("a given material", organization.pk), give)
    return its_session(world, organization) | {"material": material.public_id}


def joined_by_alias(world: World, person: str) -> dict[str, Any]:
    """A group of aliases that this very person is in."""
    harbor = world.cast.harbor

    def make() -> SupportGroup:
        group = _closed_group(harbor, "Alias circle")
        return services.change_group(group=group, actor=SYSTEM, attendance_mode="alias")

    group = world.once("a group of aliases", make)
    if joins := world.cast.people.get(person):
        world.once(("joined by alias", person), lambda: services.enrol(group=group, person=joins, actor=SYSTEM))
    return {"public_id": group.public_id}


ARRANGES = "administrator coordinator"
SEES = (
    "administrator coordinator supervisor peer_specialist volunteer_facilitator clinical_contact"
    " auditor observer partner"
)
HERE = "roles client family"
LEADS = "supervisor peer_specialist volunteer_facilitator"


def run_by_leaders(name: str, status: int, *, make: Any = its_session, method: str = "get") -> Line:
    """A page of a session: for whoever arranges groups (or leads this one), and for nobody else."""
    return Line(
        f"groups:{name}",
        own=who(404, at(403, SEES), at(status, ARRANGES)),
        make=make,
        method=method,
        data=sent_once if method == "post" else {},
    )


LINES = [
    Line("groups:schedule", everyone(200)),
    Line("groups:schedule", everyone(404), host="platform"),
    Line(
        "groups:group",
        own=everyone(404, at(200, SEES)),
        foreign=everyone(404),
        granted=everyone(404, at(200, HERE)),
        make=address_of,
        grant=joined_group,
    ),
    *(
        Line(
            f"groups:{deed}",
            own=who(404, at(302, SEES)),
            granted=who(404, at(302, HERE)),
            make=address_of,
            grant=joined_group,
            method=method,
            data=sent_once,
        )
        for deed in ("join", "leave")
        for method in ("get", "post")
    ),
    Line("groups:schedule", everyone(200), query="?view=list&mine=1&leading=1", what="list"),
    Line("groups:schedule", everyone(200), query="?view=month&q=quiet&access=step_free", what="month"),
    Line("groups:wall", who(403, ok=SEES)),
    Line("groups:wall_file", who(403, ok=SEES)),
    Line("groups:code_file", everyone(200), fixed={"kind": "svg"}),
    Line("groups:code_file", everyone(404), fixed={"kind": "svg"}, host="platform"),
    Line(
        "groups:go_online",
        own=who(404, at(403, SEES), at(302, "observer")),  # who is in the group
        granted=who(404, at(302, HERE)),
        make=replied_session,
        grant=joined_session,
    ),
    Line("groups:public_feed", everyone(200)),
    Line("groups:public_feed", everyone(404), host="platform"),
    Line(
        "groups:one_event",
        own=everyone(404, at(200, SEES)),
        foreign=everyone(404),
        granted=everyone(404, at(200, HERE)),
        make=its_session,
        grant=joined_session,
    ),
    Line("groups:change_session", own=who(404, at(403, SEES), at(200, ARRANGES)), make=its_session),
    Line(
        "groups:change_session",
        own=who(404, at(403, SEES), at(422, ARRANGES)),
        make=its_session,
        method="post",
        data=sent_once,
    ),
    Line("groups:templates", who(403, ok=ARRANGES)),
    Line("groups:template", own=who(404, ok=ARRANGES), make=template_address),
    Line("groups:start_from_template", own=who(404, ok=ARRANGES), make=template_address),
    Line(
        "groups:start_from_template",
        own=who(404, at(422, ARRANGES)),
        make=template_address,
        method="post",
        data=sent_once,
    ),
    Line("groups:kind", who(403, ok=ARRANGES), fixed={"key": "family-support"}),
    Line("groups:kind", who(403, at(404, ARRANGES)), fixed={"key": "never-was"}, what="a kind that never was"),
    Line("groups:start_from_kind", who(403, ok=ARRANGES), fixed={"key": "family-support"}),
    Line(
        "groups:start_from_kind",
        who(403, at(422, ARRANGES)),
        fixed={"key": "family-support"},
        method="post",
        data=sent_once,
    ),
    Line(
        "groups:take_kind",
        who(403, at(302, ARRANGES)),
        fixed={"key": "family-support"},
        method="post",
        data=sent_once,
    ),
    Line("groups:closures", who(403, ok=ARRANGES)),
    Line("groups:closures", who(403, at(422, ARRANGES)), method="post", data=sent_once),
    Line("groups:add_holidays", who(403, at(302, ARRANGES)), method="post", data=sent_once),
    Line("groups:end_closure", own=who(404, at(403, SEES), at(302, ARRANGES)), make=a_closure, method="post"),
    # who is in a group and who waits: for the office
    Line(
        "groups:people",
        own=who(404, at(403, SEES), at(200, ARRANGES)),
        granted=who(404, at(403, HERE), at(200, ARRANGES)),
        make=address_of,
        grant=joined_group,
    ),
    Line("groups:add_person", own=who(404, at(403, SEES), at(404, ARRANGES)), make=address_of, method="post"),
    Line(
        "groups:record_consent",
        own=who(404, at(403, SEES), at(422, ARRANGES)),
        make=address_of,
        method="post",
        data=sent_once,
    ),
    # the partner is who waits: they see their own line, and decide nothing; the auditor sees it
    Line(
        "groups:decide",
        own=who(404, at(403, "auditor partner"), at(422, ARRANGES)),
        make=wait_address,
        method="post",
        data={"deed": "up"},
    ),
    # one's own alone, whatever one's role
    Line("groups:answer", own=who(404, at(302, "partner")), make=wait_address, method="post"),
    Line(
        "groups:reply",
        own=who(404, at(302, "observer")),
        granted=who(404, at(302, HERE)),
        make=replied_session,
        grant=joined_session,
        method="post",
    ),
    Line("groups:mine", who(200)),
    Line("groups:consents", who(200)),
    Line("groups:agree", own=who(404), make=wait_address, method="post", data=sent_once),
    Line("groups:end_consent", own=who(404), make=consent_address, method="post"),
    # a link in a message is itself what lets somebody in
    Line("group_offer", everyone(404), fixed={"token": "0123456789abcdef.nothing"}),
    # leading
    Line("groups:leading", who(403, ok=LEADS)),
    run_by_leaders("session", 200),
    run_by_leaders("check_in", 422, method="post"),
    run_by_leaders("count_heads", 422, method="post"),
    run_by_leaders("hold", 302, method="post"),
    run_by_leaders("correct", 200, make=a_line),
    run_by_leaders("correct", 422, make=a_line, method="post"),
    run_by_leaders("walk_in", 200),
    run_by_leaders("walk_in", 422, method="post"),
    run_by_leaders("substitute", 200),
    run_by_leaders("substitute", 422, method="post"),
    run_by_leaders("end_substitute", 302, make=a_substitute, method="post"),
    run_by_leaders("notes", 200),
    run_by_leaders("notes", 422, method="post"),
    run_by_leaders("change_note", 200, make=a_note),
    run_by_leaders("change_note", 422, make=a_note, method="post"),
    run_by_leaders("give_material", 422, method="post"),
    run_by_leaders("take_material", 302, make=a_given_material, method="post"),
    *(
        Line(
            "groups:alias",
            own=who(404),
            granted=who(404, at(status, HERE)),
            make=address_of,
            grant=joined_by_alias,
            method=method,
            data=sent_once if method == "post" else {},
        )
        for method, status in (("get", 200), ("post", 422))
    ),
]
