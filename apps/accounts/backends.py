"""allauth's sign-in, and the user of a session found by SQL that is made once: each request asks for them."""

from __future__ import annotations

from typing import Any

from allauth.account import auth_backends

from apps.accounts.models import User
from apps.kit.compiled import CompiledRow

__all__ = ["AuthenticationBackend"]

_users = CompiledRow(User, "pk")


class AuthenticationBackend(auth_backends.AuthenticationBackend):
    """The one way to sign in (`AUTHENTICATION_BACKENDS`)."""

    def get_user(self, user_id: Any) -> User | None:
        """The user with this key who may still sign in, or None."""
        found = _users.find(user_id)
        return found if found is not None and self.user_can_authenticate(found) else None
