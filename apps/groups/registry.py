"""What groups tells higher apps: what was written about who came, and holds no more."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from apps.access.actor import Actor

__all__ = ["overtaken", "register_overtaken"]

Overtaken = Callable[[Sequence[str], Actor], int]

_overtaken: list[Overtaken] = []


def register_overtaken(listener: Overtaken) -> None:
    """Register `listener(occurrences, actor)`, called inside the change that makes these occurrences untrue.

    For taking back at once what was planned about them. Whoever plans by `selectors.missed_between` finds out by
    present state all the same, so a listener that is missing costs a minute and no more.
    """
    if listener not in _overtaken:
        _overtaken.append(listener)


def overtaken(occurrences: Sequence[str], actor: Actor) -> None:
    """Tell the registered listeners that nothing planned about these occurrences holds any more."""
    for listener in _overtaken:
        listener(occurrences, actor)
