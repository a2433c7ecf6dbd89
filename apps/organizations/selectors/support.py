"""What a role, or a support session, allows somebody here."""

from __future__ import annotations

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, QuerySet, Value
from django.db.models.functions import Now

from apps.access.actor import Actor
from apps.access.compiled import CompiledQuery
from apps.accounts.models import User
from apps.organizations.models import OrganizationRole, RoleCapability, SupportSession
from apps.organizations.roles import SUPPORT
from apps.organizations.selectors.people import active_memberships

_SUPPORTS = "(support session)"


class _IsAnyOf(Func):
    """a = ANY(b): PostgreSQL plans what stands inside apart, which for so many tables is most of the time it takes."""

    template, arg_joiner = "%(expressions)s)", " = ANY("
    output_field, conditional = BooleanField(), True


def _allowed(user_id: int, organization_id: int) -> QuerySet[RoleCapability, tuple[str]]:
    """The words of `capabilities`, each in a row."""
    holds = active_memberships().filter(person__user_id=user_id, organization_id=organization_id)
    roles = OrganizationRole.objects.filter(
        organization_id=organization_id,
        role__in=holds.order_by().values("role"),
        group_id__in=User.groups.through.objects.filter(user_id=user_id).values("group_id"),
    )
    held = RoleCapability.objects.filter(
        _IsAnyOf(F("group_id"), ArraySubquery(roles.order_by().values("group_id"))),
        organization_id=organization_id,
    )
    supports = running_support().filter(operator_id=user_id, organization_id=organization_id)
    return (
        held.order_by()
        .values_list("permission__codename")
        .union(supports.order_by().values_list(Value(_SUPPORTS)), all=True)
    )


_allowed_now = CompiledQuery(_allowed)


def capabilities(user_id: int, organization_id: int) -> frozenset[str]:
    """What a user's roles allow in an organization today. Needs both the group and a membership that holds."""
    found = {word for (word,) in _allowed_now.rows(user_id=user_id, organization_id=organization_id)}
    if _SUPPORTS in found:
        # Reads only, whatever else this person is here: one does not act under two hats at once.
        return SUPPORT
    return frozenset(found)


def running_support() -> QuerySet[SupportSession]:
    """The support sessions that have not ended."""
    return SupportSession.objects.filter(ended_at__isnull=True, until__gt=Now(), operator__is_operator=True)


def support_of(actor: Actor) -> SupportSession | None:
    """The support session in which the actor reads this organization's records now, or None."""
    if actor.user_id is None or actor.organization_id is None or actor.capabilities != SUPPORT:
        return None
    return running_support().filter(operator_id=actor.user_id, organization_id=actor.organization_id).first()
