"""Where one is signed in, and signing out there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from apps.accounts import services
from apps.accounts.views.confirming import confirmed


@confirmed
@never_cache
def devices(request: HttpRequest) -> HttpResponse:
    """Every place where this person is signed in now, this one first."""
    user: Any = request.user
    organization = getattr(request, "organization", None)
    zone = str(organization.zone) if organization else "UTC"
    return render(request, "account/devices.html", {"places": services.open_sessions(request, user), "zone": zone})


@require_POST
@confirmed
def end_device(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out in one of these places. Somebody else's place is one that never was."""
    user: Any = request.user
    here = any(place.is_this and place.pk == pk for place in services.open_sessions(request, user))
    if not services.end_session(user=user, pk=pk):
        raise Http404
    if here:
        logout(request)
        return redirect("account_login")
    messages.success(request, _("Signed out there."))
    return redirect("account_devices")


@require_POST
@confirmed
def end_every_device(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere, here too."""
    user: Any = request.user
    services.end_every_session(user=user)
    logout(request)
    messages.success(request, _("You are signed out everywhere."))
    return redirect("account_login")
