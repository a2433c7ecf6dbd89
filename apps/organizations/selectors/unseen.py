"""Reads of what somebody holds and, by a private rule, can't see any more: nobody may fall through there."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.organizations.models import Bar, Person, Seal
from apps.organizations.registry import Holding, holdings


def unseen(kind: Holding) -> QuerySet[Any]:
    """The things of one kind whose holder is barred from the person they are about, or sealed out, or is that person.

    Derived from the rules that stand now, so a rule that follows later, from a name, counts from then on.
    """
    assert kind.held is not None, "only kinds that are about somebody"  # noqa: S101  the caller picks them
    holder, whose = OuterRef(f"{kind.holder}_id"), OuterRef(f"{kind.whose}_id")
    their_user = OuterRef(f"{kind.holder}__user_id")
    bars = Bar.objects.filter(Q(barred=holder) | Q(barred__user_id=their_user), subject=whose, ended_at__isnull=True)
    seals = Seal.objects.filter(~Q(custodian=holder), subject=whose, ended_at__isnull=True)
    themself = Q(**{f"{kind.whose}__user_id": F(f"{kind.holder}__user_id")})
    return kind.held().filter(Q(Exists(bars)) | Q(Exists(seals)) | themself)


def unseen_kinds() -> list[Holding]:
    """The kinds of things that are about somebody who is served here."""
    return [kind for kind in holdings() if kind.held is not None]


def unseen_by_holders(actor: Actor) -> list[tuple[Holding, list[Any]]]:
    """What waits for somebody who can see it, as far as the actor does, kind by kind. One query a kind."""
    found = []
    for kind in unseen_kinds():
        rows = (
            visible_to(unseen(kind), actor)
            .select_related(kind.holder, kind.whose)
            .order_by(f"{kind.whose}__name", "pk")
        )
        if things := list(rows):
            found.append((kind, things))
    return found


def count_unseen(actor: Actor) -> int:
    """How many such things the actor sees. One query a kind."""
    return sum(visible_to(unseen(kind), actor).count() for kind in unseen_kinds())


def takers_of(kind: Holding, row: Any) -> list[Person]:
    """Who could take one of them: whoever usually can, and the custodian of a sealed record."""
    holder, whose = _at(row, kind.holder), _at(row, kind.whose)
    seal = Seal.objects.filter(subject=whose, ended_at__isnull=True).select_related("custodian").first()
    if seal is not None:
        return [seal.custodian]
    barred = Bar.objects.filter(subject=whose, ended_at__isnull=True).values("barred_id")
    people = kind.takers(holder) if kind.takers else Person.objects.none()
    return list(people.exclude(pk=holder.pk).exclude(pk__in=barred))


def _at(row: Any, path: str) -> Any:
    for part in path.split("__"):
        row = getattr(row, part)
    return row
