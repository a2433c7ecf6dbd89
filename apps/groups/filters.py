"""What a reader of the schedule asks for, as plain links say it: a week, and perhaps fewer groups."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from django.conf import settings

from apps.groups.selectors import ScheduleRow

SHOWS = ("today", "online", "asl", "mine")
PARTS = ("am", "pm", "eve")
FURTHEST = timedelta(weeks=53)


def part_of_day(hour: int) -> str:
    """The shelf a session stands on: morning until noon, evening from five."""
    return "am" if hour < 12 else "pm" if hour < 17 else "eve"


@dataclass(frozen=True)
class Wanted:
    """What is asked for. What can't be read is left out, as if it had not been asked."""

    monday: date
    show: str = ""
    language: str = ""
    place: uuid.UUID | None = None
    part: str = ""
    captions: bool = False
    free: bool = False

    @classmethod
    def read(cls, query: Mapping[str, str], today: date) -> Wanted:
        """The wish in an address; `today` is the reader's date. Weeks further off than a year are this week."""
        try:
            day = date.fromisoformat(query.get("week", ""))
        except ValueError:
            day = today
        if abs(day - today) > FURTHEST:
            day = today
        try:
            place = uuid.UUID(query.get("place", ""))
        except ValueError:
            place = None

        def one_of(name: str, known: object) -> str:
            value = query.get(name, "")
            return value if value in known else ""  # type: ignore[operator]  # a tuple or a dict of names

        return cls(
            monday=day - timedelta(days=day.weekday()),
            show=one_of("show", SHOWS),
            language=one_of("language", dict(settings.LANGUAGES)),
            place=place,
            part=one_of("part", PARTS),
            captions=query.get("captions") == "1",
            free=query.get("free") == "1",
        )

    @property
    def is_everything(self) -> bool:
        """Whether no group is left out."""
        return self == Wanted(self.monday)

    @property
    def has_more(self) -> bool:
        """Whether something is asked for that stands behind the opener."""
        return bool(self.place or self.part or self.captions or self.free)

    def address(self, today: date, **changes: object) -> str:
        """The query string of this wish with some of it changed; "?" for the plain week of today."""
        wish = replace(self, **changes)  # type: ignore[arg-type]  # names are checked by replace
        said = {
            "week": "" if wish.monday == today - timedelta(days=today.weekday()) else wish.monday.isoformat(),
            "show": wish.show,
            "language": wish.language,
            "place": str(wish.place or ""),
            "part": wish.part,
            "captions": "1" if wish.captions else "",
            "free": "1" if wish.free else "",
        }
        return "?" + urlencode({name: value for name, value in said.items() if value})

    def takes(self, row: ScheduleRow, hour: int, is_today: bool) -> bool:
        """Whether a session, which begins at `hour` on the clock it is shown by, is asked for."""
        return not (
            (self.show == "today" and not is_today)
            or (self.show == "online" and row.format == "in_person")
            or (self.show == "asl" and not row.has_asl)
            or (self.show == "mine" and not row.is_mine)
            or (self.language and self.language not in row.languages)
            or (self.place and (row.place_id != self.place or not row.place))
            or (self.part and part_of_day(hour) != self.part)
            or (self.captions and not row.has_captions)
            or (self.free and not row.is_free)
        )
