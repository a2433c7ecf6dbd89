"""How allauth behaves here: closed to sign-up, e-mail or phone, one answer for known and unknown, one way out."""

from __future__ import annotations

from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from apps.accounts import registry, services
from apps.accounts.fields import PhoneOnlyField
from apps.accounts.models import User
from apps.accounts.secrets import keys
from apps.accounts.selectors import user_of_email, user_of_phone

__all__ = ["AccountAdapter", "SecondFactorAdapter"]

_MISMATCH = _("These two don’t go together. Check the spelling, or let us send you a code.")
# allauth's own words are not shown; these of its messages have words of ours
_MESSAGES = {"account/messages/logged_out.txt": _("You are signed out.")}


class AccountAdapter(DefaultAccountAdapter):
    """allauth's account hooks."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This sign-in is closed. The front desk can tell you more."),
        "email_password_mismatch": _MISMATCH,
        "phone_password_mismatch": _MISMATCH,
        "username_password_mismatch": _MISMATCH,
        "incorrect_code": _("These are not the numbers we sent. Check them once more."),
        "incorrect_password": _("That is not the password of this sign-in."),
        "too_many_login_attempts": _("That was tried several times. Wait five minutes, then try again."),
        "rate_limited": _("That was tried several times. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    # ---- tries: counted so that a stranger's don't shut out the person themself
    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth's own leaves the phone out, so that all phones would share one limit, and counts each host apart
        return services.limits.source_of(request, _address_of(credentials))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        self._wide_usage = services.limits.allow_from_anywhere(request, "password", _address_of(credentials))
        if not self._wide_usage:
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        super()._rollback_login_failed_rl_usage()
        if usage := getattr(self, "_wide_usage", None):
            usage.rollback()

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "apps.accounts.stages.SecondFactorStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    # ---- what leaves
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        if template_prefix != "account/email/login_code":
            raise NotImplementedError(f"{template_prefix} is not sent here")
        self._send_code(user_of_email(email), "email", email, context["code"])

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        self._send_code(user, "sms", phone, code)

    def _send_code(self, user: User | None, channel: str, address: str, code: str) -> None:
        registry.deliver(
            kind="sign_in_code",
            user=user,
            channel=channel,
            address=address,
            context={"code": code, "minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60},
            organization_id=organization_id_of(allauth_context.request),
        )

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Notices are sent by our own services: allauth's leave after commit, when the host's scope is closed."""

    # ---- phones are a column of the user
    def phone_form_field(self, **kwargs: Any) -> Any:
        return PhoneOnlyField(**kwargs)

    def generate_phone_verification_code(self, *, user: Any, phone: str) -> str:
        return self.generate_login_code()

    def get_user_by_phone(self, phone: str) -> User | None:
        return user_of_phone(phone)

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        return (str(user.phone), True) if user.phone else None

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:
        raise NotImplementedError("the phone is changed by services.change_address")

    def set_phone_verified(self, user: Any, phone: str) -> None:
        """A phone is checked before it is stored, so there is nothing to note."""

    # ---- signing in and out
    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        messages.error(request, str(self.error_messages["account_inactive"]))
        return HttpResponseRedirect(reverse("account_login"))

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        if user.language:
            remember_language(response, user.language)
        return response

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        words = message or _MESSAGES.get(message_template or "")
        if words:
            messages.add_message(request, level, str(words), extra_tags=extra_tags)

    # ---- confirming that it is them: one page of ours, which knows passwords and fresh codes
    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        return False  # every page that needs it is behind `views.confirmed`, which keeps no POST to replay

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        url = reverse("account_reauthenticate")
        return [{"id": "reauthenticate", "description": "", "url": url}] if user.is_authenticated else []


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth's second-factor hooks: the app's label and secrets that are not stored in the clear."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("These are not the numbers your app shows now. Wait for the next ones and try again."),
    }

    def get_totp_issuer(self) -> str:
        organization = getattr(allauth_context.request, "organization", None)
        return organization.short_name if organization else "Peer Platform"

    def build_totp_svg(self, url: str) -> str:
        """The picture for the app, on white: a camera reads nothing from black on a dark page."""
        picture = qrcode.make(url, image_factory=SvgPathFillImage)
        return picture.to_string(encoding="unicode")

    def encrypt(self, text: str) -> str:
        return keys("second-factor").encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        text: bytes = keys("second-factor").decrypt(encrypted_text.encode())
        return text.decode()


def _address_of(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("phone") or "").lower()


def organization_id_of(request: Any) -> int | None:
    """The organization of a request's host; None on the platform's own host and outside a request."""
    organization = getattr(request, "organization", None)
    return organization.pk if organization else None


def remember_language(response: HttpResponse, language: str) -> None:
    """Keep the language in the cookie that Django's language switch uses, on this host alone."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
