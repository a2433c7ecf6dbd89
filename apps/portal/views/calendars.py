"""A client's own calendar: the page where they make, change and end its link, and the calendar itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.actor import actor_of
from apps.clients.models import ClientRecord
from apps.clients.selectors import client_of
from apps.kit.ical import CONTENT_TYPE
from apps.kit.once import AlreadyUsed, OnceForm, use_once
from apps.organizations.selectors import link_to
from apps.portal import calendars, services
from apps.portal.choices import Detail
from apps.portal.forms import DetailForm

__all__ = ["calendar_detail", "calendar_feed", "end_calendar", "own_calendar"]


def _client(request: HttpRequest) -> ClientRecord:
    """The client record of who asks; 403 for somebody who is no client here."""
    client = client_of(actor_of(request)) if getattr(request, "organization", None) else None
    if client is None:
        raise PermissionDenied
    return client


@login_required
@require_http_methods(["GET", "POST"])
def own_calendar(request: HttpRequest) -> HttpResponse:
    """What a calendar link is, the one that stands, and a new one. The address is shown once, in the answer."""
    client = _client(request)
    token = ""
    if request.method == "POST":
        form = OnceForm(request.POST)
        if not form.is_valid():
            messages.warning(request, _("That did not reach us whole. Please try again."))
            return redirect("own_calendar")
        try:
            with transaction.atomic():
                used = use_once(form.cleaned_data["once"], user_id=request.user.pk)
                _link, token = services.make_calendar_link(
                    person=client.person, actor=actor_of(request), detail=_detail(request)
                )
                used.leads_to(reverse("own_calendar"))
        except AlreadyUsed:
            return redirect("own_calendar")
    return render(request, "portal/calendar.html", _context(request, client, token))


def _detail(request: HttpRequest) -> str:
    wanted = request.POST.get("detail", "")
    return wanted if wanted in Detail.values else Detail.MASKED


def _context(request: HttpRequest, client: ClientRecord, token: str) -> dict[str, Any]:
    link = calendars.standing_link(client)
    address = ""
    if token:
        address = link_to(request.organization, reverse("calendar_feed", args=[token]))  # type: ignore[attr-defined]  # the host middleware sets it
    return {
        "link": link,
        "address": address,
        "subscribe_url": "webcal://" + address.split("://", 1)[1] if address else "",
        "form": DetailForm(initial={"detail": link.detail} if link else None),
    }


@login_required
@require_POST
def calendar_detail(request: HttpRequest) -> HttpResponse:
    """Change how much the calendar says."""
    link = calendars.standing_link(_client(request))
    if link is not None:
        services.change_detail(link=link, actor=actor_of(request), detail=_detail(request))
        messages.success(request, _("Saved. Your calendar shows it when it asks us again."))
    return redirect("own_calendar")


@login_required
@require_POST
def end_calendar(request: HttpRequest) -> HttpResponse:
    """End the calendar link at once."""
    link = calendars.standing_link(_client(request))
    if link is not None:
        services.end_calendar_link(link=link, actor=actor_of(request))
    messages.success(request, _("The link is dead. You may take the calendar off your phone."))
    return redirect("own_calendar")


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a secret link, for whatever program has it. 304 where nothing changed; 404 for any other."""
    organization = getattr(request, "organization", None)
    link = calendars.link_behind(token) if organization is not None and len(token) <= 128 else None
    if link is None:
        raise Http404
    tag = f'"{calendars.state_of(link, organization)}"'
    if tag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(calendars.written(link, organization), content_type=CONTENT_TYPE)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response
