"""What a row of the table says by itself, as typed requirements. An empty cell is a requirement that is not known."""

from __future__ import annotations

from decimal import Decimal

from apps.certifications.catalogue.specs import Cite, RequirementSpec
from apps.certifications.choices import CredentialKind
from apps.certifications.facts import SchoolLevel, Unit
from apps.certifications.models import CatalogueCredential
from apps.certifications.rules import Phase, RequirementKind

ONE = Decimal(1)
PLAIN_DIPLOMA = {
    "HS diploma or GED",
    "HS diploma or equivalent",
    "HS diploma",
    "HS diploma, GED or higher",
    "HS or higher",
}


def requirements_of(row: CatalogueCredential) -> list[RequirementSpec]:
    """The row's columns as requirements, in the order in which a page shows them.

    A background check and references have no column, so they are not known until the overlay says so.
    """
    return [
        _amount("age", RequirementKind.AGE, row.minimum_age, Unit.YEARS, "minimum_age"),
        _schooling(row),
        _yes_no(
            "lived_experience",
            RequirementKind.LIVED_EXPERIENCE,
            row.lived_experience_required,
            "lived_experience_required",
            topic="family" if row.credential_kind == CredentialKind.FAMILY else "",
        ),
        _amount("recovery", RequirementKind.RECOVERY, row.recovery_months, Unit.MONTHS, "recovery_months"),
        _amount("training", RequirementKind.TRAINING, row.training_hours, Unit.HOURS, "training_hours"),
        _amount("work", RequirementKind.WORK, row.supervised_hours, Unit.HOURS, "supervised_hours"),
        _amount("supervision", RequirementKind.SUPERVISION, row.supervision_hours, Unit.HOURS, "supervision_hours"),
        _yes_no("exam", RequirementKind.EXAM, row.exam_required, "exam_required", amount=ONE, unit=Unit.PIECES),
        RequirementSpec("background_check", RequirementKind.BACKGROUND_CHECK, unit=Unit.PIECES),
        RequirementSpec("references", RequirementKind.REFERENCE, unit=Unit.PIECES),
        _continuing(row),
    ]


def _cite(column: str) -> Cite:
    return Cite(cites=f"column {column}")


def _amount(code: str, kind: str, amount: Decimal | int | None, unit: str, column: str) -> RequirementSpec:
    if amount is None:
        return RequirementSpec(code, kind, unit=unit)
    return RequirementSpec(code, kind, required=True, amount=Decimal(amount), unit=unit, cite=_cite(column))


def _yes_no(
    code: str,
    kind: str,
    asked: bool | None,
    column: str,
    *,
    topic: str = "",
    amount: Decimal | None = None,
    unit: str = "",
) -> RequirementSpec:
    cite = Cite() if asked is None else _cite(column)
    return RequirementSpec(code, kind, required=asked, amount=amount, unit=unit, topic=topic, cite=cite)


def _schooling(row: CatalogueCredential) -> RequirementSpec:
    kind, cite = RequirementKind.EDUCATION, _cite("education")
    if not row.education:
        return RequirementSpec("education", kind)
    if row.education == "none":
        return RequirementSpec("education", kind, required=False, cite=cite)
    diploma = RequirementSpec(
        "education", kind, required=True, topic=SchoolLevel.HIGH_SCHOOL, text=row.education, cite=cite
    )
    if row.education in PLAIN_DIPLOMA:
        return diploma
    # A diploma is enough; the other ways are told in the row's words and only the body can judge them.
    other = RequirementSpec("education-otherwise", RequirementKind.OTHER, required=True, text=row.education, cite=cite)
    return RequirementSpec(
        "education",
        RequirementKind.ANY_OF,
        required=True,
        cite=cite,
        parts=(
            RequirementSpec(
                "education-diploma", kind, required=True, topic=SchoolLevel.HIGH_SCHOOL, text="", cite=cite
            ),
            other,
        ),
    )


def _continuing(row: CatalogueCredential) -> RequirementSpec:
    kind, hours, ethics = RequirementKind.CONTINUING_EDUCATION, row.continuing_education_hours, row.ethics_hours
    parts: tuple[RequirementSpec, ...] = ()
    if ethics is not None:
        parts = (
            RequirementSpec(
                "continuing-ethics",
                kind,
                phase=Phase.RENEWAL,
                required=True,
                amount=Decimal(ethics),
                unit=Unit.HOURS,
                topic="ethics",
                cite=_cite("ethics_hours"),
            ),
        )
    known = hours is not None or bool(parts)
    return RequirementSpec(
        "continuing",
        kind,
        phase=Phase.RENEWAL,
        required=True if known else None,
        amount=None if hours is None else Decimal(hours),
        unit=Unit.HOURS,
        cite=_cite("continuing_education_hours") if known else Cite(),
        parts=parts,
    )
