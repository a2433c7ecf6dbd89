"""Restoring a lost second factor: asked by one administrator, confirmed by another, or by the operator."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from apps.access.actor import actor_of
from apps.access.policy import require, visible_to
from apps.access.scope import system_scope
from apps.accounts.services import confirm_identity, reauthentication_form
from apps.organizations import selectors, services
from apps.organizations.models import Person


class ReasonForm(forms.Form):
    """How the first of the two knows that it is really them."""

    reason = forms.CharField(
        label=gettext_lazy("How do you know that it is them?"),
        help_text=gettext_lazy("Such as: she stood before me. Do not go by a call or a mail alone."),
        max_length=200,
    )


@login_required
@never_cache
@sensitive_post_parameters("password", "code")
def second_step(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask that a colleague's lost second factor is restored, or confirm that another administrator asked."""
    actor = actor_of(request)
    person = get_object_or_404(visible_to(Person, actor), public_id=public_id)
    require(actor, "second_step", person)
    restoring = selectors.standing_restorings().filter(person=person).first()
    form = ReasonForm(request.POST if request.method == "POST" and restoring is None else None)
    confirm = reauthentication_form(request)
    if request.method == "POST":
        try:
            if restoring is not None and request.POST.get("do") == "end":
                services.end_restoring(restoring=restoring, actor=actor)
                return redirect(request.path)
            if restoring is not None or form.is_valid():
                confirm_identity(request, request.POST)
                if restoring is None:
                    services.ask_restoring(person=person, actor=actor, reason=form.cleaned_data["reason"])
                    messages.success(request, _("Asked. Another administrator confirms it; they were told."))
                else:
                    services.confirm_restoring(restoring=restoring, actor=actor)
                    messages.success(request, _("Done. They can sign in once without it, and were told."))
                return redirect(request.path)
        except ValidationError as error:
            confirm = reauthentication_form(request, request.POST)
            _refuse(form if restoring is None else confirm, confirm, error)
    others = selectors.restorers(restoring) if restoring else []
    context = {
        "person": person,
        "restoring": restoring,
        "form": form,
        "confirm": confirm,
        "may_confirm": actor.user_id in {other.pk for other in others},
        "operator_confirms": bool(restoring) and not others,
    }
    return render(request, "organizations/second_step.html", context)


@login_required
@never_cache
@sensitive_post_parameters("password", "code")
def operator_second_steps(request: HttpRequest) -> HttpResponse:
    """What waits for the operator as the second of two, where an organization has one administrator only."""
    if getattr(request, "organization", None) is not None:
        raise Http404
    if not getattr(request.user, "is_operator", False):
        raise PermissionDenied
    actor = actor_of(request)
    confirm = reauthentication_form(request)
    with system_scope("the operator is the second of two where an organization has one administrator only"):
        if request.method == "POST":
            wanted = selectors.restorings_for_operator(public_id=request.POST.get("restoring", ""))
            if not wanted:
                raise Http404
            try:
                confirm_identity(request, request.POST)
                services.confirm_restoring(restoring=wanted[0], actor=actor, as_operator=True)
                messages.success(request, _("Done. They can sign in once without it, and were told."))
                return redirect(request.path)
            except ValidationError as error:
                confirm = reauthentication_form(request, request.POST)
                _refuse(confirm, confirm, error)
        waiting = selectors.restorings_for_operator()
        return render(request, "organizations/operator_second_steps.html", {"waiting": waiting, "confirm": confirm})


def _refuse(form: forms.Form, confirm: forms.Form, error: ValidationError) -> None:
    """Put each error beside its field, in whichever of the two forms has it."""
    for part in (form, confirm):
        part.is_valid()
    told = error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}
    for field, words in told.items():
        place = next((part for part in (confirm, form) if field in part.fields), form)
        place.add_error(field if field in place.fields else None, words)
