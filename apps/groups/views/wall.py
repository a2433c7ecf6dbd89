"""The schedule for the wall: a sheet to print, and the code that opens the public page."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from apps.access.actor import actor_of
from apps.groups.poster_forms import PosterForm
from apps.groups.selectors import houses_on_schedule
from apps.groups.wall_pdf import public_address, wall_pdf
from apps.kit.pdf import MissingSigns
from apps.kit.qr import qr_file, qr_svg
from apps.organizations.choices import Feature

KINDS = {"svg": "image/svg+xml", "png": "image/png"}


def _form(request: HttpRequest, data: Any = None) -> PosterForm:
    zone = str(request.organization.zone)  # type: ignore[attr-defined]  # the host middleware sets it
    return PosterForm(data, today=timezone.localdate(timezone=ZoneInfo(zone)))


def _page(request: HttpRequest, form: PosterForm, status: int = 200) -> HttpResponse:
    organization: Any = request.organization  # type: ignore[attr-defined]  # the host middleware sets it
    address = public_address(organization) if organization.has(Feature.PUBLIC_SCHEDULE) else ""
    context = {
        "form": form,
        "address": address,
        "code": qr_svg(address, label=_("Opens this schedule on a phone")) if address else "",
    }
    return render(request, "groups/wall.html", context, status=status)


@login_required
@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """What staff print and hang up: asks which house, which weeks, which paper."""
    if not actor_of(request).can("view_groups"):
        raise PermissionDenied
    return _page(request, _form(request))


@login_required
@require_safe
def wall_file(request: HttpRequest) -> HttpResponse:
    """The sheet as a PDF in the organization's language. It holds only what the public schedule does."""
    if not actor_of(request).can("view_groups"):
        raise PermissionDenied
    organization: Any = request.organization  # type: ignore[attr-defined]  # the host middleware sets it
    form = _form(request, request.GET)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        with override(organization.language):
            content = wall_pdf(organization=organization, poster=form.poster())
    except MissingSigns as refused:
        form.add_error(None, refused)
        return _page(request, form, status=422)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="schedule.pdf"'
    return response


@require_safe
def code_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The code that opens the public schedule as a picture ("svg" or "png"); `?place=` opens one house's part."""
    organization: Any = getattr(request, "organization", None)
    if organization is None or kind not in KINDS:
        raise Http404
    wanted = request.GET.get("place", "")
    place = next((each.public_id for each in houses_on_schedule() if str(each.public_id) == wanted), None)
    response = HttpResponse(qr_file(public_address(organization, place), kind), content_type=KINDS[kind])
    response["Content-Disposition"] = f'attachment; filename="schedule-code.{kind}"'
    return response
