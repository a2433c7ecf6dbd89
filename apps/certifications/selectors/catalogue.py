"""Reads of the catalogue."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from apps.certifications.models import CatalogueCredential

# What a page shows of a credential's requirements, in this order.
FIGURES = (
    "minimum_age",
    "education",
    "lived_experience_required",
    "recovery_months",
    "training_hours",
    "supervised_hours",
    "supervision_hours",
    "exam_required",
    "renewal_months",
    "continuing_education_hours",
    "ethics_hours",
    "medicaid_billable",
    "reciprocity_note",
)


def catalogue() -> QuerySet[CatalogueCredential]:
    """The credentials that the catalogue still lists."""
    return CatalogueCredential.objects.filter(retired_at__isnull=True)


def figures(credential: CatalogueCredential) -> list[tuple[str, Any]]:
    """(label, value) of each requirement; None or "" is not known, and a page says so."""
    return [
        (str(CatalogueCredential._meta.get_field(name).verbose_name), getattr(credential, name))  # type: ignore[union-attr]  # plain fields only
        for name in FIGURES
    ]
