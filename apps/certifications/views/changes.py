"""Pages that change one record: its next step, a renewal, an extension, a check, a document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from apps.access.actor import actor_of
from apps.access.policy import require
from apps.certifications import selectors, services
from apps.certifications.forms.records import CheckForm, DocumentForm, ExtensionForm, RenewalForm, StepForm, refuse
from apps.certifications.models import Certification
from apps.certifications.wording import terms_in_words
from apps.kit.once import AlreadyUsed, use_once


@dataclass(frozen=True)
class Deed:
    """One thing that is done with a record: its words, form and service, and the action of the policy it needs."""

    title: Any
    lede: Any
    yes: Any
    done: Any
    form: Callable[..., forms.Form]
    service: Callable[..., Any]
    action: str = "change"
    initial: Callable[[Certification], dict[str, Any]] = lambda row: {}
    options: Callable[[Certification], dict[str, Any]] = lambda row: {}
    told: Callable[[Certification], list[str]] = lambda row: []


def _today(row: Certification) -> Any:
    return selectors.today_of(row.organization_id)


def _next_term(row: Certification) -> dict[str, Any]:
    """The days of the next term as the catalogue has them; what is not known stays empty."""
    starts_on, ends_on, _terms = selectors.next_term(row)
    return {"starts_on": starts_on, "ends_on": ends_on}


def _terms(row: Certification) -> list[str]:
    """How long it lasts, and that the certificate decides."""
    terms = terms_in_words(selectors.next_term(row)[2])
    return [*terms, _("The days below follow from this. Compare them with the certificate.")] if terms else []


DEEDS = {
    "step": Deed(
        gettext_lazy("Change the status"),
        gettext_lazy("Each step stays in its history, with the day and why."),
        gettext_lazy("Write it down"),
        gettext_lazy("The status is written down."),
        StepForm,
        services.step_certification,
        initial=lambda row: {"on": _today(row), "seen": row.status},
        options=lambda row: {"steps": selectors.steps_from(row)},
    ),
    "renewal": Deed(
        gettext_lazy("Renew it"),
        gettext_lazy("The term before stays readable. Hours of continuing education count in one term only."),
        gettext_lazy("Write the new term down"),
        gettext_lazy("The new term is written down."),
        RenewalForm,
        services.renew_certification,
        initial=_next_term,
        told=_terms,
    ),
    "extension": Deed(
        gettext_lazy("Extend it"),
        gettext_lazy("When the certifying body gave more time before the next step."),
        gettext_lazy("Write the extension down"),
        gettext_lazy("The extension is written down."),
        ExtensionForm,
        services.extend_certification,
        initial=lambda row: {"granted_on": _today(row)},
    ),
    "check": Deed(
        gettext_lazy("Check it against a register"),
        gettext_lazy("Your name and the day are kept with it. Earlier checks stay."),
        gettext_lazy("Write the check down"),
        gettext_lazy("The check is written down."),
        CheckForm,
        services.verify_certification,
        initial=lambda row: {"checked_on": _today(row), "checked": ["number", "status", "dates"]},
    ),
    "document": Deed(
        gettext_lazy("Add a document"),
        gettext_lazy("Only the holder and those who keep certifications can open it."),
        gettext_lazy("Add it"),
        gettext_lazy("The document is there."),
        DocumentForm,
        services.add_document,
        action="attach",
    ),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def certification_change(request: HttpRequest, public_id: UUID, deed: str) -> HttpResponse:
    """One form about one record, for whoever may do that."""
    actor = actor_of(request)
    row = get_object_or_404(selectors.certifications_for(actor), public_id=public_id)
    if deed not in DEEDS:
        raise Http404
    what = DEEDS[deed]
    require(actor, what.action, row)
    url = reverse("certifications:detail", args=[row.public_id])
    if request.method == "POST":
        form = what.form(request.POST, request.FILES, **what.options(row))
        if form.is_valid():
            values = {name: value for name, value in form.cleaned_data.items() if name != "once"}
            try:
                with transaction.atomic():
                    use_once(form.cleaned_data["once"], user_id=actor.user_id).leads_to(url)
                    what.service(certification=row, actor=actor, **values)
            except AlreadyUsed as already:
                return redirect(already.result or url)
            except ValidationError as error:
                refuse(form, error)
            else:
                messages.success(request, what.done)
                return redirect(url)
    else:
        form = what.form(initial=what.initial(row), **what.options(row))
    context = {
        "certification": row,
        "form": form,
        "what": what,
        "told": what.told(row),
        "back_url": url,
        "title": what.title,
    }
    return render(request, "certifications/change.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["POST"])
def document_away(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take one document out of its record."""
    actor = actor_of(request)
    document = get_object_or_404(selectors.documents(actor), public_id=public_id)
    services.put_document_away(document=document, actor=actor)
    messages.success(request, _("The document is put away."))
    if document.certification is None:
        return redirect("certifications:list")
    return redirect("certifications:detail", public_id=document.certification.public_id)
