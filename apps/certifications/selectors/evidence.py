"""What is known of people for the evaluator: everything recorded, entered and attested, set-based."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.certifications import standing
from apps.certifications.choices import EntryState, Status
from apps.certifications.facts import Attestation, Evidence, Facts, Held, Unit
from apps.certifications.models import (
    Certification,
    CertificationExtension,
    CertificationStep,
    CertificationTerm,
    CompetencyRating,
    Course,
    CourseModule,
    EvidenceEntry,
    Requirement,
    StaffAttestation,
)
from apps.certifications.registry import evidence_sources
from apps.certifications.selectors.records import provisional_levels
from apps.organizations.models import Person


def evidence_of(people: Iterable[int], day: date) -> dict[int, Facts]:
    """What is known of each of these people until a day. A constant number of queries, whatever their number.

    Whole, without bars: whoever shows it asks first whether the reader may see the person's records.
    """
    ids = list(people)
    evidence: dict[int, list[Evidence]] = defaultdict(list)
    _entered(ids, day, evidence)
    for source in evidence_sources():
        for person_id, piece in source.of(ids, day):
            evidence[person_id].append(piece)
    attested = _attested(ids, day)
    held = _held(ids)
    return {pk: Facts(pk, tuple(evidence[pk]), tuple(attested[pk]), tuple(held[pk])) for pk in ids}


def _entered(ids: list[int], day: date, evidence: dict[int, list[Evidence]]) -> None:
    """What was entered; a completed curriculum counts module by module."""
    rows = EvidenceEntry.objects.filter(person_id__in=ids, ended_on__lte=day).exclude(state=EntryState.REFUSED)
    entries = list(
        rows.order_by("ended_on", "pk").values_list(
            "person_id",
            "pk",
            "kind",
            "course_id",
            "title",
            "topic",
            "amount",
            "unit",
            "live_amount",
            "started_on",
            "ended_on",
            "jurisdiction",
            "state",
        )  # fmt: skip
    )
    modules: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    parts = CourseModule.objects.filter(course__completions__in=rows).distinct().order_by("course_id", "position")
    for course_id, *part in parts.values_list("course_id", "pk", "name", "topic", "hours", "is_live"):
        modules[course_id].append(tuple(part))
    for person, pk, kind, course, title, topic, amount, unit, live, started, ended, where, state in entries:
        confirmed, mine = state == EntryState.CONFIRMED, evidence[person]
        if course is None or course not in modules:
            source = f"certifications.entry:{pk}"
            mine.append(Evidence(kind, amount, unit, topic, started, ended, title, source, confirmed, live, where))
            continue
        for part, name, of, hours, is_live in modules[course]:
            taught = None if is_live is None else hours if is_live else Decimal(0)
            source = f"certifications.entry:{pk}:{part}"
            label = f"{title}: {name}"
            mine.append(Evidence(kind, hours, Unit.HOURS, of, started, ended, label, source, confirmed, taught, where))


def _attested(ids: list[int], day: date) -> dict[int, list[Attestation]]:
    found: dict[int, list[Attestation]] = defaultdict(list)
    rows = StaffAttestation.objects.filter(person_id__in=ids, attested_on__lte=day).order_by("attested_on", "pk")
    columns = ("person_id", "pk", "kind", "attested_on", "at_least", "at_most", "jurisdiction", "withdrawn_on")
    for person, pk, kind, on, least, most, where, withdrawn in rows.values_list(*columns):
        if withdrawn is not None and withdrawn <= day:
            continue
        found[person].append(
            Attestation(
                kind,
                on,
                f"certifications.attestation:{pk}",
                None if least is None else Decimal(least),
                None if most is None else Decimal(most),
                where,
                withdrawn,
            )
        )
    return found


def _held(ids: list[int]) -> dict[int, list[Held]]:
    """The credentials of these people, with the days on which each let them work."""
    rows = list(
        Certification.objects.filter(person_id__in=ids, archived_at__isnull=True)
        .order_by("pk")
        .values_list(
            "pk",
            "person_id",
            "credential_id",
            "credential__jurisdiction",
            "credential__credential_name",
            "status",
            "issued_on",
            "expires_on",
        )  # fmt: skip
    )
    of = {"certification__person_id__in": ids, "certification__archived_at__isnull": True}
    steps: dict[int, list[tuple[date, str]]] = defaultdict(list)
    for pk, on, to in (
        CertificationStep.objects.filter(**of)
        .order_by("certification_id", "number")
        .values_list("certification_id", "on", "to_status")
    ):
        steps[pk].append((on, to))
    extensions: dict[int, list[tuple[date, date]]] = defaultdict(list)
    more = CertificationExtension.objects.filter(**{f"term__{name}": value for name, value in of.items()})
    for term, granted, until in more.order_by("term_id", "number").values_list("term_id", "granted_on", "until"):
        extensions[term].append((granted, until))
    terms: dict[int, list[tuple[date, date | None, list[tuple[date, date]]]]] = defaultdict(list)
    for pk, term, starts, ends in (
        CertificationTerm.objects.filter(**of)
        .order_by("starts_on")
        .values_list("certification_id", "pk", "starts_on", "ends_on")
    ):
        terms[pk].append((starts, ends, extensions[term]))
    levels = provisional_levels({row[2] for row in rows})
    found: dict[int, list[Held]] = defaultdict(list)
    for pk, person, credential, where, name, status, issued, expires in rows:
        level = levels.get(credential, "") if status == Status.PROVISIONAL else ""
        spans = standing.letting_work(steps[pk], terms[pk])
        found[person].append(
            Held(credential, where, name, level, status, issued, expires, f"certifications.certification:{pk}", spans)
        )
    return found


def entries_for(actor: Actor) -> QuerySet[EvidenceEntry]:
    """What was entered, as far as the actor may see it, the newest first."""
    return visible_to(EvidenceEntry, actor).select_related("person", "course").prefetch_related("documents__file")


def own_entries(actor: Actor) -> QuerySet[EvidenceEntry]:
    """What the actor did."""
    rows = entries_for(actor)
    return rows.filter(person__user_id=actor.user_id) if actor.user_id else rows.none()


def waiting_entries(actor: Actor) -> QuerySet[EvidenceEntry]:
    """What waits for this actor to confirm it, the oldest first; nobody confirms their own."""
    rows = entries_for(actor).filter(pk__in=visible_to(EvidenceEntry, actor, "decide").values("pk"))
    rows = rows.filter(state=EntryState.WAITING).order_by("entered_at", "pk")
    return rows.exclude(person__user_id=actor.user_id) if actor.user_id else rows


def courses() -> QuerySet[Course]:
    """The courses that may be completed now."""
    return Course.objects.filter(archived_at__isnull=True)


def topics() -> list[str]:
    """The topics that any requirement asks for, by their keys."""
    return sorted(set(Requirement.objects.exclude(topic="").values_list("topic", flat=True).distinct()))


def ratings_of(person: Person) -> dict[str, dict[bool, CompetencyRating]]:
    """The last rating of each category by {competency: {own view or not: rating}}."""
    found: dict[str, dict[bool, CompetencyRating]] = {}
    for row in CompetencyRating.objects.filter(person=person).order_by("pk"):
        found.setdefault(row.competency, {})[row.by_self] = row
    return found


def rating_history(person: Person) -> dict[str, list[CompetencyRating]]:
    """Every rating of a person by category, the oldest first. One query."""
    found: dict[str, list[CompetencyRating]] = defaultdict(list)
    for row in CompetencyRating.objects.filter(person=person).order_by("rated_on", "pk"):
        found[row.competency].append(row)
    return found


def may_see_records_of(actor: Actor, person: Person) -> bool:
    """Whether this actor may see what certifications keeps of a person: role or oneself, and no bar."""
    if actor.user_id is not None and person.user_id == actor.user_id:
        return True
    return actor.can("view_certifications") and visible_to(Person, actor).filter(pk=person.pk).exists()
