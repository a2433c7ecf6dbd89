"""Today: the first screen of those who work here, with the parts that theirs have."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.access.actor import actor_of
from apps.care import selectors as care
from apps.care import services as care_services
from apps.portal import today
from apps.portal.selectors import hats_of

__all__ = ["record_visit", "staff_today"]


@login_required
@require_safe
def staff_today(request: HttpRequest) -> HttpResponse:
    """One page for every role: each part stands where somebody's capabilities give it something to do."""
    if not hats_of(request).works:
        raise PermissionDenied
    return render(request, "portal/staff.html", today.parts(request))


@login_required
@require_POST
def record_visit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One tap: they met, or the person was not there. `what` is came or missed; each also corrects the other."""
    actor = actor_of(request)
    visit = get_object_or_404(care.appointments_for(actor), public_id=public_id)
    deeds: dict[str, Any] = {"came": care_services.mark_kept, "missed": care_services.mark_missed}
    deed = deeds.get(request.POST.get("what", ""))
    name = visit.client.person.greeting_name
    try:
        if deed is None:
            raise ValidationError(_("Please choose whether you met."))
        deed(appointment=visit, actor=actor)
        said = {
            "came": _("Written down: you met %(name)s."),
            "missed": _("Written down. %(name)s is on your list of people to reach."),
        }
        messages.success(request, said[request.POST["what"]] % {"name": name})
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    return redirect("staff_today")
