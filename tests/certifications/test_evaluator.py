"""Evaluating is a pure function: more evidence never takes "met" away, and nothing counts twice."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.certifications.facts import Attestation, AttestationKind, Evidence, Facts, Held, SchoolLevel, Unit
from apps.certifications.progress import Period, Standing, evaluate
from apps.certifications.rules import COUNTED, Citation, RequirementKind, Rule, RuleSet, Terms

NOWHERE = Citation("", "", (), None, "low")
DAY = date(2026, 11, 22)
days = st.integers(0, 2000).map(lambda n: DAY - timedelta(days=n - 100))
amounts = st.integers(0, 400).map(lambda n: Decimal(n) / 2)
topics = st.sampled_from(["", "ethics", "core"])
units = st.sampled_from([Unit.HOURS, Unit.MONTHS, Unit.YEARS])
kinds = st.sampled_from(sorted(COUNTED))
maybe_amounts = st.none() | amounts

counted = st.builds(
    Rule,
    code=st.just("counted"),
    kind=kinds,
    phase=st.just("entry"),
    citation=st.just(NOWHERE),
    required=st.sampled_from([True, True, True, False, None]),
    amount=maybe_amounts,
    unit=units,
    topic=topics,
    live=st.booleans(),
    within_months=st.none() | st.integers(1, 48),
    parts=st.just(()),
)
attested = st.builds(
    Rule,
    code=st.just("attested"),
    kind=st.sampled_from(
        [RequirementKind.AGE, RequirementKind.RECOVERY, RequirementKind.LIVED_EXPERIENCE, RequirementKind.RESIDENCE]
    ),
    phase=st.just("entry"),
    citation=st.just(NOWHERE),
    amount=maybe_amounts,
    upper=st.none() | amounts,
)
schooling = st.builds(
    Rule,
    code=st.just("school"),
    kind=st.just(RequirementKind.EDUCATION),
    phase=st.just("entry"),
    citation=st.just(NOWHERE),
    topic=st.sampled_from(SchoolLevel.values),
)
holding = st.builds(
    Rule,
    code=st.just("holds"),
    kind=st.just(RequirementKind.HOLDS),
    phase=st.just("entry"),
    citation=st.just(NOWHERE),
    holds=st.frozensets(st.integers(1, 3), max_size=2),
)
leaves = counted | attested | schooling | holding


def joined(children):
    return st.builds(
        Rule,
        code=st.just("joined"),
        kind=st.sampled_from([RequirementKind.ANY_OF, RequirementKind.ALL_OF, RequirementKind.TRAINING]),
        phase=st.just("entry"),
        citation=st.just(NOWHERE),
        amount=maybe_amounts,
        unit=units,
        parts=st.lists(children, min_size=1, max_size=3).map(tuple),
    )


rules = st.lists(st.recursive(leaves, joined, max_leaves=5), min_size=1, max_size=4).map(
    lambda rows: RuleSet(1, 1, "TX", "A", "", "full", "current", None, None, Terms(), tuple(rows))
)
evidence = st.builds(
    Evidence,
    kind=kinds | st.just("education"),
    amount=amounts,
    unit=units,
    topic=topics | st.sampled_from(SchoolLevel.values),
    started_on=st.none(),
    ended_on=days,
    label=st.just(""),
    source=st.integers(1, 6).map("row:{}".format),
    confirmed=st.booleans(),
    live=st.none() | amounts,
)
attestations = st.builds(
    Attestation,
    kind=st.sampled_from(AttestationKind.values),
    attested_on=days,
    source=st.just("a"),
    at_least=maybe_amounts,
    at_most=maybe_amounts,
)
held = st.builds(
    lambda credential, start, length: Held(
        credential, "TX", "", "", "certified", start, None, "", ((start, start + timedelta(days=length)),)
    ),
    st.integers(1, 3),
    days,
    st.integers(0, 900),
)
facts = st.builds(
    Facts,
    person_id=st.just(1),
    evidence=st.lists(evidence, max_size=6).map(tuple),
    attestations=st.lists(attestations, max_size=3).map(tuple),
    held=st.lists(held, max_size=2).map(tuple),
)
periods = st.none() | st.builds(
    lambda start, length: Period(start, start + timedelta(days=length)), days, st.integers(0, 900)
)


def standings(progress):
    return [verdict.standing for verdict in progress.verdicts]


def together(one, other):
    return Facts(1, one.evidence + other.evidence, one.attestations + other.attestations, one.held + other.held)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rules, facts, facts, periods)
def test_adding_evidence_never_turns_met_into_less(asked, known, more, period):
    before = standings(evaluate(asked, known, DAY, period=period))
    after = standings(evaluate(asked, together(known, more), DAY, period=period))
    for was, now in zip(before, after, strict=True):
        assert was != Standing.MET or now == Standing.MET
        assert (was == Standing.NOT_ASKED) == (now == Standing.NOT_ASKED)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rules, facts, st.randoms(use_true_random=False), periods)
def test_the_answer_depends_on_nothing_but_what_is_asked(asked, known, chance, period):
    shuffled = Facts(1, *(tuple(chance.sample(rows, len(rows))) for rows in known[1:]))
    once = evaluate(asked, known, DAY, period=period)
    assert evaluate(asked, known, DAY, period=period) == once
    assert standings(evaluate(asked, shuffled, DAY, period=period)) == standings(once)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rules, facts)
def test_the_same_row_never_counts_twice(asked, known):
    doubled = known._replace(evidence=known.evidence * 2)
    assert standings(evaluate(asked, doubled, DAY)) == standings(evaluate(asked, known, DAY))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(facts)
def test_a_requirement_that_is_not_known_is_never_met(known):
    rows = tuple(
        Rule("x", kind, "entry", NOWHERE, required=required, amount=None)
        for kind in sorted(COUNTED)
        for required in (True, None)
    )
    asked = RuleSet(1, 1, "TX", "A", "", "full", "current", None, None, Terms(), rows)
    assert set(standings(evaluate(asked, known, DAY))) == {Standing.UNKNOWN}
