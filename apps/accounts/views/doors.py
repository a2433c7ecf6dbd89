"""Signing in by password, code or card, and signing out."""

from __future__ import annotations

from typing import Any

from allauth.account import views as allauth_views
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.generic.edit import FormView
from django.views.i18n import set_language as django_set_language

from apps.accounts import forms, services
from apps.accounts.adapter import remember_language
from apps.accounts.models import SignInCard
from apps.accounts.services import limits


class _Doors:
    """The page with three doors. Coming back to it while a code is awaited starts anew, by any door."""

    template_name: Any = "account/login.html"
    door = "code"

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        clear_login(request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]  # mixed into allauth's views
        form = context["form"]
        return {**context, **forms.doors(**{self.door: form}), "door": self.door}


class SignInView(_Doors, allauth_views.LoginView):
    """The password door, and the page that shows them all."""

    form_class = forms.PasswordDoorForm
    door = "password"

    def get_form_class(self) -> Any:
        return self.form_class

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.request.method == "GET":
            context["door"] = "code"
        return context


class CodeView(_Doors, allauth_views.RequestLoginCodeView):
    """The code door: sends six numbers, where the address is one we know."""

    form_class = forms.CodeForm

    def get_form_class(self) -> Any:
        return self.form_class

    def form_valid(self, form: Any) -> HttpResponse:
        services.answer_evenly(self.request)
        form.keep_shared(self.request)
        return super().form_valid(form)


class ConfirmCodeView(allauth_views.ConfirmLoginCodeView):
    """The six numbers."""

    form_class = forms.SixNumbersForm

    def get_form_class(self) -> Any:
        return self.form_class


@method_decorator(sensitive_post_parameters("card"), name="dispatch")
class CardView(_Doors, allauth_views.RedirectAuthenticatedUserMixin, allauth_views.NextRedirectMixin, FormView):
    """The card door. Every card that does not work gets the same words."""

    form_class = forms.CardForm
    door = "card"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not limits.allow(request, "card", SignInCard.hash_of(request.POST.get("card", ""))):
            return too_many(request)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        domain = self.request.get_host().rsplit(":", 1)[0].lower()
        user = services.use_card(code=form.cleaned_data["card"], domain=domain)
        if user is None:
            form.add_error(
                "card", _("This card can’t be used. Check the letters, or ask the front desk for a new one.")
            )
            return self.form_invalid(form)
        form.keep_shared(self.request)
        record_authentication(self.request, user, method="card")
        return perform_login(self.request, Login(user=user, redirect_url=self.get_next_url()))


sign_in = SignInView.as_view()
sign_in_code = CodeView.as_view()
confirm_code = ConfirmCodeView.as_view()
sign_in_card = CardView.as_view()
sign_out = allauth_views.LogoutView.as_view()


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Too many tries."""
    return render(request, "429.html", status=429)


@require_POST
def switch_language(request: HttpRequest) -> HttpResponse:
    """Change the language: kept in a cookie, and with the user where somebody is signed in."""
    response = django_set_language(request)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        remember_language(response, language)
        if request.user.is_authenticated:
            services.set_language(user=request.user, language=language)
    return response
