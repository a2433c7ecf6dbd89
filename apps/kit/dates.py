"""Days and times as people read them, in the language that is active or asked for.

Django's own formats answer differently: its English time reads "5:30 p.m.", its Spanish one has 24 hours (our
Spanish readers live in the United States), its Arabic is written for one country. So each language has one
literal row of Django format strings here; names of days and months come from Django. Digits are Western ones
in every language, Arabic too, as the same times stand in e-mails, on printed sheets and on the door.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.dateformat import format as date_format
from django.utils.translation import ngettext

__all__ = ["format_day", "format_instant", "format_length", "format_range", "format_span", "format_time"]

DayStyle = Literal["long", "short", "dated"]
Zone = str | ZoneInfo


@dataclass(frozen=True)
class _Forms:
    """One language's format strings (letters of Django's `date` filter) and its words between two times."""

    time: str
    long: str
    short: str
    dated: str
    to: str
    day_and_time: str
    halves: tuple[str, str] | None


_FORMS = {
    "en": _Forms("g:i", "l j F", "D j M", "l j F Y", "{} to {}", "{day}, {time}", ("am", "pm")),
    "es": _Forms(
        "g:i",
        r"l j \d\e F",
        "D j b",
        r"l j \d\e F \d\e Y",
        "{} a {}",
        "{day}, {time}",
        ("am", "pm"),
    ),
    "zh-hans": _Forms("H:i", "n月j日 l", "n月j日 D", "Y年n月j日 l", "{} 至 {}", "{day} {time}", None),
    "vi": _Forms(
        "H:i",
        r"l, j \t\h\á\n\g n",
        r"l, j/n",
        r"l, j \t\h\á\n\g n, Y",
        "{} đến {}",
        "{time}, {day}",
        None,
    ),
    "ar": _Forms("g:i", "l j F", "l j F", "l j F Y", "{} حتى {}", "{day}، {time}", ("ص", "م")),
}


def format_time(
    instant: datetime | time,
    zone: Zone | None = None,
    *,
    language: str | None = None,
    say_half: bool = True,
) -> str:
    """ "5:30 pm": a time of day.

    An aware `instant` is read in `zone`, or in Django's current zone when none is given; a bare `time` or a
    naive datetime is wall time already and is written as it stands. `say_half=False` leaves am and pm away, for
    the end of a range.
    """
    forms, code = _forms(language)
    return _time(_wall(instant, zone), forms, code, say_half=say_half)


def format_day(
    day: date | datetime, zone: Zone | None = None, *, style: DayStyle = "long", language: str | None = None
) -> str:
    """ "Tuesday 24 November" (`long`), "Tue 24 Nov" (`short`) or "Tuesday 24 November 2026" (`dated`).

    An aware datetime is first read in `zone`, for an evening here is the next day in UTC.
    """
    forms, code = _forms(language)
    local = _wall(day, zone) if isinstance(day, datetime) else day
    with translation.override(code):
        return date_format(local, getattr(forms, style))


def format_instant(
    instant: datetime, zone: Zone | None = None, *, style: DayStyle = "long", language: str | None = None
) -> str:
    """ "Tuesday 24 November, 5:30 pm", in the order that the language puts day and time."""
    forms, _ = _forms(language)
    return forms.day_and_time.format(
        day=format_day(instant, zone, style=style, language=language),
        time=format_time(instant, zone, language=language),
    )


def format_range(
    start: datetime | time, end: datetime | time, zone: Zone | None = None, *, language: str | None = None
) -> str:
    """ "5:30 to 7:00 pm": from one time of day to another; am or pm is said once where both share it.

    An end on a later day is written with its day only when the two are 12 hours or more apart: until then
    "10:00 pm to 1:00 am" has one reading.
    """
    forms, code = _forms(language)
    first, last = _wall(start, zone), _wall(end, zone)
    until = _time(last, forms, code)
    if _days_apart(first, last):
        until = forms.day_and_time.format(day=format_day(last, style="short", language=code), time=until)
    elif forms.halves and _is_pm(first) == _is_pm(last) and not _other_day(first, last):
        return forms.to.format(_time(first, forms, code, say_half=False), until)
    return forms.to.format(_time(first, forms, code), until)


def format_span(
    start: datetime,
    end: datetime,
    zone: Zone | None = None,
    *,
    style: DayStyle = "long",
    language: str | None = None,
) -> str:
    """ "Tuesday 24 November, 5:30 to 7:00 pm": the day of the start, and the range."""
    forms, _ = _forms(language)
    return forms.day_and_time.format(
        day=format_day(start, zone, style=style, language=language),
        time=format_range(start, end, zone, language=language),
    )


def format_length(minutes: int) -> str:
    """ "90 minutes", "4 hours": how long `minutes` are, as the reader says it; in hours from two whole ones on."""
    hours, rest = divmod(minutes, 60)
    if hours > 1 and not rest:
        return ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours}
    return ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes) % {"minutes": minutes}


def _forms(language: str | None) -> tuple[_Forms, str]:
    """The row of a language, else of its base language, else English; and the code to read day names in."""
    code = (language or translation.get_language() or "en").lower()
    for known in (code, code.split("-")[0]):
        if known in _FORMS:
            return _FORMS[known], known
    # Chinese is written in one script here, whatever region or script was asked for.
    return (_FORMS["zh-hans"], "zh-hans") if code.startswith("zh") else (_FORMS["en"], "en")


def _wall(moment: date | datetime | time, zone: Zone | None) -> datetime:
    """The moment as naive wall time."""
    if isinstance(moment, time):
        return datetime.combine(date(2000, 1, 1), moment.replace(tzinfo=None))
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time())
    if timezone.is_naive(moment):
        return moment
    place = ZoneInfo(zone) if isinstance(zone, str) else (zone or timezone.get_current_timezone())
    return moment.astimezone(place).replace(tzinfo=None)


def _time(wall: datetime, forms: _Forms, code: str, *, say_half: bool = True) -> str:
    return _time_of_day(wall.hour, wall.minute, code, say_half=say_half)


@lru_cache(maxsize=8192)
def _time_of_day(hour: int, minute: int, code: str, *, say_half: bool) -> str:
    """Kept, because a schedule writes the same few times of day on every page."""
    forms, wall = _FORMS[code], datetime(2000, 1, 1, hour, minute)  # noqa: DTZ001  only its clock is read
    with translation.override(code):
        text = date_format(wall, forms.time)
    if forms.halves and say_half:
        return f"{text} {forms.halves[_is_pm(wall)]}"
    return text


def _is_pm(wall: datetime) -> bool:
    return wall.hour >= 12


def _other_day(first: datetime, last: datetime) -> bool:
    return first.date() != last.date()


def _days_apart(first: datetime, last: datetime) -> bool:
    return _other_day(first, last) and (last - first).total_seconds() >= 12 * 3600
