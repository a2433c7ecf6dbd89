"""Good morning, in the hour of whoever reads it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

__all__ = ["greeting", "local_now"]


def local_now(zone: str) -> datetime:
    """Now, on the wall in a zone."""
    return timezone.localtime(timezone.now(), ZoneInfo(zone))


def greeting(now: datetime, name: str) -> str:
    """ "Good morning, Sam": by the hour of `now`, which is wall time where the reader is."""
    if 4 <= now.hour < 12:
        return _("Good morning, %(name)s") % {"name": name}
    if 12 <= now.hour < 18:
        return _("Good afternoon, %(name)s") % {"name": name}
    return _("Good evening, %(name)s") % {"name": name}
