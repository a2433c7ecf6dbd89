"""Literal lists of the certifications app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CredentialKind(models.TextChoices):
    """Whom a credential is for (families of 1 TAC 354.3203 and SAMHSA 2023)."""

    INTEGRATED = "integrated", _("mental health and substance use")
    MENTAL_HEALTH = "mental_health", _("mental health")
    SUBSTANCE_USE = "substance_use", _("substance use")
    FAMILY = "family", _("family")
    YOUTH = "youth", _("youth")
    FORENSIC = "forensic", _("forensic")


class Confidence(models.TextChoices):
    """How sure the catalogue is of a row."""

    HIGH = "high", _("well sourced")
    MEDIUM = "medium", _("partly sourced")
    LOW = "low", _("poorly sourced")


class Status(models.TextChoices):
    """Where a certification stands. Expiring and expired are read off the dates and never stored."""

    IN_TRAINING = "in_training", _("in training")
    APPLIED = "applied", _("applied for")
    PROVISIONAL = "provisional", _("provisional")
    CERTIFIED = "certified", _("certified")
    SUSPENDED = "suspended", _("suspended")
    REVOKED = "revoked", _("revoked")
    INACTIVE = "inactive", _("inactive")


LETS_WORK = (Status.PROVISIONAL, Status.CERTIFIED)
STATUS_STEPS: dict[str, tuple[str, ...]] = {
    Status.IN_TRAINING: (Status.APPLIED, Status.PROVISIONAL, Status.CERTIFIED, Status.INACTIVE),
    Status.APPLIED: (Status.IN_TRAINING, Status.PROVISIONAL, Status.CERTIFIED, Status.INACTIVE),
    Status.PROVISIONAL: (Status.CERTIFIED, Status.SUSPENDED, Status.REVOKED, Status.INACTIVE),
    Status.CERTIFIED: (Status.SUSPENDED, Status.REVOKED, Status.INACTIVE),
    Status.SUSPENDED: (Status.CERTIFIED, Status.PROVISIONAL, Status.REVOKED, Status.INACTIVE),
    Status.REVOKED: (Status.APPLIED,),
    Status.INACTIVE: (Status.IN_TRAINING, Status.APPLIED, Status.CERTIFIED),
}
EXPIRING_DAYS = 90


class StepReason(models.TextChoices):
    """Why a record moved from one state to the next. A list and no free text: nothing about anybody's health fits."""

    RECORDED = "recorded", _("recorded as it stands")
    APPLICATION = "application", _("application sent")
    REQUIREMENTS_MET = "requirements_met", _("requirements met")
    ISSUED = "issued", _("issued by the certifying body")
    BODY_DECIDED = "body_decided", _("decision of the certifying body")
    RENEWAL_MISSED = "renewal_missed", _("renewal missed")
    HOLDER_ASKED = "holder_asked", _("the holder asked for it")
    REINSTATED = "reinstated", _("reinstated by the certifying body")
    CORRECTED = "corrected", _("correction of a mistake")


class ExtensionReason(models.TextChoices):
    """Why a certifying body let a term go on."""

    HOURS_MISSING = "hours_missing", _("more time for supervised hours")
    RENEWAL_PENDING = "renewal_pending", _("renewal is being decided")
    BODY_EXTENDED = "body_extended", _("the certifying body extended it for everybody")
    OTHER = "other", _("another reason of the certifying body")


class Checked(models.TextChoices):
    """What was compared with a register."""

    NUMBER = "number", _("the number")
    STATUS = "status", _("the status")
    DATES = "dates", _("the dates")
    HOLDER = "holder", _("the holder's name")


class CheckResult(models.TextChoices):
    """What the register said."""

    AS_RECORDED = "as_recorded", _("as recorded here")
    DIFFERS = "differs", _("it differs")
    NOT_FOUND = "not_found", _("not found")


class DocumentKind(models.TextChoices):
    """What a document proves."""

    CERTIFICATE = "certificate", _("certificate")
    APPLICATION = "application", _("application or letter of the certifying body")
    TRAINING = "training", _("proof of training")
    HOURS = "hours", _("proof of hours")
    EXAM = "exam", _("examination result")
    OTHER = "other", _("another document")


class Paper(models.TextChoices):
    """On which paper somebody attested what the office writes down. A list and no free text: no story fits in it."""

    IN_PERSON = "", _("said by the person themself, here")
    OWN_FORM = "own_form", _("our own form, signed")
    BODY_FORM = "body_form", _("a form of the certifying body, signed")
    APPLICATION = "application", _("their signed application")
    LETTER = "letter", _("a signed letter that says yes")


class CourseOrigin(models.TextChoices):
    """Whose course it is."""

    OWN = "own", _("our own curriculum")
    EXTERNAL = "external", _("a course elsewhere")


class EntryState(models.TextChoices):
    """Whether something that was entered counts."""

    WAITING = "waiting", _("waits to be confirmed")
    CONFIRMED = "confirmed", _("confirmed")
    REFUSED = "refused", _("not confirmed")


ENTRY_STEPS: dict[str, tuple[str, ...]] = {
    EntryState.WAITING: (EntryState.CONFIRMED, EntryState.REFUSED),
    EntryState.CONFIRMED: (EntryState.REFUSED,),
    EntryState.REFUSED: (),
}


class Competency(models.TextChoices):
    """Twelve areas of peer work, worded from memory; no source is claimed for them to whoever reads them.

    They are meant to be the twelve categories of SAMHSA's (BRSS TACS) Core Competencies for Peer Workers in Behavioral
    Health Services, 2015. That document was not read. Only the title of the first was compared, with the list of the
    BJA COAP PRSS TTA Center (prss-tta.com/core-competencies); the others wait to be compared word by word.
    """

    RELATIONSHIPS = "relationships", _("Engages peers in collaborative and caring relationships")
    SUPPORT = "support", _("Provides support")
    LIVED_EXPERIENCE = "lived_experience", _("Shares lived experiences of recovery")
    PERSONAL = "personal", _("Personalizes peer support")
    PLANNING = "planning", _("Supports recovery planning")
    LINKING = "linking", _("Links to resources, services and supports")
    SKILLS = "skills", _("Provides information about skills related to health, wellness and recovery")
    CRISIS = "crisis", _("Helps peers to manage crises")
    COMMUNICATION = "communication", _("Values communication")
    TEAMWORK = "teamwork", _("Supports collaboration and teamwork")
    ADVOCACY = "advocacy", _("Promotes leadership and advocacy")
    GROWTH = "growth", _("Promotes growth and development")


class Level(models.IntegerChoices):
    """How far somebody is in one category."""

    BEGINS = 1, _("beginning")
    PRACTISES = 2, _("practising with support")
    DOES = 3, _("doing it on one's own")
    TEACHES = 4, _("helping others learn it")
