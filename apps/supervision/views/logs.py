"""Pages about the log: one person's sessions of a period, the document of it, and the page that checks one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.actor import actor_of
from apps.access.services import log_reads
from apps.certifications.selectors import today_of
from apps.kit.once import AlreadyUsed, OnceForm, use_once
from apps.organizations.models import Person
from apps.organizations.selectors import link_to
from apps.supervision import log
from apps.supervision.due import standing_plans, standings
from apps.supervision.forms_plan import CheckForm, PeriodForm
from apps.supervision.models import SupervisionSession
from apps.supervision.services.logs import check_log, make_log, may_take_out_log, rows_of, shown_code
from apps.supervision.views.plans import due_row, sheet_response


@login_required
@require_safe
def log_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The supervision of one person in a period, with who signed what, and what their rules ask now."""
    actor = actor_of(request)
    person = get_object_or_404(log.people_with_log(actor), public_id=public_id)
    form = PeriodForm(request.GET or None, today=today_of(person.organization_id))
    entries = log.entries_of(log.sessions_of(person, actor, form.first, form.last))
    standing = standings(standing_plans().filter(specialist=person))
    context = {
        "person": person,
        "form": form,
        "entries": entries,
        "since": form.first.isoformat(),
        "until": form.last.isoformat(),
        "minutes_held": sum(entry.minutes for entry in entries),
        "minutes_signed": log.signed_minutes(entries),
        "due": due_row(standing[0]) if standing else None,
        "may_take_out": may_take_out_log(actor, person),
    }
    return render(request, "supervision/log.html", context)


@login_required
@require_POST
def log_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The log as a PDF with a code, or as a sheet; every session in it is written down as read."""
    actor = actor_of(request)
    person = get_object_or_404(log.people_with_log(actor), public_id=public_id)
    if not may_take_out_log(actor, person):
        raise PermissionDenied
    form = PeriodForm(request.POST, today=today_of(person.organization_id))
    if request.POST.get("form") == "pdf":
        return _pdf(request, person, form)
    sessions = log.sessions_of(person, actor, form.first, form.last)
    entries = log.entries_of(sessions)
    log_reads(
        SupervisionSession.objects.filter(pk__in=[entry.session.pk for entry in entries]), actor=actor, action="export"
    )
    heading = [
        _("Day"),
        _("Minutes"),
        _("How"),
        _("Where"),
        _("Supervisor"),
        _("Note"),
        _("Signatures"),
        _("Hashes"),
    ]
    return sheet_response(request.POST.get("form", ""), "supervision-log", heading, rows_of(entries))


def _pdf(request: HttpRequest, person: Person, form: PeriodForm) -> HttpResponse:
    """Make the document once for each time the page was opened: two clicks are not two documents with two codes."""
    actor, once = actor_of(request), OnceForm(request.POST)
    page = reverse("supervision:log", args=[person.public_id])
    back = f"{page}?since={form.first.isoformat()}&until={form.last.isoformat()}"
    organization = request.organization  # type: ignore[attr-defined]  # set by the middleware
    url = link_to(organization, reverse("supervision:check"))
    try:
        if not once.is_valid():
            raise ValidationError(list(once.non_field_errors()))
        with transaction.atomic():
            use_once(once.cleaned_data["once"], user_id=actor.user_id).leads_to(back)
            _row, pdf = make_log(person=person, actor=actor, since=form.first, until=form.last, check_url=url)
    except AlreadyUsed as already:
        messages.info(request, _("This document was made already. If you need another, press the button again."))
        return redirect(already.result or back)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(back)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="supervision-log.pdf"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def check_page(request: HttpRequest) -> HttpResponse:
    """Anybody with the code of a log sees whether what is stored still says the same. It names nobody."""
    form = CheckForm(request.POST, request.FILES) if request.method == "POST" else CheckForm()
    checked, unknown = None, False
    if form.is_bound and form.is_valid():
        upload = form.cleaned_data["document"]
        checked = check_log(code=form.cleaned_data["code"], content=upload.read() if upload else None)
        unknown = checked is None
    context = {
        "form": form,
        "checked": checked,
        "unknown": unknown,
        "code": shown_code(checked.document.code) if checked else "",
        "zone": str(request.organization.zone),  # type: ignore[attr-defined]  # set by the middleware
    }
    return render(
        request, "supervision/check.html", context, status=422 if form.is_bound and not form.is_valid() else 200
    )
