"""Changing a planned meeting, it and those after it, or its whole series: first what that does, and then it is done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.access.actor import actor_of
from apps.access.policy import require, visible_to
from apps.kit.once import AlreadyUsed, use_once
from apps.supervision import selectors, services
from apps.supervision.choices import MeetingState
from apps.supervision.forms import refuse
from apps.supervision.meeting_forms import ChangeMeetingForm
from apps.supervision.models import SupervisionMeeting


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_meeting(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask what to change, show what that does, and do it after a yes."""
    actor = actor_of(request)
    rows = visible_to(SupervisionMeeting, actor).select_related("leader", "second", "room")
    meeting = get_object_or_404(rows, public_id=public_id)
    require(actor, "change", meeting)
    back = reverse("supervision:meeting", args=[meeting.public_id])
    if meeting.state != MeetingState.PLANNED or meeting.starts_at <= timezone.now():
        return redirect(back)
    form = ChangeMeetingForm(request.POST if request.method == "POST" else None, meeting=meeting, actor=actor)
    context: dict[str, Any] = {"meeting": meeting, "form": form, "back": back}
    if form.is_bound and form.is_valid():
        work = form.work(actor)
        try:
            if request.POST.get("step") != "do":
                context["differences"] = services.look_at(meeting, work)
                context["people"] = selectors.people_of(meeting, actor)
                return render(request, "supervision/meeting_look.html", context)
            with transaction.atomic():
                use_once(form.cleaned_data["once"], user_id=actor.user_id).leads_to(back)
                work()
        except AlreadyUsed:
            return redirect(back)
        except services.NoteMovedOn:
            return redirect(back)
        except ValidationError as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("It is changed."))
            return redirect(back)
    return render(request, "supervision/meeting_change.html", context, status=422 if form.is_bound else 200)
