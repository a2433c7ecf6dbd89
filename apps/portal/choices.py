"""Literal lists of the portal."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Detail(models.TextChoices):
    """How much a client's own calendar says. Whoever else looks at the phone reads it too."""

    MASKED = "masked", _("Only the word “Appointment” and the time")
    NAMES = "names", _("What it is: the group’s name, or who you meet")
    FULL = "full", _("What it is, and where")
