"""The filters of the schedule: only those that would find something among what this reader may see."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.access.actor import Actor
from apps.groups.choices import Format
from apps.groups.filters import ASL, BEHIND, FORMATS, VIEWS, Wanted, audience_key, first_day
from apps.groups.selectors import ScheduleRow
from apps.kit.listing import listed
from apps.organizations.choices import AccessFact

Timed = tuple[ScheduleRow, datetime]
SHELVES = {"am": gettext_lazy("Morning"), "pm": gettext_lazy("Afternoon"), "eve": gettext_lazy("Evening")}
VIEW_NAMES = {"week": gettext_lazy("Week"), "list": gettext_lazy("List"), "month": gettext_lazy("Month")}
# What the form has fields for, by their names in an address.
ASKED = ("q", "place", "format", "language", "part", "for", "age", "free", "captions", "access")
COSTS = {"1": gettext_lazy("Free"), "0": gettext_lazy("Not free")}


@dataclass
class Offer:
    """What the filters offer: made of the rows in view, so that nothing hidden is in it or counted."""

    wanted: Wanted
    today: date
    rows: list[Timed]
    actor: Actor
    language: str

    def views(self) -> list[dict[str, Any]]:
        """Week, list and month, with the same filters."""
        return [
            {
                "label": VIEW_NAMES[view],
                "url": self.wanted.seen_as(view, self.today).address(self.today),
                "current": view == self.wanted.view,
            }
            for view in VIEWS
        ]

    def chips(self) -> list[dict[str, Any]]:
        """The plain links of the bar. Each turns one wish on or off and leaves the others."""
        wanted, rows = self.wanted, [row for row, _starts in self.rows]
        found = [{"label": _("All"), "url": wanted.everything().address(self.today), "current": not wanted.on}]
        if wanted.view == "week":
            found.append(self._chip(_("Today"), "today", True))
        if self.actor.user_id is not None:
            if wanted.mine or any(row.is_mine for row in rows):
                found.append(self._chip(_("What I joined"), "mine", True))
            if wanted.leading or any(row.is_led for row in rows):
                found.append(self._chip(_("What I lead"), "leading", True))
        if wanted.format == Format.ONLINE or any(row.format in (Format.ONLINE, Format.HYBRID) for row in rows):
            found.append(self._chip(_("Online"), "format", str(Format.ONLINE)))
        for code, name in self._languages():
            if code != "en":
                found.append(self._chip(name, "language", code, lang="" if code == ASL else code))
        return found

    def _chip(self, label: str, name: str, value: Any, lang: str = "") -> dict[str, Any]:
        current = getattr(self.wanted, name) == value
        wish = self.wanted.without(name) if current else replace(self.wanted, **{name: value})
        if name == "today" and not current:
            wish = replace(wish, day=first_day("week", self.today))
        return {
            "label": label,
            "url": wish.address(self.today),
            "current": current,
            "lang": lang,
            "dir": "rtl" if lang in settings.LANGUAGES_BIDI else "ltr",
        }

    def _languages(self) -> list[tuple[str, str]]:
        """The languages of the groups in view and the one asked for, American Sign Language last."""
        spoken = {code for row, _starts in self.rows for code in row.languages} | {self.wanted.language}
        found = [(code, str(name)) for code, name in settings.LANGUAGES if code in spoken]
        if self.wanted.language == ASL or any(row.has_asl for row, _starts in self.rows):
            found.append((ASL, _("Sign language")))
        return found

    def fields(self) -> dict[str, Any]:
        """What each field of the form offers. One with nothing to choose is empty, and not shown."""
        wanted, rows = self.wanted, [row for row, _starts in self.rows]
        places = {(str(row.place_id), row.place) for row in rows if row.place and not row.is_remote}
        audiences = {audience_key(row.audience): row.audience.text(self.language) for row in rows if row.audience}
        formats = {row.format for row in rows} | {wanted.format}
        if Format.HYBRID in formats:
            formats |= {Format.IN_PERSON, Format.ONLINE}
        facts = {fact for row in rows if not row.is_remote for fact in row.access} | set(wanted.access)
        kinds = {row.is_free for row in rows}
        has_ages = any(row.youngest is not None or row.oldest is not None for row in rows)
        return {
            "places": sorted(places, key=lambda one: one[1]),
            "formats": [(one, one.label) for one in FORMATS if one in formats],
            "languages": self._languages(),
            "parts": list(SHELVES.items()),
            "audiences": sorted(audiences.items(), key=lambda one: one[1]),
            "ages": has_ages or wanted.age is not None,
            "costs": list(COSTS.items()) if len(kinds) > 1 or wanted.free else [],
            "captions": wanted.captions or any(row.has_captions for row in rows),
            "facts": [(fact, AccessFact(fact).label) for fact in AccessFact.values if fact in facts],
        }

    def kept(self) -> list[tuple[str, str]]:
        """What the form must send beside its own fields, so that the rest of the wish stays."""
        return [pair for pair in self.wanted.said(self.today) if pair[0] not in ASKED]

    def taken_away(self) -> list[dict[str, str]]:
        """What stands behind the opener and in the search field and is asked for, each with the way to end it."""
        return [
            {"label": self.label(name), "url": self.wanted.without(name).address(self.today)}
            for name in self.wanted.on
            if name in (*BEHIND, "words")
        ]

    def label(self, name: str) -> str:
        """One wish in words. What a reader typed is not repeated: an address can be made by anybody."""
        wanted = self.wanted
        if name == "place":
            return next((row.place for row, _starts in self.rows if row.place_id == wanted.place), "") or _("Place")
        if name == "audience":
            here = (row.audience for row, _starts in self.rows if row.audience)
            named = next((one for one in here if audience_key(one) == wanted.audience), None)
            return named.text(self.language) if named else _("Who it is for")
        if name == "access":
            return listed(AccessFact(fact).label for fact in wanted.access)
        if name == "language":
            return _("Sign language") if wanted.language == ASL else str(dict(settings.LANGUAGES)[wanted.language])
        plain: dict[str, Any] = {
            "today": _("Today"),
            "mine": _("What I joined"),
            "leading": _("What I lead"),
            "format": Format(wanted.format).label if wanted.format else "",
            "part": SHELVES.get(wanted.part, ""),
            "captions": _("Captions"),
            "free": COSTS.get(wanted.free, ""),
            "age": _("Age %(age)s") % {"age": wanted.age},
            "words": _("Your search"),
        }
        return str(plain[name])

    def ways_out(self, missed: Counter[str]) -> list[dict[str, Any]]:
        """Where nothing is found: each wish without which something would be, and how much.

        `missed` counts the sessions that one wish alone leaves out.
        """
        return [
            {"label": self.label(name), "count": count, "url": self.wanted.without(name).address(self.today)}
            for name, count in missed.most_common(4)
        ]
