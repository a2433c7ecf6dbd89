"""Reads of private rules: who is closed to whom, who looks after that, and sealed records."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.access.actor import Actor
from apps.access.compiled import CompiledQuery
from apps.access.policy import visible_to
from apps.kit.search import fold
from apps.organizations.models import (
    Bar,
    Declaration,
    Deputy,
    Person,
    RoleCapability,
    Seal,
)
from apps.organizations.selectors.people import active_memberships, works_here


# ---- whom somebody must not see
def _closed_persons(user_id: int, own: bool = False) -> QuerySet[Any, Any]:
    """The keys of the Persons whose rows are hidden from a user, whatever else the user may do.

    Those from whom a bar stands; those whose record is sealed to another custodian; and, for somebody who works here
    and is known here in another way too, their own other Person. `own` is the user in their own matters, as on the
    client pages: what concerns themself is open to them there.
    """
    barred = Bar.objects.filter(barred__user_id=user_id, ended_at__isnull=True).order_by()
    sealed = Seal.objects.filter(ended_at__isnull=True).exclude(custodian__user_id=user_id).order_by()
    if own:
        about_others = ~Q(subject__user_id=user_id) | Q(subject__user_id__isnull=True)
        barred, others = barred.filter(about_others), [sealed.filter(about_others).values_list("subject_id")]
    else:
        others = [sealed.values_list("subject_id"), own_other_persons(user_id).order_by().values_list("pk")]
    return barred.values_list("subject_id").union(*others, all=True)


_closed = CompiledQuery(lambda user_id: _closed_persons(user_id))
_closed_in_own_matters = CompiledQuery(lambda user_id: _closed_persons(user_id, own=True))


def closed_now(user_id: int, own: bool) -> set[int]:
    """The same keys, read: what each list and page asks once for whoever is signed in."""
    return {pk for (pk,) in (_closed_in_own_matters if own else _closed).rows(user_id=user_id)}


def kept_from(subjects: Any) -> dict[int, tuple[set[int], set[int]]]:
    """Who must not meet each of these Persons (keys, or a query of them): Persons, and users, by the subject's key."""
    found: dict[int, tuple[set[int], set[int]]] = {}
    bars = Bar.objects.filter(subject__in=subjects, ended_at__isnull=True)
    for subject, person, user in bars.values_list("subject_id", "barred_id", "barred__user_id"):
        persons, users = found.setdefault(subject, (set(), set()))
        persons.add(person)
        if user is not None:
            users.add(user)
    return found


def own_other_persons(user_id: int) -> QuerySet[Person]:
    """The Persons of a user who works here today under another one: client, or family."""
    same = active_memberships().filter(person__user_id=user_id, organization_id=OuterRef("organization_id"))
    return Person.objects.filter(~Exists(works_here()), Exists(same), user_id=user_id)


def own_declarations(actor: Actor) -> QuerySet[Declaration]:
    """What this user declared and has not ended."""
    return Declaration.objects.filter(declared_by_id=actor.user_id or 0, ended_at__isnull=True)


def declarations_for_deputy(actor: Actor) -> QuerySet[Declaration]:
    """Every standing declaration that the actor sees as deputy: all but those about themself."""
    if not is_deputy(actor):
        return Declaration.objects.none()
    rows = visible_to(Declaration, actor).filter(ended_at__isnull=True)
    return rows.exclude(declared_by_id=actor.user_id or 0).select_related("barred", "subject")


def bars_for(actor: Actor) -> QuerySet[Bar]:
    """Who is closed to whom, as far as the actor may see both."""
    people = visible_to(Person, actor).values("pk")
    return (
        visible_to(Bar, actor)
        .filter(ended_at__isnull=True, barred__in=people, subject__in=people)
        .order_by("barred__name", "barred_id", "subject__name", "subject_id")
        .distinct("barred__name", "barred_id", "subject__name", "subject_id")
        .select_related("barred", "subject")
    )


def deputy_now() -> Deputy | None:
    """Who looks after private rules here, or None."""
    return Deputy.objects.filter(ended_at__isnull=True).select_related("person").first()


def is_deputy(actor: Actor) -> bool:
    """Whether the actor looks after private rules here, and works here today."""
    standing = Deputy.objects.filter(person__user_id=actor.user_id or 0, ended_at__isnull=True)
    return standing.filter(person__in=active_memberships().values("person_id")).exists()


def could_be_deputy(actor: Actor) -> QuerySet[Person]:
    """Whom this actor may name deputy: colleagues with a sign-in who keep records, not themself."""
    return (
        visible_to(who_may("manage_clients"), actor).filter(user_id__isnull=False).exclude(user_id=actor.user_id or 0)
    )


def who_may(*capabilities: str) -> QuerySet[Person]:
    """The people whose role today allows one of these, by name."""
    roles = RoleCapability.objects.filter(permission__codename__in=capabilities)
    holds = active_memberships().filter(
        person_id=OuterRef("pk"), role__in=roles.values("group__organization_role__role")
    )
    return Person.objects.filter(Exists(holds), archived_at__isnull=True).order_by("name", "pk")


def named_exactly(name: str) -> QuerySet[Person]:
    """The Persons with this name, however it is written: capitals, accents and signs do not count."""
    folded = fold(name)
    if not folded:
        return Person.objects.none()
    near = Person.objects.filter(Q(search=f" {folded}") | Q(search__startswith=f" {folded} "))
    exact = [pk for pk, known in near.values_list("pk", "name") if fold(known) == folded]
    return Person.objects.filter(pk__in=exact)


def standing_seal(person: Person) -> Seal | None:
    """The seal on a person's record, or None."""
    return Seal.objects.filter(subject=person, ended_at__isnull=True).select_related("custodian").first()


def sealed_to(actor: Actor) -> QuerySet[Seal]:
    """The records that are sealed to this actor."""
    rows = visible_to(Seal, actor).filter(custodian__user_id=actor.user_id or 0, ended_at__isnull=True)
    return rows.select_related("subject").order_by("subject__name", "pk")


def could_keep_sealed(actor: Actor) -> QuerySet[Person]:
    """To whom this actor may have their own former record sealed: colleagues who keep records."""
    return who_may("manage_clients").filter(user_id__isnull=False).exclude(user_id=actor.user_id or 0)
