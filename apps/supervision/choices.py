"""Literal lists of the supervision app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Mode(models.TextChoices):
    """How supervision was held."""

    INDIVIDUAL = "individual", _("One to one")
    GROUP = "group", _("In a group")
    OBSERVATION = "observation", _("Observation at work")
    CO_SUPERVISION = "co_supervision", _("Co-supervision")


class Place(models.TextChoices):
    """Where supervision was held."""

    IN_PERSON = "in_person", _("In person")
    VIDEO = "video", _("By video")
    PHONE = "phone", _("By phone")


class NoteState(models.TextChoices):
    """Where a supervision note stands."""

    DRAFT = "draft", _("Being written")
    SUBMITTED = "submitted", _("Waits for the supervisor")
    RETURNED = "returned", _("Returned to its author")
    SIGNED = "signed", _("Signed and locked")


# a note is written in these states; in the others it stands still
OPEN_STATES = (NoteState.DRAFT, NoteState.RETURNED)

MOVES: dict[str, tuple[str, ...]] = {
    NoteState.DRAFT: (NoteState.SUBMITTED,),
    NoteState.SUBMITTED: (NoteState.RETURNED, NoteState.SIGNED),
    NoteState.RETURNED: (NoteState.SUBMITTED,),
    NoteState.SIGNED: (),
}

# the parts of a note's text, in the order they are read
PARTS = {
    "reviewed": _("What we looked at"),
    "decided": _("What we decided"),
    "actions": _("Actions"),
}
