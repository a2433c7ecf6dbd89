"""Pages about private rules: whom I must not see, who must not see me, and my own former record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from apps.access.actor import Actor, actor_of
from apps.access.policy import visible_to
from apps.accounts.services import limits
from apps.kit.once import AlreadyUsed, use_once
from apps.organizations import selectors, services
from apps.organizations.forms import CloseForm, CustodianForm, DeputyForm, FormerCardForm, KeepAwayForm
from apps.organizations.models import Declaration, Person


def _works_as(request: HttpRequest) -> Person:
    """The Person under which the reader works here; 403 for anybody else."""
    person = selectors.staff_person(actor_of(request)) if actor_of(request).organization_id else None
    if person is None:
        raise PermissionDenied
    return person


def _known_as(actor: Actor) -> Person | None:
    """The Person that the reader is here without working here: a client, or somebody's family."""
    if actor.organization_id is None or actor.user_id is None:
        return None
    return selectors.persons_of(actor).filter(~Exists(selectors.works_here())).order_by("pk").first()


def _refused(form: Any, refused: ValidationError) -> None:
    errors = refused.error_dict if hasattr(refused, "error_dict") else {None: refused.error_list}
    for field, found in errors.items():
        form.add_error(field if field in form.fields else None, found)


@login_required
@never_cache
def closed(request: HttpRequest) -> HttpResponse:
    """Whose records are closed to the reader by their own word; close another one, by name.

    What comes back is the same whether somebody of that name is known here or not.
    """
    person, actor = _works_as(request), actor_of(request)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                use_once(form.cleaned_data["once"], user_id=actor.user_id)
                services.declare(
                    actor=actor,
                    organization_id=person.organization_id,
                    barred=person,
                    name=form.cleaned_data["name"],
                    kind=form.cleaned_data["kind"],
                )
        except AlreadyUsed:
            return redirect("organizations:closed")
        except ValidationError as refused:
            _refused(form, refused)
        else:
            messages.success(
                request,
                _("Noted. What is written here about a person of that name, now or later, stays closed to you."),
            )
            return redirect("organizations:closed")
    return _closed_page(request, form=form)


def _closed_page(request: HttpRequest, *, form: Any = None, deputy_form: Any = None) -> HttpResponse:
    actor = actor_of(request)
    names_deputy = actor.can("manage_organization")
    deputy = selectors.deputy_now()
    context = {
        "form": form or CloseForm(),
        "mine": selectors.own_declarations(actor),
        "as_deputy": selectors.declarations_for_deputy(actor),
        "is_deputy": selectors.is_deputy(actor),
        "sealed": selectors.sealed_to(actor),
        "pairs": selectors.bars_for(actor) if actor.can("view_audit") else [],
        "may_audit": actor.can("view_audit"),
        "names_deputy": names_deputy,
        "deputy": deputy.person if deputy and visible_to(type(deputy), actor).filter(pk=deputy.pk).exists() else None,
        "deputy_form": deputy_form or (DeputyForm(actor=actor) if names_deputy else None),
    }
    refused = any(one is not None and one.is_bound and one.errors for one in (form, deputy_form))
    return render(request, "organizations/closed.html", context, status=422 if refused else 200)


@login_required
@require_POST
def end_closed(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End a private rule that the reader declared, or looks after as deputy."""
    _works_as(request)
    actor = actor_of(request)
    rule = get_object_or_404(visible_to(Declaration, actor), public_id=public_id)
    services.end_declaration(declaration=rule, actor=actor)
    messages.success(request, _("This rule has ended."))
    return redirect("organizations:closed")


@login_required
@require_POST
def name_deputy(request: HttpRequest) -> HttpResponse:
    """Name who looks after private rules."""
    actor = actor_of(request)
    if not actor.can("manage_organization"):
        raise PermissionDenied
    form = DeputyForm(request.POST, actor=actor)
    if form.is_valid():
        try:
            services.name_deputy(person=form.cleaned_data["person"], actor=actor)
        except ValidationError as refused:
            _refused(form, refused)
        else:
            messages.success(request, _("Private rules have a deputy."))
            return redirect("organizations:closed")
    return _closed_page(request, deputy_form=form)


# ---- a client's own pages
@login_required
@never_cache
def keep_away(request: HttpRequest) -> HttpResponse:
    """A client says who of those who work here must not see their things. The same answer, whoever has that name."""
    actor = actor_of(request)
    person = _known_as(actor)
    if person is None:
        raise PermissionDenied
    form = KeepAwayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                use_once(form.cleaned_data["once"], user_id=actor.user_id)
                services.declare(
                    actor=actor,
                    organization_id=person.organization_id,
                    subject=person,
                    name=form.cleaned_data["name"],
                    kind=form.cleaned_data["kind"],
                )
        except AlreadyUsed:
            return redirect("organizations:keep_away")
        except ValidationError as refused:
            _refused(form, refused)
        else:
            messages.success(request, _("Done. A person of that name who works here can't see your things."))
            return redirect("organizations:keep_away")
    context = {"form": form, "mine": selectors.own_declarations(actor).filter(subject=person)}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "organizations/keep_away.html", context, status=status)


@login_required
@require_POST
def end_keep_away(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End what one said about somebody who works here."""
    actor = actor_of(request)
    if _known_as(actor) is None:
        raise PermissionDenied
    rule = get_object_or_404(selectors.own_declarations(actor), public_id=public_id)
    services.end_declaration(declaration=rule, actor=actor)
    messages.success(request, _("It does not hold any more."))
    return redirect("organizations:keep_away")


@login_required
@never_cache
@sensitive_post_parameters("card")
def former_record(request: HttpRequest) -> HttpResponse:
    """For somebody who works here: bring the record they have from before to this sign-in, and have it sealed.

    Everybody who works here gets this page, so that opening it tells nothing. A card that does not work, and one that
    is somebody else's, get the same answer.
    """
    actor = actor_of(request)
    _works_as(request)
    record = selectors.own_other_persons(actor.user_id or 0).order_by("pk").first()
    if record is None:
        return _bring(request, actor)
    seal = selectors.standing_seal(record)
    form = CustodianForm(request.POST or None, actor=actor, initial={"custodian": seal.custodian_id if seal else None})
    if request.method == "POST" and form.is_valid():
        try:
            services.seal_record(subject=record, custodian=form.cleaned_data["custodian"], actor=actor)
        except ValidationError as refused:
            _refused(form, refused)
        else:
            messages.success(request, _("Your record is sealed. Only the person you chose can see it."))
            return redirect("organizations:former_record")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "organizations/former_record.html", {"form": form, "seal": seal}, status=status)


def _bring(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = FormerCardForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and not limits.allow(request, "card", actor.user_id):
        form.add_error("card", _("That was tried several times. Wait a minute, then try again."))
    if request.method == "POST" and form.is_valid():
        try:
            services.bring_former_record(code=form.cleaned_data["card"], domain=request.get_host(), actor=actor)
        except ValidationError as refused:
            _refused(form, refused)
        else:
            messages.success(request, _("Your record is yours here too. Now choose who keeps it."))
            return redirect("organizations:former_record")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "organizations/former_card.html", {"form": form}, status=status)


@login_required
@require_POST
def open_record(request: HttpRequest) -> HttpResponse:
    """Open one's own sealed record again."""
    _works_as(request)
    actor = actor_of(request)
    record = selectors.own_other_persons(actor.user_id or 0).order_by("pk").first()
    if record is None:
        raise Http404
    services.open_seal(subject=record, actor=actor)
    messages.success(request, _("Your record is open again to those whose part it is."))
    return redirect("organizations:former_record")
