"""An operator asks to read one organization's records for an hour, and stops."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from apps.access.scope import system_scope
from apps.kit.once import AlreadyUsed, OnceMixin, use_once
from apps.messaging.services import deliver
from apps.organizations import services
from apps.organizations.models import Organization
from apps.organizations.selectors import link_to, staff
from apps.portal import selectors
from apps.portal.views.operator import require_operator

__all__ = ["SupportForm", "leave", "support"]


class SupportForm(OnceMixin, forms.Form):
    """Which organization, and why."""

    organization = forms.TypedChoiceField(label=gettext_lazy("Organization"), coerce=int)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        help_text=gettext_lazy("The organization's administrators read this at once. Name no client."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        with system_scope("the operator chooses an organization: names, no records"):
            rows = [(row.pk, row.name) for row in selectors.organizations_with_hosts() if row.archived_at is None]
        self.fields["organization"].choices = rows  # type: ignore[attr-defined]  # a choice field


@login_required
def support(request: HttpRequest) -> HttpResponse:
    """Open a session: for an hour the operator reads that organization's pages on its own host, and changes nothing."""
    require_operator(request)
    form = SupportForm(request.POST or None)
    opened, host = None, ""
    if request.method == "POST" and form.is_valid():
        try:
            use_once(form.cleaned_data["once"], user_id=request.user.pk)
            opened = services.open_support(
                organization_id=form.cleaned_data["organization"],
                reason=form.cleaned_data["reason"],
                operator=request.user,  # type: ignore[arg-type]  # somebody signed in, who runs the platform
            )
            with system_scope("the administrators of the organization are told that their records may be read"):
                host = _tell(opened.organization, opened.reason)
        except AlreadyUsed:
            return redirect("operator")
    context = {"form": form, "opened": opened, "host": host}
    return render(request, "portal/support.html", context, status=422 if form.errors else 200)


def _tell(organization: Organization, reason: str) -> str:
    """A mail to each administrator who can sign in by mail; gives the address of the organization's own pages."""
    people = staff("administrator").filter(organization=organization, user__isnull=False).select_related("user")
    context = {"reason": reason, "url": link_to(organization, "/support/"), "organization": organization.short_name}
    for person in people:
        if person.user is not None and person.user.email:
            deliver("support_session", person.user, "email", person.user.email, context, organization.pk)
    return link_to(organization, "/")


@login_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Stop reading, before the hour is over."""
    require_operator(request)
    services.leave_support(operator=request.user)  # type: ignore[arg-type]  # see support
    messages.success(request, _("You read no records any more."))
    return redirect("operator")
