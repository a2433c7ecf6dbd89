"""The organization's own list of support sessions, and ending one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.access.actor import actor_of
from apps.access.policy import require, visible_to
from apps.organizations import services
from apps.organizations.models import SupportSession


@login_required
@require_safe
def support_list(request: HttpRequest) -> HttpResponse:
    """Every time somebody who runs the platform could read the records here: who, why, from when to when."""
    actor = actor_of(request)
    if not actor.can_any("manage_organization", "view_audit"):
        raise PermissionDenied
    rows = visible_to(SupportSession, actor).select_related("operator", "ended_by")
    context = {
        "page_obj": Paginator(rows, 25).get_page(request.GET.get("page")),
        "may_end": actor.can("manage_organization"),
        "now": timezone.now(),
    }
    return render(request, "organizations/support.html", context)


@login_required
@require_POST
def support_end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End one now."""
    actor = actor_of(request)
    session = get_object_or_404(visible_to(SupportSession, actor), public_id=public_id)
    require(actor, "end", session)
    services.end_support(session=session, actor=actor)
    messages.success(request, _("It has ended. They read nothing here any more."))
    return redirect("organizations:support")
