"""Wall time in a named zone, and the instant it means.

What a person plans ("Tuesday 5:30 pm in Chicago") is kept as wall time with the name of a zone, for the rules
of summer time change after it was planned. One rule turns it into an instant, here and in PostgreSQL alike: a
time that the clock skips moves forward by what was skipped, and a time that comes twice is the first of the
two. Each function has a twin in SQL (made by kit's first migration, offered below as expressions), and a
property test holds the two equal wherever Python's and PostgreSQL's own copies of the zone rules agree.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Func
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

__all__ = [
    "InSendingHours",
    "Instant",
    "LocalDate",
    "LocalTime",
    "NextSendingTime",
    "TimeZoneField",
    "WallTime",
    "in_sending_hours",
    "known_zones",
    "local_day_bounds",
    "next_sending_time",
    "resolve",
    "validate_zone",
    "zone_choices",
    "zone_label",
]

# The zones that most of our readers live in, by the names they use for them, west of the Atlantic first.
US_ZONES = {
    "America/New_York": _("Eastern time (New York)"),
    "America/Chicago": _("Central time (Chicago)"),
    "America/Denver": _("Mountain time (Denver)"),
    "America/Phoenix": _("Mountain time without summer time (Phoenix)"),
    "America/Los_Angeles": _("Pacific time (Los Angeles)"),
    "America/Anchorage": _("Alaska time (Anchorage)"),
    "Pacific/Honolulu": _("Hawaii time (Honolulu)"),
    "America/Puerto_Rico": _("Atlantic time (Puerto Rico)"),
    "Pacific/Guam": _("Chamorro time (Guam)"),
    "Pacific/Pago_Pago": _("Samoa time (Pago Pago)"),
}
_AREAS = frozenset(
    {
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    }
)


# ---- zones
@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """Names of places and "UTC": what a person may choose and a browser may report.

    Abbreviations ("EST", "Etc/GMT+6") are left out: they name an offset and not the rules of a place.
    """
    return frozenset(name for name in available_timezones() if name.split("/")[0] in _AREAS) | {"UTC"}


def validate_zone(name: str) -> None:
    """Refuse, with a ValidationError, a name that is not one of `known_zones()`."""
    if name not in known_zones():
        raise ValidationError(
            _("“%(value)s” is not a time zone that we know."), code="unknown_zone", params={"value": name}
        )


def zone_label(name: str) -> str:
    """A zone as a person calls it: "Central time (Chicago)", or the city's name from the technical one."""
    if name in US_ZONES:
        return str(US_ZONES[name])
    area, _slash, place = name.partition("/")
    return f"{place.replace('_', ' ')} ({area})" if place else name


def zone_choices() -> list[tuple[Any, Any]]:
    """Choices for a select in two groups: the zones of the United States by their own names, then others."""
    others = sorted(known_zones() - set(US_ZONES))
    return [
        (_("United States"), list(US_ZONES.items())),
        (_("Other places"), [(name, zone_label(name)) for name in others]),
    ]


class TimeZoneField(models.CharField):
    """The name of a time zone, such as "America/Chicago".

    Refused in the form when `validate_zone` does not know it; refused by the database (DataError) when
    PostgreSQL does not, as one unreadable zone would end a run over everybody's rows.
    """

    description = "The name of a time zone"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 64)
        super().__init__(*args, **kwargs)
        self.validators.append(validate_zone)

    def db_check(self, connection: Any) -> str | None:
        # An unknown zone makes this expression raise; it is never false. An empty one is "not chosen yet".
        column = connection.ops.quote_name(self.column)
        return f"{column} = '' OR (timestamp '2000-01-01' AT TIME ZONE {column}) IS NOT NULL"

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if kwargs.get("max_length") == 64:
            del kwargs["max_length"]
        # The validator is the field's own, and would be given twice when a migration makes the field again.
        if "validators" in kwargs:
            kwargs["validators"] = [each for each in kwargs["validators"] if each is not validate_zone]
            if not kwargs["validators"]:
                del kwargs["validators"]
        return name, path, args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        """A select with the zones of the United States first, in unfold's dress where unfold's admin asks."""
        for text_only in ("max_length", "strip", "empty_value", "form_class", "choices_form_class"):
            kwargs.pop(text_only, None)
        asked = kwargs.pop("widget", None)
        options: dict[str, Any] = {
            "required": not self.blank,
            "label": capfirst(self.verbose_name),
            "help_text": self.help_text,
            "widget": _select_for(asked),
            "choices": self._form_choices,
        }
        if self.has_default():
            options["initial"] = self.default
        return forms.ChoiceField(**{**options, **kwargs})

    def _form_choices(self) -> list[tuple[Any, Any]]:
        unchosen = [] if self.has_default() and not self.blank else [("", "---------")]
        return unchosen + zone_choices()


def _select_for(asked: Any) -> Any:
    """The widget asked for if it is a select; else a select like it: the admin asks for a text input."""
    kind = asked if isinstance(asked, type) else type(asked)
    if issubclass(kind, forms.Select):
        return asked
    if kind.__module__.startswith("unfold."):
        from unfold.widgets import UnfoldAdminSelectWidget

        return UnfoldAdminSelectWidget
    return forms.Select


# ---- wall time to instant
def resolve(wall: datetime, zone: str) -> datetime:
    """The instant, in UTC, that a naive wall time means in a zone.

    A wall time that the zone skips moves forward by what was skipped; one that comes twice is the first.
    Raises ValueError for a `wall` that already is aware, and ZoneInfoNotFoundError for an unknown zone.
    """
    if wall.tzinfo is not None:
        raise ValueError("A wall time has no zone of its own; pass a naive datetime and the zone's name.")
    # With fold=0 the standard library does both: the earlier offset, in a gap as in a repeated hour.
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def local_day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """First instant of a day in a zone, and the first one of the next day.

    Days follow each other without hole or overlap. A day that a zone left out (Apia, 30 December 2011) is
    empty.
    """
    midnight = datetime.combine(day, time())
    return resolve(midnight, zone), resolve(midnight + timedelta(days=1), zone)


# ---- sending hours
def in_sending_hours(instant: datetime, zone: str, start: time, end: time) -> bool:
    """Whether the clock on the wall there reads `start` or later, and earlier than `end`.

    An `end` before `start` is a window over midnight. Equal ones are no window at all: nothing is ever sent.
    """
    reading = instant.astimezone(ZoneInfo(zone)).time()
    if start < end:
        return start <= reading < end
    if start > end:
        return reading >= start or reading < end
    return False


def next_sending_time(instant: datetime, zone: str, start: time, end: time) -> datetime | None:
    """`instant` itself when it is inside the sending hours, else the next opening; None when there is no
    window.

    The answer always is inside the hours. In a night when the opening time is skipped, the opening moves
    forward with the clock, and to the next day when that would be outside.
    """
    if in_sending_hours(instant, zone, start, end):
        return instant.astimezone(UTC)
    if start == end:
        return None
    # The day before, as clocks that go back over midnight go back a day; two days on, as a zone may leave out
    # a day.
    today = instant.astimezone(ZoneInfo(zone)).date()
    for day in (today + timedelta(days=offset) for offset in (-1, 0, 1, 2)):
        for opening in _openings(day, zone, start):
            if opening >= instant and in_sending_hours(opening, zone, start, end):
                return opening
    return None


def _openings(day: date, zone: str, start: time) -> Iterator[datetime]:
    """The instants when the wall reads `start` on that day: one, or two where clocks go back over it."""
    wall = datetime.combine(day, start)
    first = resolve(wall, zone)
    yield first
    again = wall.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC)
    if again > first:  # in a gap, fold=1 is the earlier one, and no reading of this wall time
        yield again


# ---- the same in the database
class WallTime(Func):
    """`WallTime(day, time)`: one timestamp without zone, for `Instant` to resolve; never select it."""

    template = "(%(expressions)s)"
    arg_joiner = " + "
    arity = 2
    output_field = models.DateTimeField()


class Instant(Func):
    """`Instant(WallTime("day", "starts"), "zone")`: `resolve` in SQL."""

    function = "kit_instant"
    arity = 2
    output_field = models.DateTimeField()


class NextSendingTime(Func):
    """`NextSendingTime(instant, zone, start, end)`: `next_sending_time` in SQL; NULL without a window."""

    function = "kit_next_sending_time"
    arity = 4
    output_field = models.DateTimeField()


class InSendingHours(Func):
    """`InSendingHours(instant, zone, start, end)`: `in_sending_hours` in SQL; also usable as a filter."""

    function = "kit_in_hours"
    arity = 4
    output_field = models.BooleanField()


class LocalDate(Func):
    """`LocalDate(instant, zone)`: the day that the calendar on the wall shows."""

    template = "(%(expressions)s)::date"
    arg_joiner = " AT TIME ZONE "
    arity = 2
    output_field = models.DateField()


class LocalTime(Func):
    """`LocalTime(instant, zone)`: the time that the clock on the wall shows."""

    template = "(%(expressions)s)::time"
    arg_joiner = " AT TIME ZONE "
    arity = 2
    output_field = models.TimeField()
