"""Pages on where somebody stands: one's own way, the team's table, and what counts in another state."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.access.actor import actor_of
from apps.access.policy import may, require
from apps.certifications import selectors, services
from apps.certifications.forms.progress import ElsewhereForm, TeamFilter
from apps.certifications.registry import rated_people
from apps.certifications.standards import standards
from apps.certifications.views.catalogue import reader_of
from apps.kit.once import AlreadyUsed, OnceForm, use_once

PAGE_SIZE = 25


@login_required
def certification_progress(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where the holder stands with each level of a credential, requirement by requirement."""
    actor = actor_of(request)
    record = get_object_or_404(selectors.certifications_for(actor), public_id=public_id)
    require(actor, "follow", record)
    today = timezone.localdate()
    context = {
        "certification": record,
        "way": selectors.ways_of([record], today)[0],
        "levels": selectors.levels_of(record, today),
        "may_attach": may(actor, "attach", record),
    }
    return render(request, "certifications/progress.html", context)


@login_required
@require_http_methods(["POST"])
def certification_packet(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make the packet of one record; it then stands among the record's documents."""
    actor = actor_of(request)
    record = get_object_or_404(selectors.certifications_for(actor), public_id=public_id)
    require(actor, "follow", record)
    require(actor, "attach", record)
    url = reverse("certifications:detail", args=[record.public_id])
    form = OnceForm(request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                use_once(form.cleaned_data["once"], user_id=actor.user_id).leads_to(url)
                services.make_packet(certification=record, actor=actor)
        except AlreadyUsed as already:
            return redirect(already.result or url)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, _("The packet is among the documents."))
    return redirect(url)


@login_required
def team_progress(request: HttpRequest) -> HttpResponse:
    """Everybody's way in a table, narrowed by state, by what is missing and by name."""
    actor = actor_of(request)
    if not actor.can("view_certifications"):
        raise PermissionDenied
    records = selectors.followed(actor)
    form = TeamFilter(request.GET or None, records=records)
    ways = form.narrowed(selectors.ways_of(list(form.rows(records)), timezone.localdate()))
    context = {
        "form": form,
        "page_obj": Paginator(ways, PAGE_SIZE).get_page(request.GET.get("page")),
        "rated": rated_people(actor.user_id, timezone.localdate()),
        "narrowed": form.is_bound and any(form.cleaned_data.values()) if form.is_valid() else False,
    }
    return render(request, "certifications/team.html", context)


@login_required
def elsewhere(request: HttpRequest) -> HttpResponse:
    """Which of a person's evidence counts in another state, what is missing and what is not known."""
    actor = reader_of(request)
    form = ElsewhereForm(request.GET or None, records=selectors.followed(actor))
    found, record, state = [], None, None
    if form.is_bound and form.is_valid():
        record, state = form.cleaned_data["record"], form.cleaned_data["state"]
        found = selectors.elsewhere(record.person_id, state.code, timezone.localdate())
    context = {"form": form, "record": record, "state": state, "found": found, "standards": standards()}
    return render(request, "certifications/elsewhere.html", context)
