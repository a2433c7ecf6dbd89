"""Reads of signatures."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from apps.signing.models import Signature


def signatures_on(kind: str, row_id: int) -> QuerySet[Signature]:
    """Every signature on a record, in the order they were made, each with `superseded` (a later version was signed)."""
    return with_superseded(Signature.objects.filter(kind=kind, row_id=row_id)).defer("content").order_by("number")


def with_superseded(signatures: QuerySet[Signature]) -> QuerySet[Signature]:
    """The signatures with `superseded`: whether a later version of the record was signed. Derived, never stored."""
    later = Signature.objects.filter(
        organization_id=OuterRef("organization_id"),
        kind=OuterRef("kind"),
        row_id=OuterRef("row_id"),
        version__gt=OuterRef("version"),
    )
    return signatures.annotate(superseded=Exists(later))


def head() -> Signature | None:
    """The last signature of the scope's organization, or None before the first."""
    return Signature.objects.defer("content").order_by("-number").first()
