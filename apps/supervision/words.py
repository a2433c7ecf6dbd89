"""How long something has waited, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.kit.dates import format_day
from apps.kit.listing import listed
from apps.supervision.choices import NoteState
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
