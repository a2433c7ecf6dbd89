"""The page on which a specialist looks up the case reference of somebody they support."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.access.actor import actor_of
from apps.access.services import log_reads
from apps.clients.models import ClientRecord
from apps.clients.selectors import clients_for
from apps.supervision.selectors import case_reference_of

PAGE_SIZE = 25


@login_required
@require_safe
def references(request: HttpRequest) -> HttpResponse:
    """Names beside case references, for who writes notes and may open these records. Each is written down as read."""
    actor = actor_of(request)
    if not (actor.can("write_supervision") and actor.can("give_care")):
        raise PermissionDenied
    rows = clients_for(actor).select_related("person").order_by("person__name", "pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    log_reads(ClientRecord.objects.filter(pk__in=[row.pk for row in page]), actor=actor)
    context = {"page_obj": page, "rows": [(row.person, case_reference_of(row)) for row in page]}
    return render(request, "supervision/references.html", context)
