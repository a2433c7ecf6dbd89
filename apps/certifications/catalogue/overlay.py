"""The overlay (TOML): structure that a table can't hold, each figure citing the words of its row that it rests on.

It may say nothing that its row does not: `note` must stand word for word in the row's notes, reciprocity note or
education, `column` must be a column that is filled, or a `source` of its own (title, url, year, confidence) is given.
What it does not mention stays as the row says, and what neither says stays unknown.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from apps.certifications.catalogue.defaults import requirements_of
from apps.certifications.catalogue.problems import CatalogueError
from apps.certifications.catalogue.rows import ADDRESS, COLUMNS, Key, text_of
from apps.certifications.catalogue.specs import (
    Cite,
    CredentialSpec,
    LevelKey,
    LevelSpec,
    ReciprocitySpec,
    RequirementSpec,
    SetSpec,
)
from apps.certifications.choices import Confidence
from apps.certifications.facts import SchoolLevel, Unit
from apps.certifications.models import CatalogueCredential
from apps.certifications.rules import FixedYears, LevelKind, Phase, ReciprocityKind, RequirementKind

CITING = {"note", "column", "source"}
TERMS = {
    "term_months", "renewal_options", "on_fixed_date", "fixed_dates", "fixed_years", "calendar_years", "extensions",
    "extension_months", "grace_months",
}  # fmt: skip
CREDENTIAL = {"row", "requirement", "terms", "level", "version", "reciprocity", "kind", "leads_to", *CITING}
REQUIREMENT = {
    "code", "kind", "phase", "required", "amount", "unit", "topic", "upper", "share", "live", "within_months", "text",
    "holds", "parts", *CITING,
}  # fmt: skip
LEVEL = {"code", "name", "kind", "without", "blank", "leads_to", "requirement", *TERMS, *CITING}
VERSION = {"label", "effective_from", "effective_until", "requirement", *CITING}
RECIPROCITY = {"kind", "waives", "accepts", "within_months", "text", *CITING}
CHOICES: dict[str, Any] = {"kind": RequirementKind, "phase": Phase, "unit": Unit}


class _EntryError(ValueError):
    """One reason why an entry can't be used."""


def read_overlay(path: Path, rows: dict[Key, CatalogueCredential]) -> tuple[dict[Key, CredentialSpec], list[Key]]:
    """What is said of each row, and the keys that the overlay speaks of and the table no longer has.

    Raises CatalogueError with the line of each entry that is wrong.
    """
    text = text_of(path)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError([f"{path.name}: {error}"]) from error
    problems: list[str] = []
    entries: dict[Key, dict[str, Any]] = {}
    unused: list[Key] = []
    for entry in document.get("credential", []):
        key = tuple(str(part) for part in entry.get("row", ()))
        place = f"{path.name}: line {_line_of(text, key)}: {' / '.join(key) or 'an entry without a row'}"
        if len(key) != 2:
            problems.append(f"{place}: `row` is the state and the name of a credential")
        elif key in entries:
            problems.append(f"{place}: stands in the overlay twice")
        elif key not in rows:
            unused.append(key)
        else:
            entries[key] = entry
    specs: dict[Key, CredentialSpec] = {}
    for key, row in rows.items():
        try:
            specs[key] = _Reader(row, rows).credential(entries.get(key, {}))
        except _EntryError as error:
            problems.append(f"{path.name}: line {_line_of(text, key)}: {' / '.join(key)}: {error}")
    levels = {(*key, level.code) for key, spec in specs.items() for level in spec.levels}
    for key, spec in specs.items():
        for target in _targets(spec):
            if target not in levels and not problems:
                place = f"{path.name}: line {_line_of(text, key)}: {' / '.join(key)}"
                problems.append(f"{place}: there is no level {' / '.join(target)}")
    if problems:
        raise CatalogueError(problems)
    return specs, unused


def _targets(spec: CredentialSpec) -> list[LevelKey]:
    """The levels that an entry points at."""

    def of(requirement: RequirementSpec) -> list[LevelKey]:
        own = [] if requirement.holds is None else [requirement.holds]
        return [*own, *(target for part in requirement.parts for target in of(part))]

    found = [level.leads_to for level in spec.levels if level.leads_to is not None]
    return [*found, *(t for level in spec.levels for one in level.sets for r in one.requirements for t in of(r))]


def plain(rows: dict[Key, CatalogueCredential]) -> dict[Key, CredentialSpec]:
    """What the rows say by themselves, without an overlay."""
    return {key: _Reader(row, rows).credential({}) for key, row in rows.items()}


def _line_of(text: str, key: tuple[str, ...]) -> int:
    """The line on which an entry names its row; TOML's reader does not tell."""
    if len(key) != 2:
        return 1
    at = text.find(f'"{key[0]}", "{key[1]}"')
    return text.count("\n", 0, max(at, 0)) + 1


class _Reader:
    """Reads one row's entry."""

    def __init__(self, row: CatalogueCredential, rows: dict[Key, CatalogueCredential]) -> None:
        self.row, self.rows = row, rows
        self.key: Key = (row.jurisdiction, row.credential_name)

    def credential(self, entry: dict[str, Any]) -> CredentialSpec:
        _only(entry, CREDENTIAL, "the entry")
        present = self._requirements(requirements_of(self.row), entry.get("requirement", []))
        terms_entry = entry.get("terms", {})
        _only(terms_entry, TERMS | CITING, "terms")
        terms = {"term_months": self.row.renewal_months, **_terms(terms_entry)}
        sets = self._versions(entry.get("version", []))
        sets.append(
            SetSpec(len(sets) + 1, "current", tuple(present), terms, self._cite(terms_entry, needed=bool(terms_entry)))
        )
        kind = _choice(LevelKind, entry.get("kind", LevelKind.FULL), "kind")
        leads_to = self._level_key(entry["leads_to"]) if "leads_to" in entry else None
        levels = [LevelSpec("", "", kind, 0, tuple(sets), leads_to)]
        for number, level in enumerate(entry.get("level", []), start=1):
            levels.append(self._level(level, number, present))
        rules = tuple(self._reciprocity(rule) for rule in entry.get("reciprocity", []))
        return CredentialSpec(tuple(levels), rules)

    def _level(self, entry: dict[str, Any], position: int, present: list[RequirementSpec]) -> LevelSpec:
        _only(entry, LEVEL, "a level")
        for name in ("code", "name"):
            if not entry.get(name):
                raise _EntryError(f"a level has no {name}")
        base = [] if entry.get("blank") else [r for r in present if r.code not in entry.get("without", [])]
        requirements = self._requirements(base, entry.get("requirement", []))
        one = SetSpec(1, "current", tuple(requirements), _terms(entry), self._cite(entry))
        leads_to = self._level_key(entry["leads_to"]) if "leads_to" in entry else None
        kind = _choice(LevelKind, entry.get("kind", LevelKind.FULL), "kind")
        return LevelSpec(entry["code"], entry["name"], kind, position, (one,), leads_to)

    def _versions(self, entries: list[dict[str, Any]]) -> list[SetSpec]:
        """Earlier versions in their order. Of these only what the overlay says is known."""
        sets = []
        for number, entry in enumerate(entries, start=1):
            _only(entry, VERSION, "a version")
            if not entry.get("label"):
                raise _EntryError("a version has no label")
            blank = [
                replace(r, required=None, amount=None, topic="", text="", parts=(), cite=Cite())
                for r in requirements_of(self.row)
            ]
            requirements = tuple(self._requirements(blank, entry.get("requirement", [])))
            days = [entry.get(name) for name in ("effective_from", "effective_until")]
            if any(day is not None and not isinstance(day, date) for day in days):
                raise _EntryError("a version's days are dates")
            sets.append(SetSpec(number, entry["label"], requirements, {}, self._cite(entry), days[0], days[1]))
        return sets

    def _requirements(self, base: list[RequirementSpec], entries: list[dict[str, Any]]) -> list[RequirementSpec]:
        found = {spec.code: spec for spec in base}
        for entry in entries:
            spec = self._requirement(entry, found.get(entry.get("code", "")), None)
            found[spec.code] = spec
        codes = [code for spec in found.values() for code in _codes(spec)]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise _EntryError(f"the code {twice[0]} stands there twice")
        return list(found.values())

    def _requirement(
        self, entry: dict[str, Any], before: RequirementSpec | None, whole: RequirementSpec | None
    ) -> RequirementSpec:
        _only(entry, REQUIREMENT, "a requirement")
        code = entry.get("code", "")
        if not code:
            raise _EntryError("a requirement has no code")
        spec = before or RequirementSpec(
            code,
            whole.kind if whole and whole.kind not in ("any_of", "all_of") else "",
            whole.phase if whole else Phase.ENTRY,
            unit=whole.unit if whole else "",
        )
        changes: dict[str, Any] = {"required": entry.get("required", True)}
        for name in ("topic", "text", "live", "within_months"):
            if name in entry:
                changes[name] = entry[name]
        for name, choices in CHOICES.items():
            if name in entry:
                changes[name] = _choice(choices, entry[name], name)
        for name in ("amount", "upper", "share"):
            if name in entry:
                changes[name] = None if entry[name] == "unknown" else _number(entry[name], name)
        if "holds" in entry:
            changes["holds"] = self._level_key(entry["holds"])
        cited = CITING & entry.keys()
        changes["cite"] = self._cite(entry) if cited or whole is None else whole.cite
        spec = replace(spec, **changes)
        if not spec.kind:
            raise _EntryError(f"{code} has no kind")
        if spec.kind == RequirementKind.EDUCATION and spec.topic not in SchoolLevel.values:
            raise _EntryError(f"{code}: “{spec.topic}” is no level of schooling")
        if "parts" in entry:
            spec = replace(spec, parts=tuple(self._requirement(part, None, spec) for part in entry["parts"]))
        return spec

    def _reciprocity(self, entry: dict[str, Any]) -> ReciprocitySpec:
        _only(entry, RECIPROCITY, "a rule of reciprocity")
        accepts = tuple(sorted(self._level_key(key)[:2] for key in entry.get("accepts", [])))
        return ReciprocitySpec(
            _choice(ReciprocityKind, entry.get("kind", ""), "kind"),
            tuple(_choice(RequirementKind, kind, "waives") for kind in entry.get("waives", [])),
            accepts,
            entry.get("within_months"),
            entry.get("text", ""),
            self._cite(entry),
        )

    def _level_key(self, value: list[str]) -> LevelKey:
        key = (*value, "", "")[:3] if len(value) > 1 else (*self.key, *value)
        if (key[0], key[1]) not in self.rows:
            raise _EntryError(f"it points at {' / '.join(value)}, which the table does not have")
        return key[0], key[1], key[2]

    def _cite(self, entry: dict[str, Any], *, needed: bool = True) -> Cite:
        source = entry.get("source", {})
        _only(source, {"title", "url", "year", "confidence"}, "a source")
        row = self.row
        words = ""
        if "note" in entry:
            words = entry["note"]
            if not any(words in text for text in (row.notes, row.reciprocity_note, row.education) if text):
                raise _EntryError(f"it cites “{words}”, which the row does not say")
        elif "column" in entry:
            column = entry["column"]
            if column not in COLUMNS or getattr(row, column) in (None, ""):
                raise _EntryError(f"it cites the column {column}, which the row leaves empty")
            words = f"column {column}"
        if source:
            if not source.get("title") or not ADDRESS.fullmatch(source.get("url", "")):
                raise _EntryError("a source has a title and a web address")
            confidence = _choice(Confidence, source.get("confidence", ""), "confidence")
            return Cite(words, source["title"], source["url"], source.get("year"), confidence)
        if needed and not words:
            raise _EntryError("a figure cites nothing: give its note, its column or a source")
        return Cite(words)


def _terms(entry: dict[str, Any]) -> dict[str, Any]:
    """How long it lasts, of an entry. A fixed date is written "09-30" and says by itself that there is one."""
    terms = {name: entry[name] for name in TERMS if name in entry}
    dates = terms.get("fixed_dates", [])
    for day in dates if isinstance(dates, list) else [dates]:
        if not _is_date_of_year(day):
            raise _EntryError(f"fixed_dates: “{day}” is no date of the year, like “09-30”")
    if dates:
        if terms.setdefault("on_fixed_date", True) is not True:
            raise _EntryError("fixed_dates: there are dates, and on_fixed_date denies it")
        terms["fixed_dates"] = sorted(set(dates))
    if terms.get("fixed_years"):
        _choice(FixedYears, terms["fixed_years"], "fixed_years")
        if not dates:
            raise _EntryError("fixed_years: which dates of these years are meant?")
    for name, value in terms.items():
        whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        if (name.endswith("_months") or name == "extensions") and not (whole or value is None):
            raise _EntryError(f"{name}: “{value}” is not a whole number of zero or more")
    return terms


def _is_date_of_year(day: Any) -> bool:
    try:
        return isinstance(day, str) and len(day) == 5 and date.fromisoformat(f"2000-{day}") is not None
    except ValueError:
        return False


def _codes(spec: RequirementSpec) -> list[str]:
    return [spec.code, *(code for part in spec.parts for code in _codes(part))]


def _only(entry: Any, known: set[str], what: str) -> None:
    if not isinstance(entry, dict):
        raise _EntryError(f"{what} is not a table")
    unknown = sorted(set(entry) - known)
    if unknown:
        raise _EntryError(f"{what} has “{unknown[0]}”, which is not known")


def _choice(choices: Any, value: Any, name: str) -> str:
    if value not in choices.values:
        raise _EntryError(f"{name}: “{value}” is not one of {', '.join(choices.values)}")
    return str(value)


def _number(value: Any, name: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise _EntryError(f"{name}: “{value}” is not a number of zero or more")
    return Decimal(str(value))
