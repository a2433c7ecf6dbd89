"""The coordinators' page about from whom a client is kept apart in groups."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from apps.access.actor import Actor, actor_of
from apps.access.policy import may_add, require, visible_to
from apps.access.services import log_rows
from apps.clients import selectors, services
from apps.clients.models import ClientRecord, KeepApart
from apps.kit.once import AlreadyUsed, OnceMixin, use_once
from apps.kit.search import matches
from apps.organizations.models import Person

__all__ = ["ApartForm", "apart", "end_apart"]

FOUND = 20


class ApartForm(OnceMixin, forms.Form):
    """From whom, why, and how strictly."""

    person = forms.ModelChoiceField(
        label=gettext_lazy("From whom"),
        queryset=Person.objects.none(),
        to_field_name="public_id",
        widget=forms.RadioSelect,
        empty_label=None,
    )
    is_strict = forms.BooleanField(
        label=gettext_lazy("Never in one group"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Untick it where they may be in one group and you only want to know."),
    )
    why = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Only coordinators read this. It can stay empty."),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]  # a model choice field
        self.fields["person"].label_from_instance = lambda person: person.name  # type: ignore[attr-defined]  # as above


def _client(actor: Actor, public_id: UUID) -> ClientRecord:
    """The client: 404 where not seen; 403 for whoever is no coordinator, and for a coordinator about themself."""
    client = get_object_or_404(visible_to(ClientRecord, actor).select_related("person"), public_id=public_id)
    if not may_add(actor, KeepApart) or client.person.user_id == actor.user_id:
        raise PermissionDenied
    return client


def _found(actor: Actor, client: ClientRecord, search: str) -> Any:
    """Whom this coordinator sees by that name: clients, staff and family alike, never the client or themself."""
    people = visible_to(Person, actor).filter(archived_at__isnull=True).exclude(pk=client.person_id)
    for user in {client.person.user_id, actor.user_id} - {None}:
        people = people.exclude(user_id=user)
    return people.filter(matches(search, "search")).order_by("name", "pk")


@login_required
@require_http_methods(["GET", "POST"])
def apart(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """From whom this client is kept apart; somebody is looked up by name and added."""
    actor = actor_of(request)
    client = _client(actor, public_id)
    search = (request.POST.get("q") or request.GET.get("q", "")).strip()[:100]
    people = _found(actor, client, search) if search else Person.objects.none()
    form = ApartForm(request.POST if request.method == "POST" else None, people=people)
    shown = list(people[:FOUND])
    form.fields["person"].choices = [(each.public_id, each.name) for each in shown]  # type: ignore[attr-defined]  # a choice field
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                used = use_once(form.cleaned_data["once"], user_id=actor.user_id)
                services.keep_apart(
                    one=client.person,
                    other=form.cleaned_data["person"],
                    actor=actor,
                    why=form.cleaned_data["why"],
                    is_strict=form.cleaned_data["is_strict"],
                )
                used.leads_to(request.path)
            messages.success(request, _("They are kept apart from now on. Neither of them is told."))
            return redirect("clients:apart", public_id=public_id)
        except AlreadyUsed:
            return redirect("clients:apart", public_id=public_id)
        except ValidationError as refused:
            fields = refused.error_dict if hasattr(refused, "error_dict") else {NON_FIELD_ERRORS: refused.error_list}
            for name, errors in fields.items():
                for error in errors:
                    form.add_error(name if name in form.fields else None, error)
    pairs = list(selectors.pairs_of(client, actor))
    log_rows([client, *pairs], actor=actor)
    context = {
        "client": client,
        "pairs": [
            {"pair": each, "other": each.person_b if each.person_a_id == client.person_id else each.person_a}
            for each in pairs
        ],
        "form": form,
        "search": search,
        "found": shown,
    }
    return render(request, "clients/apart.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def end_apart(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """These two may meet again. Whoever is no coordinator, or one of the two, gets 404."""
    actor = actor_of(request)
    pair = get_object_or_404(visible_to(KeepApart, actor), public_id=public_id)
    require(actor, "change", pair)
    services.end_apart(pair=pair, actor=actor)
    messages.success(request, _("They are not kept apart any more."))
    back = visible_to(ClientRecord, actor).filter(person__in=[pair.person_a_id, pair.person_b_id]).first()
    return redirect("clients:apart", public_id=back.public_id) if back is not None else redirect("clients:list")
