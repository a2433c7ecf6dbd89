"""The doors of sign-in, and the forms behind them."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmLoginCodeForm, LoginForm
from allauth.account.internal import flows
from allauth.core import context as allauth_context
from allauth.core import ratelimit
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.accounts.agents import device_words
from apps.accounts.fields import AddressField, PhoneOnlyField
from apps.accounts.middleware import SHARED_KEY
from apps.accounts.models import User
from apps.accounts.registry import texts_sign_in
from apps.accounts.selectors import user_of_email, user_of_phone
from apps.accounts.services import limits

__all__ = [
    "ActivateAppForm",
    "AddPasskeyForm",
    "AddressForm",
    "CardForm",
    "CodeForm",
    "ConfirmForm",
    "ConfirmSecondFactorForm",
    "NumbersForm",
    "PasswordDoorForm",
    "SecondFactorForm",
    "SetPasswordForm",
    "SixNumbersForm",
    "doors",
]


class _Door(forms.Form):
    """What every door asks besides its own: whether others use the device too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shared"] = forms.BooleanField(
            label=_("Others use this phone or computer too."),
            help_text=_("We sign you out after 10 quiet minutes and keep nothing on it."),
            required=False,
            initial=True,
        )

    def keep_shared(self, request: HttpRequest) -> None:
        """Remember the answer until the session is made."""
        request.session[SHARED_KEY] = bool(self.cleaned_data.get("shared"))


class PasswordDoorForm(_Door, LoginForm):
    """E-mail or phone, and the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "password_%s")
        super().__init__(*args, **kwargs)
        self.fields["login"] = AddressField(label=_("E-mail or phone"))
        self.fields["password"] = forms.CharField(
            label=_("Password"), strip=False, widget=forms.PasswordInput, help_text=_("Pasting works.")
        )
        self.order_fields(["login", "password", "shared"])

    def _login_with_password(
        self, request: HttpRequest, redirect_url: Any, credentials: dict[str, Any]
    ) -> HttpResponse:
        self.keep_shared(request)
        login = self._login
        login.redirect_url = redirect_url
        return flows.login.perform_password_login(request, credentials, login)


class CodeForm(_Door):
    """An address to send a code to. Known or not, the answer is the same."""

    to = AddressField(label=_("Your phone or e-mail"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "code_%s")
        super().__init__(*args, **kwargs)
        self.by_text = texts_sign_in(allauth_context.request)
        if self.by_text:
            self.fields["to"].help_text = _("We text or mail six numbers. The message names no organization.")
        else:
            self.fields["to"].label = _("Your e-mail")
            self.fields["to"].help_text = _("We mail six numbers. The message names no organization.")

    def clean_to(self) -> str:
        address = str(self.cleaned_data["to"])
        if "@" not in address and not self.by_text:
            raise forms.ValidationError(
                _("Codes are not sent by text here. Use your e-mail address or a printed card.")
            )
        request = allauth_context.request
        allowed = ratelimit.consume(request, action="request_login_code", key=limits.source_of(request, address))
        if not allowed or not limits.allow_from_anywhere(request, "code", address):
            raise get_adapter().validation_error("rate_limited")
        self._user: User | None = user_of_email(address) if "@" in address else user_of_phone(address)
        return address

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if to := cleaned.get("to"):
            cleaned["email" if "@" in to else "phone"] = to
        return cleaned


class CardForm(_Door):
    """The code of a printed card."""

    card = forms.CharField(label=_("The letters and numbers on your card"), max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "card_%s")
        super().__init__(*args, **kwargs)
        self.fields["card"].help_text = _(
            "Capital or small, with or without the dash. A card works once; ask the front desk for the next."
        )
        self.fields["card"].widget.attrs.update({"autocapitalize": "characters", "spellcheck": "false"})


def doors(**bound: forms.Form) -> dict[str, forms.Form]:
    """The three doors for the sign-in page; the one that was just used comes with what was typed."""
    return {
        "code_form": bound.get("code") or CodeForm(),
        "card_form": bound.get("card") or CardForm(),
        "password_form": bound.get("password") or PasswordDoorForm(),
    }


class SixNumbersForm(ConfirmLoginCodeForm):
    """The code that was sent. Spaces and dashes don't matter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(label=_("The six numbers"), max_length=20)


class _AppNumbers(forms.Form):
    """The numbers of the authenticator app, under a label and without a placeholder."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(label=_("The six numbers your app shows"), max_length=20)


class _Remembering(forms.Form):
    """Whether the second step is asked on this device again; not offered where others use it too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not allauth_context.request.session.get(SHARED_KEY):
            self.fields["remember"] = forms.BooleanField(
                label=_("Don’t ask on this device for 30 days."),
                help_text=_("Only on a device that is yours alone. You can take it back any time."),
                required=False,
            )


class SecondFactorForm(_AppNumbers, _Remembering, AuthenticateForm):
    """The second step of signing in."""


class ConfirmSecondFactorForm(_AppNumbers, _Remembering, ReauthenticateForm):
    """The second step, for somebody signed in."""


class ActivateAppForm(_AppNumbers, ActivateTOTPForm):
    """The first numbers of a new app."""


class NumbersForm(forms.Form):
    """Six numbers that a service compares."""

    code = forms.CharField(label=_("The six numbers"), max_length=20)


class ConfirmForm(forms.Form):
    """ "Confirm that it is you": the password, or a code for somebody without one, or nothing."""

    def __init__(
        self, data: Any = None, *, way: str | None, code_sent: bool = False, passkey: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.way = way
        self.code_sent = code_sent
        self.has_passkey = passkey
        if way == "password":
            self.fields["password"] = forms.CharField(
                label=_("Your password"), strip=False, widget=forms.PasswordInput, required=False
            )
        elif way == "code":
            self.fields["code"] = forms.CharField(label=_("The six numbers"), max_length=20, required=False)


class AddPasskeyForm(AddWebAuthnForm):
    """A new passkey, and what to call it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["name"] = device_words(allauth_context.request.META.get("HTTP_USER_AGENT", ""))
        self.fields["name"] = forms.CharField(
            label=_("What you call it"), max_length=60, required=False, help_text=_("Such as: my phone, the blue key.")
        )
        self.fields["credential"].widget = forms.HiddenInput()


class AddressForm(forms.Form):
    """A new e-mail address or phone to sign in with."""

    def __init__(self, *args: Any, channel: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: forms.Field = (
            PhoneOnlyField(label=_("Your new phone number"))
            if channel == "sms"
            else forms.EmailField(label=_("Your new e-mail address"), max_length=254)
        )
        field.help_text = _("We send six numbers to it first, to be sure it is yours.")
        self.fields["address"] = field

    def clean_address(self) -> str:
        return str(self.cleaned_data["address"]).lower()


class SetPasswordForm(forms.Form):
    """A new password, typed once: it can be shown and pasted."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Ten characters or more. Three words that you can remember are fine."),
    )
