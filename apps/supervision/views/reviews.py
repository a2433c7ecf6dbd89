"""Pages of the second reading: which notes of the sample wait, and one of them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.access.actor import actor_of
from apps.kit.once import AlreadyUsed, use_once
from apps.supervision import reviews, services
from apps.supervision.forms import refuse
from apps.supervision.forms_plan import ReviewForm
from apps.supervision.models import NoteReview

PAGE_SIZE = 25


@login_required
@require_safe
def reviews_page(request: HttpRequest) -> HttpResponse:
    """How much of the sample was read a second time, and what of it waits for this reader."""
    actor = actor_of(request)
    if not actor.can_any("view_supervision", "read_supervision"):
        raise PermissionDenied
    found = reviews.sample()
    waiting = reviews.reviewable_by(actor).filter(pk__in=found.waiting).order_by("signed_at", "pk")
    context = {
        "sample": found,
        "asked": len(found.notes),
        "done": len(found.reviewed),
        "page_obj": Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "supervision/reviews.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One note to read a second time: the way to it, and what came of it."""
    actor = actor_of(request)
    note = get_object_or_404(reviews.reviewable_by(actor), public_id=public_id)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        values, back = {name: form.cleaned_data[name] for name in ("outcome", "words")}, reverse("supervision:reviews")
        try:
            with transaction.atomic():
                use_once(form.cleaned_data["once"], user_id=actor.user_id).leads_to(back)
                services.review_note(note=note, actor=actor, **values)
        except AlreadyUsed as already:
            return redirect(already.result or back)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Written down."))
            return redirect(back)
    context = {"note": note, "form": form, "review": NoteReview.objects.filter(note=note).first()}
    return render(request, "supervision/review.html", context, status=422 if form.is_bound else 200)
