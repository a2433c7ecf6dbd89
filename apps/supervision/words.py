"""How long something has waited, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.kit.dates import format_day
from apps.kit.listing import comma, listed
from apps.organizations.models import Person
from apps.supervision.cadence import Asks, Held, Stand
from apps.supervision.choices import Asked, DueState, NoteState, Per
from apps.supervision.due import Load
from apps.supervision.models import SupervisionNote


def days_ago(moment: datetime, now: datetime, zone: str) -> int:
    """How many midnights have passed since, on the wall of `zone`."""
    place = ZoneInfo(zone)
    return (now.astimezone(place).date() - moment.astimezone(place).date()).days


def waiting_words(note: SupervisionNote, now: datetime, zone: str) -> str:
    """Where a note stands and since when, as one line under its name."""
    if note.state == NoteState.DRAFT:
        return _("Being written")
    if note.state == NoteState.SIGNED and note.signed_at is not None:
        return _since(days_ago(note.signed_at, now, zone), signed=True)
    if note.first_submitted_at is None:
        return ""
    return _since(days_ago(note.first_submitted_at, now, zone), signed=False)


def _since(days: int, *, signed: bool) -> str:
    if days <= 0:
        return _("Signed today") if signed else _("First sent today")
    if days == 1:
        return _("Signed yesterday") if signed else _("First sent yesterday")
    if signed:
        return ngettext("Signed %(days)s day ago", "Signed %(days)s days ago", days) % {"days": days}
    return ngettext("First sent %(days)s day ago", "First sent %(days)s days ago", days) % {"days": days}


# ---- what rules ask
def asks_words(asks: Asks) -> str:
    """What a rule asks, as one line: "Once every week, one to one, in person, 60 minutes"."""
    how_long = ngettext("%(n)s minute", "%(n)s minutes", asks.minutes or 0) % {"n": asks.minutes}
    if asks.per == Per.HOURS_WORKED:
        often = ngettext("For every hour worked", "For every %(n)s hours worked", asks.every) % {"n": asks.every}
    elif asks.per == Per.WEEK:
        often = ngettext("Every week", "Every %(n)s weeks", asks.every) % {"n": asks.every}
    else:
        often = ngettext("Every month", "Every %(n)s months", asks.every) % {"n": asks.every}
    parts = [often, str(Asked(asks.asked).label)]
    if asks.times and asks.times > 1:
        parts.append(ngettext("%(n)s time", "%(n)s times", asks.times) % {"n": asks.times})
    if asks.minutes:
        parts.append(how_long)
    return comma().join(parts)


def stand_words(stand: Stand) -> str:
    """Where one rule stands, as one line: until when, or since when it is missing."""
    if stand.due_on is None:
        return _("As it should be")
    overdue = stand.state == DueState.OVERDUE
    days = {"day": format_day(stand.due_on, style="dated")}
    if stand.arranged is None:
        return (_("Missing since %(day)s") if overdue else _("Asked for by %(day)s")) % days
    days["arranged"] = format_day(stand.arranged, style="dated")
    if overdue:
        return _("Missing since %(day)s, arranged for %(arranged)s") % days
    return _("Asked for by %(day)s, arranged for %(arranged)s") % days


def over_words(supervisor: Person, load: Load) -> str:
    """That a supervisor has more people than the rules say."""
    return _("%(name)s supervises %(people)s people, %(places)s full-time places. Their rules say fewer.") % {
        "name": supervisor.name,
        "people": load.people,
        "places": load.places,
    }


def last_words(held: Held | None) -> str:
    """When supervision was held last."""
    if held is None:
        return _("None is written down yet")
    return _("Last on %(day)s") % {"day": format_day(held.on, style="dated")}


def hours_words(minutes: int) -> str:
    """Minutes as hours, as short as can be: "1.5"."""
    return number_format(Decimal(minutes) / 60, decimal_pos=1 if minutes % 60 else 0)


def month_words(month: date) -> str:
    """A month with its year: "November 2026"."""
    return date_format(month, "YEAR_MONTH_FORMAT")


def texts_of(parts: Mapping[str, str], details: Mapping[str, Any]) -> dict[str, str]:
    """Everything that a version says, part by part as text; `details` as they are signed."""
    return {
        **parts,
        "topics": listed([row["name"] for row in details.get("topics", ())]),
        "competencies": "\n".join(row["name"] for row in details.get("competencies", ())),
        "answers": "\n".join(f"{row['question']}\n{row['answer']}" for row in details.get("answers", ())),
        "strengths": details.get("strengths", ""),
        "steps": "\n".join(_step_words(row) for row in details.get("steps", ())),
    }


def _step_words(step: Mapping[str, str]) -> str:
    if not step["due"]:
        return f"{step['name']}: {step['what']}"
    day = format_day(date.fromisoformat(step["due"]), style="dated")
    return _("%(name)s: %(what)s, by %(day)s") % {"name": step["name"], "what": step["what"], "day": day}
