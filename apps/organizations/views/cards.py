"""Pages about people, for those who work here."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from apps.access.actor import actor_of
from apps.access.policy import require, visible_to
from apps.kit.once import AlreadyUsed, OnceForm, use_once
from apps.organizations import services
from apps.organizations.models import Person
from apps.organizations.services.cards import CARD_DAYS


@login_required
@never_cache
def sign_in_card(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Print a one-time card for one person. Its code is shown on the answer to the POST and never again."""
    actor = actor_of(request)
    person = get_object_or_404(visible_to(Person, actor), public_id=public_id)
    require(actor, "card", person)
    code, already = "", False
    form = OnceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            use_once(form.cleaned_data["once"], user_id=actor.user_id)
            code = services.print_card(person=person, actor=actor)
        except AlreadyUsed:
            already, form = True, OnceForm()
        except ValidationError as error:
            form.add_error(None, error)
    context = {
        "person": person,
        "form": form,
        "parts": [code[i : i + 4] for i in range(0, len(code), 4)],
        "already": already,
        "days": CARD_DAYS,
        "until": timezone.now() + timedelta(days=CARD_DAYS),
        "address": request.get_host(),
    }
    return render(request, "organizations/card.html", context)
