"""Where people stand on their way to a certification, for many at once in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.certifications.choices import Status
from apps.certifications.facts import Facts
from apps.certifications.models import CatalogueCredential, Certification, CertificationTerm, ReciprocityRule
from apps.certifications.progress import Period, Progress, evaluate
from apps.certifications.reciprocity import Elsewhere, compare
from apps.certifications.rules import LevelKind, Phase, ReciprocityKind, RuleSet, Terms
from apps.certifications.selectors.evidence import evidence_of
from apps.certifications.selectors.requirements import present_rule_sets, reciprocity_of_many
from apps.certifications.terms import counting_period


@dataclass(frozen=True)
class Way:
    """One person's way with one certification: where they stand with what comes next for them.

    `phase` is RENEWAL once they are certified. `progress` is None where the catalogue has no requirements loaded.
    """

    record: Certification
    phase: str
    progress: Progress | None


def followed(actor: Actor) -> QuerySet[Certification]:
    """The certifications whose holder's way this actor may follow, by name."""
    return (
        visible_to(Certification, actor, "follow")
        .filter(archived_at__isnull=True)
        .select_related("person", "credential__state")
        .order_by("person__name", "person_id", "credential__jurisdiction", "credential__credential_name", "pk")
    )


def ways_of(records: Sequence[Certification], day: date) -> list[Way]:
    """Each record's way on `day`, in the same order, in a constant number of queries."""
    sets = present_rule_sets({record.credential_id for record in records})
    facts = evidence_of({record.person_id for record in records}, day)
    rows = CertificationTerm.objects.filter(certification__in=[record.pk for record in records])
    last = {term.certification_id: term for term in rows.order_by("starts_on")}
    return [_way(record, sets, facts[record.person_id], day, last.get(record.pk)) for record in records]


def standings(person_ids: Sequence[int], credential_ids: Sequence[int], day: date) -> Iterator[Progress]:
    """Where each of these people stands with each of these credentials, one after the other.

    A constant number of queries, sent when the first is asked for. What was looked at is let go: a whole platform's
    answers held at once cost more in bookkeeping than in evaluating.
    """
    sets = present_rule_sets(credential_ids)
    rules = [sets[pk, ""] for pk in credential_ids if (pk, "") in sets]
    facts = evidence_of(person_ids, day)
    for pk in person_ids:
        known = facts.pop(pk)
        for one in rules:
            yield evaluate(one, known, day)


def goal_of(record: Certification, day: date) -> Progress | None:
    """Where the holder stands with the certification itself, as it is applied for; None without requirements."""
    return next((one for one in levels_of(record, day) if one.rules.level == ""), None)


def levels_of(record: Certification, day: date) -> list[Progress]:
    """Where the holder stands with every level of their credential, provisional levels first."""
    sets = present_rule_sets([record.credential_id])
    known = evidence_of([record.person_id], day)[record.person_id]
    found = [one for (credential_id, _level), one in sets.items() if credential_id == record.credential_id]
    found.sort(key=lambda one: (one.level_kind != LevelKind.PROVISIONAL, one.level != "", one.level))
    return [evaluate(one, known, day) for one in found]


def elsewhere(person_id: int, state: str, day: date) -> list[tuple[CatalogueCredential, Elsewhere]]:
    """What of this person's evidence counts for each credential of another state."""
    credentials = list(
        CatalogueCredential.objects.filter(jurisdiction=state, retired_at__isnull=True).order_by("credential_name")
    )
    sets = present_rule_sets([credential.pk for credential in credentials])
    terms = reciprocity_of_many(credentials)
    known = evidence_of([person_id], day)[person_id]
    transfers = frozenset(
        ReciprocityRule.objects.filter(kind=ReciprocityKind.ICRC_TRANSFER).values_list("credential_id", flat=True)
    )
    return [
        (credential, compare(sets[credential.pk, ""], terms.get(credential.pk, []), known, day, transfers))
        for credential in credentials
        if (credential.pk, "") in sets
    ]


def _way(
    record: Certification,
    sets: dict[tuple[int, str], RuleSet],
    facts: Facts,
    day: date,
    term: CertificationTerm | None,
) -> Way:
    full = sets.get((record.credential_id, ""))
    phase, rules, period = Phase.ENTRY, full, None
    if record.status == Status.CERTIFIED:
        phase, period = Phase.RENEWAL, _period(term, full, day)
    elif record.status in (Status.IN_TRAINING, Status.APPLIED):
        first = [
            one
            for (credential_id, _level), one in sets.items()
            if credential_id == record.credential_id and one.level_kind == LevelKind.PROVISIONAL
        ]
        rules = first[0] if first else full
    return Way(record, phase, None if rules is None else evaluate(rules, facts, day, phase=phase, period=period))


def _period(term: CertificationTerm | None, rules: RuleSet | None, day: date) -> Period | None:
    """The days in which continuing education counts for the last term; None where its end is not known."""
    if term is None or term.ends_on is None or term.last_day is None:
        return None
    terms = rules.terms if rules else Terms()
    return counting_period(terms, term.starts_on, term.ends_on, term.last_day, day)
