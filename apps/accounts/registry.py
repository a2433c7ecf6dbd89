"""What sign-in needs from a higher app, declared here and registered there in `AppConfig.ready`.

Nothing of sign-in leaves by any other way: messaging registers its gate, which keeps a ledger row and sends right after
commit.

| kind | when | context |
|---|---|---|
| `sign_in_code` | somebody asked to sign in with a code | `code`, `minutes` |
| `fresh_code` | somebody without a password confirms that it is them | `code`, `minutes` |
| `address_code` | a new e-mail address or phone is checked before it becomes the sign-in | `code`, `minutes` |
| `invitation` | somebody is to become a member (`user` is None) | `url`, `days`, `name`, `organization`, `language` |
| `security_notice` | something about the sign-in changed | `event` (`SECURITY_EVENTS`); of a new one `device`, `at` |
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

__all__ = [
    "KINDS",
    "SECURITY_EVENTS",
    "deliver",
    "own_words_of",
    "quiet_seconds_of",
    "register_deliver",
    "register_own_words",
    "register_quiet_seconds",
    "register_restoring",
    "restoring_is_open",
    "use_restoring",
    "register_text_sign_in",
    "texts_sign_in",
]

KINDS = ("sign_in_code", "fresh_code", "address_code", "invitation", "security_notice")
SECURITY_EVENTS = (
    "password_changed",
    "email_changed",
    "phone_changed",
    "second_factor_added",
    "second_factor_removed",
    "recovery_codes_made",
    "card_printed",
    "new_device",
    "passkey_added",
    "passkey_removed",
    "restoring_asked",
    "restoring_waits",
    "restoring_confirmed",
)

Deliver = Callable[..., Any]
Allowed = Callable[[HttpRequest], bool]

_deliver: list[Deliver] = []
_text_sign_in: list[Allowed] = []


def register_deliver(gate: Deliver) -> None:
    """Register the gate through which sign-in's mails and texts leave. There is one."""
    _deliver[:] = [gate]


def deliver(
    *,
    kind: str,
    user: Any,
    channel: str,
    address: str,
    context: dict[str, Any],
    organization_id: int | None,
) -> None:
    """Hand one mail or text of sign-in to the gate.

    `kind` is one of `KINDS`, `channel` "email" or "sms", `address` the e-mail address or the number with its country
    code, `organization_id` the organization of the host (None on the platform's own). Raises ImproperlyConfigured where
    no gate is registered, except where the settings say that nothing needs to leave (`DELIVERY_REQUIRED`).
    """
    if kind not in KINDS:
        raise ValueError(f"{kind} is not a kind of sign-in message")
    if _deliver:
        _deliver[0](
            kind=kind, user=user, channel=channel, address=address, context=context, organization_id=organization_id
        )
    elif settings.DELIVERY_REQUIRED:
        raise ImproperlyConfigured("No gate is registered for sign-in messages (apps.accounts.registry).")


OwnWords = Callable[[Any], list[str]]

_own_words: list[OwnWords] = []


def register_own_words(words: OwnWords) -> None:
    """Register who knows what a user is called, and their organization: no password is made of that. There is one."""
    _own_words[:] = [words]


def own_words_of(user: Any) -> list[str]:
    """What this user and their organization are called, as far as the open scope knows."""
    return _own_words[0](user) if _own_words else []


def register_text_sign_in(allowed: Allowed) -> None:
    """Register `allowed(request)`: whether codes go out by text where this request came in. There is one source."""
    _text_sign_in[:] = [allowed]


def texts_sign_in(request: HttpRequest) -> bool:
    """Whether somebody may ask for a code by text here; yes where nobody says otherwise."""
    return _text_sign_in[0](request) if _text_sign_in else True


QuietSeconds = Callable[[Any], int]

_quiet_seconds: list[QuietSeconds] = []


def register_quiet_seconds(seconds: QuietSeconds) -> None:
    """Register who says for how many seconds the person of a request may be quiet (0: no limit). There is one."""
    _quiet_seconds[:] = [seconds]


def quiet_seconds_of(request: Any) -> int:
    """For how many seconds the person of this request may be quiet; 0 is no limit."""
    return _quiet_seconds[0](request) if _quiet_seconds else 0


_restoring: list[tuple[Callable[[Any], bool], Callable[[Any], bool]]] = []


def register_restoring(*, is_open: Callable[[Any], bool], use: Callable[[Any], bool]) -> None:
    """Register who knows that a user's lost second factor was restored here, and who uses that up. There is one."""
    _restoring[:] = [(is_open, use)]


def restoring_is_open(user: Any) -> bool:
    """Whether this user may sign in once without the second factor, on this host."""
    return bool(_restoring) and _restoring[0][0](user)


def use_restoring(user: Any) -> bool:
    """Use that up: the lost factor is forgotten. False where there was none."""
    return bool(_restoring) and _restoring[0][1](user)
