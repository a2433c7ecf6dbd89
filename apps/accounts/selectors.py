"""Reads of users. None of them is reachable from a page that says who has an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator

from apps.accounts.models import User

__all__ = [
    "Passkey",
    "has_app",
    "has_passkey",
    "has_second_factor",
    "passkeys",
    "user_of_email",
    "user_of_phone",
    "ways_to_reach",
]


def user_of_email(email: str) -> User | None:
    """The active user who signs in with this e-mail address."""
    return User.objects.filter(email=email.strip().lower(), is_active=True).first() if email else None


def user_of_phone(phone: str) -> User | None:
    """The active user who signs in with this number (with its country code)."""
    return User.objects.filter(phone=phone, is_active=True).first() if phone else None


def has_second_factor(user: User) -> bool:
    """Whether the user has set up an authenticator app or a passkey, on whatever host."""
    return Authenticator.objects.filter(user_id=user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def has_app(user: User) -> bool:
    """Whether the user has set up an authenticator app."""
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()


@dataclass(frozen=True)
class Passkey:
    """One passkey as its user's list shows it. It works on `host` and nowhere else."""

    pk: int
    name: str
    host: str
    created_at: datetime
    last_used_at: datetime | None


def passkeys(user: User) -> list[Passkey]:
    """The user's passkeys, the newest last."""
    mine = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN).order_by("pk")
    return [
        Passkey(one.pk, one.data.get("name", ""), one.data.get("host", ""), one.created_at, one.last_used_at)
        for one in mine
    ]


def has_passkey(user: User, domain: str) -> bool:
    """Whether the user has made a passkey on this host: on another one it does not work."""
    mine = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN)
    return mine.filter(data__host=domain).exists()


def ways_to_reach(user: User) -> list[tuple[str, str]]:
    """(channel, address) by which a code reaches the user: e-mail first, then text."""
    found = [("email", user.email)] if user.email else []
    if user.phone:
        found.append(("sms", str(user.phone)))
    return found
