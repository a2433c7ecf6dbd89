"""The schedule on paper, for the wall of a house: what anybody may know, in the organization's own language."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.groups import selectors
from apps.groups.selectors import ScheduleRow
from apps.groups.showing import Shown, span_title
from apps.kit.dates import format_day, format_range
from apps.kit.listing import listed
from apps.kit.pdf import make_pdf
from apps.kit.qr import qr_file
from apps.kit.walltime import local_day_bounds
from apps.organizations.choices import Feature
from apps.organizations.models import Location, Organization
from apps.organizations.selectors import link_to

TEMPLATE = Path(__file__).resolve().parent / "data" / "wall.typ"
POINTS, LARGE_POINTS = 10, 18  # 18 points are what is called large print in the United States


@dataclass(frozen=True)
class Poster:
    """What is printed: of one house or (None) of all, from a Monday on, on "us-letter" or "a4"."""

    monday: date
    weeks: int = 1
    place: Location | None = None
    paper: str = "us-letter"
    is_large: bool = False


def public_address(organization: Organization, place: uuid.UUID | None = None) -> str:
    """The address of the public schedule, or of one house's part of it, on the organization's own host."""
    return link_to(organization, reverse("groups:schedule") + (f"?place={place}" if place else ""))


def wall_pdf(*, organization: Organization, poster: Poster) -> bytes:
    """The sheet as a PDF for the active language, tagged for screen readers.

    It is made of what somebody without a sign-in may see, whoever prints it: no restricted group, and no confidential
    place. Raises MissingSigns where a font lacks a sign.
    """
    title = _("Groups at %(place)s") % {"place": poster.place.name} if poster.place else _("Groups")
    return make_pdf(TEMPLATE, told(organization, poster), title=title, organization=str(organization))


def told(organization: Organization, poster: Poster) -> dict[str, Any]:
    """What the sheet says, for the template."""
    zone = str(poster.place.zone if poster.place else organization.zone)
    last = poster.monday + timedelta(days=7 * poster.weeks - 1)
    is_public = organization.has(Feature.PUBLIC_SCHEDULE)
    address = public_address(organization) if is_public else ""
    opens = public_address(organization, poster.place.public_id if poster.place else None) if is_public else ""
    shown = Shown(zone, organization.language, organization.language, Actor(None, organization.pk))
    shown.on_paper = True
    today = timezone.localdate(timezone=ZoneInfo(zone))
    return {
        "paper": poster.paper,
        "size": LARGE_POINTS if poster.is_large else POINTS,
        "place": listed(part for part in (poster.place.name, poster.place.address) if part) if poster.place else "",
        "days_said": span_title(poster.monday, last, organization.language),
        "days": _days(_rows(organization, poster, last, zone), poster, last, shown),
        "code": qr_file(opens, "svg").decode() if opens else "",
        "address": address.split("://", 1)[-1],
        "phone": str(organization.phone),
        "words": {
            "columns": [_("Time"), _("Group"), _("Where")],
            "empty": _("No groups in these days."),
            "code": _("Opens this schedule on a phone"),
            "newest": _("Newest version:"),
            "call": _("Questions? Call"),
            "crisis": _("In crisis, call or text %(number)s.") % {"number": "988"},
            "printed": _("Printed %(day)s.") % {"day": capfirst(format_day(today, style="dated"))},
        },
    }


def _rows(organization: Organization, poster: Poster, last: date, zone: str) -> list[ScheduleRow]:
    """The public sessions of these days, at one house or everywhere."""
    start, _end = local_day_bounds(poster.monday - timedelta(days=1), zone)
    _start, end = local_day_bounds(last + timedelta(days=1), zone)
    rows = selectors.schedule(Actor(None, organization.pk), start, end)
    if poster.place is None:
        return rows
    return [row for row in rows if not row.is_remote and row.place and row.place_id == poster.place.public_id]


def _days(rows: Iterable[ScheduleRow], poster: Poster, last: date, shown: Shown) -> list[dict[str, Any]]:
    days: dict[date, list[dict[str, Any]]] = {}
    for row in rows:
        day = shown.wall(row.starts_at, shown.zone_of(row)).date()
        if poster.monday <= day <= last:
            days.setdefault(day, []).append(_row(row, shown, poster))
    return [{"name": capfirst(format_day(day)), "rows": days[day]} for day in sorted(days)]


def _row(row: ScheduleRow, shown: Shown, poster: Poster) -> dict[str, Any]:
    words = shown.row(row, shown.wall(row.starts_at, shown.zone_of(row)))
    about = [words["audience"], words["ages"], *(stamp for _tone, _icon, stamp in words["stamps"])]
    if row.is_cancelled:
        about = [_("Not this week"), words["reason"], words.get("next", "")]
    return {
        "time": format_range(row.starts_at, row.ends_at, shown.zone_of(row)),
        "name": words["name"],
        "about": ". ".join(str(part).rstrip(".") for part in about if part),
        "where": (row.room if poster.place and row.format != "hybrid" else words["where"]),
        "off": row.is_cancelled,
    }
