"""What of somebody's evidence counts in another state: its body decides, so nothing held elsewhere makes it met."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.certifications.facts import Evidence, Facts, Held
from apps.certifications.progress import Standing
from apps.certifications.reciprocity import compare
from apps.certifications.rules import Citation, ReciprocityKind, ReciprocityTerm, Rule, RuleSet, Terms

DAY = date(2026, 11, 22)
NOWHERE = Citation("", "", (), None, "high")
ASKED = RuleSet(
    1,
    1,
    "WA",
    "Washington",
    "",
    "full",
    "current",
    None,
    None,
    Terms(),
    (
        Rule("training", "training", "entry", NOWHERE, amount=Decimal(80), unit="hours"),
        Rule("exam", "exam", "entry", NOWHERE, amount=Decimal(1), unit="pieces"),
        Rule("work", "work", "entry", NOWHERE, amount=Decimal(10), unit="hours"),
        Rule("references", "reference", "entry", NOWHERE, required=None, unit="pieces"),
        Rule("education", "education", "entry", NOWHERE, required=False),
    ),
)
WORKED = Evidence("work", Decimal(12), "hours", "", None, date(2026, 1, 1), "Work", "row:1")


def held(credential=7, place="GA", until=None):
    return Held(
        credential, place, "Elsewhere", "", "certified", date(2020, 1, 1), until, "", ((date(2020, 1, 1), until),)
    )


def codes(verdicts):
    return {verdict.rule.code for verdict in verdicts}


def compared(terms, *carried, transfers=frozenset()):
    return compare(ASKED, terms, Facts(1, (WORKED,), (), carried), DAY, transfers)


def term(kind, **values):
    return ReciprocityTerm(kind, NOWHERE, **values)


@pytest.mark.parametrize(
    ("terms", "carried", "transfers", "waived"),
    [
        ([], held(), {7}, set()),
        ([term("waiver", waives=frozenset({"training"}))], held(), set(), {"training"}),
        ([term("equivalence", waives=frozenset({"exam"}))], held(), set(), {"exam"}),
        ([term("waiver", waives=frozenset({"training"}))], held(place="WA"), set(), set()),
        ([term("waiver", waives=frozenset({"training"}))], held(until=DAY - timedelta(days=1)), set(), set()),
        ([term("icrc_transfer")], held(), {7}, {"training", "exam"}),
        ([term("icrc_transfer")], held(), {8}, set()),
        ([term("accepts", accepts=frozenset({7}))], held(), set(), {"training", "exam"}),
        ([term("accepts", accepts=frozenset({8}))], held(), set(), set()),
        ([term("process")], held(), set(), set()),
        ([term("fresh_application")], held(), {7}, set()),
        ([term("none")], held(), {7}, set()),
    ],
)
def test_what_may_be_waived_is_asked_and_the_rest_is_missing(terms, carried, transfers, waived):
    there = compared(terms, carried, transfers=frozenset(transfers))
    assert codes(there.maybe_waived) == waived
    assert codes(there.missing) == {"training", "exam"} - waived
    assert (codes(there.counts), codes(there.unknown)) == ({"work"}, {"references"})


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.builds(
            ReciprocityTerm,
            kind=st.sampled_from(ReciprocityKind.values),
            citation=st.just(NOWHERE),
            waives=st.frozensets(st.sampled_from(["training", "exam", "work", "reference"])),
            accepts=st.frozensets(st.integers(6, 8)),
        ),
        max_size=3,
    ),
    st.lists(st.builds(held, st.integers(6, 8), st.sampled_from(["GA", "WA"])), max_size=3),
    st.frozensets(st.integers(6, 8)),
)
def test_each_requirement_that_is_asked_stands_in_one_place_and_none_is_met_by_a_credential(terms, carried, transfers):
    there = compare(ASKED, terms, Facts(1, (WORKED,), (), tuple(carried)), DAY, transfers)
    places = [there.counts, there.missing, there.maybe_waived, there.unknown]
    assert sorted(code for verdicts in places for code in codes(verdicts)) == ["exam", "references", "training", "work"]
    assert {verdict.standing for verdict in there.counts} == {Standing.MET}
    assert codes(there.counts) == {"work"}
