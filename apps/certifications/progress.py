"""Does a person meet what a state asks? A pure function of a rule set, the facts and a day; it reads nothing else.

Within one rule set and one period, more evidence never turns "met" into anything less: every answer is a sum of amounts
that count or an "is there one", and nothing is subtracted. What the catalogue does not know stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from dateutil.relativedelta import relativedelta
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.certifications.choices import Status
from apps.certifications.facts import Attestation, AttestationKind, Evidence, Facts, Held, SchoolLevel, Unit
from apps.certifications.rules import COUNTED, Phase, RequirementKind, Rule, RuleSet

ZERO, TWELVE = Decimal(0), Decimal(12)
PROVISIONAL = Status.PROVISIONAL.value
SCHOOLING = {level: rank for rank, level in enumerate(SchoolLevel.values)}
ATTESTED: dict[str, tuple[str, ...]] = {
    RequirementKind.AGE: (AttestationKind.AGE,),
    RequirementKind.RECOVERY: (AttestationKind.RECOVERY,),
    RequirementKind.RESIDENCE: (AttestationKind.RESIDENCE,),
    RequirementKind.EMPLOYMENT: (AttestationKind.EMPLOYMENT,),
}
LIVED: dict[str, tuple[str, ...]] = {
    "": (AttestationKind.LIVED_EXPERIENCE,),
    "family": (AttestationKind.FAMILY_EXPERIENCE,),
    "either": (AttestationKind.LIVED_EXPERIENCE, AttestationKind.FAMILY_EXPERIENCE),
}


class Standing(models.TextChoices):
    """How a requirement stands."""

    MET = "met", _("met")
    NOT_YET = "not_yet", _("not yet")
    UNKNOWN = "unknown", _("not known, check with the certifying body")
    NOT_ASKED = "not_asked", _("not asked")


# Plain words for the inner loop: asking an enumeration for its member costs more than the comparison itself.
MET, NOT_YET = Standing.MET.value, Standing.NOT_YET.value
UNKNOWN, NOT_ASKED = Standing.UNKNOWN.value, Standing.NOT_ASKED.value
ANY_OF, ALL_OF = RequirementKind.ANY_OF.value, RequirementKind.ALL_OF.value
EDUCATION, HOLDS, OTHER = RequirementKind.EDUCATION.value, RequirementKind.HOLDS.value, RequirementKind.OTHER.value
LIVED_EXPERIENCE = RequirementKind.LIVED_EXPERIENCE.value
BOUNDED = frozenset({RequirementKind.AGE.value, RequirementKind.RECOVERY.value})
PLACED = frozenset({RequirementKind.RESIDENCE.value, RequirementKind.EMPLOYMENT.value})
COUNTS = frozenset(kind.value for kind in COUNTED)
MONTHS, YEARS = Unit.MONTHS.value, Unit.YEARS.value


class Verdict(NamedTuple):
    """One requirement about one person: what there is, what is needed, and on which evidence it rests."""

    rule: Rule
    standing: str
    have: Decimal | None = None
    need: Decimal | None = None
    evidence: tuple[Evidence | Attestation | Held, ...] = ()
    parts: tuple[Verdict, ...] = ()


class Period(NamedTuple):
    """The days, both included, in which what counts must have ended."""

    start: date
    end: date


class Progress(NamedTuple):
    """Where a person stands with one rule set on one day."""

    rules: RuleSet
    person_id: int
    day: date
    verdicts: tuple[Verdict, ...]

    @property
    def standing(self) -> str:
        """Met only when nothing is missing and nothing unknown."""
        return all_of([verdict.standing for verdict in self.verdicts])

    @property
    def met(self) -> int:
        return sum(verdict.standing == MET for verdict in self.verdicts)

    @property
    def asked(self) -> int:
        """How many rows ask something that is known."""
        return sum(verdict.standing in (MET, NOT_YET) for verdict in self.verdicts)

    @property
    def missing(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.standing == NOT_YET]

    @property
    def unknown(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.standing == UNKNOWN]


class _Case(NamedTuple):
    """Facts sorted once for one evaluation: only what is confirmed and has happened by the day."""

    facts: Facts
    day: date
    period: Period | None
    evidence: dict[str, list[Evidence]]


def evaluate(
    rules: RuleSet, facts: Facts, day: date, *, phase: str = Phase.ENTRY, period: Period | None = None
) -> Progress:
    """Where this person stands on `day`, requirement by requirement in the rule set's order.

    `period` bounds what counts for a renewal (continuing education counts only in its own period).
    """
    evidence: dict[str, list[Evidence]] = {}
    for piece in facts.evidence:
        if (
            piece.confirmed
            and piece.ended_on <= day
            and piece.amount > 0
            and (period is None or period.start <= piece.ended_on <= period.end)
        ):
            evidence.setdefault(piece.kind, []).append(piece)
    case = _Case(facts, day, period, evidence)
    asked = phase
    verdicts = tuple([_verdict(rule, case, None) for rule in rules.rules if rule.phase == asked])
    return Progress(rules, facts.person_id, day, verdicts)


def all_of(standings: Iterable[str]) -> str:
    """Not yet if one is not yet, else unknown if one is unknown, else met."""
    found = set(standings)
    if NOT_YET in found:
        return NOT_YET
    return UNKNOWN if UNKNOWN in found else MET


def any_of(standings: Iterable[str]) -> str:
    """Met if one is met, else unknown if one is unknown, else not yet."""
    found = set(standings)
    if MET in found or NOT_ASKED in found:
        return MET
    return UNKNOWN if UNKNOWN in found else NOT_YET


def _verdict(rule: Rule, case: _Case, whole: Rule | None) -> Verdict:
    kind = rule.kind
    if rule.required is None:
        return Verdict(rule, UNKNOWN)
    if not rule.required:
        return Verdict(rule, NOT_ASKED)
    if kind in COUNTS:
        return _counted(rule, case, whole)
    if kind in (ANY_OF, ALL_OF):
        parts = tuple([_verdict(part, case, None) for part in rule.parts])
        join = any_of if kind == ANY_OF else all_of
        return Verdict(rule, join(part.standing for part in parts), parts=parts)
    if kind == EDUCATION:
        return _schooling(rule, case)
    if kind == HOLDS:
        return _held(rule, case)
    if kind == OTHER:
        return Verdict(rule, UNKNOWN)
    return _attested(rule, case)


def _counted(rule: Rule, case: _Case, whole: Rule | None) -> Verdict:
    need = rule.amount
    if need is None and rule.share is not None and whole is not None and whole.amount is not None:
        need = whole.amount * rule.share
    pieces = case.evidence.get(rule.kind)
    have, counted = _sum(rule, pieces, case) if pieces else (ZERO, ())
    parts = tuple([_verdict(part, case, rule) for part in rule.parts]) if rule.parts else ()
    if need == 0 and not parts:
        return Verdict(rule, NOT_ASKED, have, need, counted)
    if need is None:
        own = UNKNOWN
    else:
        own = MET if have >= need else NOT_YET
    standing = all_of([own, *(part.standing for part in parts)]) if parts else own
    return Verdict(rule, standing, have, need, counted, parts)


def _sum(rule: Rule, pieces: list[Evidence], case: _Case) -> tuple[Decimal, tuple[Evidence, ...]]:
    """What counts, each stored row once: of several pieces with one source the largest."""
    since = case.day - relativedelta(months=rule.within_months) if rule.within_months else None
    unit, topic, live = rule.unit, rule.topic, rule.live
    amounts: dict[str, Decimal] = {}
    counted: dict[str, Evidence] = {}
    for piece in pieces:
        if (topic and piece.topic != topic) or (since is not None and piece.ended_on < since):
            continue
        amount = (piece.live or ZERO) if live else piece.amount
        if piece.unit != unit:
            if unit == MONTHS and piece.unit == YEARS:
                amount *= TWELVE
            elif unit == YEARS and piece.unit == MONTHS:
                amount /= TWELVE
            else:
                continue
        if amount > amounts.get(piece.source, ZERO):
            amounts[piece.source] = amount
            counted[piece.source] = piece
    return sum(amounts.values(), ZERO), tuple(counted.values())


def _schooling(rule: Rule, case: _Case) -> Verdict:
    if rule.topic not in SCHOOLING:
        return Verdict(rule, UNKNOWN)
    asked = SCHOOLING[rule.topic]
    proof = [piece for piece in case.evidence.get(rule.kind, ()) if SCHOOLING.get(piece.topic, -1) >= asked]
    return Verdict(rule, MET if proof else NOT_YET, evidence=tuple(proof))


def _held(rule: Rule, case: _Case) -> Verdict:
    if not rule.holds:
        return Verdict(rule, UNKNOWN)
    held = [
        row
        for row in case.facts.held
        if row.credential_id in rule.holds
        and (not row.level or row.level == rule.holds_level)
        and (rule.holds_provisional or row.status != PROVISIONAL)
        and row.worked_on(case.day)
    ]
    return Verdict(rule, MET if held else NOT_YET, evidence=tuple(held))


def _attested(rule: Rule, case: _Case) -> Verdict:
    kinds: Any = LIVED[rule.topic] if rule.kind == LIVED_EXPERIENCE else ATTESTED[rule.kind]
    bounded = rule.kind in BOUNDED
    if bounded and rule.amount is None and rule.upper is None:
        return Verdict(rule, UNKNOWN)
    if bounded and rule.amount == 0 and rule.upper is None:
        return Verdict(rule, NOT_ASKED, need=ZERO)
    proof = tuple(
        [said for said in case.facts.attestations if said.kind in kinds and _holds(said, rule, case.day, bounded)]
    )
    have = max((said.at_least for said in proof if said.at_least is not None), default=None)
    return Verdict(rule, MET if proof else NOT_YET, have, rule.amount, proof)


def _holds(said: Attestation, rule: Rule, day: date, bounded: bool) -> bool:
    if said.attested_on > day or (said.valid_until is not None and said.valid_until < day):
        return False
    if rule.topic and rule.kind in PLACED:
        return said.jurisdiction == rule.topic
    if not bounded:
        return True
    if rule.amount is not None and (said.at_least is None or said.at_least < rule.amount):
        return False
    return rule.upper is None or (said.at_most is not None and said.at_most <= rule.upper)
