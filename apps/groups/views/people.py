"""The office's page about who is in a group and who wants to be: in order, with what is to be looked at."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from apps.access.actor import Actor, actor_of
from apps.access.policy import require, visible_to
from apps.access.services import log_rows
from apps.clients.selectors import clients_for, records_seen
from apps.groups import selectors, services
from apps.groups.choices import OPEN_ENTRIES
from apps.groups.forms import DAY
from apps.groups.models import SupportGroup, WaitlistEntry
from apps.groups.views.changing import blame
from apps.kit.once import AlreadyUsed, OnceForm, OnceMixin, use_once
from apps.messaging.selectors import reachable
from apps.organizations.models import Person

FOUND = 20


class ConsentForm(OnceMixin, forms.Form):
    """That a parent or guardian agreed on paper."""

    person = forms.ModelChoiceField(
        label=gettext_lazy("For whom"),
        queryset=Person.objects.none(),
        to_field_name="public_id",
        empty_label=gettext_lazy("Please choose one."),
    )
    agreed_on = forms.DateField(label=gettext_lazy("Signed on"), widget=DAY)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]  # a model choice field


class DecideForm(forms.Form):
    """What the office does about somebody who wants to be in a group."""

    deed = forms.ChoiceField(choices=[(each, each) for each in ("enrol", "wait", "up", "off")])
    reason = forms.CharField(max_length=200, required=False)
    in_spite = forms.BooleanField(required=False)


def _group(request: HttpRequest, public_id: uuid.UUID) -> tuple[Actor, SupportGroup]:
    """The group, for somebody who enrols others: 404 where it is not seen, 403 where that is not their part."""
    actor = actor_of(request)
    rows = visible_to(SupportGroup, actor).select_related("location")
    group = get_object_or_404(rows, public_id=public_id)
    if not actor.can("manage_enrolments"):
        raise PermissionDenied
    return actor, group


@login_required
@require_safe
def people(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Who is in a group, has an offer, waits in order, or is to be talked to; and a way to add somebody."""
    actor, group = _group(request, public_id)
    return _page(request, actor, group)


def _page(
    request: HttpRequest,
    actor: Actor,
    group: SupportGroup,
    *,
    consent: ConsentForm | None = None,
    refused: ValidationError | None = None,
    about: int | None = None,
    typed: str = "",
) -> HttpResponse:
    """The page, with what was refused beside whom it is about, and what was typed kept."""
    search = request.GET.get("q", "").strip()[:100]
    inside, entries = list(selectors.roster(group, actor)), list(selectors.waitlist(group, actor))
    found = list(clients_for(actor, search)[:FOUND]) if search else []
    log_rows([*inside, *entries, *found], actor=actor)
    known = {each.person_id for each in inside} | {each.person_id for each in entries}
    words = " ".join(refused.messages) if refused is not None else ""
    is_apart = refused is not None and getattr(refused, "code", "") == "apart"
    lines: list[dict[str, Any]] = [
        {"entry": each, "words": words, "typed": typed, "is_apart": is_apart} if about == each.pk else {"entry": each}
        for each in entries
    ]
    consents = list(selectors.consents(group, actor)) if group.needs_guardian_consent else []
    agreed = {each.person_id for each in consents}
    records = records_seen(actor, known)
    written_to = reachable((each.person_id for each in entries), "groups")
    for line in lines:
        line["record"] = records.get(line["entry"].person_id)
        line["hints"] = selectors.talk_hints(group, line["entry"], agreed)
        if line["entry"].person_id not in written_to:
            line["hints"].append(_("Nothing can be sent to them. Call, or tell them when they come."))
    free = selectors.places_free(group)
    context = {
        "group": group,
        "inside": [(each.person, records.get(each.person_id)) for each in inside],
        **{state: [each for each in lines if each["entry"].state == state] for state in OPEN_ENTRIES},
        "pairs": selectors.apart_told(group, actor),
        "zone": str(group.location.zone),
        "free": free,
        "held": (group.capacity or 0) - (free or 0),
        "search": search,
        "found": [each for each in found if each.person_id not in known],
        "words": words if about is None else "",
        "consents": consents,
        "consent_form": consent or ConsentForm(people=_without_consent(group, actor)),
    }
    bad = refused is not None or (consent is not None and bool(consent.errors))
    return render(request, "groups/people.html", context, status=422 if bad else 200)


def _without_consent(group: SupportGroup, actor: Actor) -> Any:
    """Whose parent or guardian may be written down: those in the group or on its list, as far as they are seen."""
    inside = selectors.roster(group, actor).order_by().values("person_id")
    waits = selectors.waitlist(group, actor).order_by().values("person_id")
    agreed = selectors.consents(group, actor).order_by().values("person_id")
    rows = visible_to(Person, actor).filter(pk__in=inside) | visible_to(Person, actor).filter(pk__in=waits)
    return rows.exclude(pk__in=agreed).order_by("name", "pk")


@login_required
@require_POST
def add_person(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Enrol a client, or put them on the list: `deed` says which."""
    actor, group = _group(request, public_id)
    form = OnceForm(request.POST)
    try:
        key = uuid.UUID(request.POST.get("person", ""))
    except ValueError:
        raise Http404 from None
    client = get_object_or_404(clients_for(actor), person__public_id=key)
    try:
        if not form.is_valid():
            raise ValidationError(_("That did not reach us whole. Please try again."))
        with transaction.atomic():
            used = use_once(form.cleaned_data["once"], user_id=actor.user_id)
            if request.POST.get("deed") == "wait":
                services.put_on_waitlist(group=group, person=client.person, actor=actor)
            else:
                services.enrol(group=group, person=client.person, actor=actor)
            used.leads_to(request.path)
        messages.success(request, _("It is done."))
    except AlreadyUsed:
        pass  # the first click did it: the page says so
    except ValidationError as refused:
        return _page(request, actor, group, refused=refused)
    return redirect("groups:people", public_id=public_id)


@login_required
@require_POST
def decide(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Let somebody in, let them wait, put them first, or take them off the list."""
    actor = actor_of(request)
    rows = visible_to(WaitlistEntry, actor).select_related("group__location", "person")
    entry = get_object_or_404(rows, public_id=public_id)
    if not actor.can("manage_enrolments"):
        raise PermissionDenied
    require(actor, "change", entry)
    form = DecideForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError([error for errors in form.errors.values() for error in errors])
        told = form.cleaned_data
        with transaction.atomic():
            if told["deed"] == "enrol":
                services.enrol(group=entry.group, person=entry.person, actor=actor, in_spite=told["in_spite"])
            elif told["deed"] == "wait":
                services.put_on_waitlist(group=entry.group, person=entry.person, actor=actor)
            elif told["deed"] == "up":
                services.move_up(entry=entry, actor=actor, reason=told["reason"])
            else:
                services.turn_down(entry=entry, actor=actor, reason=told["reason"])
    except ValidationError as refused:
        typed = request.POST.get("reason", "")[:300]
        return _page(request, actor, entry.group, refused=refused, about=entry.pk, typed=typed)
    messages.success(request, _("It is done."))
    return redirect("groups:people", public_id=entry.group.public_id)


@login_required
@require_POST
def record_consent(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write down that a parent or guardian agreed on paper."""
    actor, group = _group(request, public_id)
    form = ConsentForm(request.POST, people=_without_consent(group, actor))
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("person", "agreed_on")}
        try:
            with transaction.atomic():
                used = use_once(form.cleaned_data["once"], user_id=actor.user_id)
                services.record_consent(group=group, actor=actor, on_paper=True, **values)
                used.leads_to(request.path)
            messages.success(request, _("It is written down."))
            return redirect("groups:people", public_id=public_id)
        except AlreadyUsed:
            return redirect("groups:people", public_id=public_id)
        except ValidationError as refused:
            blame(form, refused)
    return _page(request, actor, group, consent=form)
