"""Credentials and certifications for tests."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.access.scope import open_scope
from apps.certifications import services
from apps.certifications.catalogue import SHIPPED
from apps.certifications.models import (
    CatalogueCredential,
    Certification,
    CertifyingBody,
    CredentialLevel,
    EvidenceDocument,
    Jurisdiction,
    ReciprocityRule,
    Requirement,
    RequirementSet,
)
from apps.organizations.models import Person
from tests.factories.organizations import SYSTEM, _number
from tests.factories.remembered import remembered


@remembered(
    Jurisdiction,
    CertifyingBody,
    CatalogueCredential,
    CredentialLevel,
    RequirementSet,
    Requirement,
    ReciprocityRule,
    ReciprocityRule.accepts.through,
)
def load_shipped() -> None:
    """The shipped catalogue."""
    services.load_requirements(path=SHIPPED)


def make_credential(**fields: Any) -> CatalogueCredential:
    """A row of the catalogue in which nothing but its name is known."""
    fields = {
        "jurisdiction": "TX",
        "credential_name": f"Certified Peer Specialist {next(_number)}",
        "credential_kind": "mental_health",
        "confidence": "high",
        **fields,
    }
    return CatalogueCredential.objects.create(**fields)


def make_certification(person: Person, **fields: Any) -> Certification:
    """A certification of a staff member, valid in 2026 unless told otherwise."""
    fields = {"status": "certified", "issued_on": "2026-01-01", "expires_on": "2026-12-31", **fields}
    with open_scope(person.organization_id):
        return services.record_certification(
            actor=SYSTEM, person=person, credential=fields.pop("credential", None) or make_credential(), **fields
        )


def a_pdf(words: str = "certificate") -> bytes:
    """A PDF as far as its first and last bytes go."""
    return b"%PDF-1.7\n%" + words.encode() + b"\nstartxref\n9\n%%EOF\n"


def an_upload(content: bytes | None = None, name: str = "certificate.pdf") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, a_pdf() if content is None else content)


def make_document(certification: Certification, words: str = "certificate") -> EvidenceDocument:
    """A document behind a certification."""
    with open_scope(certification.organization_id):
        return services.add_document(
            certification=certification, actor=SYSTEM, upload=an_upload(a_pdf(words)), kind="certificate"
        )
