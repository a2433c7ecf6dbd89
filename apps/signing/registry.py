"""What signing needs from higher apps: their rows as they are now, to compare with what was signed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["ERASED", "Contents", "Kind", "kind_of", "kinds", "register_kind"]

RowVersion = tuple[int, int]
Contents = Callable[[Iterable[RowVersion]], Mapping[RowVersion, Any]]

ERASED = object()


@dataclass(frozen=True)
class Kind:
    """One kind of record that is signed.

    `contents` takes (row id, version) pairs of the ambient scope and answers, for each that still stands, the content
    as the live rows say it now, in a constant number of queries; `ERASED` for one whose body was erased.
    """

    name: str
    schema_version: int
    contents: Contents
    words: Any = ""


_kinds: dict[tuple[str, int], Kind] = {}
_newest: dict[str, int] = {}


def register_kind(name: str, *, schema_version: int, contents: Contents, words: Any = "") -> Kind:
    """Register how records of a kind are written down in one version of their schema.

    When what is signed changes its shape, register the new version beside the old ones: old signatures are compared in
    the shape they were made in. New signatures use the highest version.
    """
    kind = Kind(name, schema_version, contents, words)
    _kinds[name, schema_version] = kind
    _newest[name] = max(schema_version, _newest.get(name, 0))
    return kind


def kind_of(name: str, schema_version: int | None = None) -> Kind | None:
    """The kind as registered, its newest schema unless told otherwise; None where nobody registered it."""
    return _kinds.get((name, _newest.get(name, 0) if schema_version is None else schema_version))


def kinds() -> dict[str, Kind]:
    """Every kind by name, in its newest schema."""
    return {name: _kinds[name, version] for name, version in sorted(_newest.items())}
