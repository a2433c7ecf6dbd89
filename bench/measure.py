"""How a benchmark measures: ours and the limit in turns, so that a busy machine slows both."""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

WARM_UP = 3


@dataclass(frozen=True)
class Result:
    """One line of the table. `ratio` is value / limit; `ok` says whether `ratio op bar` holds."""

    name: str
    value: float
    limit: float
    unit: str
    ratio: float
    op: str
    bar: float
    ok: bool
    samples: int
    note: str = ""

    def row(self) -> dict[str, Any]:
        return asdict(self)


def result(
    name: str,
    value: float,
    limit: float,
    *,
    unit: str,
    op: str,
    bar: float,
    samples: int,
    plus: float = 0,
    note: str = "",
) -> Result:
    """Judge `value` against `limit`: `value <= bar * limit + plus`, or `value >= bar * limit` for rates.

    `op` is "<=" or ">=". `plus` is an allowance in the unit, for the constant cost of a layer; `note` says
    cold or warm, and whatever else a reader must know.
    """
    if op not in ("<=", ">="):
        raise ValueError(f"op is {op!r}: it must be '<=' or '>='")
    ok = value <= bar * limit + plus if op == "<=" else value >= bar * limit
    return Result(name, value, limit, unit, value / limit, op, bar, ok, samples, note)


def seconds(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def alternate(
    ours: Callable[[], object], limit: Callable[[], object], *, samples: int, warm_up: int = WARM_UP
) -> tuple[float, float]:
    """Median seconds of each, in `samples` alternating pairs, after `warm_up` pairs that do not count.

    The order within a pair turns about, since the second of two finds warmer caches.
    """
    for _ in range(warm_up):
        ours()
        limit()
    mine: list[float] = []
    theirs: list[float] = []
    for number in range(samples):
        for action, times in ((ours, mine), (limit, theirs))[:: 1 if number % 2 else -1]:
            times.append(seconds(action))
    return statistics.median(mine), statistics.median(theirs)
