"""Who reaches a row and why; what a person reaches and why. Both in plain words, both answered by the policies.

What somebody reaches as a client or a family member is never told under the name by which they work here: one person
may have both hats, and no page shows the join (`Relation.off_duty`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.access import registry
from apps.access.actor import Actor
from apps.access.policy import NO_ROW, Grant, Policy, Rule, explain, grants_of, may, may_add, policy_of, visible_to
from apps.access.selectors import people_by_user
from apps.access.shares import standing
from apps.kit.dates import format_instant

__all__ = ["KindReached", "Reach", "Reacher", "Reason", "action_words", "what_is_reached", "who_reaches"]

MOST_PEOPLE = 300
_ACTIONS = {
    "view": gettext_lazy("see"),
    "change": gettext_lazy("change"),
    "share": gettext_lazy("share with one person"),
    "record": gettext_lazy("write down who came"),
    "cancel": gettext_lazy("call off"),
    "sign": gettext_lazy("sign"),
    "card": gettext_lazy("print a sign-in card"),
    "hand_out": gettext_lazy("hand to a client"),
    "add": gettext_lazy("add"),
}


def action_words(action: str) -> str:
    """What somebody may do, as a verb."""
    return str(_ACTIONS.get(action, action.replace("_", " ")))


@dataclass(frozen=True)
class Reacher:
    """Somebody who may see a row, or would but for a private rule; `rules` are the words of those that hold."""

    name: str
    rules: list[str]
    barred: bool = False


@dataclass(frozen=True)
class Reach:
    """Everybody who reaches a row. `asked` of `total` people with a sign-in were looked at."""

    people: list[Reacher]
    rules: list[str]
    asked: int = 0
    total: int = 0
    unseen: int = field(default=0)

    @property
    def complete(self) -> bool:
        """Whether everybody with a sign-in was looked at."""
        return self.asked == self.total


def who_reaches(row: Any, *, actor: Actor, action: str = "view") -> Reach:
    """Who may do `action` to this row, and by which rule: everybody with a sign-in here is asked in turn.

    Relations are SQL over facts and cannot be turned round in general, so each person is evaluated, at most the first
    300 by name. People whom the actor may not see are counted and not named.
    """
    policy = policy_of(type(row))
    rules = list(policy.rules.get(action, ())) if policy else []
    users = registry.users_here(row.organization_id)
    names = people_by_user(actor, users)
    ends = _ends(row, action)
    themselves = _named_in(row)
    asked = sorted(users, key=lambda pk: names.get(pk, "\uffff"))[:MOST_PEOPLE]
    people, unseen = [], 0
    for user_id in asked:
        other = Actor(user_id, row.organization_id)
        holding = [rule for rule, holds in zip(rules, _holds(other, row, action), strict=False) if holds]
        if not holding:
            continue
        allowed = may(other, action, row)
        if user_id not in names:
            unseen += allowed
            continue
        works = bool(other.capabilities)
        told: dict[str, list[str]] = {}
        for rule in holding:
            elsewhere = works and getattr(rule, "off_duty", False)
            name = str(themselves.get(user_id, _OFF_DUTY)) if elsewhere else names[user_id]
            told.setdefault(f"{elsewhere}{name}", [name]).append(_said(rule, ends.get(user_id)))
        people += [Reacher(name, words, barred=not allowed) for name, *words in told.values()]
    people.sort(key=lambda one: one.name)
    return Reach(people, [rule.words() for rule in rules], len(asked), len(users), unseen)


_OFF_DUTY = gettext_lazy("Somebody, as a client or a family member")


def _holds(other: Actor, row: Any, action: str) -> list[bool]:
    return [holds for _words, holds in explain(other, row, action)]


def _said(rule: Rule, until: Any) -> str:
    if isinstance(rule, Grant) and until is not None:
        return _("%(rule)s, until %(day)s") % {"rule": rule.words(), "day": until}
    return rule.words()


def _ends(row: Any, action: str) -> dict[int, str]:
    """Until when the row is shared with whom, in words."""
    grants = grants_of(type(row), action)
    if grants is None:
        return {}
    found = standing(grants).filter(content_object=row, until__isnull=False)
    zone = getattr(row.organization, "zone", "UTC")
    return {user: format_instant(until, zone) for user, until in found.values_list("user_id", "until")}


def _named_in(row: Any) -> dict[int, str]:
    """The names of the people this row is about, by their sign-in."""
    policy = policy_of(type(row))
    found: dict[int, str] = {}
    for path in policy.identifies if policy else ():
        at = "" if path == "pk" else f"{path}__"
        here = type(row)._default_manager.filter(pk=row.pk, **{f"{at}user__isnull": False})
        found |= dict(here.values_list(f"{at}user_id", f"{at}name"))
    return found


@dataclass(frozen=True)
class Reason:
    """One rule that opens some rows of a kind to a person, and how many of them."""

    words: str
    how: str  # "role", "relation", "grant" or "public"
    count: int


@dataclass(frozen=True)
class KindReached:
    """What a person reaches of one kind of record: how many, by which rules, and what they may do to how many."""

    model: Any
    kind: str
    count: int
    hidden: int  # a rule would open them and a private rule stands against it
    reasons: list[Reason]
    deeds: list[tuple[str, int | None]]
    url: str


def what_is_reached(user_id: int, *, organization_id: int, reader: Actor, as_staff: bool = True) -> list[KindReached]:
    """What a person sees here, kind by kind, and why; of that, only what `reader` sees too.

    With `as_staff` nothing is told that the person has as a client or a family member. Kinds of which they reach
    nothing are left out. The number of queries depends on the policies alone.
    """
    other = Actor(user_id, organization_id)
    found = [_reached(model, other, reader, as_staff) for model in apps.get_models() if policy_of(model) is not None]
    return sorted((one for one in found if one is not None), key=lambda one: one.kind.casefold())


def _reached(model: Any, other: Actor, reader: Actor, as_staff: bool) -> KindReached | None:
    policy = policy_of(model)
    assert policy is not None
    known = visible_to(model, reader)
    reasons, either = [], NO_ROW
    for rule, condition in _conditions(policy, "view", other, as_staff):
        count = known.filter(condition).count()
        if count:
            either |= Q(pk__in=model._default_manager.filter(condition).order_by().values("pk"))
            reasons.append(Reason(rule.words(), type(rule).__name__.lower(), count))
    if not reasons:
        return None
    opened = known.filter(either)
    seen = visible_to(opened, other)
    count = seen.count()
    deeds: list[tuple[str, int | None]] = []
    if may_add(other, model):
        deeds.append((action_words("add"), None))
    for action in policy.rules:
        conditions = [condition for _rule, condition in _conditions(policy, action, other, as_staff)]
        if action != "view" and conditions and (many := seen.filter(reduce(or_, conditions)).count()):
            deeds.append((action_words(action), many))
    kind = str(capfirst(model._meta.verbose_name_plural))
    return KindReached(model, kind, count, opened.count() - count, reasons, deeds, _list_of(model, reader))


def _conditions(policy: Policy, action: str, other: Actor, as_staff: bool) -> list[tuple[Rule, Q]]:
    told = [rule for rule in policy.rules.get(action, ()) if not (as_staff and getattr(rule, "off_duty", False))]
    found = [(rule, rule.rows(other, policy.model, action)) for rule in told]
    return [(rule, condition) for rule, condition in found if condition is not NO_ROW]


def _list_of(model: Any, reader: Actor) -> str:
    """The list in the administration, where the reader may open it."""
    page: Any = admin.site._registry.get(model)
    if page is None or not hasattr(page, "lists_for") or not reader.can("enter_admin") or not page.lists_for(reader):
        return ""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
