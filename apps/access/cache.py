"""The only way to cache what tenants see: keyed by organization, audience and a version that each write raises."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

from apps.access.scope import ScopeError, require_scope

__all__ = ["bump", "cached"]

T = TypeVar("T")


def _organization() -> int:
    organization = require_scope().only_organization
    if organization is None:
        raise ScopeError("Caching needs a scope of exactly one organization.")
    return organization


def _version_key(organization: int, what: str) -> str:
    return f"version:{organization}:{what}"


def cached(what: str, audience: str, make: Callable[[], T], *, seconds: int = 300) -> T:
    """The value of `make()` for this organization and audience, remembered for `seconds` or until `bump(what)`.

    `audience` names everybody who may see the same answer ("public" or one person's id); never leave a part of it out.
    """
    organization = _organization()
    version = cache.get(_version_key(organization, what), 0)
    key = f"cached:{organization}:{what}:{audience}:{version}"
    value = cache.get(key)
    if value is None:
        value = make()
        cache.set(key, value, seconds)
    return value


def bump(what: str) -> None:
    """Forget every cached answer about `what` in this organization."""
    key = _version_key(_organization(), what)
    try:
        cache.incr(key)
    except ValueError:
        cache.set(key, 1, None)
