"""What a catalogue would change in the tables, and the change itself.

A version of requirements is never changed in place: another figure makes a new set, and the old one keeps its day of
replacement. An organization's own figures are read here to be told about, and are never written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.utils import timezone

from apps.access.scope import system_scope
from apps.certifications.catalogue.places import PLACES
from apps.certifications.catalogue.reading import Catalogue
from apps.certifications.catalogue.rows import COLUMNS, Key
from apps.certifications.catalogue.specs import (
    OWN_TERMS,
    Cite,
    LevelKey,
    LevelSpec,
    ReciprocitySpec,
    RequirementSpec,
    SetSpec,
    said_of_terms,
)
from apps.certifications.models import (
    CatalogueCredential,
    CertifyingBody,
    CredentialLevel,
    Jurisdiction,
    ReciprocityRule,
    Requirement,
    RequirementOverride,
    RequirementSet,
)

SetKey = tuple[str, str, str, int]  # jurisdiction, credential name, level code, version
CITED = ("cites", "source_title", "source_url", "source_year", "confidence")
PLAIN = (
    "code",
    "kind",
    "phase",
    "required",
    "amount",
    "unit",
    "topic",
    "upper",
    "share",
    "live",
    "within_months",
    "text",
)


@dataclass
class Difference:
    """What a file would change: new rows, changed fields as (old, new), rows it no longer has, rows it has again.

    `requirements` are the figures of each set that change, `own_figures` tells each organization's own figure that
    rests on one that changes; `unused` are rows that only the overlay speaks of.
    """

    added: list[Key] = field(default_factory=list)
    changed: dict[Key, dict[str, tuple[Any, Any]]] = field(default_factory=dict)
    retired: list[Key] = field(default_factory=list)
    returned: list[Key] = field(default_factory=list)
    same: int = 0
    new_sets: list[SetKey] = field(default_factory=list)
    gone_sets: list[SetKey] = field(default_factory=list)
    requirements: dict[SetKey, dict[str, tuple[str, str]]] = field(default_factory=dict)
    reciprocity: list[Key] = field(default_factory=list)
    own_figures: list[str] = field(default_factory=list)
    unused: list[Key] = field(default_factory=list)


def compare(catalogue: Catalogue) -> Difference:
    """What loading this catalogue would change in what is stored."""
    difference = Difference(unused=catalogue.unused)
    stored = _stored_rows()
    for key, row in catalogue.rows.items():
        if key not in stored:
            difference.added.append(key)
            continue
        before = stored[key]
        fields = {
            name: (getattr(before, name), getattr(row, name))
            for name in COLUMNS
            if getattr(before, name) != getattr(row, name)
        }
        if fields:
            difference.changed[key] = fields
        else:
            difference.same += 1
        if before.retired_at is not None:
            difference.returned.append(key)
    difference.retired = [key for key, row in stored.items() if key not in catalogue.rows and row.retired_at is None]
    _compare_sets(catalogue, difference)
    rules = _stored_rules()
    for key, spec in catalogue.specs.items():
        if rules.get(key, ()) != spec.reciprocity:
            difference.reciprocity.append(key)
    difference.own_figures = _own_figures(catalogue)
    return difference


def _compare_sets(catalogue: Catalogue, difference: Difference) -> None:
    wanted = _wanted_sets(catalogue)
    stored = _stored_sets()
    said: dict[int, dict[str, str]] = {}
    changed = [s.pk for key, s in stored.items() if key in wanted and s.fingerprint != wanted[key].fingerprint()]
    for row in _said_of(changed):
        said.setdefault(row[0], {})[row[1]] = row[2]
    for key, spec in wanted.items():
        if key not in stored:
            difference.new_sets.append(key)
        elif stored[key].pk in said or stored[key].fingerprint != spec.fingerprint():
            before = said.get(stored[key].pk, {}) | said_of_terms(stored[key].__dict__)
            after = spec.said()
            difference.requirements[key] = {
                code: (before.get(code, "-"), after.get(code, "-"))
                for code in {**before, **after}
                if before.get(code) != after.get(code)
            }
    difference.gone_sets = [key for key in stored if key not in wanted and (key[0], key[1]) in catalogue.rows]


def write(catalogue: Catalogue, difference: Difference) -> None:
    """Store the catalogue. What the file no longer has is retired and stays readable for those who hold it."""
    credentials = _write_rows(catalogue, difference)
    levels = _write_levels(catalogue, credentials)
    _write_sets(catalogue, difference, levels)
    for key in difference.reciprocity:
        _write_rules(credentials[key], catalogue.specs[key].reciprocity, credentials)


def said_in_catalogue(credential: CatalogueCredential, level_code: str, code: str) -> str:
    """What the present version of the catalogue says of one requirement or term; "" where it has no such row."""
    if code in OWN_TERMS:
        sets = RequirementSet.objects.filter(
            level__credential=credential, level__code=level_code, replaced_at__isnull=True
        )
        one = sets.order_by("-version").first()
        return "" if one is None else said_of_terms(one.__dict__)[code]
    rows = Requirement.objects.filter(
        requirement_set__level__credential=credential,
        requirement_set__level__code=level_code,
        requirement_set__replaced_at__isnull=True,
        code=code,
    )
    found = rows.order_by("-requirement_set__version").first()
    if found is None:
        return ""
    return next((said for _set, of, said in _said_of([found.requirement_set_id]) if of == code), "")


def _stored_rows() -> dict[Key, CatalogueCredential]:
    """By key; of a name that was retired and listed again, the listed row: it comes last."""
    rows = CatalogueCredential.objects.order_by(F("retired_at").asc(nulls_last=True), "pk")
    return {(row.jurisdiction, row.credential_name): row for row in rows}


def _wanted_sets(catalogue: Catalogue) -> dict[SetKey, SetSpec]:
    return {
        (*key, level.code, one.version): one
        for key, spec in catalogue.specs.items()
        for level in spec.levels
        for one in level.sets
    }


def _stored_sets() -> dict[SetKey, RequirementSet]:
    rows = RequirementSet.objects.filter(replaced_at__isnull=True).select_related("level__credential")
    return {
        (s.level.credential.jurisdiction, s.level.credential.credential_name, s.level.code, s.version): s for s in rows
    }


def _said_of(set_ids: list[int]) -> list[tuple[int, str, str]]:
    """(set, code, figure in a word) of the outermost requirements of these sets."""
    children: dict[int | None, list[Requirement]] = {}
    for row in Requirement.objects.filter(requirement_set_id__in=set_ids).order_by("requirement_set_id", "position"):
        children.setdefault(row.parent_id, []).append(row)

    def spec(row: Requirement) -> RequirementSpec:
        values = {name: getattr(row, name) for name in PLAIN}
        return RequirementSpec(**values, parts=tuple(spec(part) for part in children.get(row.pk, ())))

    return [(row.requirement_set_id, row.code, spec(row).said()) for row in children.get(None, ())]


def _stored_rules() -> dict[Key, tuple[ReciprocitySpec, ...]]:
    found: dict[Key, tuple[ReciprocitySpec, ...]] = {}
    rows = ReciprocityRule.objects.select_related("credential").prefetch_related("accepts").order_by("position")
    for rule in rows:
        key = (rule.credential.jurisdiction, rule.credential.credential_name)
        accepts = tuple(sorted((row.jurisdiction, row.credential_name) for row in rule.accepts.all()))
        cite = Cite(**{name: getattr(rule, name) for name in CITED})
        spec = ReciprocitySpec(rule.kind, tuple(rule.waives), accepts, rule.within_months, rule.text, cite)
        found[key] = (*found.get(key, ()), spec)
    return found


def _own_figures(catalogue: Catalogue) -> list[str]:
    """One sentence for each organization's own figure whose catalogue figure would change under it."""
    wanted = _wanted_sets(catalogue)
    last: dict[LevelKey, SetSpec] = {}
    for (place, name, level, _version), one in wanted.items():
        last[place, name, level] = one
    told = []
    with system_scope("a catalogue is compared with each organization's own figures"):
        rows = RequirementOverride.objects.filter(archived_at__isnull=True).select_related("credential", "organization")
        for own in rows.order_by("organization_id", "pk"):
            key = (own.credential.jurisdiction, own.credential.credential_name, own.level_code)
            after = last[key].said() if key in last else {}
            now = after.get(own.requirement_code, "no longer there")
            if now != own.rests_on:
                told.append(
                    f"{' / '.join(key[:2])}: {own.requirement_code}: {own.organization} keeps its own figure"
                    f" ({own.amount if own.required else 'not asked'});"
                    f" the catalogue said {own.rests_on or '-'} and now says {now}"
                )
    return told


def _write_rows(catalogue: Catalogue, difference: Difference) -> dict[Key, CatalogueCredential]:
    stored = _stored_rows()
    places, bodies = _named(catalogue)
    now = timezone.now()
    fresh, known = [], []
    for key, row in catalogue.rows.items():
        row.state = places[row.jurisdiction]
        row.body = bodies.get(row.certifying_body)
        if key in stored:
            row.pk = stored[key].pk
            row.loaded_at = now  # an update in bulk does not set it
            known.append(row)
        else:
            fresh.append(row)
    CatalogueCredential.objects.filter(pk__in=[stored[key].pk for key in difference.retired]).update(retired_at=now)
    changing = {*difference.changed, *difference.returned}
    touched = [
        row
        for row in known
        if (key := (row.jurisdiction, row.credential_name)) in changing
        or (stored[key].state_id, stored[key].body_id) != (row.state_id, row.body_id)
    ]
    CatalogueCredential.objects.bulk_update(touched, [*COLUMNS, "state", "body", "loaded_at", "retired_at"])
    CatalogueCredential.objects.bulk_create(fresh)
    return _stored_rows()


def _named(catalogue: Catalogue) -> tuple[dict[str, Jurisdiction], dict[str, CertifyingBody]]:
    """The places and the bodies that the file names, made where they are new."""
    known = set(Jurisdiction.objects.values_list("code", flat=True))
    Jurisdiction.objects.bulk_create(Jurisdiction(code=c, name=name) for c, name in PLACES.items() if c not in known)
    names = {row.certifying_body for row in catalogue.rows.values() if row.certifying_body}
    old = set(CertifyingBody.objects.filter(name__in=names).values_list("name", flat=True))
    CertifyingBody.objects.bulk_create([CertifyingBody(name=name) for name in sorted(names - old)])
    places = {place.code: place for place in Jurisdiction.objects.all()}
    return places, {body.name: body for body in CertifyingBody.objects.filter(name__in=names)}


def _write_levels(catalogue: Catalogue, credentials: dict[Key, CatalogueCredential]) -> dict[LevelKey, CredentialLevel]:
    wanted: dict[LevelKey, LevelSpec] = {
        (*key, level.code): level for key, spec in catalogue.specs.items() for level in spec.levels
    }
    rows = CredentialLevel.objects.bulk_create(
        [
            CredentialLevel(
                credential=credentials[key[0], key[1]],
                code=level.code,
                name=level.name,
                kind=level.kind,
                position=level.position,
            )
            for key, level in wanted.items()
        ],
        update_conflicts=True,
        unique_fields=["credential", "code"],
        update_fields=["name", "kind", "position", "retired_at"],
    )
    levels = dict(zip(wanted, rows, strict=True))
    for key, level in wanted.items():
        levels[key].leads_to = None if level.leads_to is None else levels[level.leads_to]
    CredentialLevel.objects.bulk_update(levels.values(), ["leads_to"])
    kept = [level.pk for level in levels.values()]
    listed = [credentials[key].pk for key in catalogue.rows]
    CredentialLevel.objects.filter(credential_id__in=listed).exclude(pk__in=kept).update(retired_at=timezone.now())
    return levels


def _write_sets(catalogue: Catalogue, difference: Difference, levels: dict[LevelKey, CredentialLevel]) -> None:
    stored = _stored_sets()
    over = [stored[key].pk for key in (*difference.requirements, *difference.gone_sets)]
    RequirementSet.objects.filter(pk__in=over).update(replaced_at=timezone.now())
    wanted = _wanted_sets(catalogue)
    fresh = [*difference.new_sets, *difference.requirements]
    sets = RequirementSet.objects.bulk_create(
        RequirementSet(
            level=levels[key[0], key[1], key[2]],
            version=wanted[key].version,
            label=wanted[key].label,
            effective_from=wanted[key].effective_from,
            effective_until=wanted[key].effective_until,
            fingerprint=wanted[key].fingerprint(),
            **wanted[key].terms,
            **wanted[key].cite.__dict__,
        )
        for key in fresh
    )
    waiting: list[tuple[RequirementSet, Requirement | None, int, RequirementSpec]] = [
        (one, None, number, spec)
        for key, one in zip(fresh, sets, strict=True)
        for number, spec in enumerate(wanted[key].requirements)
    ]
    while waiting:  # parents first: a part needs its parent's key
        rows = Requirement.objects.bulk_create(
            Requirement(
                requirement_set=one,
                parent=parent,
                position=number,
                holds=None if spec.holds is None else levels[spec.holds],
                **{name: getattr(spec, name) for name in PLAIN},
                **spec.cite.__dict__,
            )
            for one, parent, number, spec in waiting
        )
        waiting = [
            (one, row, part_number, part)
            for (one, _parent, _number, spec), row in zip(waiting, rows, strict=True)
            for part_number, part in enumerate(spec.parts)
        ]


def _write_rules(
    credential: CatalogueCredential, rules: tuple[ReciprocitySpec, ...], credentials: dict[Key, CatalogueCredential]
) -> None:
    old = ReciprocityRule.objects.filter(credential=credential)
    ReciprocityRule.accepts.through.objects.filter(reciprocityrule__in=old).delete()
    old.delete()
    for number, rule in enumerate(rules):
        row = ReciprocityRule.objects.create(
            credential=credential,
            position=number,
            kind=rule.kind,
            waives=list(rule.waives),
            within_months=rule.within_months,
            text=rule.text,
            **rule.cite.__dict__,
        )
        row.accepts.set([credentials[key] for key in rule.accepts])
