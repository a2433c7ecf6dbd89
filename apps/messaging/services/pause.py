"""Stopping all ordinary sending, and letting it go on."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from apps.access.actor import Actor
from apps.accounts.models import User
from apps.messaging.models import SendingPause


@transaction.atomic
def pause_sending(*, why: str, actor: Actor) -> SendingPause:
    """Stop all ordinary messages of the platform until an operator releases them. Sign-in codes still go out.

    Pausing a paused platform changes nothing.
    """
    standing = SendingPause.objects.filter(released_at__isnull=True).first()
    return standing or SendingPause.objects.create(why=why)


@transaction.atomic
def release_sending(*, actor: Actor) -> int:
    """Let ordinary messages go out again. Only an operator, or system work, may. Returns how many pauses ended (0, 1).

    What became too late meanwhile is not sent: it expires.
    """
    if not (actor.system or (actor.user_id and _is_operator(actor.user_id))):
        raise PermissionDenied
    return SendingPause.objects.filter(released_at__isnull=True).update(
        released_at=timezone.now(), released_by_id=actor.user_id
    )


def _is_operator(user_id: int) -> bool:
    return User.objects.filter(pk=user_id, is_operator=True, is_active=True).exists()
