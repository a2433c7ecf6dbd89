"""What the house at work calls things: its own word where it has one, else the platform's.

Only for words that stand alone (headings, links, columns, labels): inside sentences the platform's own words stay,
since a word put into a sentence of another language would be bent wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.utils.functional import lazystr

__all__ = ["called", "calling"]

Word = Callable[[str, bool], str]

_house: ContextVar[Word | None] = ContextVar("what the house calls things", default=None)


@contextmanager
def calling(word: Word | None) -> Iterator[None]:
    """Within it, things are called by `word(of, many)`, which gives "" where the house has no word of its own; None:
    by the platform's words."""
    before = _house.set(word)
    try:
        yield
    finally:
        _house.reset(before)


class _Called:
    """Says the word anew each time, for whoever reads then."""

    def __init__(self, of: str, ours: Any, many: bool) -> None:
        self.of, self.ours, self.many = of, ours, many

    def __str__(self) -> str:
        house = _house.get()
        return (house(self.of, self.many) if house is not None else "") or str(self.ours)


def called(of: str, ours: Any, *, many: bool = False) -> Any:
    """The lazy word for "client", "specialist" or "group" (several of them: `many`), `ours` being the platform's."""
    return lazystr(_Called(of, ours, many))
