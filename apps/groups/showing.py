"""How a session is shown to one reader: on which clock, in which words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_bidi, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from apps.access.actor import Actor, actor_of
from apps.groups.selectors import ScheduleRow, gets_link, link_is_open
from apps.kit.dates import format_day, format_time
from apps.kit.listing import listed
from apps.kit.text import TranslatedText
from apps.kit.walltime import known_zones, zone_label
from apps.organizations.selectors import persons_of

IN_LANGUAGE = {
    "en": gettext_lazy("In English"),
    "es": gettext_lazy("In Spanish"),
    "zh-hans": gettext_lazy("In Chinese"),
    "vi": gettext_lazy("In Vietnamese"),
    "ar": gettext_lazy("In Arabic"),
}
SHELVES = {"am": gettext_lazy("Morning"), "pm": gettext_lazy("Afternoon"), "eve": gettext_lazy("Evening")}
# A day and its month in each language, as Django's date formats (kit.dates writes whole days in the same order).
DAY_AND_MONTH = {"es": r"j \d\e F", "zh-hans": "n月j日", "vi": r"j \t\h\á\n\g n"}
MONTH_AND_YEAR = {"es": r"F \d\e Y", "zh-hans": "Y年n月"}
ZONE_COOKIE = "zone"


def reader_zone(request: HttpRequest, actor: Actor) -> str:
    """The reader's time zone: what they told us, what their browser reports, else the organization's."""
    if actor.user_id is not None:
        told = persons_of(actor).exclude(zone="").order_by("pk").values_list("zone", flat=True).first()
        if told:
            return told
    reported = request.COOKIES.get(ZONE_COOKIE, "").replace("%2F", "/")
    if reported in known_zones():
        return reported
    return str(request.organization.zone)  # type: ignore[attr-defined]  # the host middleware sets it


@lru_cache(maxsize=4096)
def clock(language: str, hour: int, minute: int, say_half: bool = True) -> str:
    """A time of day in a language; there are few, and each is written many times."""
    return format_time(time(hour, minute), language=language, say_half=say_half)


def words_in(text: TranslatedText, language: str) -> tuple[str, str, str]:
    """A text by language for a reader, with `lang` and `dir` where it is in another language than the page."""
    words, spoken = text.best(language)
    if not words or spoken.split("-")[0] == language.split("-")[0]:
        return words, "", ""
    return words, spoken, "rtl" if spoken.split("-")[0] in settings.LANGUAGES_BIDI else "ltr"


def isolated(name: str) -> str:
    """A name whose script may run the other way than the words around it, kept in one piece."""
    return f"\u2068{name}\u2069" if get_language_bidi() else name


class Shown:
    """How a session is shown to one reader: on which clock, in which words. Made once a page, asked for each row."""

    def __init__(self, zone: str, language: str, home_language: str, actor: Actor) -> None:
        self.zone = zone
        self.actor = actor
        self.place = ZoneInfo(zone)
        self.language = language
        self.home_language = home_language
        self.group_address = reverse("groups:group", args=["00000000-0000-0000-0000-000000000000"])[:-37]
        self.to = _("to %(time)s")
        self.soon = _("The link appears here 15 minutes before.")
        self.now = timezone.now()
        self.says_free = False
        self.on_paper = False  # paper says what holds for weeks: not what is over, nor how many places are left
        self.zones: dict[str, ZoneInfo] = {zone: self.place}

    def zone_of(self, row: ScheduleRow) -> str:
        """The reader's own zone for what is joined from afar, the place's for what one walks into."""
        return self.zone if row.is_remote else row.zone

    def wall(self, instant: datetime, zone: str) -> datetime:
        place = self.zones.get(zone)
        if place is None:
            place = self.zones[zone] = ZoneInfo(zone)
        return instant.astimezone(place)

    def row(self, row: ScheduleRow, starts: datetime) -> dict[str, Any]:
        """One row's words; `starts` is its beginning on the clock it is shown by."""
        ends = row.ends_at.astimezone(starts.tzinfo)
        name, lang, direction = words_in(row.name, self.language)
        audience, audience_lang, audience_dir = words_in(row.audience, self.language)
        shown = {
            "machine": starts.isoformat(timespec="minutes"),
            "starts": clock(self.language, starts.hour, starts.minute),
            "until": self.to % {"time": clock(self.language, ends.hour, ends.minute, self.is_long(row))},
            "url": f"{self.group_address}{row.group_id}/",
            "name": name,
            "lang": lang,
            "dir": direction,
            "audience": audience,
            "audience_lang": audience_lang,
            "audience_dir": audience_dir,
            "ages": ages_words(row.youngest, row.oldest),
            "where": self.where(row),
            "cancelled": row.is_cancelled,
            "is_over": row.ends_at <= self.now,
            "stamps": self.stamps(row),
        }
        if gets_link(row, self.actor):
            shown |= self.online(row)
        if row.is_cancelled:
            shown["reason"], shown["reason_lang"], shown["reason_dir"] = words_in(row.reason, self.language)
            if row.next_at is not None:
                day = self.wall(row.next_at, self.zone_of(row)).date()
                shown["next"] = _("Next time: %(day)s") % {"day": day_and_month(day, self.language)}
        return shown

    def online(self, row: ScheduleRow) -> dict[str, Any]:
        """The way in, while it is open, for somebody whom it is for; else that it opens, and whether that is soon."""
        if link_is_open(row.starts_at, row.ends_at, self.now):
            return {"online_url": reverse("groups:go_online", args=[row.public_id])}
        is_soon = timedelta() < row.starts_at - self.now < timedelta(hours=24)
        return {"online_note": self.soon, "is_soon": is_soon}

    @staticmethod
    def is_long(row: ScheduleRow) -> bool:
        """Whether the end has two readings without am or pm."""
        return row.ends_at - row.starts_at >= timedelta(hours=12)

    def where(self, row: ScheduleRow) -> str:
        """Where a session is: the place and room, online, or that one is told after joining."""
        if row.format == "online":
            return _("Online")
        if row.format == "phone":
            return _("By phone")
        where = listed(isolated(name) for name in (row.place, row.room) if name)
        where = where or _("You are told the place when you join")
        if row.format == "hybrid":
            where = _("%(place)s, or online") % {"place": where}
        if row.zone != self.zone:
            where = _("%(place)s. %(zone)s") % {"place": where, "zone": zone_label(row.zone)}
        return where

    def stamps(self, row: ScheduleRow) -> list[tuple[str, str, str]]:
        """(tone, icon, words), three at most."""
        if row.is_cancelled:
            return [("wait", "info", _("Not this week"))]
        if row.ends_at <= self.now and not self.on_paper:
            return [("", "", _("Over"))]
        found = []
        if row.is_mine:
            found.append(("good", "check", _("You are in this group")))
        left = row.places_left
        if left is not None and not row.is_mine and not self.on_paper:
            found.append(("", "", ngettext("%d place left", "%d places left", left) % left if left else _("Full now")))
        found += [("", "", str(IN_LANGUAGE[code])) for code in row.languages if self.says_language(code, row)]
        if row.has_asl:
            found.append(("", "", _("ASL interpreter")))
        if row.has_captions:
            found.append(("", "cc", _("Captions")))
        if self.says_free and row.is_free:
            found.append(("", "", _("Free")))
        return found[:3]

    def says_language(self, code: str, row: ScheduleRow) -> bool:
        """Whether a group's language is one that nobody would take for granted here."""
        return code in IN_LANGUAGE and (code != self.home_language)


@lru_cache(maxsize=1024)
def _ages(youngest: int | None, oldest: int | None, language: str) -> str:
    told = {"first": youngest, "last": oldest}
    if youngest is not None and oldest is not None:
        return _("Ages %(first)d to %(last)d") % told
    if youngest is not None:
        return _("From age %(first)d") % told
    return _("Up to age %(last)d") % told


def ages_words(youngest: int | None, oldest: int | None) -> str:
    """For which ages a group is, or "" where it is for all."""
    return _ages(youngest, oldest, get_language() or "") if (youngest, oldest) != (None, None) else ""


def day_and_month(day: date, language: str) -> str:
    """ "24 November"."""
    return date_format(day, DAY_AND_MONTH.get(language, "j F"))


def span_title(first: date, last: date, language: str) -> str:
    """ "23 to 29 November"."""
    short = first.month == last.month and language != "zh-hans"
    begins = str(first.day) if short else day_and_month(first, language)
    return _("%(first)s to %(last)s") % {"first": begins, "last": day_and_month(last, language)}


def month_title(first: date, language: str) -> str:
    """ "November 2026"."""
    return capfirst(date_format(first, MONTH_AND_YEAR.get(language, "F Y")))


def show_rows(request: HttpRequest, rows: Iterable[ScheduleRow]) -> list[dict[str, Any]]:
    """Rows for `groups/partials/sessions.html`, each with its day: what other pages show of the schedule."""
    language = get_language() or settings.LANGUAGE_CODE
    actor = actor_of(request)
    shown = Shown(reader_zone(request, actor), language, request.organization.language, actor)  # type: ignore[attr-defined]  # as above
    found = []
    for row in rows:
        starts = shown.wall(row.starts_at, shown.zone_of(row))
        found.append(shown.row(row, starts) | {"day": capfirst(format_day(starts.date(), style="short"))})
    return found
