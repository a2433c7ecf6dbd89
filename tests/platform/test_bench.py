"""How benchmarks are judged."""

import time

import pytest

from bench.measure import alternate, result


@pytest.mark.parametrize(
    ("value", "limit", "op", "bar", "plus", "ok"),
    [
        (1.4, 1.0, "<=", 1.5, 0, True),
        (1.6, 1.0, "<=", 1.5, 0, False),
        (6.0, 1.0, "<=", 1.5, 5, True),
        (60, 100, ">=", 0.5, 0, True),
        (40, 100, ">=", 0.5, 0, False),
    ],
)
def test_a_value_is_judged_against_its_limit(value, limit, op, bar, plus, ok):
    found = result("x", value, limit, unit="ms", op=op, bar=bar, samples=3, plus=plus)
    assert (found.ok, found.ratio) == (ok, value / limit)
    contract = {"name", "value", "limit", "unit", "ratio", "op", "bar", "ok", "samples"}
    assert contract <= set(found.row())


def test_an_unknown_comparison_is_refused():
    with pytest.raises(ValueError, match="'<'"):
        result("x", 1, 1, unit="ms", op="<", bar=1, samples=1)


def test_samples_alternate_and_the_warm_up_does_not_count():
    order = []
    alternate(lambda: order.append("ours"), lambda: order.append("limit"), samples=2, warm_up=1)
    assert order[:2] == ["ours", "limit"]
    assert sorted(order[2:4]) == sorted(order[4:6]) == ["limit", "ours"]
    assert order[2:4] != order[4:6]


def test_the_medians_are_of_seconds():
    slow, fast = alternate(lambda: time.sleep(0.01), lambda: None, samples=5, warm_up=0)
    assert 0.009 < slow < 0.1
    assert fast < slow
