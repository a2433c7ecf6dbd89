"""Following an invitation, and opening a file."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from apps.access.actor import actor_of
from apps.access.policy import visible_to
from apps.accounts.services import limits, sign_in_with_card
from apps.kit.dates import format_day
from apps.organizations import selectors, services
from apps.organizations.choices import InvitationWay
from apps.organizations.forms import CardCodeForm, JoinForm
from apps.organizations.models import Invitation, Person, StoredFile

# What a browser may show itself; the rest is offered to keep.
SHOWN = {"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "text/plain"}


@never_cache
def join_card(request: HttpRequest) -> HttpResponse:
    """Where the holder of a printed invitation types its letters and numbers."""
    if actor_of(request).organization_id is None:
        raise Http404
    form = CardCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = "".join(ch for ch in form.cleaned_data["code"].upper() if ch.isalnum())
        if not limits.allow(request, "card", Invitation.hash_of(code)):
            return render(request, "429.html", status=429)
        if code and selectors.open_invitation(code) is not None:
            return redirect("organizations:join", code)
        form.add_error(
            "code", _("This card can’t be used. Check the letters, or ask whoever gave it to you for a new one.")
        )
    return render(request, "organizations/join_card.html", {"form": form})


@never_cache
@sensitive_post_parameters("password")
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The page an invitation leads to: take it as who one is signed in as, or make a sign-in.

    A link that does not work answers 404 for every reason alike.
    """
    invitation = selectors.open_invitation(token) if actor_of(request).organization_id else None
    if invitation is None:
        raise Http404
    signed_in = request.user.is_authenticated
    by_card = invitation.way == InvitationWay.CARD
    data = request.POST if request.method == "POST" else None
    form = forms.Form(data) if signed_in or by_card else JoinForm(data, invitation=invitation)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                return _join(request, token, invitation, form.cleaned_data.get("password"))
        except ValidationError as refused:
            if refused.code == "gone":
                raise Http404 from refused
            form.add_error(None, refused)
    return render(
        request,
        "organizations/join.html",
        {
            "form": form,
            "invitation": invitation,
            "signed_in": signed_in,
            "by_card": by_card,
            "sign_in_url": f"{reverse('account_login')}?next={request.path}",
        },
    )


def _join(request: HttpRequest, token: str, invitation: Invitation, password: str | None) -> HttpResponse:
    """Take the invitation, and say where to go on. Raises ValidationError as the services do."""
    if request.user.is_authenticated:
        person = services.accept_invitation(token=token, user=request.user)  # type: ignore[arg-type]  # signed in
        messages.success(request, _welcome(person))
        return redirect("/")
    person = services.accept_as_new_user(token=token, password=password)
    if invitation.way == InvitationWay.CARD and person.user is not None:
        sign_in_with_card(request, person.user)
        messages.success(request, _("You are in. Now add your e-mail or phone and a password, so you can come back."))
        return redirect("account_email")
    messages.success(request, _("Your sign-in is ready. Sign in with it now."))
    return redirect("account_login")


def _welcome(person: Person) -> str:
    first = selectors.first_day_to_come(person)
    if first is None:
        return _("Welcome. You are part of the team now.")
    return _("Welcome. Your pages here open on your first day, %(day)s.") % {"day": format_day(first)}


@never_cache
@require_safe
def open_file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """A kept file, for whoever sees a row that holds it. Nobody signed in is asked to sign in, file or no file."""
    row = visible_to(StoredFile, actor_of(request)).filter(public_id=public_id).first()
    if row is None and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), reverse("account_login"))
    if row is None or not default_storage.exists(row.path):
        raise Http404
    response = FileResponse(
        default_storage.open(row.path),
        as_attachment=row.content_type not in SHOWN,
        filename=row.name,
        content_type=row.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    response["Cache-Control"] = "no-store, private"
    return response
