"""Calendars as RFC 5545 and RFC 7986 write them: whole events in UTC, one after another, fast.

A feed of thousands of events is read again and again by programs, so it is written here line by line and not through
objects for every property (measured: some ten times faster; docs/decisions). Tests read what this writes with the
icalendar library, which knows nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

__all__ = ["CONTENT_TYPE", "Event", "calendar"]

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Peer Platform//Calendar//EN"
LONGEST = 75  # octets of a line, without its end (RFC 5545, 3.1)
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})
_CONTROLS = dict.fromkeys([*range(9), *range(11, 13), *range(14, 32), 127])


@dataclass(frozen=True, slots=True)
class Event:
    """One occurrence. `uid` stays with it for life, `sequence` and `changed_at` rise when it changes.

    Instants are aware. A cancelled one is kept, so that calendars that have it learn of it. `is_busy` says whether its
    time counts as taken in a calendar, `is_private` asks programs that share calendars to keep it back.
    """

    uid: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    sequence: int
    title: str
    place: str = ""
    about: str = ""
    url: str = ""
    is_cancelled: bool = False
    is_busy: bool = True
    is_private: bool = False


def escaped(text: str) -> str:
    """A TEXT value: what has a meaning of its own is written with a backslash, control characters are left out."""
    return text.translate(_CONTROLS).translate(_ESCAPES)


def folded(line: str) -> str:
    """A content line with its end, folded after 75 octets and never within a character."""
    if len(line) * 4 <= LONGEST or len(line.encode()) <= LONGEST:
        return line + "\r\n"
    pieces: list[str] = []
    piece: list[str] = []
    size = 0
    for character in line:
        octets = len(character.encode())
        if size + octets > LONGEST:
            pieces.append("".join(piece))
            piece, size = [" "], 1
        piece.append(character)
        size += octets
    pieces.append("".join(piece))
    return "\r\n".join(pieces) + "\r\n"


def moment(instant: datetime) -> str:
    """A DATE-TIME in UTC."""
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _event(event: Event) -> str:
    changed = moment(event.changed_at)
    lines = [
        f"BEGIN:VEVENT\r\nUID:{event.uid}\r\nDTSTAMP:{changed}\r\nLAST-MODIFIED:{changed}\r\n"
        f"SEQUENCE:{event.sequence}\r\nDTSTART:{moment(event.starts_at)}\r\nDTEND:{moment(event.ends_at)}\r\n"
        f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}\r\n"
        f"TRANSP:{'OPAQUE' if event.is_busy and not event.is_cancelled else 'TRANSPARENT'}\r\n",
        folded(f"SUMMARY:{escaped(event.title)}"),
    ]
    if event.is_private:
        lines.append("CLASS:PRIVATE\r\n")
    if event.place:
        lines.append(folded(f"LOCATION:{escaped(event.place)}"))
    if event.about:
        lines.append(folded(f"DESCRIPTION:{escaped(event.about)}"))
    if event.url:
        lines.append(folded(f"URL:{event.url}"))
    lines.append("END:VEVENT\r\n")
    return "".join(lines)


def calendar(name: str, events: Iterable[Event], *, language: str = "", uid: str = "", refresh_hours: int = 1) -> bytes:
    """A whole calendar, as a program that subscribes to it or adds it reads it.

    `name` stands at its head (NAME of RFC 7986, and the X-WR-CALNAME that came before it). `refresh_hours` is how often
    a program should ask again; most take it as a wish.
    """
    head = ["BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", folded(f"PRODID:{PRODUCT}"), "CALSCALE:GREGORIAN\r\n"]
    if uid:
        head.append(folded(f"UID:{uid}"))
    if name:
        parameter = f";LANGUAGE={language}" if language else ""
        head += [folded(f"NAME{parameter}:{escaped(name)}"), folded(f"X-WR-CALNAME:{escaped(name)}")]
    head.append(f"REFRESH-INTERVAL;VALUE=DURATION:PT{refresh_hours}H\r\nX-PUBLISHED-TTL:PT{refresh_hours}H\r\n")
    return "".join([*head, *map(_event, events), "END:VCALENDAR\r\n"]).encode()
