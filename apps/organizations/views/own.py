"""A staff member's own page: what is kept of them, who their mentor is, when they are away."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.access.actor import actor_of
from apps.access.policy import visible_to
from apps.organizations import selectors
from apps.organizations.models import StaffProfile


@login_required
@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """What is kept of whoever asks, as somebody who works here; 403 for anybody else."""
    actor = actor_of(request)
    person = selectors.staff_person(actor) if actor.organization_id else None
    if person is None:
        raise PermissionDenied
    today = timezone.now().astimezone(ZoneInfo(str(request.organization.zone))).date()  # type: ignore[attr-defined]  # the host middleware sets it
    newcomers = visible_to(StaffProfile, actor).filter(mentor=person).select_related("person")
    context = {
        "person": person,
        "roles": selectors.active_memberships().filter(person=person).select_related("location").order_by("pk"),
        "profile": visible_to(StaffProfile, actor).filter(person=person).select_related("mentor").first(),
        "newcomers": newcomers.order_by("person__name", "pk"),
        "absences": selectors.absences_to_come(person, today),
    }
    return render(request, "organizations/my_work.html", context)
