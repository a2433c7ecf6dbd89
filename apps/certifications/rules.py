"""What a state asks, as plain immutable values: the catalogue's rows once read, ready to be asked about a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _


class RequirementKind(models.TextChoices):
    """What is asked. The first ones are counted in evidence, then what is attested, then what joins other rows."""

    TRAINING = "training", _("training")
    WORK = "work", _("peer support work")
    SUPERVISION = "supervision", _("supervision received")
    PRACTICUM = "practicum", _("practicum")
    EXAM = "exam", _("examination")
    REFERENCE = "reference", _("references")
    BACKGROUND_CHECK = "background_check", _("background check")
    CONTINUING_EDUCATION = "continuing_education", _("continuing education")
    EDUCATION = "education", _("schooling")
    AGE = "age", _("age")
    LIVED_EXPERIENCE = "lived_experience", _("lived experience")
    RECOVERY = "recovery", _("time in recovery")
    RESIDENCE = "residence", _("living or working in the state")
    EMPLOYMENT = "employment", _("employment")
    HOLDS = "holds", _("another credential")
    ANY_OF = "any_of", _("one of these")
    ALL_OF = "all_of", _("all of these")
    OTHER = "other", _("also asked")


COUNTED = frozenset(
    {
        RequirementKind.TRAINING,
        RequirementKind.WORK,
        RequirementKind.SUPERVISION,
        RequirementKind.PRACTICUM,
        RequirementKind.EXAM,
        RequirementKind.REFERENCE,
        RequirementKind.BACKGROUND_CHECK,
        RequirementKind.CONTINUING_EDUCATION,
    }
)


class Phase(models.TextChoices):
    """When it is asked."""

    ENTRY = "entry", _("to be certified")
    RENEWAL = "renewal", _("to renew")


class LevelKind(models.TextChoices):
    """What a level of a credential is."""

    FULL = "full", _("certification")
    PROVISIONAL = "provisional", _("provisional level")
    DESIGNATION = "designation", _("designation on top")


class ReciprocityKind(models.TextChoices):
    """What a certifying body does with a credential from elsewhere."""

    ICRC_TRANSFER = "icrc_transfer", _("transfer between boards of IC&RC")
    EQUIVALENCE = "equivalence", _("holders from states with equal requirements are certified")
    ACCEPTS = "accepts", _("certain credentials are accepted")
    WAIVER = "waiver", _("parts may be waived")
    EXPERIENCE_COUNTS = "experience_counts", _("hours from elsewhere count")
    PROCESS = "process", _("there is a way, its terms are not known")
    FRESH_APPLICATION = "fresh_application", _("one applies anew")
    NONE = "none", _("not accepted")


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a figure is written: the words or the column it rests on, its source, and how sure that is."""

    words: str
    title: str
    urls: tuple[str, ...]
    year: int | None
    confidence: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One requirement. `amount` None is not known, 0 is none asked; `required` None is not known, False not asked.

    `parts` are minimums inside a counted row ("of these 16 in ethics"), or the rows that ANY_OF and ALL_OF join. A
    part's `share` is of its parent's amount; `live` counts only what was taught live. `upper` is the end of an age
    band, in years. `within_months` is how long evidence keeps counting. `holds` are the credentials of which one must
    be held, at `holds_level`; a provisional record is enough only where that level is one. Where an organization's own
    figure stands here, `catalogue_amount` is the catalogue's.
    """

    code: str
    kind: str
    phase: str
    citation: Citation
    required: bool | None = True
    amount: Decimal | None = None
    unit: str = ""
    topic: str = ""
    upper: Decimal | None = None
    share: Decimal | None = None
    live: bool = False
    within_months: int | None = None
    text: str = ""
    holds: frozenset[int] = frozenset()
    holds_level: str = ""
    holds_provisional: bool = False
    parts: tuple[Rule, ...] = ()
    overridden: bool = False
    override_reason: str = ""
    catalogue_amount: Decimal | None = None


class FixedYears(models.TextChoices):
    """In which years a fixed date ends a term."""

    EVERY = "", _("every year")
    ODD = "odd", _("odd years")
    EVEN = "even", _("even years")


@dataclass(frozen=True, slots=True)
class Terms:
    """How long it lasts. None is not known. `renewal_options` are terms the holder may choose, in months.

    `on_fixed_date`: it ends on a day of the calendar and not some months after it was issued; `fixed_dates` are these
    days as (month, day), where they are known, in `fixed_years`. `calendar_years`: continuing education is counted by
    the calendar year, whenever the term ends.
    """

    term_months: int | None = None
    renewal_options: tuple[int, ...] = ()
    on_fixed_date: bool | None = None
    fixed_dates: tuple[tuple[int, int], ...] = ()
    fixed_years: str = ""
    calendar_years: bool = False
    extensions: int | None = None
    extension_months: int | None = None
    grace_months: int | None = None


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One version of what one level of a credential asks."""

    set_id: int
    credential_id: int
    jurisdiction: str
    name: str
    level: str
    level_kind: str
    label: str
    effective_from: date | None
    effective_until: date | None
    terms: Terms
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class ReciprocityTerm:
    """What a certifying body says of credentials from elsewhere. `waives` are the kinds of requirement it may waive."""

    kind: str
    citation: Citation
    waives: frozenset[str] = frozenset()
    accepts: frozenset[int] = frozenset()
    within_months: int | None = None
    text: str = ""
