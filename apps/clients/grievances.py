"""Pages for grievances: a client's own, and writing one down for a client."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from apps.access.actor import Actor, actor_of
from apps.access.policy import visible_to
from apps.access.services import log_reads
from apps.clients import selectors, services
from apps.clients.models import ClientRecord
from apps.kit.once import AlreadyUsed, OnceMixin, use_once
from apps.organizations.models import Person

__all__ = ["GrievanceForm", "for_client", "own_grievance", "own_grievances", "withdraw"]


class GrievanceForm(OnceMixin, forms.Form):
    """What happened, with whom, and what would help."""

    words = forms.CharField(
        label=gettext_lazy("What happened?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("In your own words, in any language."),
    )
    about_person = forms.ModelChoiceField(
        label=gettext_lazy("Is it about somebody who works here?"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=gettext_lazy("No, or I would rather not say"),
        help_text=gettext_lazy("That person never gets to see this."),
    )
    wish = forms.CharField(
        label=gettext_lazy("What would help?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, client: ClientRecord, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about_person"].queryset = selectors.team_once(client)  # type: ignore[attr-defined]  # a choice


def _take(request: HttpRequest, form: GrievanceForm, client: ClientRecord, actor: Actor) -> bool:
    """File what a valid form says, once; False where the service refused, which the form then says."""
    values = {name: form.cleaned_data[name] for name in ("words", "wish", "about_person")}
    try:
        used = use_once(form.cleaned_data["once"], user_id=actor.user_id)
        services.file_grievance(client=client, actor=actor, **values)
        used.leads_to(request.path)
    except AlreadyUsed:
        pass
    except ValidationError as refused:
        for field, errors in refused.error_dict.items() if hasattr(refused, "error_dict") else [(None, refused)]:
            form.add_error(field if field in form.fields else None, errors)
        return False
    return True


def _own(request: HttpRequest) -> ClientRecord:
    client = selectors.client_of(actor_of(request)) if getattr(request, "organization", None) else None
    if client is None:
        raise PermissionDenied
    return client


@login_required
def own_grievances(request: HttpRequest) -> HttpResponse:
    """A client's own grievances and a form for another one."""
    client, actor = _own(request), actor_of(request)
    form = GrievanceForm(request.POST or None, client=client)
    if request.method == "POST" and form.is_valid() and _take(request, form, client, actor):
        messages.success(request, _("Thank you for telling us. Somebody answers you, and you find the answer here."))
        return redirect("clients:own_grievances")
    context = {"form": form, "grievances": selectors.grievances_of(client)}
    return render(request, "clients/grievances.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def own_grievance(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One of a client's own: where it stands, by when it is answered, the answer."""
    client = _own(request)
    grievance = get_object_or_404(selectors.grievances_of(client), public_id=public_id)
    return render(request, "clients/grievance.html", {"grievance": grievance})


@login_required
@require_POST
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The client takes it back."""
    client = _own(request)
    grievance = get_object_or_404(selectors.grievances_of(client), public_id=public_id)
    services.withdraw_grievance(grievance=grievance, actor=actor_of(request))
    messages.success(request, _("You took it back. You can tell us again at any time."))
    return redirect("clients:own_grievances")


@login_required
def for_client(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write a grievance down for a client, who may say it in any way they like."""
    actor = actor_of(request)
    client = get_object_or_404(visible_to(ClientRecord, actor).select_related("person"), public_id=public_id)
    if not actor.can_any("view_clients", "give_care") or client.person.user_id == actor.user_id:
        raise PermissionDenied
    log_reads(ClientRecord.objects.filter(pk=client.pk), actor=actor)
    form = GrievanceForm(request.POST or None, client=client)
    if request.method == "POST" and form.is_valid() and _take(request, form, client, actor):
        messages.success(request, _("It is written down. An administrator answers it."))
        return redirect("clients:detail", public_id=public_id)
    context = {"form": form, "client": client}
    return render(request, "clients/grievance_for.html", context, status=422 if form.errors else 200)
