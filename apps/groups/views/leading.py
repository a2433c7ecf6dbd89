"""The pages of whoever leads a session: today's sessions, who is here, how many, and that it took place."""

from __future__ import annotations

import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.actor import Actor, actor_of
from apps.access.policy import visible_to
from apps.groups import selectors, services
from apps.groups.choices import AttendanceMode, Mark, SessionState
from apps.groups.leading_forms import CorrectionForm, CountForm, MarkForm
from apps.groups.models import Attendance, Enrolment, Session
from apps.groups.views.changing import blame
from apps.organizations.selectors import staff_person


def session_to_lead(request: HttpRequest, public_id: uuid.UUID) -> tuple[Actor, Session]:
    """The reader and a session that they run: 404 for one that they don't see, 403 for one that is not theirs."""
    actor = actor_of(request)
    session: Any = get_object_or_404(selectors.sessions_to_lead(actor), public_id=public_id)
    if not session.runs:
        raise PermissionDenied
    return actor, session


def about(session: Session) -> dict[str, Any]:
    """What every page of a session says of it."""
    group = session.group
    place = session.location or group.location
    room = session.room or (group.room if session.location is None else None)
    return {
        "session": session,
        "group": group,
        "zone": str(place.zone),
        "place": place,
        "room": room,
        "is_held": session.state == SessionState.HELD,
        "is_off": session.state == SessionState.CANCELLED,
        "counts": group.attendance_mode != AttendanceMode.NONE,
        "has_begun": session.starts_at <= timezone.now(),
        "may_reopen": session.on >= timezone.localdate(timezone=ZoneInfo(str(place.zone))),
    }


@login_required
@require_safe
def leading(request: HttpRequest) -> HttpResponse:
    """The sessions that the reader leads today, in another's place too, and those of the last two weeks."""
    actor = actor_of(request)
    person = staff_person(actor)
    if person is None or not (actor.can("lead_groups") or selectors.leads(actor)):
        raise PermissionDenied
    today = list(selectors.own_sessions_today(person, actor))
    taken = selectors.rooms_taken(today)
    lately = [about(row) for row in selectors.lately_led(person, actor)]
    context = {
        "today": [about(row) | {"room_taken": row.pk in taken} for row in today],
        "open": [each for each in lately if not each["is_held"]],
        "closed": [each for each in lately if each["is_held"]],
    }
    return render(request, "groups/leading.html", context)


@login_required
@require_safe
def session_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Who is on the list of a session, and what was noted: the page on a leader's phone."""
    actor, session = session_to_lead(request, public_id)
    return _page(request, actor, session)


def _page(
    request: HttpRequest, actor: Actor, session: Session, count: CountForm | None = None, problem: str = ""
) -> HttpResponse:
    context = about(session)
    roster = selectors.roster_of(session, actor)
    form = count or CountForm(initial={"people": roster.counted}, is_held=context["is_held"])
    context |= {"roster": roster, "count": form, "problem": problem} | _steps(roster.counted)
    wrong = bool(problem or (form.is_bound and form.errors))
    return render(request, "groups/session.html", context, status=422 if wrong else 200)


def _steps(counted: int) -> dict[str, int]:
    return {"one_less": max(counted - 1, 0), "one_more": min(counted + 1, 999)}


@login_required
@require_POST
def check_in(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One tap on one line: they are here, are not, said so, or it is taken back. HTMX gets the line alone."""
    actor, session = session_to_lead(request, public_id)
    form = MarkForm(request.POST)
    if not form.is_valid():
        return _page(request, actor, session, problem=_("That did not reach us whole. Please try again."))
    told = form.cleaned_data
    try:
        line = _tapped(actor, session, told)
    except ValidationError as refused:
        return _page(request, actor, session, problem=" ".join(refused.messages))
    if not request.headers.get("HX-Request"):
        return redirect(reverse("groups:session", args=[public_id]) + f"#line-{told['enrolment'] or told['entry']}")
    # without the frame's context, which a line has no use for
    context = about(session) | {"line": line, "key": told["entry"], "csrf_token": get_token(request)}
    return HttpResponse(render_to_string("groups/partials/line.html", context))


def _tapped(actor: Actor, session: Session, told: dict[str, Any]) -> selectors.Line | None:
    """Do what a tap asks for, and give the line as it stands then; 404 for a line that is not on this reader's list."""
    mark = told["mark"]
    if told["enrolment"]:
        rows = visible_to(Enrolment, actor).filter(group=session.group_id).select_related("person")
        row = get_object_or_404(rows, public_id=told["enrolment"])
        came = {Mark.HERE: True, Mark.UNKNOWN: None}.get(mark, False)
        entry: Attendance | None = services.note_attendance(
            session=session, person=row.person, actor=actor, came=came, told_us=mark == Mark.TOLD_US
        )
        return selectors.line_in_group(row, entry, session.group)
    entries = visible_to(Attendance, actor).filter(session=session).select_related("person", "session")
    entry = services.mark_entry(attendance=get_object_or_404(entries, public_id=told["entry"]), actor=actor, mark=mark)
    return selectors.line_besides(entry, session.group) if entry else None


@login_required
@require_POST
def count_heads(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Set how many came whom nobody wrote down. Sent twice, it is the same number."""
    actor, session = session_to_lead(request, public_id)
    context = about(session)
    form = CountForm(request.POST, is_held=context["is_held"])
    if form.is_valid():
        told = form.cleaned_data
        try:
            with transaction.atomic():
                row = services.set_head_count(
                    session=session, actor=actor, people=told["people"], reason=told.get("reason", "")
                )
        except ValidationError as refused:
            blame(form, refused)
        else:
            if not request.headers.get("HX-Request"):
                return redirect(reverse("groups:session", args=[public_id]) + "#count")
            fresh = CountForm(initial={"people": row.people}, is_held=context["is_held"])
            context |= {"count": fresh, "counted": row.people} | _steps(row.people)
            return render(request, "groups/partials/count.html", context)
    return _page(request, actor, session, form)


@login_required
@require_POST
def hold(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say that a session took place, or on its day that it did not after all."""
    actor, session = session_to_lead(request, public_id)
    deed = services.reopen_session if request.POST.get("do") == "reopen" else services.hold_session
    try:
        with transaction.atomic():
            deed(session=session, actor=actor)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        said = _("It is open again.") if deed is services.reopen_session else _("It is written down. Thank you.")
        messages.success(request, said)
    return redirect("groups:session", public_id=public_id)


@login_required
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, public_id: uuid.UUID, line: uuid.UUID) -> HttpResponse:
    """Put a wrong entry right, with a reason. `line` is an entry, or somebody who is in the group."""
    actor, session = session_to_lead(request, public_id)
    entry = visible_to(Attendance, actor).filter(session=session, public_id=line).first()
    if entry is None:
        rows = visible_to(Enrolment, actor).filter(group=session.group_id)
        person = get_object_or_404(rows, public_id=line).person
        entry = visible_to(Attendance, actor).filter(session=session, person=person).first()
        entry = entry or Attendance(organization_id=session.organization_id, session=session, person=person)
    form = CorrectionForm(request.POST or None, initial={"mark": entry.mark})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                services.correct_attendance(attendance=entry, actor=actor, **form.cleaned_data)
        except ValidationError as refused:
            blame(form, refused)
        else:
            messages.success(request, _("It is corrected."))
            return redirect("groups:session", public_id=public_id)
    name = selectors.name_on_list(session, entry)
    context = about(session) | {"form": form, "entry": entry, "name": name}
    return render(request, "groups/correct.html", context, status=422 if form.errors else 200)
