"""Quiet time: noting use, signing off after it, and keeping what was typed until the same person is back.

A form that comes after the sign-off is never carried out: what was typed is kept, sealed, in the browser's new session,
shown to the same person when they have signed in again, and sent by their own hand or thrown away.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from allauth.usersessions.models import UserSession
from cryptography.fernet import InvalidToken
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from apps.accounts.secrets import keys
from apps.accounts.services.devices import SHARED_KEY

KEPT_KEY = "kept_words"
KEPT_SECONDS = 12 * 3600
LONGEST = 200_000
# never kept, and never shown: what proves who somebody is
LEFT_OUT = {"csrfmiddlewaretoken", "password", "code", "passkey", "credential", "card"}


@dataclass(frozen=True)
class KeptWords:
    """What somebody typed into a form before they were signed off: the form's address and its fields."""

    path: str
    fields: list[tuple[str, str]]

    @property
    def texts(self) -> list[str]:
        """What was written in words, to be read again."""
        return [value for _name, value in self.fields if len(value) > 20 or " " in value.strip()]


def note_use(request: HttpRequest, *, idle: int) -> None:
    """Note that the session is in use now, and for how many seconds it may be quiet (0 is for as long as it lives)."""
    session = request.session
    session["seen_at"], session["idle"] = int(time.time()), idle
    if idle and not session.get(SHARED_KEY):
        session.set_expiry(KEPT_SECONDS)  # ends earlier by the quiet time; until then it can say why
    UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=timezone.now())


def seconds_left(request: HttpRequest) -> int | None:
    """How long the session may still be quiet; None where there is no limit."""
    limit = request.session.get("idle")
    return max(0, int(limit - (time.time() - request.session.get("seen_at", 0)))) if limit else None


def sign_off(request: HttpRequest) -> HttpResponse:
    """End the session for its quiet time, keep what was typed, and answer with the way back in.

    Only a form that this browser itself was given is kept (its token fits). A page's own script asks by the address
    `account_quiet_leave`, with `path` and `fields`, and is told the way.
    """
    user: Any = request.user
    by_script = request.path == reverse("account_quiet_leave")
    words = _typed(request, by_script) if request.method == "POST" else None
    wanted = "/" if request.method == "POST" else request.get_full_path()
    if by_script:
        wanted = _own_path(request, request.POST.get("page", "/")) or "/"
    logout(request)
    if words is not None:
        sealed = keys("kept-words").encrypt(json.dumps([words.path, words.fields]).encode()).decode()
        request.session[KEPT_KEY] = {"user": user.pk, "sealed": sealed}
        request.session.set_expiry(KEPT_SECONDS)
        wanted = reverse("account_kept")
    messages.info(request, _("You were signed out, because it was quiet here for a while."))
    response: HttpResponse = redirect_to_login(wanted, reverse("account_login"))
    if by_script:
        return JsonResponse({"to": response["Location"]})
    if request.headers.get("HX-Request"):
        response["HX-Redirect"] = response["Location"]
        response.status_code = 200
    return response


def kept_words(request: HttpRequest) -> KeptWords | None:
    """What this person typed before the sign-off. Somebody else's is thrown away unseen."""
    kept, user = request.session.get(KEPT_KEY), request.user
    if not kept:
        return None
    if kept["user"] != user.pk:
        forget_words(request)
        return None
    try:
        path, fields = json.loads(keys("kept-words").decrypt(kept["sealed"].encode(), ttl=KEPT_SECONDS))
    except InvalidToken:
        forget_words(request)
        return None
    return KeptWords(path, [(name, value) for name, value in fields])


def forget_words(request: HttpRequest) -> None:
    """Throw away what was kept."""
    request.session.pop(KEPT_KEY, None)


def _typed(request: HttpRequest, by_script: bool) -> KeptWords | None:
    if CsrfViewMiddleware(lambda _request: HttpResponse()).process_view(request, HttpResponse, (), {}) is not None:
        return None
    path: str | None = request.get_full_path()
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    if by_script:
        path = _own_path(request, request.POST.get("path", ""))
        try:
            fields = [(str(name), str(value)) for name, value in json.loads(request.POST.get("fields", "[]"))]
        except (TypeError, ValueError):
            return None
    fields = [(name, value) for name, value in fields if name not in LEFT_OUT]
    too_long = sum(len(name) + len(value) for name, value in fields) > LONGEST
    if path is None or path.startswith("/accounts/") or too_long or not any(value.strip() for _n, value in fields):
        return None
    return KeptWords(path, fields)


def _own_path(request: HttpRequest, path: str) -> str | None:
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, {request.get_host()}) else None
