"""How long something has waited, in words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
