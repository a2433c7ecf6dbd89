"""Pages to read materials and to hand them out."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.access.actor import actor_of
from apps.access.policy import may, require
from apps.access.shares import share_url
from apps.kit.once import AlreadyUsed, use_once
from apps.materials import selectors, services
from apps.materials.forms import HandOutForm


def material_list(request: HttpRequest) -> HttpResponse:
    """What this reader may read: what is open to everybody, and what was handed to them."""
    actor = actor_of(request)
    context = {"materials": selectors.materials_for(actor), "works_here": actor.can("view_materials")}
    return render(request, "materials/list.html", context)


def material_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One material in the reader's language, or in the nearest there is, which is then said."""
    actor = actor_of(request)
    material = get_object_or_404(selectors.materials_for(actor), public_id=public_id)
    asked = request.GET.get("in") or get_language() or "en"
    context = {
        "material": material,
        "text": selectors.best_text(material, asked),
        "share": selectors.share_for(actor, material) if actor.user_id else None,
        "form": HandOutForm(actor=actor) if may(actor, "hand_out", material) else None,
        "share_url": share_url(actor, material),
        "works_here": actor.can("view_materials"),
    }
    return render(request, "materials/detail.html", context)


@login_required
@require_POST
def hand_out(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Hand a material to a client."""
    actor = actor_of(request)
    material = get_object_or_404(selectors.materials_for(actor), public_id=public_id)
    require(actor, "hand_out", material)
    form = HandOutForm(request.POST, actor=actor)
    if form.is_valid():
        client = form.cleaned_data["client"]
        back = reverse("materials:detail", args=[public_id])
        try:
            with transaction.atomic():  # a refusal gives the key back with all the rest
                use_once(form.cleaned_data["once"], user_id=actor.user_id).leads_to(back)
                services.hand_out(material=material, client=client, actor=actor, note=form.cleaned_data["note"])
        except AlreadyUsed:
            return redirect(back)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            words = _("%(name)s finds it on their pages now.")
            messages.success(request, words % {"name": client.person.greeting_name})
            return redirect(back)
    context = {"material": material, "text": selectors.best_text(material, get_language() or "en")}
    return render(request, "materials/detail.html", {**context, "form": form, "works_here": True}, status=422)
