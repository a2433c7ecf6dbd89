"""Pages about certifications as recorded."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from apps.access.actor import actor_of
from apps.access.policy import may
from apps.access.shares import share_url
from apps.certifications import selectors
from apps.organizations.selectors import names_of_users

PAGE_SIZE = 25


@login_required
def certification_list(request: HttpRequest) -> HttpResponse:
    """One's own certifications, and those of the team for whom that is their part."""
    actor = actor_of(request)
    if not actor.can_any("view_certifications", "hold_certification"):
        raise PermissionDenied
    own = list(selectors.own_certifications(actor))
    team = selectors.certifications_for(actor).exclude(pk__in=[row.pk for row in own])
    page = Paginator(team, PAGE_SIZE).get_page(request.GET.get("page"))
    today = selectors.today_of(request.organization.pk)  # type: ignore[attr-defined]  # the host middleware sets it
    context = {
        "own": own,
        "may_enter": actor.can("hold_certification"),
        "may_confirm": actor.can("manage_certifications"),
        "sees_team": actor.can("view_certifications"),
        "page_obj": page,
        "today": today,
        "renewable": selectors.renewable_until([*own, *page], today),
    }
    return render(request, "certifications/list.html", context)


@login_required
def certification_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One certification: where it stands, until when, and what its certifying body asks."""
    actor = actor_of(request)
    row = get_object_or_404(selectors.certifications_for(actor), public_id=public_id)
    today = selectors.today_of(row.organization_id)
    figures = selectors.figures(row.credential)
    may_change = may(actor, "change", row)
    renewable = selectors.renewable_until([row], today)
    seen_whole = may(actor, "attach", row) or actor.can("view_certifications")
    steps = list(selectors.history_of(row)) if seen_whole else []
    verifications = list(row.verifications.all()) if seen_whole else []
    users = {step.made_by_id for step in steps} | {check.checked_by_id for check in verifications}
    names = names_of_users(actor, {user for user in users if user})
    context = {
        "certification": row,
        "may_change": may_change,
        "may_attach": may(actor, "attach", row),
        "seen_whole": seen_whole,
        "steps": [(step, names.get(step.made_by_id or 0, "")) for step in steps],
        "terms": row.terms.all() if seen_whole else [],
        "verifications": [(check, names.get(check.checked_by_id or 0, "")) for check in verifications],
        "documents": selectors.documents_of(actor, row),
        "share_url": share_url(actor, row),
        "may_follow": may(actor, "follow", row),
        "valid_today": row.valid_on(today),
        "days_left": (row.expires_on - today).days if row.expires_on else None,
        "known_figures": [figure for figure in figures if figure[1] not in (None, "")],
        "source_urls": [url for url in row.credential.source_url.split("; ") if url],
        "unknown_figures": [label for label, value in figures if value in (None, "")],
        "today": today,
        "attests_on_paper": row.person.user_id is None or row.person.user_id != actor.user_id,
        "renewable": renewable,
        "renewable_until": renewable.get(row.pk),
    }
    return render(request, "certifications/detail.html", context)
