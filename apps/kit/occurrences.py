"""What a message is about, as one word: "kind:key" or "kind:key:version".

A changed thing has another version, and so is another occurrence: what was planned about the first one no longer holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import BigIntegerField, CharField, Field, Func, IntegerField, OuterRef, Value
from django.db.models.functions import Cast, Concat, NullIf

__all__ = ["key_in", "keys_named", "occurrence_of", "version_in"]


def occurrence_of(kind: str, *columns: Any) -> Concat:
    """The occurrence of a row in SQL: its kind, and the columns or expressions that stand for key and version."""
    parts: list[Any] = []
    for column in columns:
        parts += [Value(":"), Cast(column, CharField())]
    return Concat(Value(kind), *parts, output_field=CharField())


def key_in(column: str = "occurrence") -> Any:
    """The key in an outer row's occurrence, for a subquery; NULL where there is none."""
    return Cast(_part(column, 2), BigIntegerField())


def version_in(column: str = "occurrence", field: Field | None = None) -> Any:
    """The version in an outer row's occurrence, for a subquery: a number, or a `field`; NULL where there is none."""
    return Cast(_part(column, 3), field or IntegerField())


def _part(column: str, number: int) -> Any:
    part = Func(OuterRef(column), Value(":"), Value(number), function="split_part", output_field=CharField())
    return NullIf(part, Value(""))


def keys_named(occurrences: Iterable[str], kind: str) -> dict[int, str]:
    """{key: occurrence} of those that are of this kind and have a key and a version; others are left out."""
    found = {}
    for name in occurrences:
        parts = name.split(":")
        if len(parts) == 3 and parts[0] == kind and parts[1].isdigit() and parts[2].isdigit():
            found[int(parts[1])] = name
    return found
