"""Closures: which there are, a new one after a look at what it does, public holidays, and taking one back."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from apps.access.actor import Actor, actor_of
from apps.access.policy import may_add, require, visible_to
from apps.groups import selectors, services
from apps.groups.forms import ClosureForm, HolidaysForm
from apps.groups.models import Closure
from apps.groups.views.changing import blame, told
from apps.kit.dates import format_day
from apps.kit.once import AlreadyUsed, use_once
from apps.kit.text import TranslatedText
from apps.organizations.models import Location


def _allowed(request: HttpRequest) -> Actor:
    """The actor, who may arrange closures; 403 for anybody else."""
    actor = actor_of(request)
    if actor.organization_id is None or not may_add(actor, Closure):
        raise PermissionDenied
    return actor


def _days(row: Closure) -> str:
    first, last = format_day(row.starts_on, style="dated"), format_day(row.ends_on, style="dated")
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}


@login_required
@require_http_methods(["GET", "POST"])
def closures(request: HttpRequest) -> HttpResponse:
    """The coming closures, and a new one: first what it does, and only then it is made."""
    actor = _allowed(request)
    locations = visible_to(Location, actor).filter(archived_at__isnull=True).order_by("name")
    form = ClosureForm(request.POST or None, locations=locations)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("location", "starts_on", "ends_on")}
        language = request.organization.language  # type: ignore[attr-defined]  # the host middleware sets it
        values["reason"] = TranslatedText({language: form.cleaned_data["words"]})

        def work() -> Closure:
            return services.add_closure(actor=actor, organization_id=actor.organization_id or 0, **values)

        if request.POST.get("step") == "do":
            try:
                with transaction.atomic():
                    use_once(form.cleaned_data["once"], user_id=actor.user_id)
                    work()
                messages.success(request, _("It is closed then. Sessions on these days are off and say why."))
                return redirect("groups:closures")
            except AlreadyUsed:
                return redirect("groups:closures")
            except ValidationError as refused:
                blame(form, refused)
        else:
            look = services.preview(groups=None, actor=actor, deed=work)
            if look.problem is None:
                return render(request, "groups/closure_look.html", context | told(look, actor))
            blame(form, look.problem)
    rows = list(selectors.coming_closures(actor))
    standing = {row.holiday for row in rows if row.holiday is not None}
    context["rows"] = [{"row": row, "days": _days(row)} for row in rows]
    context["holidays"] = HolidaysForm(standing=standing)
    return render(request, "groups/closures.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def add_holidays(request: HttpRequest) -> HttpResponse:
    """Close everything on the chosen federal holidays."""
    actor = _allowed(request)
    form = HolidaysForm(request.POST, standing=set())
    if not form.is_valid():
        messages.warning(request, _("That did not reach us whole. Please try again."))
        return redirect("groups:closures")
    days = [date.fromisoformat(day) for day in form.cleaned_data["days"]]
    made = services.add_holidays(actor=actor, organization_id=actor.organization_id or 0, days=days)
    messages.success(request, ngettext("%d day is closed.", "%d days are closed.", made) % made)
    return redirect("groups:closures")


@login_required
@require_POST
def end_closure(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a closure back."""
    actor = actor_of(request)
    row = get_object_or_404(visible_to(Closure, actor), public_id=public_id)
    require(actor, "change", row)
    services.end_closure(closure=row, actor=actor)
    messages.success(request, _("It is open then. What was off because of it takes place."))
    return redirect("groups:closures")
