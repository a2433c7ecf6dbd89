"""Literal lists of the clients app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FamilyTie(models.TextChoices):
    """What a family member is to a client, as the client says it."""

    PARENT = "parent", _("Parent")
    GUARDIAN = "guardian", _("Legal guardian")
    PARTNER = "partner", _("Partner")
    SIBLING = "sibling", _("Brother or sister")
    CHILD = "child", _("Son or daughter")
    FRIEND = "friend", _("Friend")
    OTHER = "other", _("Someone close")


GUARDIANS = (FamilyTie.PARENT, FamilyTie.GUARDIAN)  # who may agree for somebody under 18


class ErasureReason(models.TextChoices):
    """Why a record is erased. A list and no words of one's own: what is written down must name nobody."""

    ASKED = "asked", _("The person asked for it")
    TIME_OVER = "time_over", _("The time of keeping is over")
    ORDERED = "ordered", _("A court or an authority ordered it")


class ErasureState(models.TextChoices):
    """Where the erasure of a record stands."""

    ASKED = "asked", _("Waits for a second person")
    APPROVED = "approved", _("Two have agreed, it is carried out next")
    DONE = "done", _("Erased")
    ENDED = "ended", _("Taken back or too old")


class GrievanceState(models.TextChoices):
    """Where a grievance stands."""

    OPEN = "open", _("Received")
    IN_WORK = "in_work", _("Being looked into")
    ANSWERED = "answered", _("Answered")
    WITHDRAWN = "withdrawn", _("Taken back by the client")
