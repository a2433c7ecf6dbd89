"""Every write of the portal itself: a client's calendar link."""

from __future__ import annotations

import hashlib
import secrets

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.policy import require
from apps.organizations.models import Person
from apps.portal.choices import Detail
from apps.portal.models import CalendarLink

__all__ = ["change_detail", "end_calendar_link", "hash_of", "make_calendar_link"]


def hash_of(token: str) -> str:
    """What is stored of a calendar's secret: 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_calendar_link(*, person: Person, actor: Actor, detail: str = Detail.MASKED) -> tuple[CalendarLink, str]:
    """Make a person's own calendar link; the one before it is dead at once. Returns the row and the secret, once.

    Only the person themself may: raises PermissionDenied. ValidationError for a detail that does not exist.
    """
    if actor.user_id is None or person.user_id != actor.user_id:
        raise PermissionDenied
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    CalendarLink.objects.filter(person=person, ended_at__isnull=True).update(ended_at=timezone.now())
    token = secrets.token_urlsafe(32)
    link = CalendarLink(organization_id=person.organization_id, person=person, token_hash=hash_of(token), detail=detail)
    link.full_clean()
    link.save()
    return link, token


@transaction.atomic
def change_detail(*, link: CalendarLink, actor: Actor, detail: str) -> CalendarLink:
    """Change how much a calendar says; its address stays. Raises PermissionDenied, or ValidationError."""
    require(actor, "change", link)
    link = CalendarLink.objects.select_for_update().get(pk=link.pk)
    link.detail = detail
    link.full_clean()
    link.save(update_fields=["detail"])
    return link


@transaction.atomic
def end_calendar_link(*, link: CalendarLink, actor: Actor) -> CalendarLink:
    """End a calendar link: from now on nothing is read there. Doing it again changes nothing."""
    require(actor, "change", link)
    link = CalendarLink.objects.select_for_update().get(pk=link.pk)
    if link.ended_at is None:
        link.ended_at = timezone.now()
        link.save(update_fields=["ended_at"])
    return link
