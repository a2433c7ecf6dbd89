"""A family member's first screen: the same where nothing was shared, it ended, or the person is no client."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.access.actor import actor_of
from apps.groups.selectors import asks_guardian
from apps.organizations.selectors import persons_of
from apps.portal import selectors
from apps.portal.greeting import greeting, local_now
from apps.portal.selectors import hats_of

__all__ = ["family"]


@login_required
@require_safe
def family(request: HttpRequest) -> HttpResponse:
    """What a client shares with them now, or nothing; groups for family."""
    if not hats_of(request).family:
        raise PermissionDenied
    actor = actor_of(request)
    mine = persons_of(actor).order_by("-pk").first()
    here = request.organization  # type: ignore[attr-defined]  # the host middleware sets it
    zone = (mine.zone if mine else "") or here.zone
    rows = selectors.family_groups(actor)
    context = {
        "here": here,
        "greeting": greeting(local_now(zone), mine.greeting_name if mine else ""),
        "shared": selectors.shared_with_family(actor),
        "groups": rows,
        "asked_as_guardian": bool(asks_guardian(actor)),
        "all_free": bool(rows) and all(row.is_free for row in rows),
    }
    return render(request, "portal/family.html", context)
