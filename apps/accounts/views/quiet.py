"""How long one may still be quiet, staying signed in, and what was typed before a sign-off."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.services import quiet as services


@never_cache
@require_http_methods(["GET", "POST"])
def quiet(request: HttpRequest) -> JsonResponse:
    """For the page's script: the seconds that are left, and what to say. A POST says that somebody is there."""
    if request.method == "POST" and request.user.is_authenticated and request.session.get("idle"):
        services.note_use(request, idle=request.session["idle"])
    left = services.seconds_left(request) if request.user.is_authenticated else None
    minutes = max(1, (left or 0) // 60)
    words = {
        "title": _("Are you still there?"),
        "text": ngettext(
            "In about a minute we sign you out, so that nobody reads over an empty chair. What you typed is kept.",
            "In %(minutes)d minutes we sign you out, so that nobody reads over an empty chair. What you typed is kept.",
            minutes,
        )
        % {"minutes": minutes},
        "stay": _("Stay signed in"),
        "leave": _("Sign out now"),
    }
    return JsonResponse({"left": left, "token": get_token(request), "words": words})


@require_POST
@login_required
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out now and keep what was typed: asked by the page's script."""
    return services.sign_off(request)


@login_required
@never_cache
def kept(request: HttpRequest) -> HttpResponse:
    """What was typed before the sign-off: to be sent by one's own hand, or thrown away."""
    words = services.kept_words(request)
    if request.method == "POST":
        services.forget_words(request)
        return redirect("/")
    return render(request, "account/kept.html", {"words": words}) if words else redirect("/")
