"""Times and texts in their own zone and language."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast, get_args
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template import Library
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from apps.kit import dates
from apps.kit.components.nodes import choice

__all__ = ["direction", "register", "zone_name"]

register = Library()

Zone = str | ZoneInfo | None


def _style(tag: str, style: str) -> dates.DayStyle:
    """The style that a template asked for; refuses one that does not exist."""
    return cast(dates.DayStyle, choice(tag, "style", style, get_args(dates.DayStyle)))


def direction(code: str) -> str:
    """ "rtl" for a language that is written from the right, else "ltr"."""
    base = code.lower().split("-")[0]
    return "rtl" if base in {language.split("-")[0] for language in settings.LANGUAGES_BIDI} else "ltr"


def _machine(moment: datetime, zone: Zone) -> str:
    """The instant with the offset of its zone, as `<time datetime>` wants it."""
    if timezone.is_naive(moment):
        return moment.isoformat(timespec="minutes")
    place = ZoneInfo(zone) if isinstance(zone, str) and zone else zone
    return moment.astimezone(place or timezone.get_current_timezone()).isoformat(timespec="minutes")


def zone_name(zone: Zone) -> str:
    """ "Chicago time": how people call a zone."""
    place = str(zone or timezone.get_current_timezone_name()).rsplit("/", 1)[-1].replace("_", " ")
    return _("%(place)s time") % {"place": place}


@register.simple_tag
def when(
    instant: datetime | None,
    zone: Zone = None,
    *,
    style: str = "long",
    named: bool = False,
    start: bool = True,
) -> str:
    """`{% when starts_at zone %}`: "Tuesday 24 November, 5:30 pm".

    `style` is long, short or dated (with the year); `named=True` adds the zone; `start=False` keeps a
    lower-case day inside a sentence. Nothing known yet reads "not known yet".
    """
    if instant is None:
        return _("not known yet")
    text = dates.format_instant(instant, zone or None, style=_style("when", style))
    if named:
        text = f"{text} ({zone_name(zone)})"
    return format_html('<time datetime="{}">{}</time>', _machine(instant, zone), capfirst(text) if start else text)


@register.simple_tag
def clock(instant: datetime, zone: Zone = None, *, strong: bool = False) -> str:
    """`{% clock starts_at zone %}`: "5:30 pm"; `strong=True` as rows show it."""
    return format_html(
        '<time datetime="{}"><b>{}</b></time>' if strong else '<time datetime="{}">{}</time>',
        _machine(instant, zone),
        dates.format_time(instant, zone or None),
    )


@register.simple_tag
def hours(start: datetime, end: datetime, zone: Zone = None) -> str:
    """`{% hours starts_at ends_at zone %}`: "5:30 pm to 7:00", as the start of a row shows it."""
    # an end within 12 hours has one reading without am or pm, and the line stays short
    near = (end - start).total_seconds() < 12 * 3600
    until = dates.format_time(end, zone or None, say_half=not near)
    return format_html(
        '<time datetime="{}"><b>{}</b> <span class="second nowrap">{}</span></time>',
        _machine(start, zone),
        dates.format_time(start, zone or None),
        _("to %(time)s") % {"time": until},
    )


@register.simple_tag
def span(start: datetime, end: datetime, zone: Zone = None, *, style: str = "long") -> str:
    """`{% span starts_at ends_at zone %}`: "Tuesday 24 November, 5:30 to 7:00 pm"."""
    text = dates.format_span(start, end, zone or None, style=_style("span", style))
    return format_html('<time datetime="{}">{}</time>', _machine(start, zone), capfirst(text))


@register.simple_tag
def day(value: date | datetime | None, zone: Zone = None, *, style: str = "long", start: bool = True) -> str:
    """`{% day starts_at zone %}`: "Tuesday 24 November"; `style` is long, short or dated."""
    if value is None:
        return _("not known yet")
    text = dates.format_day(value, zone or None, style=_style("day", style))
    machine = _machine(value, zone)[:10] if isinstance(value, datetime) else value.isoformat()
    return format_html('<time datetime="{}">{}</time>', machine, capfirst(text) if start else text)


@register.simple_tag
def in_language(text: Any, *, code: str = "") -> str:
    """`{% in_language group.name %}`: a text by language in the reader's, or marked as the language it is in.

    Anything that is not a text by language is shown as it stands.
    """
    wanted = code or get_language() or settings.LANGUAGE_CODE
    if text is None:
        return ""
    if not hasattr(text, "best"):
        return format_html("{}", text)
    words, spoken = text.best(wanted)
    if not words or not spoken or spoken.lower().split("-")[0] == wanted.lower().split("-")[0]:
        return format_html("{}", words)
    return format_html('<span lang="{}" dir="{}">{}</span>', spoken, direction(spoken), words)


@register.simple_tag
def own_languages() -> list[tuple[str, str, str]]:
    """`{% own_languages as languages %}`: code, name in its own script, and direction of every language."""
    return [(code, str(name), direction(code)) for code, name in settings.LANGUAGES]


@register.simple_tag
def language_name(code: str) -> str:
    """`{% language_name "vi" %}`: "Tiếng Việt", marked as Vietnamese."""
    try:
        name = dict(settings.LANGUAGES).get(code) or get_language_info(code)["name_local"]
    except KeyError:
        name = code
    return format_html('<span lang="{}" dir="{}">{}</span>', code, direction(code), name)
