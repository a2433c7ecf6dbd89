"""The second factor: setting it up, showing it, spare codes, taking it away."""

from __future__ import annotations

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base import views as mfa_views
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as webauthn_views
from allauth.mfa.webauthn.internal import flows as webauthn_flows
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic.edit import FormView

from apps.accounts import forms, registry, services
from apps.accounts.adapter import organization_id_of
from apps.accounts.selectors import has_passkey, has_second_factor, passkeys
from apps.accounts.services.devices import domain_of
from apps.accounts.views.confirming import confirmed_twice


class ActivateView(totp_views.ActivateTOTPView):
    """Set up an authenticator app. Its first code is the second factor of this session."""

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        services.record_second_factor(self.request)
        _notify(self.request, "second_factor_added")
        return response

    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        return {**context, "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))}


class DeactivateView(totp_views.DeactivateTOTPView):
    """Take the authenticator app away, for instance to set up another phone."""

    success_url = reverse_lazy("account_email")

    def form_valid(self, form: Any) -> HttpResponse:
        _notify(self.request, "second_factor_removed")
        return super().form_valid(form)


class NewRecoveryCodesView(recovery_views.GenerateRecoveryCodesView):
    """Make new spare codes; the old ones end."""

    def form_valid(self, form: Any) -> HttpResponse:
        _notify(self.request, "recovery_codes_made")
        return super().form_valid(form)


def _notify(request: HttpRequest, event: str) -> None:
    user: Any = request.user
    services.notify(user=user, event=event, organization_id=organization_id_of(request))


activate_totp = confirmed_twice(ActivateView.as_view())
deactivate_totp = confirmed_twice(DeactivateView.as_view())
recovery_codes = confirmed_twice(recovery_views.ViewRecoveryCodesView.as_view())
make_recovery_codes = confirmed_twice(NewRecoveryCodesView.as_view())
download_recovery_codes = confirmed_twice(recovery_views.DownloadRecoveryCodesView.as_view())


class AddPasskeyView(webauthn_views.AddWebAuthnView):
    """Make a passkey, for this host alone. Making it is the second factor of this session."""

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        services.note_passkey(self.request)
        _notify(self.request, "passkey_added")
        return response

    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes" if self.did_generate_recovery_codes else "mfa_list_webauthn")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "host": domain_of(self.request)}


add_passkey = confirmed_twice(AddPasskeyView.as_view())


@confirmed_twice
@never_cache
def list_passkeys(request: HttpRequest) -> HttpResponse:
    """One's passkeys, and for which host each is."""
    user: Any = request.user
    context = {"passkeys": passkeys(user), "host": domain_of(request)}
    return render(request, "mfa/webauthn/authenticator_list.html", context)


@require_POST
@confirmed_twice
def remove_passkey(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one of one's own passkeys away. Somebody else's is one that never was."""
    user: Any = request.user
    webauthn_flows.remove_authenticator(request, get_object_or_404(Authenticator, pk=pk, user=user, type="webauthn"))
    _notify(request, "passkey_removed")
    messages.success(request, _("That passkey opens nothing any more."))
    return redirect("mfa_list_webauthn")


@login_required
@never_cache
def ask_passkey(request: HttpRequest) -> HttpResponse:
    """What the browser is to ask a passkey of this host, for somebody signed in."""
    return JsonResponse(services.begin_passkey(request))


class SecondStepView(mfa_views.AuthenticateView):
    """The second step of signing in."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "restore" in request.POST and registry.use_restoring(self.stage.login.user):
            self.stage.login.user.refresh_from_db()
            return self.stage.exit()
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user: Any = self.stage.login.user
        here = has_passkey(user, domain_of(self.request))
        return {
            **context,
            "passkey_here": here,
            "passkeys_elsewhere": not here and bool(passkeys(user)),
            "restored": registry.restoring_is_open(user),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        user = self.stage.login.user
        response = super().form_valid(form)
        if self.request.POST.get("remember") and self.request.user.is_authenticated:
            services.remember_device(self.request, user)
        return response


second_factor = SecondStepView.as_view()


@method_decorator(login_required, name="dispatch")
class ConfirmSecondFactorView(FormView):
    """The code of the app, from somebody signed in who has not shown it in this session."""

    form_class = forms.ConfirmSecondFactorForm
    template_name = "mfa/confirm.html"
    success_url = reverse_lazy("account_email")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not has_second_factor(request.user):  # type: ignore[arg-type]  # our user
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.POST.get("credential"):
            return super().post(request, *args, **kwargs)
        user: Any = request.user
        try:
            services.show_passkey(request, request.POST["credential"])
        except ValidationError as error:
            asked = self.get_form_class()(user=user)
            asked.cleaned_data = {}
            asked.add_error(None, error.messages)
            return self.render_to_response(self.get_context_data(form=asked))
        if request.POST.get("remember"):
            services.remember_device(request, user)
        return redirect(self.get_success_url())

    def get_success_url(self) -> str:
        return get_next_redirect_url(self.request) or str(self.success_url)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        here = has_passkey(user, domain_of(self.request))
        return super().get_context_data(
            next=self.get_success_url(),
            passkey_here=here,
            passkeys_elsewhere=not here and bool(passkeys(user)),
            **kwargs,
        )

    def form_valid(self, form: Any) -> HttpResponse:
        services.record_second_factor(self.request)
        user: Any = self.request.user
        if form.cleaned_data.get("remember"):
            services.remember_device(self.request, user)
        return super().form_valid(form)


confirm_second_factor = ConfirmSecondFactorView.as_view()
