"""Reads of people, memberships and time away."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.access.scope import current_scope
from apps.kit.search import fold, matches
from apps.kit.walltime import LocalDate
from apps.organizations.models import (
    Absence,
    Location,
    Membership,
    Organization,
    Person,
    RoleCapability,
    SupportSession,
)
from apps.organizations.roles import ROLE_CAPABILITIES


def active_memberships() -> QuerySet[Membership]:
    """Memberships that hold today, in the organization's own zone."""
    today = LocalDate(Now(), "organization__zone")
    return Membership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today),
        starts_on__lte=today,
        archived_at__isnull=True,
        person__archived_at__isnull=True,
    )


def persons_of(actor: Actor) -> QuerySet[Person]:
    """The Persons that this user is here: one for each hat."""
    return Person.objects.filter(user_id=actor.user_id, archived_at__isnull=True)


def staff_person(actor: Actor) -> Person | None:
    """The Person under which this user works here, or None."""
    if actor.user_id is None:
        return None
    return (
        persons_of(actor).filter(Exists(active_memberships().filter(person_id=OuterRef("pk")))).order_by("pk").first()
    )


def staff(*roles: str) -> QuerySet[Person]:
    """People who work here today, in any of `roles` or in any role at all."""
    memberships = active_memberships().filter(person_id=OuterRef("pk"))
    if roles:
        memberships = memberships.filter(role__in=roles)
    return Person.objects.filter(Exists(memberships), archived_at__isnull=True)


def places_by_name(actor: Actor) -> dict[str, int]:
    """The keys of the places in use that the actor sees, by their folded names."""
    places = visible_to(Location, actor).filter(archived_at__isnull=True).values_list("name", "pk")
    return {fold(name): pk for name, pk in places}


def staff_who_can(capability: str) -> QuerySet[Person]:
    """The people of this organization whose roles of today allow something, by name."""
    roles = RoleCapability.objects.filter(permission__codename=capability).values("group__organization_role__role")
    holds = active_memberships().filter(person_id=OuterRef("pk"), role__in=roles)
    return Person.objects.filter(Exists(holds), archived_at__isnull=True).order_by("name", "pk")


def working_on(day: date, capability: str = "") -> QuerySet[Person]:
    """Those who work here on a day; with a capability those whose roles of that day allow it."""
    rows = Membership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day),
        person_id=OuterRef("pk"),
        starts_on__lte=day,
        archived_at__isnull=True,
    )
    if capability:
        roles = RoleCapability.objects.filter(permission__codename=capability)
        rows = rows.filter(role__in=roles.values("group__organization_role__role"))
    return Person.objects.filter(Exists(rows), archived_at__isnull=True).order_by("name", "pk")


def usually_can(person: Person, capability: str) -> bool:
    """Whether a role that this person has, or has from a day on, allows something."""
    roles = Membership.objects.filter(person=person, archived_at__isnull=True).values_list("role", flat=True)
    return any(capability in ROLE_CAPABILITIES.get(role, ()) for role in roles)


def role_words(memberships: Any) -> list[str]:
    """The names of some memberships' roles, in the active language."""
    return [str(membership.get_role_display()) for membership in memberships]


def users_here(organization_id: int) -> set[int]:
    """The users of everybody this organization knows, staff or not."""
    return set(
        Person.objects.filter(
            organization_id=organization_id, user_id__isnull=False, archived_at__isnull=True
        ).values_list("user_id", flat=True)
    )


def houses_of(user_id: int) -> dict[int, str]:
    """The organizations that know a user, and their names. Asked in a system scope."""
    known = Organization.objects.filter(
        pk__in=Person.objects.filter(user_id=user_id, archived_at__isnull=True).values("organization_id")
    )
    return {organization.pk: str(organization) for organization in known.order_by("pk")}


def share_page(row: Any) -> str:
    """The address of the page on which a row is shared with one person."""
    return reverse("organizations:share", args=[row._meta.label_lower, row.public_id])


def people_to_share_with(actor: Actor) -> QuerySet[Person]:
    """Those who work here, can sign in, are seen by the actor and are somebody else."""
    return visible_to(staff(), actor).filter(user__isnull=False).exclude(user_id=actor.user_id).order_by("name", "pk")


def persons_called(actor: Actor, words: str) -> set[int]:
    """The Persons whose name fits the words, of those whom the actor sees; at most a hundred."""
    found = visible_to(Person, actor).filter(matches(words, "search"))
    return set(found.order_by("pk").values_list("pk", flat=True)[:100])


def names_of_users(actor: Actor, user_ids: set[int]) -> dict[int, str]:
    """What each of these users is called here, leaving out those whom the actor may not see.

    Somebody with two hats is named by the Person that works here, and no word says that there is another.
    """
    people = visible_to(Person, actor).filter(user_id__in=user_ids).annotate(works=Exists(works_here()))
    found = dict(people.order_by("works", "-pk").values_list("user_id", "name"))
    if missing := user_ids - found.keys():
        runs = _("runs the platform")
        supported = visible_to(SupportSession, actor).filter(operator_id__in=missing).order_by()
        for user_id, email in supported.values_list("operator_id", "operator__email").distinct():
            found[user_id] = f"{email} ({runs})"
    return found


def own_words_of(user: Any) -> list[str]:
    """What this user is called in the open scope, and what the organization is called: not to be a password."""
    if current_scope() is None:
        return []
    known = Person.objects.filter(user_id=user.pk).values_list(
        "name", "called", "organization__name", "organization__short_name"
    )
    return [word for row in known for word in row]


def works_here() -> QuerySet[Membership]:
    """The memberships of the Person of an outer query, past ones too."""
    return Membership.objects.filter(person_id=OuterRef("pk"))


def works_here_now(actor: Actor) -> Q:
    """True for every row while this user works here, for none otherwise."""
    if actor.user_id is None or actor.organization_id is None:
        return Q(pk__in=())
    return Q(Exists(active_memberships().filter(person__user_id=actor.user_id, organization_id=actor.organization_id)))


def away_on(day: date) -> QuerySet[Absence]:
    """Who is away on a day, and who covers."""
    rows = Absence.objects.filter(archived_at__isnull=True, starts_on__lte=day, ends_on__gte=day)
    return rows.select_related("person", "covered_by").order_by("person__name", "pk")


def absences_to_come(person: Person, day: date) -> QuerySet[Absence]:
    """When somebody is away from a day on, the one going on included."""
    rows = Absence.objects.filter(person=person, archived_at__isnull=True, ends_on__gte=day)
    return rows.select_related("covered_by").order_by("starts_on", "pk")


def first_day_to_come(person: Person) -> date | None:
    """The day on which somebody who does not work here yet begins; None where they do, or never will."""
    if active_memberships().filter(person=person).exists():
        return None
    coming = Membership.objects.filter(
        person=person, archived_at__isnull=True, starts_on__gt=LocalDate(Now(), "organization__zone")
    )
    return coming.order_by("starts_on").values_list("starts_on", flat=True).first()


def has_left(person: Person) -> bool:
    """Whether somebody worked here and does no more: every membership they had has ended."""
    rows = list(Membership.objects.filter(person=person))
    today = timezone.now().astimezone(ZoneInfo(str(person.organization.zone))).date()
    return bool(rows) and all(
        row.archived_at is not None or (row.ends_on is not None and row.ends_on < today) for row in rows
    )
