"""The operator's page, on the platform's own host: healthy or not, copies, sending, organizations. No records."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.access.actor import actor_of
from apps.access.models import JobRun
from apps.access.scope import system_scope
from apps.messaging import selectors as messaging
from apps.messaging import services as messaging_services
from apps.portal import registry, selectors
from apps.portal.selectors import hats_of

__all__ = ["operator", "release_sending", "require_operator"]

BACKUP, RESTORE = "backup", "restore.verify"


def require_operator(request: HttpRequest) -> None:
    """404 on an organization's host, where this page is not; 403 for who does not run the platform."""
    if getattr(request, "organization", None) is not None:
        raise Http404
    if not hats_of(request).operates:
        raise PermissionDenied


@login_required
@require_safe
def operator(request: HttpRequest) -> HttpResponse:
    """How the platform is, and which organizations it serves."""
    require_operator(request)
    with system_scope("the operator's list of organizations and of what waits to be sent: names and numbers"):
        organizations = selectors.organizations_with_hosts()
        waiting = messaging.sending_window()
    runs = list(JobRun.objects.order_by("job", "-started_at").distinct("job"))
    latest = {run.job: run for run in runs}
    context = {
        "problems": registry.problems(),
        "backup": latest.get(BACKUP),
        "restore": latest.get(RESTORE),
        "runs": [run for run in runs if run.job not in (BACKUP, RESTORE)],
        "pause": messaging.standing_pause(),
        "waiting": waiting,
        "waiting_count": sum(row["how_many"] for row in waiting),
        "organizations": organizations,
        "port": f":{port}" if (port := request.get_host().partition(":")[2]) else "",
    }
    return render(request, "portal/operator.html", context)


@login_required
@require_POST
def release_sending(request: HttpRequest) -> HttpResponse:
    """Let ordinary messages go out again after a pause."""
    require_operator(request)
    if messaging_services.release_sending(actor=actor_of(request)):
        messages.success(request, _("Messages go out again. What came too late meanwhile is not sent."))
    return redirect("operator")
