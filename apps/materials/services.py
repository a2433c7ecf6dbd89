"""Every write to materials."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import may, may_add, require
from apps.clients.models import ClientRecord
from apps.materials.choices import TextState
from apps.materials.models import Material, MaterialShare, MaterialText
from apps.organizations.services import store


def store_material(*, actor: Actor, material: Material, **values: Any) -> Material:
    """Add or change a material (its texts apart). Raises PermissionDenied, or ValidationError by field."""
    return store(row=material, actor=actor, **values)


@transaction.atomic
def write_text(*, actor: Actor, text: MaterialText, **values: Any) -> MaterialText:
    """Add or change a material's text in one language. Raises PermissionDenied, or ValidationError by field.

    A text that leaves the draft is marked as checked by the actor (Section 1557 asks for a qualified human). A change
    of the words raises the version, so that translations of an older one can be told.
    """
    if not (may_add(actor, MaterialText) or actor.can("manage_materials")):
        raise PermissionDenied
    before = (text.title, text.body, text.state) if text.pk else None
    for name, value in values.items():
        setattr(text, name, value)
    published_now = text.state == TextState.PUBLISHED and (before is None or before[2] != TextState.PUBLISHED)
    if published_now and not actor.can("manage_materials"):
        raise ValidationError({"state": _("Somebody who looks after materials publishes it. Mark it as checked.")})
    if text.state == TextState.DRAFT:
        text.reviewed_by_id = text.reviewed_at = None
    elif before is None or before[2] == TextState.DRAFT or (text.title, text.body) != before[:2]:
        text.reviewed_by_id, text.reviewed_at = actor.user_id, timezone.now()
    if before is not None and (text.title, text.body) != before[:2]:
        text.version += 1
    source = text.material.texts.filter(language=text.material.source_language).first()
    if source is not None and text.language != source.language:
        text.source_version = source.version
    text.full_clean()
    text.save()
    return text


@transaction.atomic
def hand_out(*, material: Material, client: ClientRecord, actor: Actor, note: str = "") -> MaterialShare:
    """Hand a material to a client, who then finds it on their pages. Handing it out twice changes only the note.

    Raises PermissionDenied where the actor may not hand it out or may not see the client.
    """
    require(actor, "hand_out", material)
    if not may(actor, "view", client):
        raise PermissionDenied
    standing = MaterialShare.objects.filter(material=material, client=client, ended_at__isnull=True).first()
    share = standing or MaterialShare(organization_id=material.organization_id, material=material, client=client)
    share.note = note
    if standing is None:
        share.shared_by_id = actor.user_id
    share.full_clean()
    share.save()
    return share


@transaction.atomic
def take_back(*, share: MaterialShare, actor: Actor) -> MaterialShare:
    """Take a material back from a client. Taking it back twice changes nothing."""
    require(actor, "change", share)
    if share.ended_at is None:
        share.ended_at = timezone.now()
        share.save(update_fields=["ended_at"])
    return share
