"""Printed one-time cards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import SignInCard, User
from apps.accounts.services.users import notify


@transaction.atomic
def issue_card(*, user: User, actor: Any, domain: str, days: int = 30, organization_id: int | None = None) -> str:
    """Make a card that signs `user` in once, on the host `domain`, within `days`. Returns its code, which is not kept.

    Cards made for the same host before end with it. `actor` (a user, or whatever has a `user_id`) is noted; whether
    they may is asked by the caller, who knows the person. The user is told where there is a way to. Raises ValueError
    for an operator, who signs in with a password, and for somebody whose sign-in is closed.
    """
    if user.is_operator or not user.is_active:
        raise ValueError("no card is made for this sign-in")
    now = timezone.now()
    SignInCard.objects.filter(user=user, domain=domain, used_at__isnull=True, ended_at__isnull=True).update(
        ended_at=now
    )
    code = SignInCard.new_code()
    SignInCard.objects.create(
        user=user,
        domain=domain,
        issued_by_id=getattr(actor, "user_id", None) or getattr(actor, "pk", None),
        code_hash=SignInCard.hash_of(code),
        expires_at=now + timedelta(days=days),
    )
    notify(user=user, event="card_printed", organization_id=organization_id)
    return code


@transaction.atomic
def use_card(*, code: str, domain: str) -> User | None:
    """Use a card up on this host and return whom it signs in; None for every card that does not work, in any way.

    One conditional UPDATE on the card's own columns: of two uses at the same moment the second waits, reads the row
    again and finds it used. Found by the hash of the code, so the time tells nothing about the code.
    """
    hashed = SignInCard.hash_of(code)
    now = timezone.now()
    used = SignInCard.objects.filter(
        code_hash=hashed, domain=domain, used_at__isnull=True, ended_at__isnull=True, expires_at__gt=now
    ).update(used_at=now)
    if not used:
        return None
    user = SignInCard.objects.select_related("user").get(code_hash=hashed).user
    return user if user.is_active and not user.is_operator else None
