"""What a catalogue and its overlay say together: plain values, compared with and then written to the tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

LevelKey = tuple[str, str, str]  # jurisdiction, credential name, level code


@dataclass(frozen=True)
class Cite:
    """The words or the column that a figure rests on; a source, year or confidence only where it is not the row's."""

    cites: str = ""
    source_title: str = ""
    source_url: str = ""
    source_year: int | None = None
    confidence: str = ""


@dataclass(frozen=True)
class RequirementSpec:
    """One requirement: the columns of the Requirement model, `holds` by key, and its parts."""

    code: str
    kind: str
    phase: str = "entry"
    required: bool | None = None
    amount: Decimal | None = None
    unit: str = ""
    topic: str = ""
    upper: Decimal | None = None
    share: Decimal | None = None
    live: bool = False
    within_months: int | None = None
    text: str = ""
    holds: LevelKey | None = None
    cite: Cite = Cite()
    parts: tuple[RequirementSpec, ...] = ()

    def said(self) -> str:
        """The figure in a word, for a diff and for what an organization's own figure rests on."""
        if self.required is None:
            return "not known"
        if not self.required:
            return "not asked"
        amount = "" if self.amount is None else f"{self.amount.normalize():f} {self.unit}".strip()
        upper = "" if self.upper is None else f"to {self.upper.normalize():f}"
        own = " ".join(part for part in (amount, upper, self.topic, self.text) if part) or "asked"
        return f"{own} ({'; '.join(f'{part.code}: {part.said()}' for part in self.parts)})" if self.parts else own


# Of how long a level lasts, what an organization may know better than the catalogue: counted in months.
OWN_TERMS = ("term_months", "grace_months")


def said_of_terms(terms: Mapping[str, Any]) -> dict[str, str]:
    """How long a level lasts, each figure in a word, by its code."""
    said = {code: "not known" if terms.get(code) is None else f"{terms[code]} months" for code in OWN_TERMS}
    others = ("renewal_options", "fixed_dates", "fixed_years", "calendar_years", "extensions", "extension_months")
    return said | {code: str(terms[code]) for code in others if terms.get(code)}


@dataclass(frozen=True)
class SetSpec:
    """One version of what a level asks."""

    version: int
    label: str
    requirements: tuple[RequirementSpec, ...]
    terms: dict[str, Any] = field(default_factory=dict)
    cite: Cite = Cite()
    effective_from: date | None = None
    effective_until: date | None = None

    def said(self) -> dict[str, str]:
        """Each figure in a word, by its code."""
        return {r.code: r.said() for r in self.requirements} | said_of_terms(self.terms)

    def fingerprint(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True)
class LevelSpec:
    """A level of a credential with its versions, the present one last."""

    code: str
    name: str
    kind: str
    position: int
    sets: tuple[SetSpec, ...]
    leads_to: LevelKey | None = None


@dataclass(frozen=True)
class ReciprocitySpec:
    """A rule of reciprocity."""

    kind: str
    waives: tuple[str, ...] = ()
    accepts: tuple[tuple[str, str], ...] = ()
    within_months: int | None = None
    text: str = ""
    cite: Cite = Cite()


@dataclass(frozen=True)
class CredentialSpec:
    """All that is said of one credential beside its row."""

    levels: tuple[LevelSpec, ...]
    reciprocity: tuple[ReciprocitySpec, ...] = ()
