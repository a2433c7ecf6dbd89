"""The ambient scope: who is at work, and in which organizations. The first of the two walls of tenancy.

Without a scope every query on a scoped model raises. The doors that open one are few: the request middleware, the task
and command base classes, and the test fixture. `stamp_connection` carries the scope into PostgreSQL, where row-level
security, the second wall, reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.pq import TransactionStatus

__all__ = [
    "Scope",
    "ScopeError",
    "current_scope",
    "open_scope",
    "require_scope",
    "stamp_connection",
    "system_scope",
]


class ScopeError(RuntimeError):
    """Raised when tenant data is touched outside the scope it belongs to, or with no scope at all."""


@dataclass(frozen=True)
class Scope:
    """Who is at work and where.

    `organizations` are the ids whose rows may be touched; an empty tuple means none. `system` is the literal reason of
    a system scope, which may touch every organization.
    """

    organizations: tuple[int, ...] = ()
    user_id: int | None = None
    system: str = ""
    context: dict[str, Any] = field(default_factory=dict, compare=False)

    def covers(self, organization_id: int | None) -> bool:
        """Whether rows of this organization may be touched here."""
        return bool(self.system) or organization_id in self.organizations

    @property
    def only_organization(self) -> int | None:
        """The one organization of this scope, or None where there is none or several."""
        return self.organizations[0] if len(self.organizations) == 1 else None


_current: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current_scope() -> Scope | None:
    """The scope that is open now, or None."""
    return _current.get()


def require_scope() -> Scope:
    """The scope that is open now. Raises ScopeError where none is."""
    scope = _current.get()
    if scope is None:
        raise ScopeError("No scope is open: tenant data is read and written only through a request, task or command.")
    return scope


@contextmanager
def _use(scope: Scope) -> Iterator[Scope]:
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)


def open_scope(*organizations: int, user_id: int | None = None, **context: Any) -> Any:
    """Open a scope over these organization ids for a `with` block; `context` is kept in the history of each change."""
    return _use(Scope(tuple(organizations), user_id, "", context))


def system_scope(reason: str, *, user_id: int | None = None, **context: Any) -> Any:
    """Open a scope over every organization for a `with` block. `reason` is a literal that says why that is needed."""
    if not reason:
        raise ScopeError("A system scope needs its reason.")
    return _use(Scope((), user_id, reason, context))


def _settings_of(scope: Scope | None) -> tuple[str, str, str]:
    """The PostgreSQL settings that carry a scope: organizations, role, and the history's context."""
    if scope is None:
        return "{}", "none", ""
    organizations = "{" + ",".join(str(int(pk)) for pk in scope.organizations) + "}"
    role = settings.DATABASE_ROLES["system"] if scope.system else "none"
    told: dict[str, Any] = {"user": scope.user_id, **scope.context}
    if scope.system:
        told["system"] = scope.system
    return organizations, role, json.dumps(told, default=str)


_SAVEPOINTS = ("SAVEPOINT ", "RELEASE SAVEPOINT ", "ROLLBACK TO SAVEPOINT ")


def _stamp(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Set the scope for the transaction before the first statement that touches rows, and whenever the scope changed.

    A savepoint touches none. It may begin a transaction, which has no setting yet; going back to one undoes it.
    """
    wrapper = context["connection"]
    raw = wrapper.connection
    status = raw.info.transaction_status
    if isinstance(sql, str) and sql.startswith(_SAVEPOINTS):
        if status != TransactionStatus.INTRANS or sql.startswith("ROLLBACK TO"):
            wrapper.scope_stamp = None
    elif status == TransactionStatus.INERROR:
        wrapper.scope_stamp = None  # only a rollback can follow, and it undoes the setting
    elif wrapper.in_atomic_block:
        wanted = current_scope()
        known = status == TransactionStatus.INTRANS and wrapper.scope_stamp is not None
        if not known or wrapper.scope_stamp[0] is not wanted:
            values = _settings_of(wanted)
            if not known or wrapper.scope_stamp[1] != values:
                raw.execute(
                    "SELECT set_config('app.organizations', %s, true), set_config('role', %s, true),"
                    " set_config('pghistory.context_metadata', %s, true),"
                    " set_config('pghistory.context_id', gen_random_uuid()::text, true)",
                    values,
                )
            wrapper.scope_stamp = (wanted, values)
    return execute(sql, params, many, context)


def stamp_connection(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Make a new connection carry the scope. Connected to Django's `connection_created`.

    The owner's login is left alone: it migrates, and row-level security does not bind it.
    """
    connection.scope_stamp = None  # type: ignore[attr-defined]  # our mark on Django's wrapper
    if (
        connection.settings_dict["USER"] != settings.DATABASE_ROLES["owner"]
        and _stamp not in connection.execute_wrappers
    ):
        connection.execute_wrappers.append(_stamp)
