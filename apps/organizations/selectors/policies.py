"""Reads of an organization's policies: which version holds, and who has read it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.organizations.models import (
    Person,
    PolicyAcknowledgement,
    PolicyDocument,
    PolicyVersion,
)
from apps.organizations.selectors.people import staff


def version_that_holds(document: PolicyDocument) -> PolicyVersion | None:
    """The last published version of a document, or None."""
    return document.versions.filter(published_at__isnull=False).order_by("-number").first()


def _holding() -> QuerySet[PolicyVersion]:
    """The version that holds of the document of an outer query."""
    return PolicyVersion.objects.filter(document_id=OuterRef("pk"), published_at__isnull=False).order_by("-number")


def policies_for(actor: Actor) -> QuerySet[PolicyDocument]:
    """The published documents that this reader may read, not the retired ones."""
    return (
        visible_to(PolicyDocument, actor)
        .filter(Exists(_holding()), archived_at__isnull=True)
        .select_related("programme")
        .order_by("kind", "pk")
    )


def unread_policies(actor: Actor, person: Person) -> list[PolicyDocument]:
    """The documents whose present version this staff member has not said they read. One query."""
    read = PolicyAcknowledgement.objects.filter(version_id=OuterRef("holds"), person=person)
    return list(policies_for(actor).annotate(holds=Subquery(_holding().values("pk")[:1])).filter(~Exists(read)))


def not_read_by(version: PolicyVersion, actor: Actor) -> QuerySet[Person]:
    """Who works here, is visible to the actor and has not said that they read this version."""
    read = PolicyAcknowledgement.objects.filter(version=version, person_id=OuterRef("pk"))
    return visible_to(staff(), actor).filter(~Exists(read)).order_by("name", "pk")
