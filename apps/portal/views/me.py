"""A client's own first screen: the next thing, what comes, and what is theirs to decide."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.access.actor import actor_of
from apps.access.policy import may, visible_to
from apps.care import selectors as care
from apps.care import services as care_services
from apps.clients import services as client_services
from apps.clients.models import ClientRecord, FamilyLink
from apps.clients.selectors import client_of, erasure_to_agree
from apps.materials import selectors as materials
from apps.organizations.choices import Feature
from apps.organizations.selectors import has_feature
from apps.portal import selectors
from apps.portal.greeting import greeting, local_now

__all__ = ["cannot_come", "me", "own_visit", "stop_sharing"]


def _own_record(request: HttpRequest) -> ClientRecord:
    """The client record of who asks; 403 for somebody who is no client here."""
    client = client_of(actor_of(request)) if getattr(request, "organization", None) else None
    if client is None:
        raise PermissionDenied
    return client


@login_required
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """The next thing, when, where, with whom, and "I can't come"; groups; what to read; who may see what."""
    client, actor, language = _own_record(request), actor_of(request), get_language() or "en"
    zone = client.person.zone or request.organization.zone  # type: ignore[attr-defined]  # the host middleware sets it
    things = selectors.coming_things(client, actor)
    handed = [
        (share, text)
        for share in (materials.shared_with_client(client)[:4] if has_feature(request, Feature.MATERIALS) else ())
        if (text := materials.best_text(share.material, language))
    ]
    family = FamilyLink.objects.filter(client=client, ended_at__isnull=True).select_related("person")
    open_groups = selectors.groups_this_week(actor)
    context = {
        "person": client.person,
        "greeting": greeting(local_now(zone), client.person.greeting_name),
        "today": local_now(zone).date(),
        "next": things[0] if things else None,
        "coming": things[1:],
        "groups": open_groups,
        "all_free": all(row.is_free for row in open_groups),
        "handed": handed,
        "family": family.order_by("person__name", "pk"),
        "erasure": erasure_to_agree(actor),
    }
    return render(request, "portal/me.html", context)


@login_required
@require_safe
def own_visit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """When and where one of the client's own visits is."""
    client, actor = _own_record(request), actor_of(request)
    visit = get_object_or_404(care.appointments_for(actor).filter(client=client), public_id=public_id)
    context = {
        "row": visit,
        "zone": visit.zone,
        "may_cancel": visit.is_booked and may(actor, "cancel", visit),
        "cancel_url": reverse("cannot_come", args=[visit.public_id]),
    }
    return render(request, "care/own_appointment.html", context)


@login_required
@require_POST
def cannot_come(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The client says that they can't come to a visit: it is called off at once, and nobody asks why."""
    client, actor = _own_record(request), actor_of(request)
    visit = get_object_or_404(care.appointments_for(actor).filter(client=client), public_id=public_id)
    try:
        care_services.cancel_appointment(appointment=visit, actor=actor)
        messages.success(
            request,
            _("%(name)s will know. Thank you for telling us. We can find another time.")
            % {"name": visit.staff.greeting_name},
        )
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    return redirect("me")


@login_required
@require_POST
def stop_sharing(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The client stops sharing with one family member, at once. That person's page does not say so."""
    client, actor = _own_record(request), actor_of(request)
    rows = visible_to(FamilyLink, actor, "change").filter(client=client, ended_at__isnull=True)
    link = rows.filter(person__public_id=public_id).select_related("person").first()
    if link is not None:  # pressed twice, or stopped in another tab: it is stopped all the same
        client_services.end_family_link(link=link, actor=actor)
    messages.success(request, _("It is not shared any more."))
    return redirect("me")
