"""The second step of signing in, as allauth runs it."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from apps.accounts import services

__all__ = ["SecondFactorStage"]


class SecondFactorStage(AuthenticateStage):
    """Asks whoever has a second factor for it, except on a device that remembers it for them."""

    def _should_handle(self, request: HttpRequest) -> bool:
        if not super()._should_handle(request):
            return False
        if services.is_remembered(request, self.login.user):
            record_authentication(request, self.login.user, method="mfa", type="remembered")
            return False
        return True
