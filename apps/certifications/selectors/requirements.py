"""What the catalogue asks, read into plain rule sets with an organization's own figures in their place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from apps.certifications.catalogue.defaults import requirements_of
from apps.certifications.catalogue.specs import OWN_TERMS
from apps.certifications.models import (
    CatalogueCredential,
    CredentialLevel,
    Jurisdiction,
    ReciprocityRule,
    Requirement,
    RequirementOverride,
    RequirementSet,
)
from apps.certifications.rules import Citation, LevelKind, ReciprocityTerm, RequirementKind, Rule, RuleSet, Terms


def _active() -> QuerySet[RequirementSet]:
    return (
        RequirementSet.objects.filter(replaced_at__isnull=True, level__retired_at__isnull=True)
        .select_related("level__credential")
        .order_by("level__credential__jurisdiction", "level__credential_id", "level__position", "version")
    )


def rule_sets_of(credential: CatalogueCredential) -> list[RuleSet]:
    """Every level and version of one credential, the present version of a level after its earlier ones."""
    return _built(_active().filter(level__credential=credential))


def present_rule_sets(credential_ids: Iterable[int]) -> dict[tuple[int, str], RuleSet]:
    """The present version of each level of these credentials by (credential, level). Three queries for any number."""
    sets = _built(_active().filter(level__credential_id__in=list(credential_ids)))
    return {(one.credential_id, one.level): one for one in sets}  # a later version takes an earlier one's place


def terms_of_many(credential_ids: Iterable[int]) -> dict[tuple[int, str], Terms]:
    """How long the present version of each level of these credentials lasts. Two queries for any number."""
    ids = list(credential_ids)
    own = _own(ids)
    return {
        (one.level.credential_id, one.level.code): _terms(one, own)
        for one in _active().filter(level__credential_id__in=ids)
    }


def reciprocity_of_many(credentials: Iterable[CatalogueCredential]) -> dict[int, list[ReciprocityTerm]]:
    """What each certifying body says of credentials from elsewhere, by credential; none is not known."""
    found: dict[int, list[ReciprocityTerm]] = {}
    rows = ReciprocityRule.objects.filter(credential__in=list(credentials)).select_related("credential")
    for row in rows.prefetch_related("accepts").order_by("position"):
        found.setdefault(row.credential_id, []).append(
            ReciprocityTerm(
                kind=row.kind,
                citation=_citation(row, None, row.credential),
                waives=frozenset(row.waives),
                accepts=frozenset(accepted.pk for accepted in row.accepts.all()),
                within_months=row.within_months,
                text=row.text,
            )
        )
    return found


def states() -> QuerySet[Jurisdiction]:
    """The places that have a listed credential, by name, each with how many."""
    listed = Count("credentials", filter=Q(credentials__retired_at__isnull=True))
    return Jurisdiction.objects.annotate(listed=listed).filter(listed__gt=0).order_by("name")


def state_rules(code: str) -> list[tuple[CatalogueCredential, list[RuleSet], list[ReciprocityTerm]]]:
    """Each listed credential of a place with its levels and versions and what its body says of others."""
    listed = CatalogueCredential.objects.filter(jurisdiction=code, retired_at__isnull=True)
    credentials = list(listed.order_by("credential_name"))
    sets: dict[int, list[RuleSet]] = {}
    for one in _built(_active().filter(level__credential__in=credentials)):
        sets.setdefault(one.credential_id, []).append(one)
    terms = reciprocity_of_many(credentials)
    return [(credential, sets.get(credential.pk, []), terms.get(credential.pk, [])) for credential in credentials]


def _built(sets: QuerySet[RequirementSet]) -> list[RuleSet]:
    found = list(sets)
    children: dict[tuple[int, int | None], list[Requirement]] = {}
    rows = (
        Requirement.objects.filter(requirement_set__in=found).select_related("holds__credential").order_by("position")
    )
    for row in rows:
        children.setdefault((row.requirement_set_id, row.parent_id), []).append(row)
    own = _own({one.level.credential_id for one in found})
    latest = {one.level_id: one.pk for one in found}
    return [_rule_set(one, children, own if latest[one.level_id] == one.pk else {}) for one in found]


def _rule_set(
    one: RequirementSet,
    children: dict[tuple[int, int | None], list[Requirement]],
    own: dict[tuple[int, str, str], RequirementOverride],
) -> RuleSet:
    level, credential = one.level, one.level.credential

    def rule(row: Requirement) -> Rule:
        built = Rule(
            code=row.code,
            kind=row.kind,
            phase=row.phase,
            citation=_citation(row, one, credential),
            required=row.required,
            amount=row.amount,
            unit=row.unit,
            topic=row.topic,
            upper=row.upper,
            share=row.share,
            live=row.live,
            within_months=row.within_months,
            text=row.text or ("" if row.holds is None else str(row.holds)),
            holds=frozenset() if row.holds is None else frozenset({row.holds.credential_id}),
            holds_level="" if row.holds is None else row.holds.code,
            holds_provisional=row.holds is not None and row.holds.kind == LevelKind.PROVISIONAL,
            parts=tuple([rule(part) for part in children.get((one.pk, row.pk), ())]),
        )
        mine = own.get((credential.pk, level.code, row.code))
        return built if mine is None else _overridden(built, mine)

    return RuleSet(
        set_id=one.pk,
        credential_id=credential.pk,
        jurisdiction=credential.jurisdiction,
        name=level.name or credential.credential_name,
        level=level.code,
        level_kind=level.kind or LevelKind.FULL,
        label=one.label,
        effective_from=one.effective_from,
        effective_until=one.effective_until,
        terms=_terms(one, own),
        rules=tuple([rule(row) for row in children.get((one.pk, None), ())]),
    )


def _own(credential_ids: Iterable[int]) -> dict[tuple[int, str, str], RequirementOverride]:
    """The organization's own figures of these credentials, by (credential, level, code)."""
    rows = RequirementOverride.objects.filter(archived_at__isnull=True, credential_id__in=list(credential_ids))
    return {(row.credential_id, row.level_code, row.requirement_code): row for row in rows}


def _terms(one: RequirementSet, own: dict[tuple[int, str, str], RequirementOverride]) -> Terms:
    def months(code: str) -> int | None:
        mine = own.get((one.level.credential_id, one.level.code, code))
        if mine is None:
            stored: int | None = getattr(one, code)
            return stored
        return int(mine.amount) if mine.required and mine.amount is not None else None

    return Terms(
        term_months=months("term_months"),
        renewal_options=tuple(one.renewal_options),
        on_fixed_date=one.on_fixed_date,
        fixed_dates=tuple([(int(day[:2]), int(day[3:])) for day in one.fixed_dates]),
        fixed_years=one.fixed_years,
        calendar_years=one.calendar_years,
        extensions=one.extensions,
        extension_months=one.extension_months,
        grace_months=months("grace_months"),
    )


def _overridden(rule: Rule, own: RequirementOverride) -> Rule:
    return replace(
        rule,
        required=own.required,
        amount=own.amount if own.required else None,
        overridden=True,
        override_reason=own.reason,
        catalogue_amount=rule.amount,
    )


def _citation(row: Any, one: RequirementSet | None, credential: CatalogueCredential) -> Citation:
    """A figure's own source, else its version's, else its credential's row."""
    title, url, year, confidence = next(
        (
            (level.source_title, level.source_url, level.source_year, level.confidence)
            for level in (row, one)
            if level is not None and level.source_title
        ),
        (credential.source_title, credential.source_url, credential.source_year, credential.confidence),
    )
    urls = tuple(part for part in url.split("; ") if part)
    return Citation(words=row.cites, title=title, urls=urls, year=year, confidence=confidence)


def plain_codes() -> list[tuple[str, str]]:
    """(code, words) of what every row of the catalogue has, and an organization may know better."""
    words = {
        "term_months": _("how long it lasts (months)"),
        "grace_months": _("late renewal after its last day (months)"),
    }
    asked = [(spec.code, str(RequirementKind(spec.kind).label)) for spec in requirements_of(CatalogueCredential())]
    return [*asked, *((code, words[code]) for code in OWN_TERMS)]


def figure_codes() -> list[tuple[str, str]]:
    """`plain_codes`, and after them what only some credentials or levels ask, in words with the code. One query."""
    plain = plain_codes()
    known = {code for code, _words in plain}
    rows = Requirement.objects.filter(requirement_set__replaced_at__isnull=True, parent=None).exclude(code__in=known)
    others = rows.order_by("kind", "code").values_list("code", "kind").distinct()
    words = {code: f"{RequirementKind(kind).label} ({code})" for code, kind in others}
    return [*plain, *words.items()]


def level_codes() -> list[tuple[str, str]]:
    """(code, words) of the levels that credentials have; the first, "", is the certification itself. One query."""
    names: dict[str, list[str]] = {}
    rows = CredentialLevel.objects.filter(retired_at__isnull=True).exclude(code="")
    for code, name, state in rows.order_by("code", "credential__jurisdiction").values_list(
        "code", "name", "credential__jurisdiction"
    ):
        names.setdefault(code, []).append(f"{name or code}, {state}")
    return [("", _("the certification itself")), *((code, "; ".join(said)) for code, said in names.items())]
