"""Pages about training and hours: what I did, what I attest, what waits to be confirmed, competencies."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.access.actor import actor_of
from apps.access.policy import require, unbarred
from apps.certifications import chart, selectors, services
from apps.certifications.choices import Competency
from apps.certifications.forms.records import AttestationForm, PaperForm, refuse
from apps.certifications.forms.training import EntryForm, RatingForm
from apps.certifications.registry import rated_people
from apps.kit.listing import listed
from apps.kit.once import AlreadyUsed, use_once
from apps.organizations.models import Person
from apps.organizations.selectors import names_of_users, staff, staff_person

PAGE_SIZE = 25


def _me(request: HttpRequest) -> Person:
    """The person who holds, or works towards, a certification here."""
    actor = actor_of(request)
    person = staff_person(actor) if actor.can("hold_certification") else None
    if person is None:
        raise PermissionDenied
    return person


@login_required
@require_safe
def training(request: HttpRequest) -> HttpResponse:
    """What I entered and what came of it."""
    person, actor = _me(request), actor_of(request)
    page = Paginator(selectors.own_entries(actor), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "person": person, "attestations": selectors.attestations_of(actor, person)}
    return render(request, "certifications/training.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Enter training, continuing education or hours, with its document."""
    person, actor = _me(request), actor_of(request)
    url = reverse("certifications:training")
    form = EntryForm(request.POST, request.FILES) if request.method == "POST" else EntryForm()
    if form.is_bound and form.is_valid():
        try:
            with transaction.atomic():
                use_once(form.cleaned_data["once"], user_id=actor.user_id).leads_to(url)
                services.enter_evidence(actor=actor, person=person, **form.values)
        except AlreadyUsed as already:
            return redirect(already.result or url)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Entered. It counts once your administrator has confirmed it."))
            return redirect(url)
    context = {"form": form, "back_url": url}
    return render(request, "certifications/enter.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attest(request: HttpRequest) -> HttpResponse:
    """Say of oneself what a rule asks, or take it back. Never how or why."""
    person, actor = _me(request), actor_of(request)
    url = reverse("certifications:training")
    if request.method == "POST" and request.POST.get("do") == "withdraw":
        key = request.POST.get("attestation", "")
        row = get_object_or_404(selectors.attestations_of(actor, person), pk=int(key) if key.isdigit() else 0)
        services.withdraw_attestation(attestation=row, actor=actor)
        messages.success(request, _("Taken back."))
        return redirect(url)
    form = AttestationForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "once"}
        try:
            with transaction.atomic():
                use_once(form.cleaned_data["once"], user_id=actor.user_id).leads_to(url)
                services.attest(actor=actor, person=person, **values)
        except AlreadyUsed as already:
            return redirect(already.result or url)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Written down, with today’s date."))
            return redirect(url)
    context = {"form": form, "back_url": url}
    return render(request, "certifications/attest.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attest_for(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What somebody attested on paper, written down by the office: a yes, its day and its paper. Never how or why."""
    actor = actor_of(request)
    person = get_object_or_404(staff(), public_id=public_id)
    if not selectors.may_see_records_of(actor, person):
        raise Http404
    if not actor.can("manage_certifications"):
        raise PermissionDenied
    if person.user_id is not None and person.user_id == actor.user_id:
        return redirect("certifications:attest")  # of oneself one says it oneself
    url = reverse("certifications:attest_for", args=[person.public_id])
    if request.method == "POST" and request.POST.get("do") == "withdraw":
        key = request.POST.get("attestation", "")
        row = get_object_or_404(selectors.attestations_of(actor, person), pk=int(key) if key.isdigit() else 0)
        services.withdraw_attestation(attestation=row, actor=actor)
        messages.success(request, _("Taken back."))
        return redirect(url)
    form = PaperForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "once"}
        try:
            with transaction.atomic():
                use_once(form.cleaned_data["once"], user_id=actor.user_id).leads_to(url)
                services.attest(actor=actor, person=person, **values)
        except AlreadyUsed as already:
            return redirect(already.result or url)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Written down."))
            return redirect(url)
    rows = list(selectors.attestations_of(actor, person))
    names = names_of_users(actor, {row.attested_by_id for row in rows if row.paper and row.attested_by_id})
    context = {
        "form": form,
        "person": person,
        "attestations": [(row, names.get(row.attested_by_id or 0, "")) for row in rows],
        "url": url,
    }
    return render(request, "certifications/attest_for.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """What others entered and I should confirm."""
    actor = actor_of(request)
    if not actor.can("manage_certifications"):
        raise PermissionDenied
    page = Paginator(selectors.waiting_entries(actor), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "certifications/waiting.html", {"page_obj": page})


@login_required
@require_http_methods(["POST"])
def decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Confirm one entry, or say that it does not count."""
    actor = actor_of(request)
    entry = get_object_or_404(selectors.entries_for(actor), public_id=public_id)
    require(actor, "decide", entry)
    try:
        services.decide_entry(entry=entry, actor=actor, confirmed=request.POST.get("do") == "confirm")
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("Written down."))
    return redirect("certifications:waiting")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def competencies(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The twelve categories: how somebody sees themself, and how their supervisor sees them."""
    actor = actor_of(request)
    person = get_object_or_404(staff(), public_id=public_id)
    own = person.user_id is not None and person.user_id == actor.user_id
    rates = own or (
        person.pk in rated_people(actor.user_id, selectors.today_of(person.organization_id))
        and unbarred(Person.objects.filter(pk=person.pk), actor).exists()
    )
    if not rates and not selectors.may_see_records_of(actor, person):
        raise Http404
    last = selectors.ratings_of(person)
    initial = {name: side[own].level for name, side in last.items() if own in side}
    form: Any = None
    if rates:
        form = RatingForm(request.POST if request.method == "POST" else None, initial=initial)
        if form.is_bound and form.is_valid():
            services.rate_competencies(actor=actor, person=person, levels=form.levels)
            messages.success(request, _("Written down."))
            return redirect("certifications:competencies", public_id=person.public_id)
    elif request.method == "POST":
        raise PermissionDenied
    rows = [
        (label, last.get(value, {}).get(True), last.get(value, {}).get(False)) for value, label in Competency.choices
    ]
    drawn = [plot for plot in chart.plots(selectors.rating_history(person), Competency.choices) if not plot.is_empty]
    context = {
        "person": person,
        "own": own,
        "form": form,
        "rows": rows,
        "plots": drawn,
        "plot_levels": chart.levels(),
        "levels": listed(words for _height, words in chart.levels()),
        "plot_width": chart.WIDTH,
        "plot_height": chart.HEIGHT,
    }
    return render(
        request, "certifications/competencies.html", context, status=422 if form is not None and form.is_bound else 200
    )
