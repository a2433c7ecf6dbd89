"""The picture of an organization."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import require
from apps.organizations.models import Logo, Organization
from apps.organizations.services.files import content_type_of, store_file

__all__ = ["LARGEST_LOGO", "PICTURES", "check_logo", "set_logo"]

LARGEST_LOGO = 512 * 1024  # bytes: it is on every page
PICTURES = {"image/png", "image/jpeg", "image/webp"}


def check_logo(content: bytes) -> None:
    """Raise ValidationError unless these bytes are a small picture. The content says so, whatever the name claims."""
    if len(content) > LARGEST_LOGO:
        raise ValidationError(_("This picture is too large: at most %(limit)d kB.") % {"limit": LARGEST_LOGO // 1024})
    if content_type_of(content) not in PICTURES:
        raise ValidationError(_("Choose a picture: PNG, JPEG or WebP."))


@transaction.atomic
def set_logo(*, organization: Organization, content: bytes | None, name: str, actor: Actor) -> Organization:
    """Show these bytes as the organization's picture, or none (`content` None). The earlier file is kept.

    Raises PermissionDenied, or ValidationError for what is no small picture.
    """
    require(actor, "change", organization)
    held = Logo.objects.filter(organization_id=organization.pk).first()
    if content is None:
        if held:
            held.delete()
        organization.logo = None
    else:
        check_logo(content)
        file = store_file(content=content, name=name, actor=actor, organization_id=organization.pk)
        if held:
            held.file = file
            held.save()
        else:
            Logo.objects.create(organization_id=organization.pk, file=file)
        organization.logo = file.public_id
    organization.save(update_fields=["logo"])
    return organization
