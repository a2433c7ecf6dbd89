"""What users keep about their own sign-in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from apps.accounts import forms, services
from apps.accounts.adapter import organization_id_of
from apps.accounts.selectors import has_app, has_second_factor
from apps.accounts.services.codes import pending, use_code
from apps.accounts.services.users import ADDRESS_KEY
from apps.accounts.views.confirming import confirmed


@login_required
@never_cache
def own_sign_in(request: HttpRequest) -> HttpResponse:
    """How I sign in: address, phone, password, second factor."""
    user: Any = request.user
    return render(request, "account/own.html", {"second_factor": has_second_factor(user), "has_app": has_app(user)})


@confirmed
@never_cache
def change_address(request: HttpRequest, channel: str) -> HttpResponse:
    """A new e-mail address or phone, step one: where to send the six numbers."""
    form = forms.AddressForm(request.POST or None, channel=channel)
    if request.method == "POST" and form.is_valid():
        services.answer_evenly(request)
        try:
            services.start_address_change(request, channel=channel, address=form.cleaned_data["address"])
            return redirect("account_confirm_address")
        except ValidationError as error:
            form.add_error(None, error)
    return render(request, "account/change_address.html", {"form": form, "channel": channel})


@confirmed
@never_cache
def confirm_address(request: HttpRequest) -> HttpResponse:
    """Step two: the six numbers came back, so the address is theirs."""
    user: Any = request.user
    state = pending(request, ADDRESS_KEY)
    if state is None:
        return redirect("account_email")
    form = forms.NumbersForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            used = use_code(request, ADDRESS_KEY, form.cleaned_data["code"])
            if used is None:
                raise ValidationError({"code": _("These are not the numbers we sent. Check them once more.")})
            services.change_address(
                user=user,
                channel=used["channel"],
                address=used["address"],
                organization_id=organization_id_of(request),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Done. You sign in with the new one from now on."))
            return redirect("account_email")
    return render(request, "account/confirm_address.html", {"form": form, "address": state["address"]})


@confirmed
@never_cache
@sensitive_post_parameters("password")
def change_password(request: HttpRequest) -> HttpResponse:
    """Set or change the password. Sessions on other devices end."""
    user: Any = request.user
    form = forms.SetPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_password(
                user=user, password=form.cleaned_data["password"], organization_id=organization_id_of(request)
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            update_session_auth_hash(request, user)
            messages.success(request, _("Your new password works from now on."))
            return redirect("account_email")
    return render(request, "account/change_password.html", {"form": form})
