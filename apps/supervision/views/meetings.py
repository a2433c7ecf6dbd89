"""Pages of planned supervision: what comes, planning it, and writing down that it was held."""

from __future__ import annotations

from typing import Any
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
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from apps.access.actor import actor_of
from apps.access.policy import may, require, visible_to
from apps.kit.once import AlreadyUsed, use_once
from apps.supervision import selectors, services
from apps.supervision.choices import MeetingState
from apps.supervision.forms import refuse
from apps.supervision.meeting_forms import CallOffForm, HoldForm, PlanMeetingForm
from apps.supervision.models import SupervisionMeeting

PAGE_SIZE = 25


@login_required
@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """What the reader leads or takes part in: to be written down, to come, and over."""
    actor = actor_of(request)
    now, own = timezone.now(), selectors.meetings_of(actor)
    if not actor.can_any("write_supervision", "sign_supervision") and not own.exists():
        raise PermissionDenied
    lists = {
        "coming": (_("To come"), own.filter(state=MeetingState.PLANNED, starts_at__gt=now)),
        "over": (_("Over"), own.exclude(state=MeetingState.PLANNED).reverse()),
    }
    to_write = selectors.to_write_down(actor, now)
    if actor.can("sign_supervision") or to_write.exists():
        lists = {"write": (_("To write down"), to_write), **lists}
    shown = request.GET.get("show", "")
    shown = shown if shown in lists else "coming"
    page = Paginator(lists[shown][1], PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "tabs": [(key, label, rows.count(), key == shown) for key, (label, rows) in lists.items()],
        "page_obj": page,
        "may_plan": actor.can("sign_supervision"),
    }
    return render(request, "supervision/meetings.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_meeting(request: HttpRequest) -> HttpResponse:
    """Plan a meeting, or a series of them, with people whom the reader supervises."""
    actor = actor_of(request)
    if not actor.can("sign_supervision"):
        raise PermissionDenied
    plans = list(selectors.plans_led(actor, timezone.localdate()))
    form = PlanMeetingForm(
        request.POST if request.method == "POST" else None,
        plans=plans,
        actor=actor,
        initial={"on": timezone.localdate()},
    )
    if form.is_bound and form.is_valid() and plans:
        leader = plans[0].supervisor
        zone = str(leader.zone or request.organization.zone)  # type: ignore[attr-defined]  # set by the middleware
        try:
            with transaction.atomic():
                use_once(form.cleaned_data["once"], user_id=actor.user_id).leads_to(reverse("supervision:meetings"))
                made = services.plan_meetings(actor=actor, leader=leader, zone=zone, **form.values)
        except AlreadyUsed as already:
            return redirect(already.result or "supervision:meetings")
        except ValidationError as error:
            refuse(form, error)
        else:
            words = ngettext("%(n)s meeting is planned.", "%(n)s meetings are planned.", len(made))
            messages.success(request, words % {"n": len(made)})
            return redirect("supervision:meetings")
    context = {"form": form, "has_plans": bool(plans)}
    return render(request, "supervision/plan_meeting.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One meeting; its leader writes down that it was held, or why not."""
    actor = actor_of(request)
    rows = visible_to(SupervisionMeeting, actor).select_related("leader", "second", "room__location")
    meeting = get_object_or_404(rows, public_id=public_id)
    if request.method != "POST":
        return _page(request, meeting)
    require(actor, "change", meeting)
    do, people = request.POST.get("do"), list(selectors.people_of(meeting, actor))
    typed = request.POST.get("shared", "")[:20_000]
    forms: dict[str, Any] = {}
    try:
        if do in ("call_off", "missed"):
            form = forms["call_off"] = CallOffForm(request.POST)
            reason = form.cleaned_data["reason"] if form.is_valid() else ""
            services.call_off(meeting=meeting, actor=actor, reason=reason, missed=do == "missed")
            words = _("Called off.") if do == "call_off" else _("Written down: it did not take place.")
        elif do == "shared":
            services.change_shared(meeting=meeting, actor=actor, text=typed, mark=request.POST.get("mark", ""))
            words = _("Kept.")
        else:
            hold = forms["hold"] = HoldForm(request.POST, people=people)
            if not hold.is_valid():
                return _page(request, meeting, status=422, **forms)
            services.hold_meeting(meeting=meeting, actor=actor, seen=hold.seen, shared=hold.cleaned_data["shared"])
            words = _("Written down. Each who came has a note of their own to write and sign.")
    except services.NoteMovedOn as moved:
        meeting.refresh_from_db()
        return _page(request, meeting, moved=moved, typed=typed, status=409)
    except ValidationError as error:
        if forms:
            refuse(next(iter(forms.values())), error)
        return _page(request, meeting, moved=None if forms else error, status=422, **forms)
    messages.success(request, words)
    return redirect("supervision:meeting", public_id=meeting.public_id)


def _page(
    request: HttpRequest,
    meeting: SupervisionMeeting,
    *,
    hold: HoldForm | None = None,
    call_off: CallOffForm | None = None,
    moved: ValidationError | None = None,
    typed: str = "",
    status: int = 200,
) -> HttpResponse:
    actor = actor_of(request)
    people = list(selectors.people_of(meeting, actor))
    leads = may(actor, "change", meeting)
    planned, begun = meeting.state == MeetingState.PLANNED, meeting.starts_at <= timezone.now()
    took_part = leads or any(person.plan.specialist.user_id == actor.user_id for person in people)
    shared = meeting.shared if took_part else ""
    # What another page kept stands beside what was typed here, as with a note.
    typed = typed if typed.strip() and typed.strip() != shared else ""
    context = {
        "meeting": meeting,
        "people": people,
        "leads": leads,
        "own_user": actor.user_id,
        "begun": begun,
        "hold": (hold or HoldForm(people=people)) if leads and planned and begun else None,
        "call_off": (call_off or CallOffForm()) if leads and planned else None,
        "may_move": leads and planned and not begun,
        "shared": shared,
        "typed": typed,
        "mark": services.mark_of(meeting.shared),
        "may_change_shared": leads and meeting.state == MeetingState.HELD,
        "moved": moved,
    }
    return render(request, "supervision/meeting.html", context, status=status)
