"""Proof that somebody is who they say: for signing, and for what changes the sign-in itself."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import (
    get_authentication_records,
    perform_login,
    record_authentication,
)
from allauth.account.models import Login
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.accounts import registry
from apps.accounts.models import User
from apps.accounts.selectors import has_passkey, ways_to_reach
from apps.accounts.services import limits
from apps.accounts.services.codes import new_code, pending, use_code
from apps.accounts.services.devices import domain_of

if TYPE_CHECKING:
    from apps.accounts.forms import ConfirmForm

QUIET_SECONDS = 600
LONGEST_SECONDS = 3600
FRESH_KEY = "fresh_code"
SIGNED_KEY = "signed_at"
STRONG = ("password", "passkey", "code")


def recent_method(request: HttpRequest, max_age: int = QUIET_SECONDS) -> str | None:
    """How the user proved who they are within the last `max_age` seconds, signing in included; None if not.

    "password", "passkey" or "code". A card and the app's numbers are no such proof, except that a card is for somebody
    who has neither password nor address and so has nothing else.
    """
    user = _user(request)
    accepted = STRONG if user.has_usable_password() or ways_to_reach(user) else (*STRONG, "card")
    for record in reversed(get_authentication_records(request, user)):
        if record.get("method") in accepted and time.time() - record["at"] < max_age:
            return str(record["method"])
    return None


def confirmed_method(request: HttpRequest) -> str | None:
    """The confirmation that still counts for signing: made for it, within an hour, and never quiet for ten minutes."""
    user = _user(request)
    now = time.time()
    for record in reversed(get_authentication_records(request, user)):
        if record.get("reauthenticated") and record.get("method") in STRONG:
            last = max(record["at"], float(request.session.get(SIGNED_KEY, 0)))
            fresh = now - record["at"] < LONGEST_SECONDS and now - last < QUIET_SECONDS
            return str(record["method"]) if fresh else None
    return None


def way_to_confirm(user: User) -> str | None:
    """What this user confirms with: "password", "code" (by mail or text), or None where there is no way."""
    if user.has_usable_password():
        return "password"
    return "code" if ways_to_reach(user) else None


def send_fresh_code(request: HttpRequest) -> str:
    """Send the user a code to confirm with and return the channel, "email" or "sms".

    Raises ValidationError {"code": …} where there is no address or too many were asked for.
    """
    user = _user(request)
    ways = ways_to_reach(user)
    if not ways:
        raise ValidationError({"code": _("We have no address to send a code to. Ask the front desk.")})
    if not limits.allow(request, "fresh_code", user.pk):
        raise ValidationError({"code": _("That was tried several times. Wait a minute, then try again.")})
    channel, address = ways[0]
    organization = getattr(request, "organization", None)
    registry.deliver(
        kind="fresh_code",
        user=user,
        channel=channel,
        address=address,
        context={"code": new_code(request, FRESH_KEY, channel=channel), "minutes": 10},
        organization_id=organization.pk if organization else None,
    )
    return channel


def forget_fresh_code(request: HttpRequest) -> None:
    """Drop a code that was sent and not used."""
    request.session.pop(FRESH_KEY, None)


def check_reauthentication(
    request: HttpRequest, *, password: str | None = None, code: str | None = None, passkey: str | None = None
) -> str:
    """Confirm that it is them, for a signature about to be made. Returns "password", "passkey" or "code".

    `passkey` is the browser's answer as JSON, to what `begin_passkey` asked.

    Asks nothing where a confirmation still counts (`confirmed_method`) and nothing was typed. Raises ValidationError
    with the field it belongs to. Counts as the moment of a signature, so call it once for each.
    """
    user = _user(request)
    if passkey and not password and not code:
        method = _prove_by_passkey(request, user, passkey)
    elif password or code:
        method = _prove(request, user, password=password or "", code=code or "")
    else:
        found = confirmed_method(request)
        if found is None:
            _ask(request, user)
        method = str(found)
    request.session[SIGNED_KEY] = time.time()
    return method


def confirm_identity(request: HttpRequest, form_data: Mapping[str, Any]) -> str:
    """`check_reauthentication` with what was typed into `account/confirm.html`. "send_code" asks for another code."""
    if form_data.get("send_code"):
        channel = send_fresh_code(request)
        raise ValidationError({"code": _sent_words(channel)})
    return check_reauthentication(
        request,
        password=form_data.get("password"),
        code=form_data.get("code"),
        passkey=form_data.get("passkey"),
    )


def reauthentication_form(request: HttpRequest, data: Any = None) -> ConfirmForm:
    """The fields by which this user confirms, none while an earlier confirmation still counts for signing."""
    from apps.accounts.forms import ConfirmForm  # the forms call these services

    return confirm_form(request, data) if confirmed_method(request) is None else ConfirmForm(data, way=None)


def confirm_form(request: HttpRequest, data: Any = None, *, code_sent: bool = False) -> ConfirmForm:
    """The fields by which this user confirms on this host, whatever they confirmed before."""
    from apps.accounts.forms import ConfirmForm  # the forms call these services

    user = _user(request)
    return ConfirmForm(
        data,
        way=way_to_confirm(user),
        code_sent=code_sent or pending(request, FRESH_KEY) is not None,
        passkey=has_passkey(user, domain_of(request)),
    )


def begin_passkey(request: HttpRequest) -> dict[str, Any]:
    """What the browser is to ask a passkey of this host, to show who it is. Kept in the session until answered."""
    return dict(webauthn.begin_authentication(_user(request)))


def sign_in_with_card(request: HttpRequest, user: User) -> None:
    """Sign this user in here and now, as the holder of a printed card."""
    record_authentication(request, user, method="card")
    perform_login(request, Login(user=user))


def record_second_factor(request: HttpRequest) -> None:
    """Note that this session has just shown the authenticator app (setting it up is showing it)."""
    record_authentication(request, _user(request), method="mfa", type="totp")


def note_passkey(request: HttpRequest) -> None:
    """Write to the passkey that was just made for which host it is, and that this session has shown it."""
    user = _user(request)
    made = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).latest("pk")
    made.data = {**made.data, "host": domain_of(request)}
    made.save(update_fields=["data"])
    record_authentication(request, user, method="mfa", type="webauthn")


def showed_second_factor(request: HttpRequest, *, in_person: bool = False) -> bool:
    """Whether the second step was taken in this session: the app, a passkey, a spare code, or a device that remembers.

    With `in_person` a device that remembers is not enough: whoever changes the second factor shows it.
    """
    user: Any = request.user
    return any(
        record.get("method") == "mfa" and not (in_person and record.get("type") == "remembered")
        for record in get_authentication_records(request, user)
    )


def _user(request: HttpRequest) -> User:
    user: Any = request.user
    if not user.is_authenticated:
        raise PermissionDenied
    return user


def _prove(request: HttpRequest, user: User, *, password: str, code: str) -> str:
    field = "password" if password else "code"
    usage = limits.allow(request, "confirm", user.pk)
    if not usage:
        raise ValidationError({field: _("That was tried several times. Wait five minutes, then try again.")})
    if password:
        right = user.check_password(password)
        words = _("That is not the password of this sign-in.")
    else:
        # somebody with a password confirms with it: a code alone would let an open mailbox sign
        right = way_to_confirm(user) == "code" and use_code(request, FRESH_KEY, code) is not None
        words = _("These are not the numbers we sent, or they are too old. You can ask for new ones.")
    if not right:
        raise ValidationError({field: words})
    usage.rollback()
    record_authentication(request, user, method=field, reauthenticated=True)
    return field


def show_passkey(request: HttpRequest, answer: str) -> None:
    """Take a passkey of this host as the second step of this session. Raises ValidationError {"code": …} where it does
    not fit what `begin_passkey` asked."""
    form = ReauthenticateWebAuthnForm({"credential": answer}, user=_user(request))
    if not form.is_valid():
        raise ValidationError({"code": _("The passkey did not fit. Try once more, or use another way.")})
    form.save()


def _prove_by_passkey(request: HttpRequest, user: User, answer: str) -> str:
    field = way_to_confirm(user) or "passkey"
    if not limits.allow(request, "confirm", user.pk):
        raise ValidationError({field: _("That was tried several times. Wait five minutes, then try again.")})
    try:
        show_passkey(request, answer)
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from error
    record_authentication(request, user, method="passkey", reauthenticated=True)
    return "passkey"


def _ask(request: HttpRequest, user: User) -> None:
    way = way_to_confirm(user)
    if way == "password":
        raise ValidationError({"password": _("Please type your password, so that we know it is you.")})
    if way is None:
        raise ValidationError({"code": _("We have no address to send a code to. Ask the front desk.")})
    state = pending(request, FRESH_KEY)
    raise ValidationError({"code": _sent_words(state["channel"] if state else send_fresh_code(request))})


def _sent_words(channel: str) -> str:
    if channel == "sms":
        return _("We texted you six numbers. Please type them here.")
    return _("We mailed you six numbers. Please type them here.")
