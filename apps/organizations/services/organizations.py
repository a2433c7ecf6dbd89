"""Making an organization, and carrying the literal role table into the database."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sites.models import Site
from django.db import IntegrityError, transaction

from apps.access.actor import Actor
from apps.access.policy import require
from apps.access.scope import open_scope, system_scope
from apps.organizations.choices import OrganizationKind
from apps.organizations.models import Host, Organization, OrganizationRole, RoleCapability
from apps.organizations.roles import CAPABILITIES, ROLE_CAPABILITIES


@transaction.atomic
def create_organization(*, actor: Actor, domain: str, **fields: Any) -> Organization:
    """Make an organization, its host and its roles. `domain` is a host name without a port.

    Only system work does this (a command, the demo). Raises IntegrityError where the host is taken.
    """
    with system_scope("an organization is made before it has a scope of its own", user_id=actor.user_id):
        organization = Organization(**fields)
        organization.full_clean()
        organization.save()
        site = Site.objects.create(domain=domain, name=organization.short_name[:50])
        Host.objects.create(site=site, domain=domain, organization=organization)
        sync_roles(organization=organization)
    return organization


def platform_organization() -> Organization:
    """The platform's own row, made when it is first needed: what it sends itself is recorded there. It has no host.

    Needs a system scope.
    """
    standing = Organization.objects.filter(kind=OrganizationKind.PLATFORM).first()
    if standing:
        return standing
    try:
        with transaction.atomic():
            return Organization.objects.create(
                kind=OrganizationKind.PLATFORM, name="Peer Platform", short_name="Peer Platform"
            )
    except IntegrityError:  # another process made it at the same moment
        return Organization.objects.get(kind=OrganizationKind.PLATFORM)


@transaction.atomic
def change_organization(*, organization: Organization, actor: Actor, **values: Any) -> Organization:
    """Change an organization's own settings. Raises PermissionDenied, or ValidationError by field."""
    require(actor, "change", organization)
    for name, value in values.items():
        setattr(organization, name, value)
    organization.full_clean()
    organization.save()
    return organization


@transaction.atomic
def sync_roles(*, organization: Organization, check: bool = False) -> list[str]:
    """Make the database say what `roles.py` says, for one organization. Returns each difference in words.

    With `check` nothing is written. Running it again changes nothing.
    """
    content_type = ContentType.objects.get_for_model(Organization)
    permissions = dict(Permission.objects.filter(content_type=content_type).values_list("codename", "pk"))
    assert set(permissions) >= set(CAPABILITIES), "run migrate first"  # noqa: S101  a broken deployment, not user input
    differences: list[str] = []
    with open_scope(organization.pk, service="sync_roles"):
        standing = {r.role: r for r in OrganizationRole.objects.select_related("group")}
        held: dict[str, set[str]] = {role: set() for role in [*standing, *ROLE_CAPABILITIES]}
        for role, codename in RoleCapability.objects.values_list(
            "group__organization_role__role", "permission__codename"
        ):
            held[role].add(codename)
        missing_roles = [role for role in ROLE_CAPABILITIES if role not in standing]
        differences += [f"{organization}: role {role} is missing" for role in missing_roles]
        if not check:
            standing |= _make_roles(organization, missing_roles)
        wanted = {role: ROLE_CAPABILITIES.get(role, frozenset()) for role in held}
        differences += [
            f"{organization}: role {role} is not in the table" for role in held if role not in ROLE_CAPABILITIES
        ]
        for role, names in wanted.items():
            differences += [f"{organization}: {role} lacks {name}" for name in sorted(names - held[role])]
            differences += [f"{organization}: {role} has {name} too much" for name in sorted(held[role] - names)]
        if check:
            return differences
        RoleCapability.objects.bulk_create(
            RoleCapability(
                organization_id=organization.pk,
                content_object_id=organization.pk,
                group_id=standing[role].group_id,
                permission_id=permissions[name],
            )
            for role, names in wanted.items()
            for name in sorted(names - held[role])
        )
        for role, names in wanted.items():
            if held[role] - names:
                too_much = held[role] - names
                RoleCapability.objects.filter(group=standing[role].group, permission__codename__in=too_much).delete()
            if role not in ROLE_CAPABILITIES:
                standing[role].group.user_set.clear()
    return differences


def _make_roles(organization: Organization, roles: list[str]) -> dict[str, OrganizationRole]:
    """The auth groups of these roles, each with its row; a group that another process has just made is taken over."""
    names = {f"organization:{organization.pk}:{role}": role for role in roles}
    Group.objects.bulk_create([Group(name=name) for name in names], ignore_conflicts=True)
    OrganizationRole.objects.bulk_create(
        [
            OrganizationRole(organization=organization, role=names[group.name], group=group)
            for group in Group.objects.filter(name__in=names)
        ],
        ignore_conflicts=True,
    )
    return {r.role: r for r in OrganizationRole.objects.filter(role__in=roles).select_related("group")}
