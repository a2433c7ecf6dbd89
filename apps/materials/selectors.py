"""Reads of materials, each in the reader's language where there is one."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.clients.models import ClientRecord
from apps.kit.text import fallback_chain
from apps.materials.models import Material, MaterialShare, MaterialText


def materials_for(actor: Actor) -> QuerySet[Material]:
    """The materials this actor may read, with those of their texts that they may read."""
    texts = visible_to(MaterialText, actor)
    return (
        visible_to(Material, actor)
        .filter(archived_at__isnull=True)
        .prefetch_related(Prefetch("texts", queryset=texts))
        .order_by("name", "pk")
    )


def shared_with_client(client: ClientRecord) -> QuerySet[MaterialShare]:
    """What a client was handed, the newest first, with the texts."""
    return (
        MaterialShare.objects.filter(client=client, ended_at__isnull=True, material__archived_at__isnull=True)
        .filter(Exists(MaterialText.objects.filter(material_id=OuterRef("material_id"), state="published")))
        .select_related("material")
        .prefetch_related("material__texts")
    )


def best_text(material: Material, language: str) -> MaterialText | None:
    """The text of a material for a reader of `language`: theirs, else the nearest there is. Reads `texts`."""
    by_language = {text.language: text for text in material.texts.all()}
    for code in fallback_chain(language, material.source_language):
        if code in by_language:
            return by_language[code]
    return next(iter(by_language.values()), None)


def share_for(actor: Actor, material: Material) -> MaterialShare | None:
    """The share through which this actor, as a client, was handed the material, or None."""
    return MaterialShare.objects.filter(
        material=material, client__person__user_id=actor.user_id, ended_at__isnull=True
    ).first()
