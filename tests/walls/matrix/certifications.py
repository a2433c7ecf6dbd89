"""Pages about certification: one's own, the team's for those who watch over it."""

from datetime import date
from functools import partial
from typing import Any

from apps.certifications.models import (
    CatalogueCredential,
    Certification,
    Course,
    EvidenceDocument,
    EvidenceEntry,
    RequirementOverride,
)
from apps.certifications.services import record_certification
from apps.organizations.models import Organization
from tests.cast import SYSTEM
from tests.factories.certifications import make_document
from tests.walls.matrix import Line, World, at, who

WATCHES = "administrator supervisor auditor"


def a_certification(world: World, organization: Organization) -> Certification:
    """The certification of the organization's observer, so that the specialist's view is a stranger's."""

    def make() -> Certification:
        people = world.cast.people if organization == world.cast.harbor else world.cast.neighbours
        credential = CatalogueCredential.objects.create(
            jurisdiction="TX", credential_name=f"A {organization.pk}", credential_kind="family", confidence="low"
        )
        return record_certification(actor=SYSTEM, person=people["observer"], credential=credential)

    return world.once(("a certification", organization.pk), make)


def an_own_figure(world: World, organization: Organization) -> RequirementOverride:
    """The organization's own figure for one requirement."""

    def make() -> RequirementOverride:
        return RequirementOverride.objects.create(
            organization=organization,
            credential=a_certification(world, organization).credential,
            requirement_code="training",
            amount=40,
            reason="A letter of the board",
        )

    return world.once(("an own figure", organization.pk), make)


def address_of(world: World, organization: Organization) -> dict[str, Any]:
    return {"public_id": a_certification(world, organization).public_id}


def a_document(world: World, organization: Organization) -> EvidenceDocument:
    """The document behind that certification."""

    def make() -> EvidenceDocument:
        return make_document(a_certification(world, organization), f"certificate {organization.pk}")

    return world.once(("a document", organization.pk), make)


def proof_of(world: World, organization: Organization) -> dict[str, Any]:
    """The file that a document holds: whoever sees the one may open the other."""
    return {"public_id": a_document(world, organization).file.public_id}


def deed(name: str) -> Any:
    """The arguments of a form about that certification."""

    def make(world: World, organization: Organization) -> dict[str, Any]:
        return {**address_of(world, organization), "deed": name}

    return make


def document_of(world: World, organization: Organization) -> dict[str, Any]:
    return {"public_id": a_document(world, organization).public_id}


def an_entry(world: World, organization: Organization) -> EvidenceEntry:
    """Something that the organization's observer did, waiting to be confirmed."""

    def make() -> EvidenceEntry:
        return EvidenceEntry.objects.create(
            organization=organization,
            person=a_certification(world, organization).person,
            kind="work",
            title="Elsewhere",
            amount=3,
            ended_on=date(2026, 3, 1),
        )

    return world.once(("an entry", organization.pk), make)


def a_course(world: World, organization: Organization) -> Course:
    """A course."""
    make = partial(Course.objects.create, organization=organization, name="Peer core", hours=10)
    return world.once(("a course", organization.pk), make)


def entry_of(world: World, organization: Organization) -> dict[str, Any]:
    return {"public_id": an_entry(world, organization).public_id}


def person_of(world: World, organization: Organization) -> dict[str, Any]:
    return {"public_id": a_certification(world, organization).person.public_id}


KEEPS = who(404, at(403, "supervisor auditor observer"), ok="administrator")
LINES = [
    Line("certifications:list", who(403, ok=f"{WATCHES} peer_specialist")),
    Line("certifications:states", who(403, ok=f"{WATCHES} peer_specialist")),
    Line("certifications:state", who(403, ok=f"{WATCHES} peer_specialist"), fixed={"code": "TX"}),
    Line("certifications:team", who(403, ok=WATCHES)),
    Line("certifications:elsewhere", who(403, ok=f"{WATCHES} peer_specialist")),
    Line("certifications:progress", own=who(404, ok=f"{WATCHES} observer"), make=address_of),
    Line(
        "certifications:packet",
        own=who(404, at(403, "supervisor auditor"), at(302, "administrator observer")),
        make=address_of,
        method="post",
    ),
    Line("certifications:detail", own=who(404, ok=f"{WATCHES} observer"), make=address_of),
    *(
        Line("certifications:change", own=KEEPS, make=deed(name), what=f"{name} ")
        for name in ("step", "renewal", "extension", "check")
    ),
    Line(
        "certifications:change",
        own=who(404, at(403, "supervisor auditor"), ok="administrator observer"),
        make=deed("document"),
        what="document ",
    ),
    Line(
        "certifications:document_away",
        own=who(404, at(403, "supervisor auditor observer"), at(302, "administrator")),
        make=document_of,
        method="post",
    ),
    Line("certifications:training", who(403, ok="peer_specialist")),
    Line("certifications:enter", who(403, ok="peer_specialist")),
    Line("certifications:attest", who(403, ok="peer_specialist")),
    Line("certifications:waiting", who(403, ok="administrator")),
    Line(
        "certifications:decide",
        own=who(404, at(403, "supervisor auditor observer"), at(302, "administrator")),
        make=entry_of,
        method="post",
        data={"do": "confirm"},
    ),
    Line(
        "certifications:attest_for",
        own=who(404, at(403, "supervisor auditor observer"), ok="administrator"),
        make=person_of,
    ),
    Line("certifications:competencies", own=who(404, ok=f"{WATCHES} observer"), make=person_of),
    Line("organizations:file", own=who(404, ok=f"{WATCHES} observer"), make=proof_of, what="a certification's proof "),
]
