"""Confirming that it is them, before a page that changes how they sign in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.utils import get_next_redirect_url
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from apps.accounts import services
from apps.accounts.selectors import has_second_factor

View = Callable[..., HttpResponse]


def confirmed(view: View) -> View:
    """Open a page only to somebody who proved who they are in the last ten minutes; else ask first, then show it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if services.recent_method(request) is None:
            return redirect_to_login(request.path, reverse("account_reauthenticate"))
        return view(request, *args, **kwargs)

    return guarded


@login_required
@never_cache
@sensitive_post_parameters("password", "code")
def reauthenticate(request: HttpRequest) -> HttpResponse:
    """Confirm that it is you, then go on to where you wanted to go."""
    after = get_next_redirect_url(request) or reverse("account_email")
    form = services.confirm_form(request, request.POST or None)
    if request.method == "POST":
        try:
            if request.POST.get("passkey") or request.POST.get("password") or request.POST.get("code"):
                services.confirm_identity(request, request.POST)
                return redirect(after)
            if request.POST.get("send_code") or form.way is None:
                services.send_fresh_code(request)
                form = services.confirm_form(request, code_sent=True)
            elif form.way in form.fields:
                form.add_error(form.way, _("Please fill this in."))
        except ValidationError as error:
            form.add_error(None if form.way is None else form.way, error.messages)
    return render(request, "account/reauthenticate.html", {"form": form, "next": after})


def confirmed_twice(view: View) -> View:
    """As `confirmed`; and whoever has a second factor has shown it in this session, a device that remembers apart.

    So a stolen password, or one proved on another host, changes no second factor.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        if has_second_factor(user) and not services.showed_second_factor(request, in_person=True):
            return redirect_to_login(request.path, reverse("mfa_confirm"))
        return view(request, *args, **kwargs)

    return confirmed(guarded)
