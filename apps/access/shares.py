"""Shares as their people read them: which rows are open to one person for a time, by whom, until when.

A share is a grant on one row (`services.share`). It ends by itself: whoever asks after its end is answered as if it had
never been.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.access import registry
from apps.access.actor import Actor
from apps.access.policy import grants_of, may, policy_of, visible_to

__all__ = [
    "Share",
    "page_of",
    "share_url",
    "shareable",
    "shareable_named",
    "shares_by",
    "shares_on",
    "shares_to_end",
    "shares_with",
]


@dataclass(frozen=True)
class Share:
    """One standing share: of `row`, called `what` and of the kind `kind`, with `whom`, by `by`."""

    pk: int
    row: Any
    user: Any
    kind: str
    what: str
    url: str
    share_url: str
    whom: str
    by: str
    reason: str
    until: datetime | None

    @property
    def key(self) -> str:
        """What a form calls this share, among those of every kind."""
        return f"{self.row._meta.label_lower}-{self.pk}"


def shareable() -> list[Any]:
    """Every model of which one row can be shared with one person."""
    found = []
    for model in apps.get_models():
        policy = policy_of(model)
        if policy and "share" in policy.rules and grants_of(model) is not None:
            found.append(model)
    return found


def shareable_named(label: str) -> Any:
    """The model of that name ("clients.clientrecord") if its rows can be shared, else None."""
    return next((model for model in shareable() if model._meta.label_lower == label), None)


def page_of(row: Any) -> str:
    """The address of a row's own page, or "" where its kind has none."""
    policy = policy_of(type(row))
    return reverse(policy.page, kwargs={"public_id": row.public_id}) if policy and policy.page else ""


def share_url(actor: Actor, row: Any) -> str:
    """Where the actor shares this row with one person; "" where they may not, or it is of a kind never shared."""
    policy = policy_of(type(row))
    if row.pk is None or not policy or "share" not in policy.rules or not may(actor, "share", row):
        return ""
    return registry.share_page(row)


def standing(grants: Any) -> models.QuerySet[Any]:
    """The grants of a table that have not ended."""
    return grants._default_manager.filter(Q(until__isnull=True) | Q(until__gt=timezone.now()))


def shares_on(row: Any, *, actor: Actor) -> list[Share]:
    """Each standing share of one row. Whoever asks may share it."""
    grants = grants_of(type(row))
    if grants is None:
        return []
    found = list(standing(grants).filter(content_object=row).select_related("user").order_by("until", "pk"))
    return _told([(row, grant) for grant in found], actor)


def shares_with(actor: Actor) -> list[Share]:
    """What is shared with the actor now, the next to end first. What a private rule hides is not there."""
    return _listed(actor, Q(user_id=actor.user_id))


def shares_by(actor: Actor) -> list[Share]:
    """What the actor shared with others and still stands, the next to end first."""
    return _listed(actor, Q(granted_by_id=actor.user_id))


def shares_to_end(actor: Actor) -> list[Share]:
    """Of what the actor shared with others, that which they may end: they may still share such a row."""
    found = shares_by(actor)
    open_to = {
        model: set(
            visible_to(model, actor, "share")
            .filter(pk__in={s.row.pk for s in found if type(s.row) is model})
            .values_list("pk", flat=True)
        )
        for model in {type(one.row) for one in found}
    }
    return [one for one in found if one.row.pk in open_to[type(one.row)]]


def _listed(actor: Actor, which: Q) -> list[Share]:
    pairs: list[tuple[Any, Any]] = []
    for model in shareable():
        found = list(standing(grants_of(model)).filter(which).select_related("user"))
        if not found:
            continue
        rows = visible_to(model, actor).filter(pk__in={grant.content_object_id for grant in found})
        rows = rows.select_related(*_named_by(model))
        seen = {row.pk: row for row in rows}
        pairs += [(seen[grant.content_object_id], grant) for grant in found if grant.content_object_id in seen]
    never = datetime.max.replace(tzinfo=timezone.get_current_timezone())
    return _told(sorted(pairs, key=lambda pair: (pair[1].until or never, pair[1].pk)), actor)


def _named_by(model: Any) -> list[str]:
    """The keys that a row's words are likely made of, so that a list costs one query."""
    return [f.name for f in model._meta.fields if f.name in ("person", "credential")]


def _told(pairs: list[tuple[Any, Any]], actor: Actor) -> list[Share]:
    users = {pk for _row, grant in pairs for pk in (grant.user_id, grant.granted_by_id) if pk}
    names = registry.names_of(actor, users)
    nobody = _("somebody who is not shown to you")
    return [
        Share(
            pk=grant.pk,
            row=row,
            user=grant.user,
            kind=str(capfirst(row._meta.verbose_name)),
            what=str(row),
            url=page_of(row),
            share_url=registry.share_page(row),
            whom=names.get(grant.user_id, nobody),
            by=names.get(grant.granted_by_id, nobody) if grant.granted_by_id else _("the platform itself"),
            reason=grant.reason,
            until=grant.until,
        )
        for row, grant in pairs
    ]
