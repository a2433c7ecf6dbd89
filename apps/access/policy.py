"""One truth for list and detail: who may do what to which row.

Each app's `access.py` registers one `Policy` a model. `visible_to` turns it into a WHERE clause, and "may this person
do this to this row" is membership in that queryset, so list, page, admin, feed, file and export cannot differ. A model
without a policy, an action without rules and an empty set all mean nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access import registry
from apps.access.actor import Actor
from apps.access.scope import require_scope

__all__ = [
    "Grant",
    "Policy",
    "Public",
    "Relation",
    "Role",
    "Rule",
    "all_policies",
    "ensure_still_visible",
    "explain",
    "grants_of",
    "identifying",
    "may",
    "may_add",
    "policy_of",
    "register",
    "require",
    "unbarred",
    "visible_to",
]

EVERY_ROW = Q()
NO_ROW = Q(pk__in=())


@dataclass(frozen=True)
class Role:
    """Holds for every row of the organization when a role of the actor has the capability."""

    capability: str

    def rows(self, actor: Actor, model: type[models.Model], action: str) -> Q:
        return EVERY_ROW if actor.can(self.capability) else NO_ROW

    def words(self) -> str:
        return _("a role that allows: %(what)s") % {"what": registry.words_for(self.capability)}


@dataclass(frozen=True)
class Relation:
    """Holds for rows that `condition(actor)` picks: SQL over facts, never a copy of them.

    A condition over a to-many relation must be an `Exists` or a `pk__in`, so that rows are never multiplied.
    """

    name: str
    condition: Callable[[Actor], Q]
    capability: str = ""  # where set, the actor needs it as well
    # Held as a client or a family member: told of nobody under the name by which they work here (see `access.reach`).
    off_duty: bool = False

    def rows(self, actor: Actor, model: type[models.Model], action: str) -> Q:
        if actor.user_id is None or (self.capability and not actor.can(self.capability)):
            return NO_ROW
        return self.condition(actor)

    def words(self) -> str:
        return _("a relation: %(name)s") % {"name": _(self.name)}


@dataclass(frozen=True)
class Public:
    """Holds for everybody, signed in or not, on the rows of `condition`."""

    condition: Q

    def rows(self, actor: Actor, model: type[models.Model], action: str) -> Q:
        return self.condition

    def words(self) -> str:
        return _("it is public")


def _permission(model: type[models.Model], action: str) -> RawSQL:
    """The key of a model's permission.

    Compared as one value: joined, PostgreSQL takes a person with thousands of grants for one with a single grant. As
    text: building the same query anew cost a tenth of a whole list.
    """
    return RawSQL(
        "SELECT permission.id FROM auth_permission permission"
        " JOIN django_content_type kind ON kind.id = permission.content_type_id"
        " WHERE kind.app_label = %s AND kind.model = %s AND permission.codename = %s",
        (model._meta.app_label, model._meta.model_name, f"{action}_{model._meta.model_name}"),
        output_field=models.BigIntegerField(),
    )


@dataclass(frozen=True)
class Grant:
    """Holds for rows shared with this person for this action, until the share ends (`grants` is the grant model)."""

    grants: type[models.Model]

    def rows(self, actor: Actor, model: type[models.Model], action: str) -> Q:
        if actor.user_id is None:
            return NO_ROW
        return Q(pk__in=self.held(actor, model, action))

    def held(self, actor: Actor, model: type[models.Model], action: str) -> models.QuerySet[Any, Any]:
        """The keys of the rows that are shared with the actor now."""
        return (
            self.grants._default_manager.filter(  # type: ignore[attr-defined]  # a model class always has one
                Q(until__isnull=True) | Q(until__gt=timezone.now()),
                user_id=actor.user_id,
                permission=_permission(model, action),
            )
            .order_by()
            .values("content_object_id")
        )

    def words(self) -> str:
        return _("it was shared with this person")


class Rule(Protocol):
    """What a policy is made of. Higher apps may write one of their own."""

    def rows(self, actor: Actor, model: type[models.Model], action: str) -> Q:
        """The condition that picks the rows on which it holds for the actor."""

    def words(self) -> str:
        """The rule in plain words."""


@dataclass(frozen=True)
class Policy:
    """Who may do what to the rows of one model.

    `rules` maps an action ("view", "change", …) to the rules of which one must hold. `add` names the capability that
    lets someone make a new row. `identifies` lists the paths from the row to each Person that it would reveal; a bar
    against one of them hides the row whatever else holds. `hides` is for rows that lead to people in another way than
    by a key: given the keys of the Persons that are closed to the actor, it says which rows that hides. `exempt` names
    the paths to a Person that `identifies` leaves out, each with its reason. `page` names the address of a row's page,
    which takes its `public_id`.
    """

    model: type[models.Model]
    rules: dict[str, Sequence[Rule]]
    add: str = ""
    identifies: Iterable[str] = field(default_factory=tuple)
    page: str = ""
    hides: Callable[[Sequence[int]], Q] | None = None
    exempt: Mapping[str, str] = field(default_factory=dict)


_policies: dict[type[models.Model], Policy] = {}


def register(policy: Policy) -> Policy:
    """Make this the policy of its model."""
    _policies[policy.model] = policy
    return policy


def grants_of(model: type[models.Model], action: str = "view") -> type[models.Model] | None:
    """The table of shares through which one row of this model is opened to one person, or None where there is none."""
    policy = policy_of(model)
    held = [rule.grants for rule in (policy.rules.get(action, ()) if policy else ()) if isinstance(rule, Grant)]
    return held[0] if held else None


def policy_of(model: type[models.Model]) -> Policy | None:
    """The policy of a model, or None, which means that nobody sees its rows."""
    return _policies.get(model._meta.concrete_model or model)


def _barred(actor: Actor, policy: Policy) -> list[Q]:
    """The conditions under which a row is hidden from the actor whatever else holds."""
    closed = actor.closed_persons
    if not closed:
        return []
    bars = [Q(**{f"{_key(path)}__in": closed}) for path in policy.identifies]
    if policy.hides is not None:
        bars.append(policy.hides(closed))
    return bars


def _key(path: str) -> str:
    """The column of a path to a Person; "pk" for a Person's own row."""
    return path if path == "pk" else f"{path}_id"


def identifying(model: type[models.Model], persons: Sequence[int]) -> models.QuerySet[Any, Any]:
    """The keys of the rows of `model` that identify one of these Persons by a path."""
    policy = policy_of(model)
    condition = NO_ROW
    for path in policy.identifies if policy else ():
        condition |= Q(**{f"{_key(path)}__in": persons})
    return model._default_manager.filter(condition).order_by().values("pk")


def all_policies() -> dict[type[models.Model], Policy]:
    """Every policy by its model."""
    return dict(_policies)


def visible_to(rows: type[models.Model] | models.QuerySet[Any], actor: Actor, action: str = "view") -> Any:
    """The rows on which the actor may do `action`, as a queryset. Nothing where no policy says otherwise."""
    queryset = rows._default_manager.all() if isinstance(rows, type) else rows  # type: ignore[attr-defined]  # see Grant
    model: Any = queryset.model
    policy = policy_of(model)
    if actor.system:
        return queryset
    if policy is None or actor.organization_id is None:
        return queryset.none()
    condition = _any_of(policy.rules.get(action, ()), actor, model, action)
    if condition is NO_ROW:
        return queryset.none()
    queryset = queryset.filter(condition) if condition is not EVERY_ROW else queryset
    for bar in _barred(actor, policy):
        queryset = queryset.filter(~bar)
    if require_scope().only_organization != actor.organization_id:
        queryset = queryset.filter(**{model.scope_field: actor.organization_id})
    return queryset


def unbarred(rows: models.QuerySet[Any, Any], actor: Actor) -> Any:
    """These rows without those that a bar hides from the actor: for rows shown because of another one's rule."""
    policy = policy_of(rows.model)
    if policy is None:
        return rows.none()
    for bar in [] if actor.system else _barred(actor, policy):
        rows = rows.filter(~bar)
    return rows


def _any_of(rules: Sequence[Rule], actor: Actor, model: Any, action: str) -> Q:
    """The condition that one of the rules holds; EVERY_ROW or NO_ROW themselves where that needs no condition.

    Somebody with grants sees few of many rows. An OR of grants with a relation makes PostgreSQL walk the whole table,
    so each becomes a branch of `pk IN (… UNION ALL …)`, which is found from its own side. Where a row may be public the
    OR stays: there a walk in the order of the page ends early, and the branch would be most of the table.
    """
    picked: list[tuple[Rule, Q]] = []
    for rule in rules:
        condition = rule.rows(actor, model, action)
        if condition is EVERY_ROW:
            return EVERY_ROW
        if condition is not NO_ROW:
            picked.append((rule, condition))
    if not picked:
        return NO_ROW
    kinds = {type(rule) for rule, _condition in picked}
    if len(picked) == 1 or Grant not in kinds or Public in kinds:
        return reduce(or_, (condition for _rule, condition in picked))
    first, *more = (
        rule.held(actor, model, action)
        if isinstance(rule, Grant)
        else model._default_manager.filter(condition).order_by().values("pk")
        for rule, condition in picked
    )
    return Q(pk__in=first.union(*more, all=True))


def may(actor: Actor, action: str, row: models.Model) -> bool:
    """Whether the actor may do `action` to this row: whether the row is in `visible_to`."""
    if row.pk is None:
        return False
    return visible_to(type(row), actor, action).filter(pk=row.pk).exists()


def require(actor: Actor, action: str, row: models.Model) -> None:
    """Raise PermissionDenied unless the actor may do `action` to this row."""
    if not may(actor, action, row):
        raise PermissionDenied


def may_add(actor: Actor, model: type[models.Model]) -> bool:
    """Whether the actor may make a new row of this model."""
    policy = policy_of(model)
    return bool(actor.system) or bool(policy and policy.add and actor.can(policy.add))


def ensure_still_visible(actor: Actor, row: models.Model) -> None:
    """After a write: raise PermissionDenied, which rolls it back, when the actor no longer sees what they wrote."""
    require(actor, "view", row)


def explain(actor: Actor, row: models.Model, action: str = "view") -> list[tuple[str, bool]]:
    """Each rule that could let the actor do `action` to this row, in plain words, and whether it holds.

    A bar is reported last as "a private rule"; it overrides everything else.
    """
    policy = policy_of(type(row))
    if policy is None:
        return [(_("this kind of record has no policy, so nobody may"), False)]
    here = type(row)._default_manager.filter(pk=row.pk)
    answers = [
        (rule.words(), here.filter(rule.rows(actor, type(row), action)).exists())
        for rule in policy.rules.get(action, ())
    ]
    if any(here.filter(bar).exists() for bar in _barred(actor, policy)):
        answers.append((_("a private rule"), False))
    return answers
