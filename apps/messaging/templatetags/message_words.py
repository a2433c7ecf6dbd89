"""Times as plain words, for mails and texts (the page components write markup)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template

from apps.kit.dates import format_day, format_instant, format_range, format_time

register = template.Library()


@register.simple_tag
def said_when(instant: datetime, zone: str, style: Any = "long") -> str:
    """ "Tuesday 24 November, 5:30 pm" in the active language, the day at the start of a line in upper case."""
    text = format_instant(instant, zone, style=style)
    return text[:1].upper() + text[1:]


@register.simple_tag
def said_day(instant: datetime, zone: str, style: Any = "long") -> str:
    """ "Tuesday 24 November" in the active language."""
    return format_day(instant, zone, style=style)


@register.simple_tag
def said_time(instant: datetime, zone: str) -> str:
    """ "5:30 pm" in the active language."""
    return format_time(instant, zone)


@register.simple_tag
def said_hours(starts: datetime, ends: datetime, zone: str) -> str:
    """ "5:30 to 7:00 pm" in the active language."""
    return format_range(starts, ends, zone)


@register.simple_tag
def said_date(day: date) -> str:
    """ "31 December 2026" in the active language."""
    return format_day(day, style="dated")
