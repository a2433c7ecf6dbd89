"""What is held by somebody who, by a private rule, can't see it: who takes it now."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from apps.access.actor import Actor, actor_of
from apps.access.services import log_reads
from apps.organizations import selectors, services
from apps.organizations.models import Person

NOBODY = "nobody"


class TakersForm(forms.Form):
    """For each thing who takes it; what is left empty stays where it is."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds: list[dict[str, Any]] = []
        self.things: dict[str, tuple[Any, Any, dict[str, Person]]] = {}
        for kind, rows in selectors.unseen_by_holders(actor):
            shown = []
            for row in rows:
                name = f"take-{kind.name}-{row.pk}"
                takers = {str(person.pk): person for person in selectors.takers_of(kind, row)}
                choices = [("", _("Not yet")), *[(key, person.name) for key, person in takers.items()]]
                if kind.without and not kind.needs_somebody(row):
                    choices.append((NOBODY, str(kind.without)))
                self.fields[name] = forms.ChoiceField(
                    label=gettext_lazy("Who takes it?"), choices=choices, required=False
                )
                self.things[name] = (kind, row, takers)
                what, when = kind.words(row)
                shown.append({"field": self[name], "what": what, "when": when, "holder": getattr(row, kind.holder)})
            self.kinds.append({"title": kind.title, "rows": shown, "read": kind.reads(rows) if kind.reads else None})


@login_required
@never_cache
def unseen(request: HttpRequest) -> HttpResponse:
    """Each thing whose holder can't see it any more, as far as the reader does, and who takes it."""
    actor = actor_of(request)
    if actor.organization_id is None or not actor.can("manage_clients"):
        raise PermissionDenied
    form = TakersForm(request.POST if request.method == "POST" else None, actor=actor)
    if request.method == "POST" and form.is_valid() and _hand_over(form, actor):
        messages.success(request, _("Handed over."))
        return redirect(request.path)
    for kind in form.kinds:
        if kind["read"] is not None:
            log_reads(kind["read"], actor=actor, action="list")
    return render(request, "organizations/unseen.html", {"form": form}, status=422 if form.errors else 200)


def _hand_over(form: TakersForm, actor: Actor) -> bool:
    """All that was chosen, or nothing: what can't go where it was sent is said beside it."""
    with transaction.atomic():
        for name, (kind, row, takers) in form.things.items():
            chosen = form.cleaned_data[name]
            if not chosen:
                continue
            try:
                services.hand_over_unseen(kind=kind, row=row, to=takers.get(chosen), actor=actor)
            except ValidationError as refused:
                form.add_error(name, refused.messages)
        if form.errors:
            transaction.set_rollback(True)
    return not form.errors
