"""The page on which two people have a client's record erased."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from apps.access.actor import actor_of
from apps.access.policy import visible_to
from apps.access.services import log_reads
from apps.accounts.services import confirm_identity, reauthentication_form
from apps.clients import erasing, selectors, services
from apps.clients.choices import ErasureReason, ErasureState
from apps.clients.models import ClientRecord
from apps.kit.once import AlreadyUsed, OnceMixin, use_once
from apps.organizations.selectors import standing_seal


class ApproveForm(forms.Form):
    """The name on the record, typed anew: a slip on the wrong page erases nobody."""

    name = forms.CharField(
        label=gettext_lazy("Type the name that stands on this record"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class AskForm(OnceMixin, ApproveForm):
    """The same, and why."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why is it erased?"),
        choices=[("", gettext_lazy("Please choose one.")), *ErasureReason.choices],
    )
    field_order = ["reason", "name"]


@login_required
@never_cache
@sensitive_post_parameters("password", "code")
def erase(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask that a record is erased, approve what another one asked, or take it back; what it was, once it is done."""
    actor = actor_of(request)
    client = get_object_or_404(
        visible_to(ClientRecord, actor).select_related("person", "organization"), public_id=public_id
    )
    if not actor.can("erase_records"):
        raise PermissionDenied
    standing = selectors.standing_erasure(client)
    if standing is not None and request.POST.get("do") == "end":
        services.end_erasure(erasure=standing, actor=actor)
        messages.success(request, _("Taken back. Nothing is erased."))
        return redirect(request.path)
    asks = standing is None
    data = request.POST if request.method == "POST" else None
    form: forms.Form = AskForm(data) if asks else ApproveForm(data)
    confirm = reauthentication_form(request)
    if form.is_valid():
        try:
            with transaction.atomic():
                confirm_identity(request, request.POST)
                values = form.cleaned_data
                if standing is None:
                    use_once(values["once"], user_id=actor.user_id)
                    services.ask_erasure(client=client, actor=actor, reason=values["reason"], name=values["name"])
                    messages.success(request, _("Asked. Whoever can approve it was told."))
                else:
                    services.approve_erasure(erasure=standing, actor=actor, name=values["name"])
                    messages.success(request, _("Approved. It is carried out next."))
                return redirect(request.path)
        except AlreadyUsed:
            return redirect(request.path)
        except ValidationError as error:
            confirm = reauthentication_form(request, request.POST)
            _refuse(form, confirm, error)
    log_reads(ClientRecord.objects.filter(pk=client.pk), actor=actor)
    first = erasing.erasable_from(client)
    parts = erasing.parts_of(client) if standing is None or standing.state != ErasureState.DONE else []
    context = {
        "client": client,
        "erasure": standing,
        "is_done": standing is not None and standing.state == ErasureState.DONE,
        "is_approved": standing is not None and standing.state == ErasureState.APPROVED,
        "is_theirs": standing is not None and standing.asked_by_id == actor.user_id,
        "is_sealed": standing_seal(client.person) is not None,
        "who": selectors.names_in(actor, standing),
        "first": first,
        "is_kept": erasing.today_at(client) < first,
        "parts": parts,
        "is_open": any(part.open for part in parts),
        "done": erasing.in_words(standing.counts) if standing is not None else [],
        "form": form,
        "confirm": confirm,
    }
    return render(request, "clients/erase.html", context, status=422 if data is not None else 200)


@login_required
@never_cache
@sensitive_post_parameters("password", "code")
def agree(request: HttpRequest) -> HttpResponse:
    """Somebody whose old record is sealed says yes or no to its erasure, in their own matters: it is not opened first.

    404 for everybody for whom nothing waits.
    """
    actor = actor_of(request)
    erasure = selectors.erasure_to_agree(actor) if actor.organization_id else None
    if erasure is None:
        raise Http404
    if request.POST.get("do") == "end":
        services.end_erasure(erasure=erasure, actor=actor)
        messages.success(request, _("Your record stays. Nothing is erased."))
        return redirect("home")
    data = request.POST if request.method == "POST" else None
    form, confirm = ApproveForm(data), reauthentication_form(request)
    if form.is_valid():
        try:
            with transaction.atomic():
                confirm_identity(request, request.POST)
                services.approve_erasure(erasure=erasure, actor=actor, name=form.cleaned_data["name"])
            messages.success(request, _("You said yes. Your old record is erased next."))
            return redirect("home")
        except ValidationError as error:
            confirm = reauthentication_form(request, request.POST)
            _refuse(form, confirm, error)
    context = {
        "erasure": erasure,
        "own": True,
        "client": erasure.client,
        "parts": erasing.parts_of(erasure.client),
        "form": form,
        "confirm": confirm,
    }
    return render(request, "clients/agree_erasure.html", context, status=422 if data is not None else 200)


def _refuse(form: forms.Form, confirm: forms.Form, error: ValidationError) -> None:
    """Put each error beside its field, in whichever of the two forms has it."""
    confirm.is_valid()
    told = error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}
    for field, words in told.items():
        place = next((part for part in (confirm, form) if field in part.fields), form)
        for one in words if isinstance(words, list) else [words]:
            place.add_error(field if field in place.fields else None, one)
