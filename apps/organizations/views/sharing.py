"""Opening one record to one colleague for a time, and what stands open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.access import services as access_services
from apps.access.actor import Actor, actor_of
from apps.access.policy import grants_of, require, visible_to
from apps.access.shares import (
    Share,
    page_of,
    share_url,
    shareable_named,
    shares_by,
    shares_on,
    shares_to_end,
    shares_with,
)
from apps.kit.once import AlreadyUsed, use_once
from apps.kit.walltime import local_day_bounds
from apps.organizations.forms import EndSharesForm, ShareForm
from apps.organizations.selectors import people_to_share_with, staff_person


@login_required
def share_list(request: HttpRequest) -> HttpResponse:
    """What is shared with me, and what I shared with others, until when. For those who work here."""
    actor = actor_of(request)
    if staff_person(actor) is None:
        raise PermissionDenied
    with_me, by_me = shares_with(actor), shares_by(actor)
    _read([*with_me, *by_me], actor)
    context = {"with_me": with_me, "by_me": by_me, "zone": _zone(request)}
    return render(request, "organizations/shares.html", context)


@login_required
def end_shares(request: HttpRequest) -> HttpResponse:
    """End several of one's own shares at once: choose, look at which, say yes."""
    actor = actor_of(request)
    if staff_person(actor) is None:
        raise PermissionDenied
    shares = shares_to_end(actor)
    form = EndSharesForm(request.POST if request.method == "POST" else None, shares=shares)
    chosen = form.chosen() if form.is_valid() else []
    if "yes" in request.POST:
        if chosen:
            n = access_services.end_shares(shares=chosen, actor=actor)
            messages.success(request, ngettext("%(n)d share is closed.", "%(n)d shares are closed.", n) % {"n": n})
        return redirect("organizations:shares")  # without any left, an earlier click did it
    _read(chosen or shares, actor)
    context = {"form": form, "chosen": chosen, "shares": shares, "zone": _zone(request)}
    return render(request, "organizations/end_shares.html", context, status=422 if form.errors else 200)


def _read(shares: list[Share], actor: Actor) -> None:
    """Each record that a list of shares names is written down as read."""
    for model in {type(share.row) for share in shares}:
        read = {share.row.pk for share in shares if type(share.row) is model}
        access_services.log_reads(model.objects.filter(pk__in=read), actor=actor, action="list")


@login_required
def share(request: HttpRequest, kind: str, public_id: UUID) -> HttpResponse:
    """Open one record to one colleague until a day, see to whom it stands open, and end that."""
    actor = actor_of(request)
    model = shareable_named(kind)
    if model is None:
        raise Http404
    row = get_object_or_404(visible_to(model, actor), public_id=public_id)
    require(actor, "share", row)
    form = ShareForm(None, people=people_to_share_with(actor), zone=_zone(request))
    if request.method == "POST" and "end" in request.POST:
        return _end(request, actor, row)
    if request.method == "POST":
        form = ShareForm(request.POST, people=people_to_share_with(actor), zone=_zone(request))
        if form.is_valid():
            done = _share(request, actor, row, form)
            if done is not None:
                return done
    access_services.log_reads(model.objects.filter(pk=row.pk), actor=actor)
    context = {
        "row": row,
        "kind": model._meta.verbose_name,
        "back_url": page_of(row),
        "shares": shares_on(row, actor=actor),
        "form": form,
        "zone": _zone(request),
    }
    return render(request, "organizations/share.html", context, status=422 if form.errors else 200)


def _share(request: HttpRequest, actor: Actor, row: Any, form: ShareForm) -> HttpResponse | None:
    person = form.cleaned_data["person"]
    _start, next_day = local_day_bounds(form.cleaned_data["until"], _zone(request))
    try:
        use_once(form.cleaned_data["once"], user_id=actor.user_id).leads_to(share_url(actor, row))
        access_services.share(
            row=row,
            user=person.user,
            actor=actor,
            reason=form.cleaned_data["reason"],
            until=next_day - timedelta(seconds=1),
        )
    except AlreadyUsed:
        pass  # the first click did it
    except ValidationError as refused:
        form.add_error(None if not hasattr(refused, "error_dict") else "until", refused.messages)
        return None
    messages.success(request, _("%(name)s can see it until that day.") % {"name": person.name})
    return redirect(share_url(actor, row))


def _end(request: HttpRequest, actor: Actor, row: Any) -> HttpResponse:
    """End one share of this row. One that has ended already, or belongs to another row, changes nothing."""
    key = request.POST.get("end", "")
    grants: Any = grants_of(type(row))
    grant = grants.objects.filter(content_object=row, pk=key if key.isdecimal() and len(key) < 19 else None).first()
    if grant is not None:
        access_services.end_share(row=row, user=grant.user, actor=actor)
        messages.success(request, _("It is closed again."))
    return redirect(share_url(actor, row))


def _zone(request: HttpRequest) -> str:
    return request.organization.zone  # type: ignore[attr-defined]  # set by the host middleware
