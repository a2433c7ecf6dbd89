"""What of a person's evidence counts elsewhere: pure, over the rules of the other state and what its body says.

A credential held elsewhere never makes a requirement met by itself here: where the body may waive something on it, what
is missing becomes unknown ("may be waived, ask"), because the decision is the body's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from apps.certifications.facts import Facts, Held
from apps.certifications.progress import Progress, Standing, Verdict, evaluate
from apps.certifications.rules import ReciprocityKind, ReciprocityTerm, RuleSet


@dataclass(frozen=True)
class Elsewhere:
    """One credential of another state about one person."""

    progress: Progress
    terms: tuple[ReciprocityTerm, ...]
    carried: tuple[Held, ...]  # what they hold elsewhere and is valid on the day
    counts: tuple[Verdict, ...]
    missing: tuple[Verdict, ...]
    maybe_waived: tuple[Verdict, ...]
    unknown: tuple[Verdict, ...]


def compare(
    rules: RuleSet, terms: list[ReciprocityTerm], facts: Facts, day: date, transfers: frozenset[int] = frozenset()
) -> Elsewhere:
    """Where a person stands with a credential of another state, with what its body may waive for what they hold.

    `transfers` are the credentials whose own boards take part in the transfer between boards of IC&RC.
    """
    progress = evaluate(rules, facts, day)
    carried = tuple(held for held in facts.held if held.jurisdiction != rules.jurisdiction and held.worked_on(day))
    ids = frozenset(held.credential_id for held in carried)
    waived: set[str] = set()
    everything = False
    for term in terms:
        if term.kind == ReciprocityKind.ICRC_TRANSFER:
            everything = everything or bool(ids & transfers)
        elif term.kind == ReciprocityKind.ACCEPTS:
            everything = everything or bool(ids & term.accepts)
        elif carried:
            waived |= term.waives
    missing = [verdict for verdict in progress.verdicts if verdict.standing == Standing.NOT_YET]
    maybe = tuple(verdict for verdict in missing if everything or {verdict.rule.kind, verdict.rule.code} & waived)
    return Elsewhere(
        progress,
        tuple(terms),
        carried,
        counts=tuple(verdict for verdict in progress.verdicts if verdict.standing == Standing.MET),
        missing=tuple(verdict for verdict in missing if verdict not in maybe),
        maybe_waived=maybe,
        unknown=tuple(progress.unknown),
    )
