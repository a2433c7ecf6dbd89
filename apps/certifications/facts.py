"""What is known of a person when a requirement is asked about: immutable, no health detail and no birth date.

Pure values only, so that evaluating is a function of stored facts and a day. Named tuples, because a whole platform's
evidence is made of them in one go (ten thousand people, a hundred thousand pieces).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _


class EvidenceKind(models.TextChoices):
    """What a piece of evidence speaks for."""

    TRAINING = "training", _("training")
    WORK = "work", _("peer support work")
    SUPERVISION = "supervision", _("supervision received")
    PRACTICUM = "practicum", _("practicum")
    EXAM = "exam", _("examination passed")
    EDUCATION = "education", _("schooling")
    REFERENCE = "reference", _("reference")
    BACKGROUND_CHECK = "background_check", _("background check")
    CONTINUING_EDUCATION = "continuing_education", _("continuing education")


class Unit(models.TextChoices):
    """What an amount counts."""

    HOURS = "hours", _("hours")
    DAYS = "days", _("days")
    MONTHS = "months", _("months")
    YEARS = "years", _("years")
    COURSES = "courses", _("courses")
    PIECES = "pieces", _("pieces")


class AttestationKind(models.TextChoices):
    """What a person says of themself, yes or nothing: never how or why."""

    LIVED_EXPERIENCE = "lived_experience", _("lived experience")
    FAMILY_EXPERIENCE = "family_experience", _("lived experience as family")
    RECOVERY = "recovery", _("time in recovery")
    AGE = "age", _("age")
    RESIDENCE = "residence", _("lives or works in the state")
    EMPLOYMENT = "employment", _("employed as the rule asks")


class SchoolLevel(models.TextChoices):
    """Schooling in rising order, as far as the catalogue tells levels apart."""

    ENROLLED = "enrolled", _("enrolled in school or a GED programme")
    HIGH_SCHOOL = "high_school", _("high school diploma or equivalent")
    COLLEGE = "college", _("one year of college")
    BACHELOR = "bachelor", _("bachelor degree")


class Evidence(NamedTuple):
    """One piece of evidence. `source` names the stored row ("supervision.session:12"): each counts once.

    `amount` is in `unit` (no topic: general). An examination has amount 1 (its pass mark is the body's matter), a
    background check and a reference one piece each, schooling its SchoolLevel as topic. `live` is how much of the
    amount was taught live, None where nobody wrote it down. Only what is `confirmed` (signed, verified) counts.
    """

    kind: str
    amount: Decimal
    unit: str
    topic: str
    started_on: date | None
    ended_on: date
    label: str
    source: str
    confirmed: bool = True
    live: Decimal | None = None
    jurisdiction: str = ""


class Attestation(NamedTuple):
    """What a person attested on a day, and until when it holds (None: no end).

    `at_least` and `at_most` are years of an age band, or `at_least` months in recovery. `jurisdiction` is the state
    of a residence or an employment.
    """

    kind: str
    attested_on: date
    source: str
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    jurisdiction: str = ""
    valid_until: date | None = None


class Held(NamedTuple):
    """A credential that a person holds or held. `expires_on` has its extensions in it; None is without an end.

    `letting_work` are the days between which it let its holder work, suspensions left out, oldest first.
    """

    credential_id: int
    jurisdiction: str
    name: str
    level: str
    status: str
    issued_on: date | None
    expires_on: date | None
    source: str
    letting_work: tuple[tuple[date, date | None], ...] = ()

    def worked_on(self, day: date) -> bool:
        """Whether it let its holder work on that day."""
        return any(start <= day and (end is None or day <= end) for start, end in self.letting_work)


class Facts(NamedTuple):
    """All that is known of one person, and nothing else."""

    person_id: int
    evidence: tuple[Evidence, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    held: tuple[Held, ...] = ()
