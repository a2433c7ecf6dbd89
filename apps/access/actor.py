"""Who is asking: one signed-in user (or nobody, or the system) in one organization, with what their roles allow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from apps.access import registry

__all__ = ["OWN_PAGES", "Actor", "actor_of"]

OWN_PAGES = "/me/"  # where somebody is at work in their own matters, as a client


@dataclass(frozen=True)
class Actor:
    """A user at work in one organization.

    `user_id` None is a visitor. `system` is the literal reason of work nobody asked for in person (a planner, a task):
    it may do everything inside the scope that is open. `own` is somebody in their own matters, as on the client pages:
    no role counts there, and what is closed to them as somebody who works here is theirs again.
    """

    user_id: int | None
    organization_id: int | None
    system: str = ""
    own: bool = False

    @classmethod
    def for_system(cls, reason: str, organization_id: int | None = None) -> Actor:
        """The actor of work that no person started; the reason is kept in the history."""
        return cls(None, organization_id, reason)

    @cached_property
    def capabilities(self) -> frozenset[str]:
        """What this person's roles allow in this organization (one query, then remembered for this actor)."""
        if self.user_id is None or self.organization_id is None or self.own:
            return frozenset()
        return registry.capabilities_of(self.user_id, self.organization_id)

    @cached_property
    def closed_persons(self) -> tuple[int, ...]:
        """The ids of the Persons that are closed to this actor now (one query, then remembered for this actor)."""
        if self.user_id is None:
            return ()
        return tuple(sorted(registry.closed_to(self.user_id, self.own)))

    def in_own_matters(self) -> Actor:
        """The same person in their own matters: see `own`."""
        return self if self.own else replace(self, own=True)

    def at_work(self) -> Actor:
        """The same person in whatever part their roles give them here: the opposite of `in_own_matters`."""
        return replace(self, own=False) if self.own else self

    def can(self, capability: str) -> bool:
        """Whether a role of this person holds the capability in this organization."""
        return bool(self.system) or capability in self.capabilities

    def can_any(self, *capabilities: str) -> bool:
        """Whether a role of this person holds at least one of the capabilities."""
        return any(self.can(capability) for capability in capabilities)


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request: its user in the organization of its host. The same object all through the request."""
    actor: Actor | None = getattr(request, "_actor", None)
    user = getattr(request, "user", None) or AnonymousUser()
    organization = getattr(request, "organization", None)
    organization_id = organization.pk if organization else None
    if actor is None or actor.user_id != user.pk or actor.organization_id != organization_id:
        actor = Actor(user.pk, organization_id, own=request.path.startswith(OWN_PAGES))
        request._actor = actor  # type: ignore[attr-defined]  # remembered on the request it belongs to
    return actor
