"""Literal lists of the groups app."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Format(models.TextChoices):
    """How people take part."""

    IN_PERSON = "in_person", _("In person")
    ONLINE = "online", _("Online")
    PHONE = "phone", _("By phone")
    HYBRID = "hybrid", _("In person and online")


class Visibility(models.TextChoices):
    """Who may find a group."""

    PUBLIC = "public", _("Everybody: it is on the public schedule")
    MEMBERS = "members", _("Only those who are in it, and staff")


class AttendanceMode(models.TextChoices):
    """What is written down about who came (12-step groups keep no names: head count at most)."""

    NAMED = "named", _("Names")
    HEAD_COUNT = "head_count", _("How many, no names")
    NONE = "none", _("Nothing")


class SessionState(models.TextChoices):
    """What became of one meeting of a group."""

    PLANNED = "planned", _("Planned")
    CANCELLED = "cancelled", _("Not this time")
    HELD = "held", _("Took place")


class Weekday(models.IntegerChoices):
    """Days as ISO 8601 numbers them, and as PostgreSQL's `isodow` does."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")
