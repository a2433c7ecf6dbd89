"""Who may see and change certifications. The catalogue itself is open to everybody and belongs to nobody here."""

from django.db.models import Q

from apps.access.policy import Grant, Policy, Relation, Role, register
from apps.certifications.models import (
    CatalogueCredential,
    Certification,
    CertificationExtension,
    CertificationGrant,
    CertificationStep,
    CertificationTerm,
    CertifyingBody,
    CompetencyRating,
    Course,
    CourseModule,
    CredentialLevel,
    EvidenceDocument,
    EvidenceEntry,
    Jurisdiction,
    ReciprocityRule,
    Requirement,
    RequirementOverride,
    RequirementSet,
    StaffAttestation,
    Verification,
)

register(
    Policy(
        Certification,
        {
            "view": [
                Role("view_certifications"),
                Relation("it is their own record", lambda actor: Q(person__user_id=actor.user_id)),
                Grant(CertificationGrant),
            ],
            # Where the person stands, with all that is known of them: more than one shared record tells.
            "follow": [
                Role("view_certifications"),
                Relation("it is their own record", lambda actor: Q(person__user_id=actor.user_id)),
            ],
            "change": [Role("manage_certifications")],
            "attach": [
                Role("manage_certifications"),
                Relation("it is their own record", lambda actor: Q(person__user_id=actor.user_id)),
            ],
            "share": [Role("manage_shares")],
        },
        add="manage_certifications",
        identifies=["person"],
        page="certifications:detail",
    )
)


def _own(path: str) -> Relation:
    return Relation("it is their own record", lambda actor: Q(**{f"{path}__user_id": actor.user_id}))


# What a record is made of is seen by those who keep records and by its holder; a share of a record opens its page only.
for part, path in (
    (CertificationStep, "certification__person"),
    (CertificationTerm, "certification__person"),
    (CertificationExtension, "term__certification__person"),
    (Verification, "certification__person"),
):
    register(Policy(part, {"view": [Role("view_certifications"), _own(path)]}, identifies=[path]))
register(
    Policy(
        EvidenceDocument,
        {
            "view": [
                Role("view_certifications"),
                Relation(
                    "it is their own record", lambda actor: Q(person__user_id=actor.user_id, archived_at__isnull=True)
                ),
            ],
            "change": [Role("manage_certifications")],
        },
        identifies=["person"],
        exempt={"certification__person": "the same person", "entry__person": "the same person"},
    )
)
register(
    Policy(
        StaffAttestation,
        {
            "view": [Role("manage_certifications"), _own("person")],
            "change": [Role("manage_certifications"), _own("person")],
        },
        add="manage_certifications",
        identifies=["person"],
    )
)
register(
    Policy(
        EvidenceEntry,
        {
            "view": [Role("view_certifications"), _own("person")],
            "decide": [Role("manage_certifications")],
        },
        add="manage_certifications",
        identifies=["person"],
    )
)
SEES_COURSES = [Role("view_certifications"), Role("hold_certification")]
register(Policy(Course, {"view": SEES_COURSES, "change": [Role("manage_certifications")]}, add="manage_certifications"))
register(
    Policy(CourseModule, {"view": SEES_COURSES, "change": [Role("manage_certifications")]}, add="manage_certifications")
)
register(Policy(CompetencyRating, {"view": [Role("view_certifications"), _own("person")]}, identifies=["person"]))
# The same rows for every organization, loaded from a file: nobody changes one in place.
for model in (
    CatalogueCredential,
    Jurisdiction,
    CertifyingBody,
    CredentialLevel,
    RequirementSet,
    Requirement,
    ReciprocityRule,
):
    register(Policy(model, {"view": [Role("view_certifications")]}))
# An organization's own figure on top of the catalogue: it names nobody.
register(
    Policy(
        RequirementOverride,
        {"view": [Role("view_certifications")], "change": [Role("manage_certifications")]},
        add="manage_certifications",
    )
)
