"""Several things named one after the other, with the comma of the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language

__all__ = ["apart", "comma", "listed"]

# Language -> between two things of a list, and between two that have commas in them.
_BETWEEN = {"ar": ("، ", "؛ "), "zh-hans": ("、", "；")}
_LATIN = (", ", "; ")


def listed(things: Iterable[Any], language: str | None = None) -> str:
    """The things in the reader's language (or another one's way), with a comma between them; "" for none."""
    return _BETWEEN.get((language or get_language() or "").lower(), _LATIN)[0].join(str(one) for one in things)


def comma() -> str:
    """What stands between two things of a list, for a page that writes them one by one."""
    return _BETWEEN.get((get_language() or "").lower(), _LATIN)[0]


def apart(things: Iterable[Any], language: str | None = None) -> str:
    """The same for things that have commas of their own: with a semicolon between them."""
    return _BETWEEN.get((language or get_language() or "").lower(), _LATIN)[1].join(str(one) for one in things)
