"""Pages about clients for those who support them."""

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
from django.utils.translation import gettext as _

from apps.access.actor import actor_of
from apps.access.policy import may, may_add, visible_to
from apps.access.services import log_rows
from apps.access.shares import share_url
from apps.clients import registry, selectors
from apps.clients.forms import CloseRecordForm
from apps.clients.models import ClientRecord, KeepApart
from apps.kit.once import AlreadyUsed, use_once
from apps.messaging.models import ContactPoint
from apps.messaging.selectors import contact_points
from apps.organizations.selectors import staff_person
from apps.organizations.services import declare

PAGE_SIZE = 25


@login_required
def client_list(request: HttpRequest) -> HttpResponse:
    """The clients this person supports, or all of them for those whose part that is; search by name."""
    actor = actor_of(request)
    if not actor.can_any("view_clients", "give_care"):
        raise PermissionDenied
    search = request.GET.get("q", "").strip()[:100]
    page = Paginator(selectors.clients_for(actor, search), PAGE_SIZE).get_page(request.GET.get("page"))
    log_rows(page, actor=actor, action="list")
    return render(request, "clients/list.html", {"page_obj": page, "search": search})


@login_required
def client_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One client: how to reach them, who supports them, and what the higher apps add."""
    actor = actor_of(request)
    client = get_object_or_404(
        visible_to(ClientRecord, actor).select_related("person", "location"), public_id=public_id
    )
    log_rows([client], actor=actor)
    ways = list(visible_to(contact_points(client.person), actor))
    log_rows(ways, actor=actor)
    context = {
        "client": client,
        "team": selectors.care_team_now(actor).filter(client=client),
        "ways": ways,
        "way_url": _way_url(client) if may_add(actor, ContactPoint) and actor.can("enter_admin") else "",
        "share_url": share_url(actor, client),
        "parts": registry.parts_for(request, client),
        "may_write_down": actor.can_any("view_clients", "give_care") and client.person.user_id != actor.user_id,
        "may_erase": actor.can("erase_records"),
        "keeps_apart": may_add(actor, KeepApart) and client.person.user_id != actor.user_id,
        "may_close": staff_person(actor) is not None,
        "may_change": may(actor, "change", client) and actor.can("enter_admin"),
    }
    return render(request, "clients/detail.html", context)


@login_required
def close_record(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Close this client's record to oneself, or, where keeping records is one's part, to a colleague."""
    actor = actor_of(request)
    client = get_object_or_404(visible_to(ClientRecord, actor).select_related("person"), public_id=public_id)
    own = staff_person(actor)
    if own is None:
        raise PermissionDenied
    form = CloseRecordForm(request.POST or None, actor=actor, own=own)
    if request.method == "POST" and form.is_valid():
        barred = form.cleaned_data["staff"]
        try:
            with transaction.atomic():
                use_once(form.cleaned_data["once"], user_id=actor.user_id)
                declare(
                    actor=actor,
                    organization_id=client.organization_id,
                    barred=barred,
                    subject=client.person,
                    kind=form.cleaned_data["kind"],
                )
        except AlreadyUsed:
            return redirect("organizations:closed")
        except ValidationError as refused:
            for words in refused.messages:
                form.add_error(None, words)
        else:
            messages.success(request, _("This record is closed from now on."))
            if barred.pk == own.pk:
                return redirect("organizations:closed")
            return redirect("clients:detail", public_id=public_id)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "clients/close.html", {"client": client, "form": form}, status=status)


def _way_url(client: ClientRecord) -> str:
    """Where the office adds a way to reach this client."""
    return f"{reverse('admin:messaging_contactpoint_add')}?person={client.person_id}"
