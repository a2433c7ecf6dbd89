"""Literal lists of the organizations app."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kit.calling import called

EXPORT_DAYS = timedelta(days=7)  # how long a list that was taken out can be opened, and is kept


class Role(models.TextChoices):
    """What a member of an organization is there for. What each may do is in `roles.py`."""

    ADMINISTRATOR = "administrator", _("Administrator")
    COORDINATOR = "coordinator", _("Coordinator")
    SUPERVISOR = "supervisor", _("Supervisor")
    PEER_SPECIALIST = "peer_specialist", called("specialist", _("Peer specialist"))
    VOLUNTEER_FACILITATOR = "volunteer_facilitator", _("Volunteer facilitator")
    CLINICAL_CONTACT = "clinical_contact", _("Clinical contact")
    TRANSLATOR = "translator", _("Translator")
    EVALUATOR = "evaluator", _("Evaluator")
    AUDITOR = "auditor", _("Auditor")
    OBSERVER = "observer", _("Observer")
    PARTNER = "partner", _("Partner")


class Relationship(models.TextChoices):
    """What somebody who works here is to a person whose record is closed to them. Private."""

    SELF = "self", _("It is me")
    FAMILY = "family", _("Family")
    HOUSEMATE = "housemate", _("We live together")
    SPONSOR = "sponsor", _("Sponsor or sponsee")
    FORMER_PARTNER = "former_partner", _("Former partner")
    OTHER = "other", _("Something else")


class OrganizationKind(models.TextChoices):
    """The platform itself has one row, so that what it sends has somewhere to be recorded."""

    PEER_RUN = "peer_run", _("Peer-run organization")
    PLATFORM = "platform", _("The platform itself")


class Feature(models.TextChoices):
    """What an organization may turn off. What is off is seen by nobody: no link leads there, its addresses are 404."""

    PUBLIC_SCHEDULE = "public_schedule", _("The schedule for everybody, without a sign-in")
    FAMILY = "family", _("Pages for family members")
    MATERIALS = "materials", _("Things to read")
    OUTREACH = "outreach", _("Reminders and follow-up by message")
    SUPERVISION = "supervision", _("Supervision")
    CERTIFICATIONS = "certifications", _("Certifications")
    TEXT_SIGN_IN = "text_sign_in", _("Signing in with a code by text")


class PolicyKind(models.TextChoices):
    """What a document of the organization is about. Rights are for everybody; the others are for who works there."""

    SCOPE = "scope", _("Scope of practice")
    ETHICS = "ethics", _("Ethics")
    SAFETY = "safety", _("Safety protocol")
    RIGHTS = "rights", _("Rights and grievances")
    OTHER = "other", _("Another policy")


class Resource(models.TextChoices):
    """What a reservation holds. Never a client."""

    PERSON = "person", _("Staff member")
    ROOM = "room", _("Room")
    BED = "bed", _("Bed")


class AccessFact(models.TextChoices):
    """What a place has for those who need it, as one looks for it before leaving home.

    After the parts of an accessible route and the assistive listening of the 2010 ADA Standards (4 and 7), in the words
    of those who ask.
    """

    STEP_FREE = "step_free", _("No steps on the way in")
    TOILET = "toilet", _("Accessible toilet")
    HEARING_LOOP = "hearing_loop", _("Hearing loop")
    QUIET_ROOM = "quiet_room", _("Quiet room")
    LOW_SCENT = "low_scent", _("Free of perfume and scent")
    PARKING = "parking", _("Accessible parking")
    TRANSIT = "transit", _("Close to a bus or train")


class InvitationWay(models.TextChoices):
    """How an invitation reaches who is invited."""

    MAIL = "mail", _("By mail")
    CARD = "card", _("On a printed card")


class InvitationState(models.TextChoices):
    """Where an invitation stands; follows from its times."""

    OPEN = "open", _("Waiting for an answer")
    ACCEPTED = "accepted", _("Accepted")
    TOO_OLD = "too_old", _("Too old")
    ENDED = "ended", _("Ended")


class RowFate(models.TextChoices):
    """What became of one line of a sheet that was brought in."""

    STANDS = "stands", _("stands")
    UNDONE = "undone", _("undone")
    LEFT = "left", _("left: changed or used since")


class ExportState(models.TextChoices):
    """Where a long list on its way into a file stands."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("being written")
    READY = "ready", _("ready")
    REFUSED = "refused", _("no longer allowed")
    TOO_LARGE = "too_large", _("too long for one file")
