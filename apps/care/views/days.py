"""Somebody is out, or a house is closed: what it touches, a look at what would happen, and the deed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.access.actor import Actor, actor_of
from apps.access.policy import may, may_add, require, visible_to
from apps.access.services import log_rows
from apps.care import selectors, services
from apps.care.choices import DisruptionKind
from apps.care.day_forms import ChoicesForm, ClosedForm, OutForm, SpanForm
from apps.care.models import Disruption, DisruptionItem
from apps.care.selectors import Span, Touched
from apps.kit.once import AlreadyUsed, use_once
from apps.kit.text import TranslatedText
from apps.organizations.models import Location, Person
from apps.organizations.selectors import staff_person


@login_required
@require_http_methods(["GET", "POST"])
def out_today(request: HttpRequest) -> HttpResponse:
    """Who is out and when; then what that touches. Whoever books decides; who is out themself says so to them."""
    actor = actor_of(request)
    decides = may_add(actor, Disruption)
    own = None if decides else staff_person(actor)
    if not decides and (own is None or not actor.can_any("give_care", "lead_groups")):
        raise PermissionDenied
    ask = _ask(request, actor) if decides else None
    form = OutForm(_sent(request, "first"), actor=actor, own=own, zone=_zone(request), initial=_of_ask(ask))
    context: dict[str, Any] = {
        "form": form,
        "decides": decides,
        "rows": selectors.coming_disruptions(actor, DisruptionKind.OUT),
        "asks": selectors.asked_for(actor) if decides else [],
        "ask": ask,
    }
    if not form.is_bound or not form.is_valid():
        return render(request, "care/out_today.html", context, status=_status(form))
    span = form.asked()
    if not decides:
        return _ask_for_oneself(request, actor, span, context)
    return _decide(request, actor, span, context | {"kind": "out"}, ask)


@login_required
@require_http_methods(["GET", "POST"])
def site_closed(request: HttpRequest) -> HttpResponse:
    """Which house is closed and when; then what that touches, and what happens to each."""
    actor = actor_of(request)
    if not may_add(actor, Disruption):
        raise PermissionDenied
    form = ClosedForm(_sent(request, "first"), actor=actor, zone=_zone(request))
    rows = selectors.coming_disruptions(actor, DisruptionKind.CLOSED)
    context: dict[str, Any] = {"form": form, "rows": rows, "decides": True}
    if not form.is_bound or not form.is_valid():
        return render(request, "care/site_closed.html", context, status=_status(form))
    return _decide(request, actor, form.asked(), context | {"kind": "closed"}, None)


def _decide(
    request: HttpRequest, actor: Actor, span: Span, context: dict[str, Any], ask: Disruption | None
) -> HttpResponse:
    """The list of what is touched; on a first yes what would happen and who hears how; on the second it is done."""
    touched = selectors.touched_by(span, actor, "change")
    form = _choices_form(request, actor, span, touched.things)
    log_rows([visit.client for visit in touched.visits], actor=actor, action="list")
    context |= {"span": span, "touched": touched, "choices": form, "first_form": context["form"]}
    back = "care:out_today" if span.person is not None else "care:site_closed"
    status = 200
    if request.method == "POST" and form.is_valid():
        chosen, language = form.choices(), request.organization.language  # type: ignore[attr-defined]  # the host middleware sets it
        words = TranslatedText({language: form.cleaned_data["words"]} if form.cleaned_data["words"] else {})

        def deed() -> Disruption:
            return services.disrupt(span=span, choices=chosen, actor=actor, words=words, ask=ask)

        step = request.POST.get("step")
        if step == "do":
            done = _do(request, actor, form, deed, back)
            if done is not None:
                return done
        elif step != "change":
            look = services.look_at(deed=deed, actor=actor)
            if look.problem is None:
                log_rows([each.notice.person for each in look.told], actor=actor, action="list")
                return render(request, "care/day_look.html", context | {"look": look})
            _blame(form, look.problem)
    if form.errors:
        status = 422
    return render(request, "care/day_choices.html", context, status=status)


def _do(
    request: HttpRequest, actor: Actor, form: ChoicesForm, deed: Callable[[], Disruption], back: str
) -> HttpResponse | None:
    """Do it, once; None where the service refused it."""
    try:
        with transaction.atomic():
            used = use_once(form.cleaned_data["once"], user_id=actor.user_id)
            row = deed()
            page = reverse("care:out_today_one", args=[row.public_id])
            used.leads_to(page)
    except AlreadyUsed as already:
        return redirect(already.result or back)
    except ValidationError as refused:
        _blame(form, refused)
        return None
    messages.success(request, _("It is done. Everybody it concerns is told, or stands on the list of calls."))
    return redirect(page)


def _choices_form(request: HttpRequest, actor: Actor, span: Span, things: list[Touched]) -> ChoicesForm:
    places: list[Location] = []
    if span.person is not None:
        selectors.offer_stand_ins(things, actor, span.person)
    else:
        places = list(visible_to(Location, actor).filter(archived_at__isnull=True).order_by("-is_online", "name"))
        places = [place for place in places if place != span.location]
    sent = request.POST if request.method == "POST" else None
    return ChoicesForm(sent, things=things, places=places)


def _ask_for_oneself(request: HttpRequest, actor: Actor, span: Span, context: dict[str, Any]) -> HttpResponse:
    """Somebody who is out sees what it touches, and tells the office, which decides."""
    form = context["form"]
    if request.method == "POST":
        try:
            row = services.ask_out(span=span, actor=actor)
        except ValidationError as refused:
            _blame(form, refused)
            return render(request, "care/out_today.html", context, status=422)
        messages.success(request, _("The office knows, and decides about each of these. Take care."))
        return redirect("care:out_today_one", row.public_id)
    touched = selectors.touched_by(span, actor)
    log_rows([visit.client for visit in touched.visits], actor=actor, action="list")
    return render(request, "care/out_ask.html", context | {"span": span, "touched": touched})


@login_required
@require_http_methods(["GET", "POST"])
def out_today_one(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One day out or closed: what was decided, who heard how, what still waits; and taking it back."""
    actor = actor_of(request)
    row = get_object_or_404(selectors.disruptions_for(actor), public_id=public_id)
    forms: dict[int, ChoicesForm] = {}
    status = 200
    if request.method == "POST":
        if request.POST.get("deed") == "end":
            return _end(request, actor, row)
        answer = _decide_item(request, actor, row, forms)
        if answer is not None:
            return answer
        status = 422
    items = list(selectors.items_of([row], actor))
    told, counts = selectors.how_told(row, actor)
    log_rows([each.notice.person for each in told], actor=actor, action="list")
    log_rows([item.appointment.client for item in items if item.appointment], actor=actor, action="list")
    decides = may(actor, "change", row)
    waiting = [item for item in items if item.is_open] if decides and row.stands else []
    for item in waiting:
        forms.setdefault(item.pk, _item_form(None, actor, item))
    context = {
        "row": row,
        "items": items,
        "hidden": row.items.count() - len(items),
        "waiting": [(item, forms[item.pk]) for item in waiting],
        "told": told if decides else [],
        "counts": counts,
        "decides": decides,
        "may_end": row.state != "ended" and may(actor, "end", row),
        "back": reverse("care:out_today" if row.is_out else "care:site_closed") if decides else reverse("staff_today"),
    }
    return render(request, "care/out_today_one.html", context, status=status)


def _end(request: HttpRequest, actor: Actor, row: Disruption) -> HttpResponse:
    try:
        stays = services.end_disruption(disruption=row, actor=actor)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(request, _("It is taken back. Who had heard of it hears again."))
        if stays:
            messages.warning(request, _("Not everything could come back. What stays as it was is marked below."))
    return redirect("care:out_today_one", row.public_id)


def _decide_item(
    request: HttpRequest, actor: Actor, row: Disruption, forms: dict[int, ChoicesForm]
) -> HttpResponse | None:
    """Decide about one thing that waited; None where it was refused, with the form in `forms`."""
    found = selectors.items_of([row], actor).filter(public_id=_uuid(request.POST.get("item", "")))
    item = get_object_or_404(found)
    require(actor, "change", item)
    form = forms[item.pk] = _item_form(request.POST, actor, item)
    if form.is_valid():
        (choice,) = form.choices().values()
        try:
            services.decide_item(item=item, choice=choice, actor=actor)
        except ValidationError as refused:
            _blame(form, refused)
        else:
            messages.success(request, _("It is decided, and who it concerns is told."))
            return redirect("care:out_today_one", row.public_id)
    return None


def _item_form(sent: Any, actor: Actor, item: DisruptionItem) -> ChoicesForm:
    of: Any = item.session or item.appointment
    zone = str((of.location or of.group.location).zone) if item.session else str(of.zone)
    thing = Touched(f"i{item.public_id}", item.was_at, item.was_until, zone, item.session, item.appointment)
    places: list[Location] = []
    if item.disruption.person is not None:
        selectors.offer_stand_ins([thing], actor, item.disruption.person)
    else:
        places = list(visible_to(Location, actor).filter(archived_at__isnull=True).order_by("-is_online", "name"))
    return ChoicesForm(sent, things=[thing], places=places)


# ---- small helps
def _blame(form: Any, refused: ValidationError) -> None:
    """Put what the service refused beside the thing or the field that it is about, or above the form."""
    by_field = refused.error_dict if hasattr(refused, "error_dict") else {None: refused.error_list}
    for name, errors in by_field.items():
        field = next((each for each in (f"what_{name}", name) if each in form.fields), None)
        form.add_error(field, errors)


def _sent(request: HttpRequest, field: str) -> Any:
    """What the page was asked with: the first question comes as an address, so that it can be asked again."""
    data = request.POST if request.method == "POST" else request.GET
    return data if field in data or request.method == "POST" else None


def _ask(request: HttpRequest, actor: Actor) -> Disruption | None:
    """The word of somebody who is out that this page answers, or None."""
    data = request.POST if request.method == "POST" else request.GET
    asked = _uuid(data.get("ask", ""))
    return selectors.asked_for(actor).filter(public_id=asked).first() if asked else None


def _of_ask(ask: Disruption | None) -> dict[str, Any]:
    if ask is None:
        return {}
    span = selectors.span_of_row(ask)
    begins, ends = (each.astimezone(ZoneInfo(ask.zone)) for each in (ask.starts_at, ask.ends_at))
    person: Person | None = ask.person
    values: dict[str, Any] = {"person": person.public_id if person else None, "first": begins.date()}
    if span.is_whole_days:
        return values | {"last": span.last}
    return values | {"last": ends.date(), "since": begins.time(), "until": ends.time()}


def _zone(request: HttpRequest) -> str:
    return str(request.organization.zone)  # type: ignore[attr-defined]  # the host middleware sets it


def _status(form: SpanForm) -> int:
    return 422 if form.is_bound and form.errors else 200


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
