"""People to call because of a day out or closed: the list, on screen and on paper, and what came of each call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.access.actor import Actor, actor_of
from apps.access.policy import may_add, require, visible_to
from apps.access.services import log_rows
from apps.care import selectors, services
from apps.care.day_forms import CallForm
from apps.care.models import Disruption, DisruptionNotice
from apps.kit.dates import format_range


def _allowed(request: HttpRequest) -> Actor:
    """The actor, who makes these calls; 403 for anybody else."""
    actor = actor_of(request)
    if not may_add(actor, Disruption):
        raise PermissionDenied
    return actor


@login_required
@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    """Whom no message reaches: the number, when and how it is safe to call, and what to say. Each stays until done."""
    return _page(request, _allowed(request))


def _page(request: HttpRequest, actor: Actor, refused: CallForm | None = None, of: UUID | None = None) -> HttpResponse:
    rows = list(selectors.calls_for(actor))
    done = list(selectors.calls_made(actor)[:20])
    heard = selectors.heard_by([*rows, *done])
    lines, names = selectors.lines_for(rows, heard), selectors.names_for([*rows, *done], heard)
    ways = selectors.ways_to_call([row.person for row in rows], actor)
    log_rows([row.person for row in (*rows, *done)], actor=actor, action="list")
    context: dict[str, Any] = {
        "calls": [
            {
                "row": row,
                "name": names[row.pk],
                "lines": lines.get(row.pk, []),
                "ways": [
                    (way, format_range(way.hours_from, way.hours_to) if way.hours_from and way.hours_to else "")
                    for way in ways.get(row.person_id, [])
                ],
                "form": refused if refused is not None and row.public_id == of else CallForm(prefix=str(row.pk)),
                "is_late": row.first_at <= timezone.now(),
            }
            for row in rows
        ],
        "done": [(row, names[row.pk]) for row in done],
    }
    return render(request, "care/calls.html", context, status=422 if refused is not None else 200)


@login_required
@require_POST
def call_done(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write down what came of one call."""
    actor = actor_of(request)
    row = get_object_or_404(visible_to(DisruptionNotice, actor), public_id=public_id)
    require(actor, "change", row)
    form = CallForm(request.POST, prefix=str(row.pk))
    if not form.is_valid():
        return _page(request, actor, form, row.public_id)
    try:
        services.note_call(notice=row, outcome=form.cleaned_data["outcome"], actor=actor)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(request, _("Written down."))
    return redirect("care:calls")
