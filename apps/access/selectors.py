"""What the audit pages say: how a row changed, by whom, and from what to what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.access import registry
from apps.access.actor import Actor
from apps.access.policy import policy_of, visible_to

__all__ = ["Change", "changes_of", "people_by_user"]


@dataclass(frozen=True)
class Change:
    """One step in a row's history: `fields` are (name, before, after), as words."""

    at: datetime
    who: str
    label: str
    fields: list[tuple[str, str, str]]


def people_by_user(actor: Actor, user_ids: Any) -> dict[int, str]:
    """What each of these users is called here, as far as the actor may see."""
    return registry.names_of(actor, set(user_ids))


def changes_of(row: models.Model, *, actor: Actor) -> list[Change]:
    """Each recorded change of a row, newest first, in words. Empty where its model keeps no history.

    Whoever asks must see the row (the caller has looked it up in `visible_to`). Keys to rows that the actor may not see
    are told as "not shown".
    """
    if not hasattr(row, "history"):
        return []
    states = list(row.history.order_by("pgh_id"))
    names = people_by_user(actor, {(state.pgh_context or {}).get("user") for state in states} - {None})
    fields = [f for f in type(row)._meta.local_fields if f.name not in ("id", "organization", "public_id")]
    kept = {f.name for f in row.history.model._meta.local_fields}
    words = Words(actor)
    changes, former = [], None
    for state in states:
        told = []
        for one in (f for f in fields if f.name in kept):
            before: Any = getattr(former, one.attname) if former is not None else None
            after = getattr(state, one.attname)
            if before != after or (former is None and after not in (None, "", {}, [])):
                told.append((str(capfirst(one.verbose_name)), words.of(one, before), words.of(one, after)))
        changes.append(
            Change(
                state.pgh_created_at,
                _who(state.pgh_context or {}, names),
                str(HISTORY_LABELS.get(state.pgh_label, "")),
                told,
            )
        )
        former = state
    return changes[::-1]


HISTORY_LABELS = {"insert": gettext_lazy("added"), "update": gettext_lazy("changed"), "delete": gettext_lazy("deleted")}


def _who(context: dict[str, Any], names: dict[int, str]) -> str:
    if context.get("user"):
        return names.get(context["user"], _("somebody who is not shown to you"))
    return _("the platform itself") if context.get("system") else _("nobody signed in")


class Words:
    """Values of fields as a person reads them."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.known: dict[tuple[Any, Any], str] = {}

    def learn(self, pairs: Iterable[tuple[Any, Any]]) -> None:
        """Look up what the keys among these (field, value) pairs are called, in one query a kind of row."""
        wanted: dict[Any, set[Any]] = {}
        for one, value in pairs:
            if one.is_relation and value not in (None, "") and (one.related_model, value) not in self.known:
                wanted.setdefault(one.related_model, set()).add(value)
        for model, keys in wanted.items():
            hidden = _("not shown to you")
            if policy_of(model) is not None:
                found = {row.pk: str(row) for row in visible_to(model, self.actor, "view").filter(pk__in=keys)}
            elif model._meta.label_lower == "accounts.user":
                found = people_by_user(self.actor, keys)
            else:
                found, hidden = {key: f"#{key}" for key in keys}, ""
            self.known.update({(model, key): found.get(key, hidden) for key in keys})

    def of(self, one: Any, value: Any) -> str:
        if value is None or value == "":
            return ""
        if one.is_relation:
            key = (one.related_model, value)
            if key not in self.known:
                self.known[key] = self._related(one.related_model, value)
            return self.known[key]
        if one.choices:
            return str(dict(one.flatchoices).get(value, value))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return str(value)

    def _related(self, model: Any, pk: Any) -> str:
        if policy_of(model) is not None:
            row = visible_to(model, self.actor, "view").filter(pk=pk).first()
            return str(row) if row is not None else _("not shown to you")
        if model._meta.label_lower == "accounts.user":
            return people_by_user(self.actor, {pk}).get(pk, _("not shown to you"))
        return f"#{pk}"
