"""Writes to the user: language, password, second factor, and the address they sign in with."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.accounts import registry
from apps.accounts.models import Device, User
from apps.accounts.selectors import ways_to_reach
from apps.accounts.services import limits
from apps.accounts.services.codes import new_code

ADDRESS_KEY = "address_code"


def notify(
    *,
    user: User,
    event: str,
    organization_id: int | None,
    also: list[tuple[str, str]] | None = None,
    but: set[str] | None = None,
    details: dict[str, str] | None = None,
) -> None:
    """Tell the user by every way we have that something about their sign-in changed.

    `also` names former addresses, `but` addresses that are not told, `details` what the text says besides.
    """
    for channel, address in [*ways_to_reach(user), *(also or [])]:
        if address in (but or ()):
            continue
        registry.deliver(
            kind="security_notice",
            user=user,
            channel=channel,
            address=address,
            context={"event": event, **(details or {})},
            organization_id=organization_id,
        )


@transaction.atomic
def set_language(*, user: User, language: str) -> User:
    """Keep the language that the user chose. An unknown one changes nothing."""
    if language in dict(settings.LANGUAGES) and user.language != language:
        user.language = language
        user.save(update_fields=["language"])
    return user


@transaction.atomic
def set_password(*, user: User, password: str, organization_id: int | None = None) -> User:
    """Set or change the password. The second step is asked on every device again.

    Raises ValidationError {"password": …} where it is too easy to guess.
    """
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    user.set_password(password)
    user.save(update_fields=["password"])
    Device.objects.filter(user=user, remembered_until__isnull=False).update(remembered_at=None, remembered_until=None)
    notify(user=user, event="password_changed", organization_id=organization_id)
    return user


@transaction.atomic
def set_totp(*, user: User, secret: str) -> Authenticator:
    """Give the user an authenticator app with this base32 secret, in place of the one they have (for the demo)."""
    Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
    return TOTP.activate(user, secret).instance


def start_address_change(request: HttpRequest, *, channel: str, address: str) -> None:
    """Send a code to the new address ("email" or "sms"), and remember in the session what it is for.

    Where somebody else signs in with the address nothing is sent, and the answer is the same. Raises ValidationError
    {"address": …} after too many tries.
    """
    user: Any = request.user
    if not limits.allow(request, "address_code", user.pk):
        raise ValidationError({"address": _("That was tried several times. Wait a minute, then try again.")})
    code = new_code(request, ADDRESS_KEY, channel=channel, address=address)
    organization = getattr(request, "organization", None)
    taken = User.objects.exclude(pk=user.pk).filter(**{_column(channel): address}).exists()
    if not taken:
        registry.deliver(
            kind="address_code",
            user=user,
            channel=channel,
            address=address,
            context={"code": code, "minutes": 10},
            organization_id=organization.pk if organization else None,
        )


@transaction.atomic
def change_address(*, user: User, channel: str, address: str, organization_id: int | None = None) -> User:
    """Make a checked e-mail address or phone the sign-in. The former address is told.

    Only the user does this, after the code sent to the new address came back. Raises ValidationError {"code": …} where
    somebody else has taken the address meanwhile.
    """
    column = _column(channel)
    former = getattr(user, column)
    setattr(user, column, address)
    try:
        with transaction.atomic():
            user.save(update_fields=[column])
    except IntegrityError as error:
        raise ValidationError({"code": _("These are not the numbers we sent. Check them once more.")}) from error
    EmailAddress.objects.filter(user=user).delete()  # allauth would let a former address sign in
    also = [(channel, str(former))] if former else []
    notify(user=user, event=f"{column}_changed", organization_id=organization_id, also=also)
    return user


def _column(channel: str) -> str:
    return {"email": "email", "sms": "phone"}[channel]
