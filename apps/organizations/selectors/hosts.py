"""Which organization answers at an address, what it has switched off, and links that lead to it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from apps.access.actor import actor_of
from apps.kit.compiled import CompiledRow
from apps.organizations.models import (
    Host,
    Organization,
)
from apps.organizations.registry import features_of

OPERATOR_QUIET_SECONDS = 900

_hosts = CompiledRow(Host, "domain")
_organizations = CompiledRow(Organization, "pk")


def host_of(domain: str) -> Host | None:
    """The host of that name, or None for the platform's own and for unknown ones.

    Asked before any scope is open; the host table alone is readable then.
    """
    return _hosts.find(domain)


def organization_of(host: Host) -> Organization:
    """The organization that answers at a host. Asked in its scope; raises Organization.DoesNotExist in any other."""
    found = _organizations.find(host.organization_id)
    if found is None:
        raise Organization.DoesNotExist
    return found


def is_off(organization: Organization | None, view_name: str, *, signed_in: bool) -> bool:
    """Whether a page is part of a feature that this organization has turned off for whoever asks."""
    off = getattr(organization, "features_off", None) or ()
    return bool(off) and any(
        pages.feature in off and not (pages.visitors_only and signed_in) for pages in features_of(view_name)
    )


def has_feature(request: Any, feature: str) -> bool:
    """Whether the organization of a request uses a feature; the platform's own host has all of them."""
    organization = getattr(request, "organization", None)
    return organization is None or organization.has(feature)


def absent_here(request: Any, view_name: str) -> bool:
    """The same for a request: its organization, its person."""
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    return is_off(getattr(request, "organization", None), view_name, signed_in=signed_in)


def primary_host(organization: Organization) -> Host | None:
    """The host that links in messages use."""
    return organization.hosts.filter(is_primary=True).first()


def quiet_seconds(request: HttpRequest) -> int:
    """For how many seconds the person of this request may be quiet; 0 is no limit.

    Staff as long as their organization says, an operator 15 minutes, all others without end.
    """
    organization: Organization | None = getattr(request, "organization", None)
    if organization is None:
        return OPERATOR_QUIET_SECONDS if getattr(request.user, "is_operator", False) else 0
    return organization.idle_minutes * 60 if actor_of(request).capabilities else 0


def link_to(organization: Organization, path: str) -> str:
    """The whole address of a page on the organization's own host, for what leaves the platform."""
    host = primary_host(organization)
    return link_at(host.domain if host else settings.PLATFORM_HOSTS[0], path)


def link_at(domain: str, path: str) -> str:
    """The whole address of a page on a host, as people reach it from outside."""
    usual = {"http": 80, "https": 443}.get(settings.LINK_SCHEME)
    port = "" if usual == settings.LINK_PORT else f":{settings.LINK_PORT}"
    return f"{settings.LINK_SCHEME}://{domain}{port}{path}"
