"""The audit trail: every change and every read of what somebody may see, as one list, newest first.

Reads come from the access log, changes from the history tables. Each kind of record is a branch of one UNION, and each
branch is narrowed to rows that the reader sees: a bar, which hides a row, hides what was done to it as well.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import F, Max, OuterRef, Q, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.access import registry
from apps.access.actor import Actor
from apps.access.models import AccessLog
from apps.access.policy import policy_of, visible_to
from apps.access.selectors import HISTORY_LABELS, Words

__all__ = ["MOST_EXPORTED", "Asked", "Entry", "as_csv", "kinds", "trail"]

MOST_EXPORTED = 5_000  # rows of a file made in memory
READ, CHANGE = "read", "change"
_ACTIONS = {
    "view": gettext_lazy("read"),
    "list": gettext_lazy("read in a list"),
    "export": gettext_lazy("took out as a file"),
    "support": gettext_lazy("opened a page in a support session"),
    "share": gettext_lazy("opened to one person"),
    "end of share": gettext_lazy("closed again to one person"),
    "second_factor.asked": gettext_lazy("asked that the lost second step is restored"),
    "second_factor.confirmed": gettext_lazy("confirmed that the second step is lost"),
    "second_factor.ended": gettext_lazy("took back that the second step is restored"),
    "second_factor.restored": gettext_lazy("signed in once without the lost second step"),
}


@dataclass(frozen=True)
class Asked:
    """What somebody looks for. Empty parts do not narrow. `since` and `until` are instants, the latter not included."""

    what: str = ""  # READ, CHANGE or both
    kind: str = ""  # a model's label, like "clients.clientrecord"
    row: int | None = None  # with `kind`: one record
    who: int | None = None  # a user's id
    about: frozenset[int] | None = None  # ids of Persons: records that would reveal one of them
    since: datetime | None = None
    until: datetime | None = None


@dataclass
class Entry:
    """One read or change in words. `fields` are (name, before, after) of a change."""

    at: datetime
    who: str
    what: str
    kind: str
    record: str
    label: str
    row: int
    host: str
    address: str
    path: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)


@lru_cache(maxsize=1)
def _histories() -> dict[Any, Any]:
    """The history table of each model that keeps one."""
    return {
        model.pgh_tracked_model: model
        for model in apps.get_models()
        if hasattr(model, "pgh_tracked_model") and policy_of(model.pgh_tracked_model) is not None
    }


@lru_cache(maxsize=1)
def _readable() -> list[Any]:
    """Every model whose rows have a policy, the log itself left out."""
    return [m for m in apps.get_models() if policy_of(m) is not None and m is not AccessLog and m in _scoped()]


def _scoped() -> set[Any]:
    return {m for m in apps.get_models() if hasattr(m, "scope_field")}


def kinds() -> list[tuple[str, str]]:
    """(label, words) of each kind of record that the trail knows, in order of the words."""
    found = {m._meta.label_lower: str(capfirst(m._meta.verbose_name)) for m in _readable()}
    return sorted(found.items(), key=lambda pair: pair[1])


def log_rows_seen(actor: Actor) -> Q:
    """The condition that picks lines of the access log about rows that the actor sees."""
    condition = Q(pk__in=())
    for model in _readable():
        rows = visible_to(model, actor).order_by().values("pk")
        condition |= Q(model=model._meta.label_lower, row_id__in=rows)
    return condition


# Named apart from every field of every history table.
_COLUMNS = tuple(f"trail_{name}" for name in ("what", "moment", "user", "did", "label", "record", "told", "seq"))


def _branches(actor: Actor, asked: Asked) -> Iterable[models.QuerySet[Any, Any]]:
    for model in _readable():
        label = model._meta.label_lower
        if asked.kind and asked.kind != label:
            continue
        rows = visible_to(model, actor)
        if asked.about is not None:
            paths = list(policy_of(model).identifies)  # type: ignore[union-attr]  # only models with one are here
            if not paths:
                continue
            key = [path if path == "pk" else f"{path}_id" for path in paths]
            condition = Q()
            for one in key:
                condition |= Q(**{f"{one}__in": asked.about})
            rows = rows.filter(condition)
        if asked.row is not None:
            rows = rows.filter(pk=asked.row)
        seen = rows.order_by().values("pk")
        if asked.what != CHANGE:
            reads = AccessLog.objects.filter(model=label, row_id__in=seen).annotate(
                trail_what=Value(READ), trail_moment=F("at"), trail_user=F("user_id"), trail_did=F("action"),
                trail_label=Value(label),
                trail_record=F("row_id"), trail_told=F("context"), trail_seq=F("pk"),
            )  # fmt: skip
            yield _narrowed(reads, asked)
        if asked.what != READ and (history := _histories().get(model)) is not None:
            changes = history.objects.filter(pgh_obj_id__in=seen).annotate(
                trail_what=Value(CHANGE), trail_moment=F("pgh_created_at"),
                trail_user=Cast(KT("pgh_context__user"), models.BigIntegerField()), trail_did=F("pgh_label"),
                trail_label=Value(label),
                trail_record=F("pgh_obj_id"), trail_told=F("pgh_context"), trail_seq=F("pgh_id"),
            )  # fmt: skip
            yield _narrowed(changes, asked)


def _narrowed(rows: models.QuerySet[Any, Any], asked: Asked) -> models.QuerySet[Any, Any]:
    if asked.who is not None:
        rows = rows.filter(trail_user=asked.who)
    if asked.since is not None:
        rows = rows.filter(trail_moment__gte=asked.since)
    if asked.until is not None:
        rows = rows.filter(trail_moment__lt=asked.until)
    return rows


def trail(actor: Actor, asked: Asked, *, offset: int = 0, limit: int = 50) -> list[Entry]:
    """The entries from `offset`, newest first, at most `limit`; nothing for whoever may not read the audit trail.

    The number of queries depends on how many kinds of record are among them, never on how many entries there are.
    """
    if not actor.can("view_audit"):
        return []
    # Each branch brings only as many as could be on the page: an index on its time serves it.
    branches = [
        rows.order_by("-trail_moment", "-trail_seq").values_list(*_COLUMNS)[: offset + limit]
        for rows in _branches(actor, asked)
    ]
    if not branches:
        return []
    first, *more = branches
    if more:
        found = list(first.union(*more, all=True).order_by("-trail_moment", "-trail_seq")[offset : offset + limit])
    else:
        found = list(first)[offset:]
    return _in_words(actor, found)


def _in_words(actor: Actor, found: Sequence[tuple[Any, ...]]) -> list[Entry]:
    users = {user for _w, _m, user, *_rest in found if user}
    users |= {row[6]["shared_with"] for row in found if row[6] and row[6].get("shared_with")}
    names = registry.names_of(actor, users)
    by_model: dict[str, set[int]] = defaultdict(set)
    for row in found:
        by_model[row[4]].add(row[5])
    records = {label: _named(actor, apps.get_model(label), ids) for label, ids in by_model.items()}
    fields = _fields(actor, found)
    entries = []
    for what, moment, user, did, label, record, told, seq in found:
        context = told or {}
        who = names.get(user, _("somebody who is not shown to you")) if user else _nobody(context)
        words = _ACTIONS.get(did, did) if what == READ else HISTORY_LABELS.get(did, did)
        model = apps.get_model(label)
        entries.append(
            Entry(
                moment,
                who,
                str(words),
                str(capfirst(model._meta.verbose_name)),
                records[label].get(record, ""),
                label,
                record,
                str(context.get("host", "")),
                str(context.get("address", "")),
                str(context.get("path", "")),
                fields.get((label, seq), []) if what == CHANGE else _shared(context, did, names),
            )  # fmt: skip
        )
    return entries


def _shared(context: dict[str, Any], did: str, names: dict[int, str]) -> list[tuple[str, str, str]]:
    """With whom a record was shared, as (name, before, after); nothing of a plain read."""
    if not context.get("shared_with"):
        return []
    name = names.get(context["shared_with"], _("somebody who is not shown to you"))
    return [(_("With whom"), "", name) if did == "share" else (_("With whom"), name, "")]


def _nobody(context: dict[str, Any]) -> str:
    return _("the platform itself") if context.get("system") else _("nobody signed in")


def _named(actor: Actor, model: Any, ids: set[int]) -> dict[int, str]:
    """What these rows are called. One query: what a row's name is made of is read along with it."""
    along = []
    for one in model._meta.concrete_fields:
        if one.is_relation and one.many_to_one or one.one_to_one:
            along.append(one.name)
            along += [
                f"{one.name}__{two.name}"
                for two in one.related_model._meta.concrete_fields
                if two.is_relation and two.name != "organization"
            ]
    rows = visible_to(model, actor).filter(pk__in=ids)
    return {row.pk: str(row) for row in (rows.select_related(*along) if along else rows)}


def _fields(actor: Actor, found: Sequence[tuple[Any, ...]]) -> dict[tuple[str, int], list[tuple[str, str, str]]]:
    """Of each change its (name, before, after): the state it made beside the state before it, in two queries a kind."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for what, _moment, _user, _did, label, _record, _told, seq in found:
        if what == CHANGE:
            wanted[label].add(seq)
    pairs = []
    for label, ids in wanted.items():
        model = apps.get_model(label)
        history = _histories()[model]
        before = (
            history.objects.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
            .order_by()
            .values("pgh_obj_id")
            .annotate(last=Max("pgh_id"))
            .values("last")
        )
        states = list(history.objects.filter(pgh_id__in=ids).annotate(former_id=Subquery(before)))
        formers = history.objects.in_bulk([state.former_id for state in states if state.former_id])
        kept = {f.name for f in history._meta.local_fields}
        fields = [f for f in model._meta.local_fields if f.name in kept - {"id", "organization", "public_id"}]
        pairs += [(label, state, formers.get(state.former_id), fields) for state in states]
    told = {}
    words = Words(actor)
    changed = [
        (label, state, former, [f for f in fields if _differs(f, state, former)])
        for label, state, former, fields in pairs
    ]
    words.learn(
        (f, getattr(one, f.attname))
        for _label, state, former, fields in changed
        for f in fields
        for one in (state, former)
        if one is not None
    )
    for label, state, former, fields in changed:
        told[label, state.pgh_id] = [
            (
                str(capfirst(f.verbose_name)),
                words.of(f, getattr(former, f.attname) if former is not None else None),
                words.of(f, getattr(state, f.attname)),
            )
            for f in fields
        ]
    return told


def _differs(one: Any, state: Any, former: Any) -> bool:
    after = getattr(state, one.attname)
    return after not in (None, "", {}, []) if former is None else getattr(former, one.attname) != after


# ---- taking it out as a file
def _plain(value: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection): such a beginning gets an apostrophe."""
    return f"'{value}" if value.lstrip()[:1] in ("=", "+", "-", "@", "\t", "\r") or value[:1] in "\t\r\n" else value


def as_csv(entries: Iterable[Entry]) -> str:
    """The entries as a file of comma-separated values, with a line of headings."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [_("When"), _("Who"), _("What"), _("Kind of record"), _("Record"), _("Number"), _("Before and after"),
         _("Host"), _("Address"), _("Page")]
    )  # fmt: skip
    for entry in entries:
        fields = "; ".join(f"{name}: {before} → {after}" for name, before, after in entry.fields)
        writer.writerow(
            [entry.at.isoformat(timespec="seconds"),
             *map(_plain, (entry.who, entry.what, entry.kind, entry.record)), entry.row,
             *map(_plain, (fields, entry.host, entry.address, entry.path))]
        )  # fmt: skip
    return out.getvalue()
