"""Pages about appointments and follow-up tasks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from apps.access.actor import Actor, actor_of
from apps.access.policy import may, may_add, require, visible_to
from apps.access.services import log_reads
from apps.care import selectors, services
from apps.care.choices import TaskState
from apps.care.forms import BookForm, CancelForm, CloseForm, HandOverForm, MoveForm
from apps.care.models import Appointment, FollowUpTask
from apps.kit.once import AlreadyUsed, use_once
from apps.organizations.selectors import staff_person

PAGE_SIZE = 25


@login_required
def appointment_list(request: HttpRequest) -> HttpResponse:
    """One day's appointments, and what nobody has written down yet."""
    actor = actor_of(request)
    if not actor.can_any("view_appointments", "give_care"):
        raise PermissionDenied
    zone = request.organization.zone  # type: ignore[attr-defined]  # set by the host middleware
    today = timezone.localdate(timezone=_zone(zone))
    day = _day(request.GET.get("day"), today)
    rows = list(selectors.on_day(actor, day, zone))
    waiting = selectors.unrecorded(actor, None if actor.can("view_appointments") else staff_person(actor))
    unrecorded = list(waiting.exclude(pk__in=[row.pk for row in rows])[:10])
    shown = [row.pk for row in (*rows, *unrecorded)]
    log_reads(Appointment.objects.filter(pk__in=shown), actor=actor, action="list")
    context = {
        "rows": rows,
        "unrecorded": unrecorded,
        "day": day,
        "is_today": day == today,
        "zone": zone,
        "now": timezone.now(),
        "before": (day - timedelta(days=1)).isoformat(),
        "after": (day + timedelta(days=1)).isoformat(),
        "may_book": selectors.may_book(actor),
    }
    return render(request, "care/appointments.html", context)


@login_required
def appointment_new(request: HttpRequest) -> HttpResponse:
    """Book a visit. What is refused is said beside the field, with everything typed still there."""
    actor = actor_of(request)
    if not selectors.may_book(actor):
        raise PermissionDenied
    chosen = {"client": request.GET.get("client"), "day": request.GET.get("day")}
    initial: dict[str, Any] = {name: value for name, value in chosen.items() if value}
    if "client" in initial:
        asked = _uuid(initial["client"])
        client = selectors.clients_to_book(actor).filter(public_id=asked).first() if asked else None
        initial["client"] = client.pk if client else None
    if not may_add(actor, Appointment) and (own := staff_person(actor)):
        initial["staff"] = own.pk
    form = BookForm(request.POST or None, actor=actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                used = use_once(form.cleaned_data["once"], user_id=actor.user_id)
                values = {name: value for name, value in form.cleaned_data.items() if name != "once"}
                row = services.book_appointment(actor=actor, **values)
                used.leads_to(_page(row))
        except AlreadyUsed as already:
            return redirect(already.result or "care:appointments")
        except ValidationError as refused:
            _say(form, refused)
        else:
            return redirect(_page(row))
    return render(request, "care/book.html", {"form": form}, status=_status(form))


@login_required
def appointment_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One visit, for its client or for those who support them; each deed is confirmed in place."""
    actor = actor_of(request)
    row = get_object_or_404(selectors.appointments_for(actor), public_id=public_id)
    if request.method == "POST":
        return _appointment_deed(request, actor, row)
    log_reads(Appointment.objects.filter(pk=row.pk), actor=actor)
    own = row.client.person.user_id == actor.user_id
    context = {"row": row, "zone": row.zone, "may_cancel": row.is_booked and may(actor, "cancel", row)}
    if own:
        return render(request, "care/own_appointment.html", {**context, "cancel_url": request.path})
    recordable = may(actor, "record", row)
    context |= {
        "may_record": recordable,
        "may_change": may(actor, "change", row),
        "cancel_form": CancelForm(),
        "follow_ups": visible_to(FollowUpTask, actor).filter(appointment=row).exclude(state=TaskState.WITHDRAWN),
    }
    return render(request, "care/appointment.html", context)


def _appointment_deed(request: HttpRequest, actor: Actor, row: Appointment) -> HttpResponse:
    deed = request.POST.get("deed", "")
    try:
        with transaction.atomic():
            if deed == "kept":
                services.mark_kept(appointment=row, actor=actor)
            elif deed == "missed":
                services.mark_missed(appointment=row, actor=actor)
            elif deed == "correct":
                services.correct_missed(appointment=row, actor=actor)
            elif deed == "cancel":
                form = CancelForm(request.POST)
                reason = form.cleaned_data["reason"] if form.is_valid() else "client"
                services.cancel_appointment(appointment=row, actor=actor, reason=reason)
            elif deed == "mistake":
                services.take_back_appointment(appointment=row, actor=actor)
                return redirect("care:appointments")
            else:
                raise PermissionDenied
    except ValidationError as refused:
        for words in refused.messages:
            messages.warning(request, words)
    return redirect(_page(row))


@login_required
def appointment_move(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Another time or place for a booked visit."""
    actor = actor_of(request)
    row = get_object_or_404(selectors.appointments_for(actor), public_id=public_id)
    require(actor, "change", row)
    if not row.is_booked:
        return redirect(_page(row))
    form = MoveForm(request.POST or None, instance=row, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                services.move_appointment(appointment=row, actor=actor, **form.cleaned_data)
        except ValidationError as refused:
            _say(form, refused)
        else:
            return redirect(_page(row))
    return render(request, "care/move.html", {"form": form, "row": row}, status=_status(form))


@login_required
def follow_up_list(request: HttpRequest) -> HttpResponse:
    """People to reach: one's own tasks first, then those of others for whom that is their part."""
    actor = actor_of(request)
    if not actor.can_any("view_followups", "give_care"):
        raise PermissionDenied
    person = staff_person(actor)
    own = list(selectors.open_follow_ups(actor, person)) if person else []
    others = selectors.open_follow_ups(actor).exclude(pk__in=[task.pk for task in own])
    page = Paginator(others, PAGE_SIZE).get_page(request.GET.get("page"))
    log_reads(FollowUpTask.objects.filter(pk__in=[task.pk for task in (*own, *page)]), actor=actor, action="list")
    context = {"own": own, "page_obj": page, "today": timezone.localdate()}
    return render(request, "care/follow_ups.html", context)


@login_required
def follow_up_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One follow-up: whom to reach and about what. It closes with what came of it, and not without."""
    actor = actor_of(request)
    rows = visible_to(FollowUpTask, actor).select_related("client__person", "assigned_to", "appointment__location")
    task = get_object_or_404(rows, public_id=public_id)
    form, hand_over = CloseForm(), HandOverForm(actor=actor)
    if request.method == "POST":
        require(actor, "change", task)
        giving = request.POST.get("deed") == "hand_over"
        if giving:
            hand_over = HandOverForm(request.POST, actor=actor)
        else:
            form = CloseForm(request.POST)
        sent: Form = hand_over if giving else form
        if sent.is_valid():
            try:
                with transaction.atomic():
                    if giving:
                        services.hand_over_follow_up(task=task, to=hand_over.cleaned_data["to"], actor=actor)
                    else:
                        services.close_follow_up(task=task, actor=actor, **form.cleaned_data)
            except ValidationError as refused:
                _say(sent, refused)
            else:
                return redirect("care:follow_ups")
    log_reads(FollowUpTask.objects.filter(pk=task.pk), actor=actor)
    context = {
        "task": task,
        "form": form,
        "hand_over": hand_over,
        "may_change": task.is_open and may(actor, "change", task),
    }
    return render(request, "care/follow_up.html", context, status=_status(form, hand_over))


# ---- small helps
def _page(row: Appointment) -> str:
    return reverse("care:appointment", args=[row.public_id])


def _say(form: Any, refused: ValidationError) -> None:
    """Put what a service refused beside the fields it is about."""
    by_field = refused.error_dict if hasattr(refused, "error_dict") else {None: refused.error_list}
    for field, errors in by_field.items():
        form.add_error(field if field in form.fields else None, errors)


def _status(*forms: Any) -> int:
    return 422 if any(form.is_bound and form.errors for form in forms) else 200


def _day(text: str | None, today: date) -> date:
    try:
        return parse_date(text or "") or today
    except ValueError:
        return today


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _zone(name: str) -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)
