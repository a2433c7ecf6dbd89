"""Django's sessions in the database, found by SQL that is made once: each request of whoever signed in asks for one."""

from __future__ import annotations

from functools import cache

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone

from apps.kit.compiled import CompiledRow

__all__ = ["SessionStore"]


@cache
def _sessions() -> CompiledRow[AbstractBaseSession]:
    return CompiledRow(SessionStore.get_model_class(), "session_key")


class SessionStore(db.SessionStore):
    """The setting `SESSION_ENGINE` names this module."""

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        """The session's row, or None where there is none that still holds; the key is then forgotten."""
        found = _sessions().find(self.session_key) if self.session_key else None
        if found is None or found.expire_date <= timezone.now():
            self._session_key = None
            return None
        return found
