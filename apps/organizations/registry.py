"""What organizations needs from higher apps: which rows hold a file, and so decide who may open it; which pages are
part of a feature that an organization may turn off; which lists can be brought in as a sheet (`sheet_kinds`);
what people hold, and how it goes to others when they leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import models

from apps.access.actor import Actor
from apps.organizations.sheet_kinds import (
    PERSON_COLUMNS,
    Column,
    Sheet,
    person_cells,
    read_day,
    read_languages,
    read_place,
    register_sheet,
    sheet_called,
    sheet_links,
    sheets,
)

if TYPE_CHECKING:
    from apps.organizations.models import Person

__all__ = [
    "Column",
    "FeaturePages",
    "Holding",
    "PERSON_COLUMNS",
    "Sheet",
    "features_of",
    "file_holders",
    "holdings",
    "person_cells",
    "read_day",
    "read_languages",
    "read_place",
    "register_feature",
    "register_file_holder",
    "register_holding",
    "register_sheet",
    "register_stays",
    "sheet_called",
    "sheet_links",
    "sheets",
    "what_stays",
]

_file_holders: list[tuple[type[models.Model], str]] = []


def register_file_holder(model: type[models.Model], field: str) -> None:
    """Register that `model.field` is a scoped key to StoredFile: whoever sees the row may open the file."""
    if (model, field) not in _file_holders:
        _file_holders.append((model, field))


def file_holders() -> list[tuple[type[models.Model], str]]:
    """Each (model, field) that holds files."""
    return list(_file_holders)


@dataclass(frozen=True)
class FeaturePages:
    """The pages of one feature: patterns of view names ("materials:*"), and whether only visitors lose them."""

    feature: str
    patterns: tuple[str, ...]
    visitors_only: bool = False


_features: list[FeaturePages] = []


def register_feature(feature: str, *patterns: str, visitors_only: bool = False) -> None:
    """Register that the views whose name fits one of the patterns belong to a feature an organization may turn off.

    With `visitors_only` the pages stay for whoever is signed in.
    """
    pages = FeaturePages(str(feature), patterns, visitors_only)
    if pages not in _features:
        _features.append(pages)
        features_of.cache_clear()


@lru_cache(maxsize=1024)
def features_of(view_name: str) -> tuple[FeaturePages, ...]:
    """What a view belongs to, by its name with its namespace."""
    return tuple(f for f in _features if any(fnmatchcase(view_name, pattern) for pattern in f.patterns))


@dataclass(frozen=True)
class Holding:
    """One kind of thing that somebody who works here holds, and how it goes to somebody else when they leave.

    `held_by(person)` gives the rows, whole; whoever hands over is shown those that they may see. `words(row)` says what
    one is and when or where. `hand_over(row, to, actor)` gives it to a Person, or to nobody where `without` says what
    happens then (`needs_somebody(row)` excepts single rows); it raises ValidationError where this person can't take it.
    `takers(person)` are those who may be chosen; None for what ends with the person. `lock(organization_id)` is taken
    before anything is read, so that nothing is added meanwhile. `concerns` is the capability of those who usually hold
    such things; `reads(rows)` gives the records that are read where these rows are shown, for the log of reads.

    Where such a thing is about somebody who is served here, `held()` gives all of them, whoever holds them, `holder` is
    the path to who does and `whose` the path to whom it is about: a private rule may come between these two.
    """

    name: str
    title: Any
    held_by: Callable[[Person], models.QuerySet[Any]]
    words: Callable[[Any], tuple[str, str]]
    hand_over: Callable[[Any, Person | None, Actor], None]
    takers: Callable[[Person], models.QuerySet[Person]] | None = None
    without: Any = ""
    needs_somebody: Callable[[Any], bool] = field(default=lambda row: False)
    lock: Callable[[int], None] = field(default=lambda organization_id: None)
    concerns: str = ""
    reads: Callable[[list[Any]], models.QuerySet[Any]] | None = None
    held: Callable[[], models.QuerySet[Any]] | None = None
    holder: str = ""
    whose: str = ""


Warnings = Callable[["Person", Actor], list[str]]

_holdings: dict[str, Holding] = {}
_stays: list[Warnings] = []


def register_holding(holding: Holding) -> None:
    """Register a kind of thing that people hold; its name is its key."""
    _holdings[holding.name] = holding


def holdings() -> list[Holding]:
    """Every kind of thing that people hold, in the order of the floors."""
    return list(_holdings.values())


def register_stays(words: Warnings) -> None:
    """Register `words(person, actor)`: what can't be handed over and should be seen to first, in sentences."""
    if words not in _stays:
        _stays.append(words)


def what_stays(person: Person, actor: Actor) -> list[str]:
    """What of this person's can't be handed over, as far as the actor may know."""
    return [line for words in _stays for line in words(person, actor)]
