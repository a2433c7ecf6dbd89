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
    ALIAS = "alias", _("An alias that each chooses, no names")
    HEAD_COUNT = "head_count", _("How many, no names")
    NONE = "none", _("Nothing")


KEEPS_PEOPLE = (AttendanceMode.NAMED, AttendanceMode.ALIAS)  # in these somebody can be "in" the group
COUNTS_PEOPLE = (*KEEPS_PEOPLE, AttendanceMode.HEAD_COUNT)


class SessionState(models.TextChoices):
    """What became of one meeting of a group."""

    PLANNED = "planned", _("Planned")
    CANCELLED = "cancelled", _("Not this time")
    HELD = "held", _("Took place")


class Mark(models.TextChoices):
    """What a leader says of somebody at a session."""

    HERE = "here", _("Here")
    MISSED = "missed", _("Did not come")
    TOLD_US = "told_us", _("Said they can’t come")
    UNKNOWN = "unknown", _("Not known")


class Weekday(models.IntegerChoices):
    """Days as ISO 8601 numbers them, and as PostgreSQL's `isodow` does."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


class Frequency(models.TextChoices):
    """What a rule counts in."""

    WEEKLY = "weekly", _("By the week")
    MONTHLY = "monthly", _("By the month, on a weekday")


class Position(models.IntegerChoices):
    """Which of a month's weekdays, as RFC 5545 numbers them (BYDAY=2TU, -1TU)."""

    FIRST = 1, _("the first")
    SECOND = 2, _("the second")
    THIRD = 3, _("the third")
    FOURTH = 4, _("the fourth")
    FIFTH = 5, _("the fifth, where there is one")
    LAST = -1, _("the last")


class DateKind(models.TextChoices):
    """What a single date changes about a rule: an RDATE or an EXDATE."""

    EXTRA = "extra", _("also meets")
    LEFT_OUT = "left_out", _("does not meet")


class Membership(models.TextChoices):
    """How people belong to a group."""

    DROP_IN = "drop_in", _("Drop-in: come when you like")
    COHORT = "cohort", _("The same people from beginning to end")
    RESIDENTIAL = "residential", _("Residential: people stay there")
    ONE_TO_ONE = "one_to_one", _("One to one")
    MATCHED_PAIR = "matched", _("A matched pair")
    SCHOOL_TEAM = "school", _("A team at a school")
