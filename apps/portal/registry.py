"""What the operator's page needs from above: declared here, registered by the platform itself."""

from __future__ import annotations

from collections.abc import Callable

Problems = Callable[[], list[str]]

_health: list[Problems] = []


def register_health(problems: Problems) -> None:
    """Register `problems()`, the answer of /readyz: what stands in the way, in words. There is one source."""
    _health[:] = [problems]


def problems() -> list[str]:
    """What stands in the way of this installation's work. Where nobody can say, that is a problem itself."""
    return _health[0]() if _health else ["nobody says whether this installation is well"]
