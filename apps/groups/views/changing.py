"""Changing a session, it and what follows, or all of a group's: first what that would do, and only then it is done."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.access.actor import Actor, actor_of
from apps.access.policy import may, require, visible_to
from apps.access.services import log_rows
from apps.groups import services
from apps.groups.forms import ChangeForm
from apps.groups.models import Session
from apps.groups.services.rules import Preview
from apps.kit.dates import format_day, format_range
from apps.kit.once import AlreadyUsed, use_once


@login_required
@require_http_methods(["GET", "POST"])
def change_session(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask what to change, show what that does and who is told, and do it after a yes."""
    actor = actor_of(request)
    rows = visible_to(Session, actor).filter(ended_with_group=False)
    rows = rows.select_related("group__location", "location", "room")
    session = get_object_or_404(rows, public_id=public_id)
    require(actor, "change", session)
    form = ChangeForm(request.POST or None, session=session, may_all=may(actor, "change", session.group))
    back = reverse("groups:group", args=[session.group.public_id])
    context: dict[str, Any] = {"session": session, "group": session.group, "form": form, "back": back}
    context["zone"] = str((session.location or session.group.location).zone)
    if request.method == "POST" and form.is_valid():
        work = form.work(actor, request.organization.language)  # type: ignore[attr-defined]  # the host middleware sets it
        if request.POST.get("step") == "do":
            try:
                with transaction.atomic():
                    used = use_once(form.cleaned_data["once"], user_id=actor.user_id)
                    work()
                    used.leads_to(back)
                messages.success(request, _("It is changed."))
                return redirect(back)
            except AlreadyUsed:
                return redirect(back)
            except ValidationError as refused:
                blame(form, refused)
        else:
            look = services.preview(groups=[session.group_id], actor=actor, deed=work)
            if look.problem is None:
                context |= told(look, actor)
                return render(request, "groups/change_look.html", context)
            blame(form, look.problem)
    return render(request, "groups/change.html", context, status=422 if form.errors else 200)


def blame(form: Any, refused: ValidationError) -> None:
    """Put what a service refused beside the field that it is about, or above the form."""
    fields = refused.error_dict if hasattr(refused, "error_dict") else {NON_FIELD_ERRORS: refused.error_list}
    for name, errors in fields.items():
        for error in errors:
            form.add_error(name if name in form.fields else None, error)


def told(look: Preview, actor: Actor) -> dict[str, Any]:
    """A preview in words. Names are shown as far as the reader may see them, and that is written down."""
    log_rows(look.told, actor=actor)
    return {
        "lines": [_line(each) for each in look.differences[:60]],
        "more": max(len(look.differences) - 60, 0),
        "told": [row.person.name for row in look.told],
        "others": look.others,
    }


def _line(each: Any) -> dict[str, str]:
    def said(row: Any) -> str:
        return f"{format_day(row.on, style='dated')}, {format_range(row.starts_at, row.ends_at, each.zone)}"

    before, after = each.before, each.after
    gone = after is None or not after.is_on
    if before is None:
        return {"what": _("New"), "was": "", "now": said(after)} if after.is_on else {
            "what": _("Off"), "was": said(after), "now": ""
        }  # fmt: skip
    if gone:
        return {"what": _("Off"), "was": said(before), "now": ""}
    if not before.is_on:
        return {"what": _("Takes place after all"), "was": "", "now": said(after)}
    return {"what": _("Moved"), "was": said(before), "now": said(after)}
