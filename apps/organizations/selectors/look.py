"""The picture of an organization, as its mails carry it."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.core.files.storage import default_storage

from apps.organizations.models import Organization, StoredFile

__all__ = ["LARGEST_IN_A_MAIL", "Picture", "picture_for_mail"]

LARGEST_IN_A_MAIL = 64 * 1024  # bytes: it goes with every mail
IN_MAILS = ("image/png", "image/jpeg")  # what every mail program draws


class Picture(NamedTuple):
    """A small picture: its bytes, and "png" or "jpeg"."""

    content: bytes
    kind: str


def picture_for_mail(organization: Organization) -> Picture | None:
    """The organization's picture where a mail can carry it: a PNG or JPEG of at most 64 kB; else None.

    A picture that can't be read holds up no mail.
    """
    return _picture(organization.pk, organization.logo) if organization.logo else None


@lru_cache(maxsize=32)
def _picture(organization_id: int, public_id: UUID) -> Picture | None:
    """What lies under an address never changes: another picture has another one."""
    file = StoredFile.objects.filter(organization_id=organization_id, public_id=public_id).first()
    if file is None or file.content_type not in IN_MAILS or file.size > LARGEST_IN_A_MAIL:
        return None
    try:
        with default_storage.open(file.path) as opened:
            return Picture(opened.read(), file.content_type.removeprefix("image/"))
    except OSError:
        return None
