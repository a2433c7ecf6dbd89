"""Writes to Persons, memberships and role groups."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may_add, require
from apps.access.services import job_run
from apps.accounts.models import User
from apps.accounts.services import forget_devices
from apps.organizations import selectors
from apps.organizations.models import Membership, OrganizationRole, Person
from apps.organizations.services.private import settle_bars_of


@transaction.atomic
def add_person(*, actor: Actor, organization_id: int, **values: Any) -> Person:
    """Write down a human this organization knows. Raises PermissionDenied, or ValidationError by field.

    Whether the actor may add them in this part (a member, a client) is asked by the service that calls this.
    """
    person = Person(organization_id=organization_id, **values)
    person.full_clean()
    person.save()
    settle_bars_of(people=[person])
    return person


@transaction.atomic
def change_person(*, person: Person, actor: Actor, **values: Any) -> Person:
    """Change what is known of a person. Raises PermissionDenied, or ValidationError by field."""
    require(actor, "change", person)
    for name, value in values.items():
        setattr(person, name, value)
    person.full_clean()
    person.save()
    settle_bars_of(people=[person])
    ensure_still_visible(actor, person)
    return person


@transaction.atomic
def link_user(*, person: Person, user: User, actor: Actor) -> Person:
    """Let this sign-in act as this person. Their roles take effect at once.

    Called when an invitation or a card is accepted, never by picking a user from a list: no page here shows who has an
    account. Raises PermissionDenied where the person already has another sign-in.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.user_id not in (None, user.pk):
        raise PermissionDenied
    person.user = user
    person.save(update_fields=["user"])
    settle_role_groups(user=user)
    return person


def ensure_works_here(person: Person, *, field: str) -> None:
    """Before somebody is given something to do: raise ValidationError {field} unless they work here now or soon.

    Holds their row to the end of the transaction, so that they can't leave while it is given to them: whoever is second
    waits, and then sees what the first has done.
    """
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    if selectors.has_left(person):
        raise ValidationError({field: _("%(name)s does not work here any more.") % {"name": person.name}})


@transaction.atomic
def add_membership(*, actor: Actor, person: Person, role: str, **values: Any) -> Membership:
    """Give a person a role from a day on. Raises PermissionDenied, or ValidationError by field."""
    if not may_add(actor, Membership):
        raise PermissionDenied
    membership = Membership(organization_id=person.organization_id, person=person, role=role, **values)
    membership.full_clean()
    membership.save()
    _settle(membership)
    settle_bars_of(people=[person])
    return membership


@transaction.atomic
def change_membership(*, membership: Membership, actor: Actor, **values: Any) -> Membership:
    """Change days or location of a membership. Raises PermissionDenied, or ValidationError by field."""
    require(actor, "change", membership)
    for name, value in values.items():
        setattr(membership, name, value)
    membership.full_clean()
    membership.save()
    _settle(membership)
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, actor: Actor) -> Membership:
    """End a membership now; what it allowed ends with it. Ending an ended one changes nothing."""
    require(actor, "change", membership)
    if membership.archived_at is None:
        membership.archived_at = timezone.now()
        membership.save(update_fields=["archived_at"])
        _settle(membership)
    return membership


def _settle(membership: Membership) -> None:
    if user := membership.person.user:
        settle_role_groups(user=user)


@transaction.atomic
def settle_role_groups(*, user: User) -> int:
    """Make the user's auth groups in this scope those of their memberships today. Returns how many were changed.

    Derived from present state, so it can run any number of times; the capability check asks for the membership too and
    never rests on the group alone.
    """
    wanted = set(
        OrganizationRole.objects.filter(
            role__in=selectors.active_memberships().filter(person__user=user).values("role")
        ).values_list("group_id", flat=True)
    )
    here = set(OrganizationRole.objects.filter(group__user=user).values_list("group_id", flat=True))
    user.groups.add(*(wanted - here))
    user.groups.remove(*(here - wanted))
    if wanted ^ here:
        forget_devices(user_ids=[user.pk])  # with another role the second step is asked everywhere again
    return len(wanted ^ here)


def settle_every_membership() -> int:
    """The same for everybody, in the open scope (a system scope, hourly). Returns how many changes it made.

    Two statements derived from present state, so that twice, late or on two machines changes nothing.
    """
    with job_run("settle_memberships") as run, transaction.atomic():
        run.expected = run.did = _take_ended() + _give_begun()
    return run.did or 0


def _take_ended() -> int:
    held = User.groups.through.objects.filter(group__organization_role__isnull=False)
    holding = selectors.active_memberships().filter(
        person__user_id=OuterRef("user_id"),
        role=OuterRef("group__organization_role__role"),
        organization_id=OuterRef("group__organization_role__organization_id"),
    )
    ended = held.exclude(Exists(holding))
    forget_devices(user_ids=list(ended.values_list("user_id", flat=True)))
    return ended.delete()[0]


def _give_begun() -> int:
    through = User.groups.through
    group = OrganizationRole.objects.filter(role=OuterRef("role"), organization_id=OuterRef("organization_id"))
    begun = (
        selectors.active_memberships()
        .filter(person__user_id__isnull=False)
        .annotate(group_id=Subquery(group.values("group_id")[:1]))
        .filter(group_id__isnull=False)
        .exclude(Exists(through.objects.filter(user_id=OuterRef("person__user_id"), group_id=OuterRef("group_id"))))
    )
    pairs = set(begun.values_list("person__user_id", "group_id"))  # two hats of one user, one group
    rows = [through(user_id=user, group_id=group) for user, group in pairs]
    forget_devices(user_ids=[user for user, _group in pairs])
    return len(through.objects.bulk_create(rows, ignore_conflicts=True))
