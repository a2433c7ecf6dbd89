"""What a reader of the schedule asks for, as plain links say it: a view, a time, and perhaps fewer groups."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from apps.groups.choices import Format
from apps.groups.selectors import ScheduleRow
from apps.kit.search import fold
from apps.kit.text import TranslatedText
from apps.organizations.choices import AccessFact

VIEWS = ("week", "list", "month")
PARTS = ("am", "pm", "eve")
FORMATS = (Format.IN_PERSON, Format.ONLINE, Format.PHONE)  # both at once is found under either
ASL = "asl"  # among the languages, though groups are spoken in another one beside it
FURTHEST = timedelta(weeks=53)
LIST_DAYS = 14
LONGEST = 80  # letters of a search, and of an audience's name in an address
OLDEST = 120
# How the links of the first schedule said it; they hang on walls and stand in messages.
SHOWED = {
    "today": ("today", True),
    "mine": ("mine", True),
    "online": ("format", str(Format.ONLINE)),
    "asl": ("language", ASL),
}


def part_of_day(hour: int) -> str:
    """The shelf a session stands on: morning until noon, evening from five."""
    return "am" if hour < 12 else "pm" if hour < 17 else "eve"


def audience_key(audience: TranslatedText) -> str:
    """What an audience is called in an address: the same whatever language the page is in."""
    return fold(audience.best("en")[0])[:LONGEST] if audience else ""


def first_day(view: str, day: date) -> date:
    """The first day of what a view shows when it shows `day`: its Monday, the first of its month, or itself."""
    if view == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if view == "month" else day


@dataclass(frozen=True)
class Wanted:
    """What is asked for. What can't be read is left out, as if it had not been asked.

    `day` is the first day that the view shows. The fields from `today` on leave groups out; each is empty where nothing
    is asked. `audience` is an `audience_key`, `age` in years, `free` "1" for free and "0" for the others.
    """

    day: date
    view: str = "week"
    today: bool = False
    mine: bool = False
    leading: bool = False
    format: str = ""
    language: str = ""
    place: uuid.UUID | None = None
    part: str = ""
    captions: bool = False
    free: str = ""
    audience: str = ""
    age: int | None = None
    access: tuple[str, ...] = ()
    words: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str], today: date) -> Wanted:
        """The wish in an address; `today` is the reader's date. Days further off than a year are today."""

        def one_of(name: str, known: Any) -> str:
            value = query.get(name, "")
            return value if value in known else ""

        many = query.getlist("access") if hasattr(query, "getlist") else [query.get("access", "")]
        view = one_of("view", VIEWS) or "week"
        age = query.get("age", "").strip()
        wish: dict[str, Any] = {
            **{name: query.get(name) == "1" for name in ("today", "mine", "leading", "captions")},
            "format": one_of("format", FORMATS),
            "language": one_of("language", (*dict(settings.LANGUAGES), ASL)),
            "place": _uuid(query.get("place", "")),
            "part": one_of("part", PARTS),
            "free": one_of("free", ("0", "1")),
            "audience": fold(query.get("for", "")[:LONGEST]),
            "age": int(age) if age.isascii() and age.isdigit() and len(age) <= 3 and int(age) <= OLDEST else None,
            "access": tuple(fact for fact in AccessFact.values if fact in many),
            "words": " ".join(query.get("q", "")[:LONGEST].replace("\0", "").split()),
        }
        before, value = SHOWED.get(query.get("show", ""), ("", None))
        if before and not wish[before]:
            wish[before] = value
        if view != "week":
            wish["today"] = False  # a list begins today anyhow, and a month has it in its place
        return cls(day=first_day(view, _day(query, today)), view=view, **wish)

    @property
    def on(self) -> list[str]:
        """The names of the fields that leave groups out."""
        return [name for name in FILTERS if getattr(self, name) not in ("", False, None, ())]

    @property
    def last_day(self) -> date:
        """The last day that the view shows."""
        if self.view == "month":
            return (self.day + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return self.day + timedelta(days=6 if self.view == "week" else LIST_DAYS - 1)

    def turned(self, by: int) -> Wanted:
        """The same wish one view earlier (-1) or later (1). It has no "today" in it."""
        length = self.last_day - self.day + timedelta(days=1)
        day = self.day + length if by > 0 else first_day(self.view, self.day - timedelta(days=1))
        if by < 0 and self.view != "month":
            day = self.day - length
        return replace(self, day=day, today=False)

    def seen_as(self, view: str, today: date) -> Wanted:
        """The same wish in another view, around today where this one shows it."""
        day = today if self.day <= today <= self.last_day else self.day
        return replace(self, view=view, day=first_day(view, day), today=False)

    def everything(self) -> Wanted:
        """The same time in the same view, and every group."""
        return Wanted(self.day, self.view)

    def without(self, name: str) -> Wanted:
        """The same wish with one field empty."""
        return replace(self, **{name: getattr(EMPTY, name)})

    def said(self, today: date) -> list[tuple[str, str]]:
        """The wish as names and values of an address; what goes without saying is left out."""
        begins = self.day.strftime("%Y-%m") if self.view == "month" else self.day.isoformat()
        named = {"week": "week", "list": "day", "month": "month"}[self.view]
        pairs = [
            ("view", "" if self.view == "week" else self.view),
            (named, "" if self.day == first_day(self.view, today) else begins),
            *((name, "1" if getattr(self, name) else "") for name in ("today", "mine", "leading")),
            ("format", self.format),
            ("language", self.language),
            ("place", str(self.place or "")),
            ("part", self.part),
            ("captions", "1" if self.captions else ""),
            ("free", self.free),
            ("for", self.audience),
            ("age", "" if self.age is None else str(self.age)),
            *(("access", fact) for fact in self.access),
            ("q", self.words),
        ]
        return [(name, value) for name, value in pairs if value]

    def address(self, today: date, **changes: object) -> str:
        """The query string of this wish with some of it changed; "?" for the plain week of today."""
        return "?" + urlencode(replace(self, **changes).said(today))  # type: ignore[arg-type]  # replace checks names

    def misses(self, row: ScheduleRow, starts: datetime, today: date) -> list[str]:
        """The fields that leave a session out, which begins at `starts` on the clock it is shown by; none: it is found.

        The place, and what it has, are asked only of what the reader may know (`ScheduleRow.place`).
        """
        return [name for name in self.on if not FILTERS[name](self, row, starts, today)]


def _speaks(wanted: Wanted, row: ScheduleRow) -> bool:
    return row.has_asl if wanted.language == ASL else wanted.language in row.languages


def _is_for_age(wanted: Wanted, row: ScheduleRow) -> bool:
    age = wanted.age or 0
    return (row.youngest is None or row.youngest <= age) and (row.oldest is None or age <= row.oldest)


def _is_found(wanted: Wanted, row: ScheduleRow) -> bool:
    """What a group writes of itself is looked through by the database, the place here: it may not be known."""
    if row.is_found or row.is_remote or not row.place:
        return row.is_found
    words = fold(wanted.words).split()
    return bool(words) and all(f" {word}" in f" {fold(row.place)}" for word in words)


def _is_at(wanted: Wanted, row: ScheduleRow) -> bool:
    return bool(row.place) and row.place_id == wanted.place


def _has_access(wanted: Wanted, row: ScheduleRow) -> bool:
    return not row.is_remote and set(wanted.access) <= set(row.access)


# Whether a session is one of those asked for, by the field that asks.
FILTERS: dict[str, Any] = {
    "today": lambda wanted, row, starts, today: starts.date() == today,
    "mine": lambda wanted, row, starts, today: row.is_mine,
    "leading": lambda wanted, row, starts, today: row.is_led,
    "format": lambda wanted, row, starts, today: row.format in (wanted.format, *_both(wanted.format)),
    "language": lambda wanted, row, starts, today: _speaks(wanted, row),
    "place": lambda wanted, row, starts, today: _is_at(wanted, row),
    "part": lambda wanted, row, starts, today: part_of_day(starts.hour) == wanted.part,
    "captions": lambda wanted, row, starts, today: row.has_captions,
    "free": lambda wanted, row, starts, today: row.is_free == (wanted.free == "1"),
    "audience": lambda wanted, row, starts, today: audience_key(row.audience) == wanted.audience,
    "age": lambda wanted, row, starts, today: _is_for_age(wanted, row),
    "access": lambda wanted, row, starts, today: _has_access(wanted, row),
    "words": lambda wanted, row, starts, today: _is_found(wanted, row),
}
BEHIND = ("place", "part", "captions", "free", "audience", "age", "access")
EMPTY = Wanted(date.min)


def _both(format_: str) -> tuple[str, ...]:
    """What is found under a way to take part beside itself."""
    return () if format_ == Format.PHONE else (str(Format.HYBRID),)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _day(query: Mapping[str, str], today: date) -> date:
    """The day that an address names in one of three ways, else today."""
    for name, rest in (("month", "-01"), ("day", ""), ("week", "")):
        if not (said := query.get(name, "")):
            continue
        try:
            day = date.fromisoformat(said + rest)
        except ValueError:
            continue
        if abs(day - today) <= FURTHEST:
            return day
    return today
