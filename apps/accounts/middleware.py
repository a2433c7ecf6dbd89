"""What holds for every request of somebody who has signed in."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from apps.accounts import registry, services
from apps.accounts.services import quiet
from apps.accounts.services.devices import SHARED_KEY, domain_of

__all__ = ["HOST_KEY", "QUIET_SECONDS", "SEEN_EVERY", "QuietMiddleware", "SHARED_KEY", "SignInMiddleware", "on_sign_in"]

HOST_KEY = "signed_in_on"
QUIET_SECONDS = 600
SEEN_EVERY = 60


class QuietMiddleware:
    """Signs off whoever was quiet for longer than allowed, on the server, script or none; and notes each use.

    Behind the scope, because who works here decides for how long (`registry.register_quiet_seconds`).
    On a shared device each use starts the ten quiet minutes of its session anew. The script that only asks how long is
    left is no use.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session: Any = request.session
        if not request.user.is_authenticated or HOST_KEY not in session:
            return self.get_response(request)
        only_asks = request.path == reverse("account_quiet") and request.method == "GET"
        if services.quiet_too_long(session):
            return self.get_response(request) if only_asks else quiet.sign_off(request)
        if not only_asks and ("idle" not in session or time.time() - session.get("seen_at", 0) >= SEEN_EVERY):
            quiet.note_use(request, idle=registry.quiet_seconds_of(request))
        if request.method == "POST" and quiet.KEPT_KEY in session:
            words = quiet.kept_words(request)
            if words and words.path == request.get_full_path():
                quiet.forget_words(request)
        return self.get_response(request)


class SignInMiddleware:
    """Holds a session to the host it was made on, and keeps the cookie that tells its device.

    A browser sends the cookie to one host only; the check is for a cookie that somebody carried to another one, where a
    card of the first organization opens nothing. Around everything that is written, so an even answer waits here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session: Any = request.session
        made_on = session.get(HOST_KEY)
        if made_on is not None and made_on != domain_of(request):
            request.session = import_module(settings.SESSION_ENGINE).SessionStore()
            request.user = AnonymousUser()
        response = self.get_response(request)
        services.keep_device(request, response)
        services.wait_for_it(request)
        return response


def on_sign_in(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Django's signal: note the host and the device, and how long this session may stay quiet."""
    if request is None or "SERVER_NAME" not in request.META:
        return  # signed in by a test or a command, without a request
    first_ever = user.last_login is None  # Django's own receiver, which sets it, comes after this one
    request.session[HOST_KEY] = domain_of(request)
    if request.session.get(SHARED_KEY):
        request.session["seen_at"] = int(time.time())
        request.session.set_expiry(QUIET_SECONDS)
    services.note_device(request, user, first_ever=first_ever)
