"""The first address: a welcome for visitors, and for everybody else the way to their own first screen."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.access.actor import actor_of
from apps.groups import selectors as groups
from apps.materials import selectors as materials
from apps.organizations.choices import Feature
from apps.organizations.models import Organization
from apps.portal import selectors
from apps.portal.selectors import Hats, hats_of

__all__ = ["home"]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Who we are, for visitors; the first screen of their part, for who is signed in; a choice, for several hats."""
    hats = hats_of(request)
    if getattr(request, "organization", None) is None:
        return redirect("operator") if hats.operates else render(request, "portal/platform.html")
    doors = _doors(hats)
    if len(doors) == 1:
        return redirect(doors[0][1])
    if doors:
        return render(request, "portal/doors.html", {"doors": doors, "rail": [], "rail_end": []})
    return _welcome(request)


def _doors(hats: Hats) -> list[tuple[str, str, str]]:
    """(name, address, icon) of each first screen that this person has."""
    wanted = (
        (hats.works, _("My work here"), reverse("admin:index" if hats.administers else "staff_today"), "cal"),
        (hats.client, _("My own support"), reverse("me"), "house"),
        (hats.family, _("Family and friends"), reverse("family"), "people"),
    )
    return [(name, url, icon) for has, name, url, icon in wanted if has]


def _welcome(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    language = get_language() or "en"
    here: Organization = request.organization  # type: ignore[attr-defined]  # the host middleware sets it
    readable = [
        (material, text)
        for material in (materials.materials_for(actor)[:4] if here.has(Feature.MATERIALS) else ())
        if (text := materials.best_text(material, language))
    ]
    sessions = groups.next_public(actor, 4) if here.has(Feature.PUBLIC_SCHEDULE) else []
    context = {
        "here": here,
        "sessions": sessions,
        "all_free": bool(sessions) and all(row.is_free for row in sessions),
        "places": selectors.public_places(actor),
        "materials": readable,
    }
    return render(request, "portal/welcome.html", context)
