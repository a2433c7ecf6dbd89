"""The request's door: its host names the organization, and everything it touches happens in that one scope."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils import timezone, translation

from apps.access.actor import actor_of
from apps.access.scope import open_scope
from apps.accounts.selectors import has_second_factor
from apps.accounts.services import showed_second_factor
from apps.kit.calling import calling
from apps.organizations import selectors
from apps.organizations.roles import NEEDS_SECOND_FACTOR
from apps.organizations.services.support import note_support


def address_of(request: HttpRequest) -> str:
    """The network address a request came from, for the history and the log of reads."""
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


def _speak_what_is_offered(organization: Any) -> None:
    """Where the reader's language is not one that the organization offers, its own first one."""
    if organization is None or not organization.languages:
        return
    offered = organization.offered_languages
    if translation.get_language() not in offered:
        translation.activate(organization.language if organization.language in offered else offered[0])


def _word_of(organization: Any) -> Any:
    """What the organization calls things, in the reader's language; None where it has no words of its own."""
    if organization is None or not organization.words:
        return None
    return lambda of, many: organization.word(of, many=many)


class HostScopeMiddleware:
    """Opens the scope of the host's organization, and one transaction, around everything behind it.

    The transaction is opened here and not by ATOMIC_REQUESTS because a TemplateResponse renders after that one has
    closed, and would see no rows. It is rolled back on a refusal or a server error. An unknown host gets 421. "Today"
    is the organization's own day: in the evening of a western zone the server's is tomorrow already.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        domain = request.get_host().rsplit(":", 1)[0].lower()
        with transaction.atomic():
            host = selectors.host_of(domain)
            request.organization = None  # type: ignore[attr-defined]  # what every view asks for
            if host is None and domain not in settings.PLATFORM_HOSTS:
                return render(request, "421.html", status=421)
            ids = [host.organization_id] if host else []
            told = {"path": request.path, "method": request.method, "host": domain, "address": address_of(request)}
            with open_scope(*ids, user_id=request.user.pk, **told):
                organization = selectors.organization_of(host) if host else None
                request.organization = organization  # type: ignore[attr-defined]  # what every view asks for
                _speak_what_is_offered(organization)
                own_day = timezone.override(organization.zone if organization else None)
                with calling(_word_of(organization)), own_day:
                    response = self.get_response(request)
                    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                        response = response.render()
                if response.status_code in (403, 404) or response.status_code >= 500:
                    transaction.set_rollback(True)
        if request.user.is_authenticated:
            response.setdefault("Cache-Control", "no-store, private")
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """What the organization has turned off is not there, for anybody."""
        match = request.resolver_match
        if match is not None and selectors.absent_here(request, match.view_name):
            raise Http404


class SupportMiddleware:
    """An operator in a support session only reads, and each page they open is noted for the organization.

    Signing in and out and the language stay open.
    """

    OPEN = ("/accounts/", "/i18n/", "/brand.css")
    SAFE = ("GET", "HEAD", "OPTIONS")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not getattr(request.user, "is_operator", False) or request.path.startswith(self.OPEN):
            return self.get_response(request)
        session = selectors.support_of(actor_of(request))
        if session is not None:
            request.support_session = session  # type: ignore[attr-defined]  # what the page's frame says
            if request.method not in self.SAFE:
                raise PermissionDenied
            note_support(session=session, actor=actor_of(request))
        return self.get_response(request)


class SecondFactorMiddleware:
    """Where the organization asks for a second factor, whoever may see client records has shown one in this session.

    Somebody without an authenticator app is led to set one up, somebody who has one to its code. Signing in and out,
    the app's own pages, the language and the stylesheet stay open.
    """

    OPEN = ("/accounts/", "/i18n/", "/brand.css")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        organization = getattr(request, "organization", None)
        user: Any = request.user
        if (
            organization is None
            or not organization.second_factor
            or not user.is_authenticated
            or request.path.startswith(self.OPEN)
            or showed_second_factor(request)
            or not actor_of(request).can_any(*NEEDS_SECOND_FACTOR)
        ):
            return self.get_response(request)
        step = reverse("mfa_confirm" if has_second_factor(user) else "mfa_activate_totp")
        response: HttpResponse = redirect_to_login(request.get_full_path() if request.method == "GET" else "/", step)
        if request.headers.get("HX-Request"):
            response["HX-Redirect"] = response["Location"]
            response.status_code = 200
        return response
