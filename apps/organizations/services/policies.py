"""Writes of policies: drafts, publishing, and that somebody read one."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may_add, require
from apps.kit.text import TranslatedText
from apps.organizations.models import (
    Person,
    PolicyAcknowledgement,
    PolicyDocument,
    PolicyVersion,
    Programme,
)

__all__ = ["acknowledge", "draft_or_current", "write_policy"]


@transaction.atomic
def write_policy(
    *,
    document: PolicyDocument,
    actor: Actor,
    kind: str,
    title: TranslatedText | str,
    body: TranslatedText | str,
    programme: Programme | None = None,
    publish: bool = False,
) -> PolicyDocument:
    """Write a document and its draft; with `publish` the draft holds from now on and everybody reads it anew.

    The same words as the version that holds make no new version. A published version never changes. Raises
    PermissionDenied, or ValidationError by field.
    """
    if document.pk is None:
        if not may_add(actor, PolicyDocument):
            raise PermissionDenied
    else:
        require(actor, "change", document)
    for name, value in {"kind": kind, "title": title, "programme": programme}.items():
        setattr(document, name, value)
    document.full_clean()
    document.save()
    # Two who publish at once wait for each other here, so that the numbers have no gap and no version is lost.
    PolicyDocument.objects.select_for_update().get(pk=document.pk)
    versions = list(PolicyVersion.objects.filter(document=document).order_by("-number"))
    draft = next((one for one in versions if one.published_at is None), None)
    holds = next((one for one in versions if one.published_at is not None), None)
    text = PolicyVersion._meta.get_field("body").to_python(body)
    if draft is None and not (holds and holds.body == text):
        number = versions[0].number + 1 if versions else 1
        draft = PolicyVersion(organization_id=document.organization_id, document=document, number=number)
    if draft is not None:
        draft.body = text
        if publish:
            draft.published_at, draft.published_by_id = timezone.now(), actor.user_id
        draft.full_clean()
        draft.save()
    ensure_still_visible(actor, document)
    return document


@transaction.atomic
def acknowledge(*, version: PolicyVersion, person: Person, actor: Actor, language: str = "") -> PolicyAcknowledgement:
    """Keep that a staff member read a version. Saying it again changes nothing.

    Raises PermissionDenied where the actor is not that person, ValidationError for a draft or a version that a newer
    one has replaced meanwhile.
    """
    if person.user_id is None or person.user_id != actor.user_id:
        raise PermissionDenied
    newest = (
        PolicyVersion.objects.filter(document_id=version.document_id, published_at__isnull=False)
        .order_by("-number")
        .first()
    )
    if newest is None or newest.pk != version.pk:
        raise ValidationError(_("There is a newer version. Please read that one."))
    row, _made = PolicyAcknowledgement.objects.get_or_create(
        organization_id=version.organization_id,
        version=version,
        person=person,
        defaults={"language": language},
    )
    return row


def draft_or_current(document: PolicyDocument) -> Any:
    """The text that a form starts with: the draft, else what holds."""
    row = PolicyVersion.objects.filter(document=document).order_by("-number").first() if document.pk else None
    return row.body if row else TranslatedText()
