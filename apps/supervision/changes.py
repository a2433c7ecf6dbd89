"""What changed between two versions of a text, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from apps.supervision.choices import DETAILS, PARTS

FEW = 3  # fewer words than this between two changes are read as part of one change
_TOKEN = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Piece:
    """Some words that stayed ("same"), came ("added") or went ("removed")."""

    what: str
    text: str


@dataclass(frozen=True)
class PartChange:
    """One part of a note between two versions."""

    name: str
    label: Any
    text: str
    pieces: list[Piece]

    @property
    def changed(self) -> bool:
        return any(piece.what != "same" for piece in self.pieces)


def changed_words(before: str, after: str) -> list[Piece]:
    """The words of both texts in reading order, each as same, removed or added."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    pieces: list[Piece] = []
    removed = added = ""
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for n, (tag, a, b, c, d) in enumerate(steps):
        within = 0 < n < len(steps) - 1
        words = [token for token in new[c:d] if not token.isspace()]
        if tag == "equal" and not (within and len(words) < FEW):
            pieces += _change(removed, added)
            removed = added = ""
            pieces.append(Piece("same", "".join(new[c:d])))
        else:
            removed += "".join(old[a:b])
            added += "".join(new[c:d])
    return pieces + _change(removed, added)


def _change(removed: str, added: str) -> list[Piece]:
    return [Piece(what, text) for what, text in (("removed", removed), ("added", added)) if text]


def changed_parts(before: Mapping[str, str], after: Mapping[str, str]) -> list[PartChange]:
    """Every part of a note, with what changed in it. A part that one of them does not have is empty there."""
    return [
        PartChange(name, label, after.get(name, ""), changed_words(before.get(name, ""), after.get(name, "")))
        for name, label in (*PARTS.items(), *DETAILS.items())
    ]
