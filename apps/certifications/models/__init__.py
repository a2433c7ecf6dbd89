"""The catalogue of credentials by state, and who holds which of them."""

from apps.certifications.models.catalogue import (
    CatalogueCredential,
    CertifyingBody,
    Jurisdiction,
)
from apps.certifications.models.documents import (
    EvidenceDocument,
    StaffAttestation,
)
from apps.certifications.models.overrides import (
    RequirementOverride,
)
from apps.certifications.models.records import (
    Certification,
    CertificationExtension,
    CertificationGrant,
    CertificationStep,
    CertificationTerm,
    Verification,
)
from apps.certifications.models.requirements import (
    CredentialLevel,
    ReciprocityRule,
    Requirement,
    RequirementSet,
)
from apps.certifications.models.training import CompetencyRating, Course, CourseModule, EvidenceEntry

__all__ = [
    "CompetencyRating",
    "Course",
    "CourseModule",
    "EvidenceEntry",
    "CatalogueCredential",
    "Certification",
    "CertificationExtension",
    "CertificationGrant",
    "CertificationStep",
    "CertificationTerm",
    "CertifyingBody",
    "CredentialLevel",
    "EvidenceDocument",
    "Jurisdiction",
    "ReciprocityRule",
    "Requirement",
    "RequirementOverride",
    "RequirementSet",
    "StaffAttestation",
    "Verification",
]
