"""The schedule: groups by the week, as a list or by the month, on the clock of whoever reads it."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.dateformat import format as date_format
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from apps.access.actor import actor_of
from apps.groups import selectors
from apps.groups.filters import Wanted, part_of_day
from apps.groups.showing import ZONE_COOKIE, Shown, month_title, reader_zone, span_title
from apps.groups.views.choosing import SHELVES, Offer, Timed
from apps.kit.dates import format_day
from apps.kit.qr import qr_svg
from apps.kit.walltime import known_zones, local_day_bounds, zone_label

YEAR = 365 * 24 * 3600
TURNS = {
    "week": lambda: (_("Week"), _("Last week"), _("Next week")),
    "list": lambda: (_("Two weeks"), _("Two weeks back"), _("Next two weeks")),
    "month": lambda: (_("Month"), _("Last month"), _("Next month")),
}


@gzip_page  # nothing in front of the server may do it, and a full week is ten times smaller so
@require_safe
def schedule(request: HttpRequest) -> HttpResponse:
    """The groups of some days, for anybody."""
    organization = getattr(request, "organization", None)
    if organization is None:
        raise Http404
    actor = actor_of(request)
    language = get_language() or settings.LANGUAGE_CODE
    asked_zone = request.GET.get("zone", "")
    zone = asked_zone if asked_zone in known_zones() else reader_zone(request, actor)
    shown = Shown(zone, language, organization.language, actor)
    today = shown.now.astimezone(shown.place).date()
    wanted = Wanted.read(request.GET, today)
    rows = _rows_in_view(wanted, shown)
    shown.says_free = len({row.is_free for row, _starts in rows}) > 1
    taken: list[Timed] = []
    missed: Counter[str] = Counter()
    for row, starts in rows:
        misses = wanted.misses(row, starts, today)
        if not misses:
            taken.append((row, starts))
        elif len(misses) == 1:
            missed[misses[0]] += 1
    offer = Offer(wanted, today, rows, actor, language)
    label, back, following = TURNS[wanted.view]()
    days = _days(wanted, today, taken, shown)
    context: dict[str, Any] = {
        "days": days,
        "weeks": weeks_of(days) if wanted.view == "month" else [],
        "weekdays": [capfirst(name) for name in WEEKDAYS.values()],
        "shelf_names": SHELVES.values(),
        "year": wanted.day.year,
        "found": len(taken),
        "title_of_days": _title(wanted, language),
        "turn_label": label,
        "back": back,
        "following": following,
        "is_this_week": wanted.view == "week" and wanted.day <= today <= wanted.last_day,
        "all_free": all(row.is_free for row, _starts in rows),
        "only_today": wanted.today,
        "back_url": wanted.turned(-1).address(today),
        "next_url": wanted.turned(1).address(today),
        "views": offer.views(),
        "choices": offer.chips(),
        "fields": offer.fields(),
        "kept": offer.kept(),
        "taken_away": offer.taken_away(),
        "ways_out": offer.ways_out(missed) if not taken else [],
        "everything_url": wanted.everything().address(today),
        "wanted": wanted,
        "place_id": str(wanted.place or ""),
        "zone_said": zone_label(zone) if any(row.zone != zone for row, _starts in rows if row.is_remote) else "",
        "printed": capfirst(format_day(today, style="dated")),
        "address": request.build_absolute_uri(request.path).split("://", 1)[1],
        "qr": qr_svg(request.build_absolute_uri(request.path), label=_("Opens this schedule on a phone")),
        "phone": organization.phone,
        "counts_whole": actor.can("view_groups"),  # places left
        "arranges": actor.can("manage_groups"),
        "sees_all": actor.can("view_groups"),
    }
    context["is_part"] = bool(request.htmx) and not request.htmx.history_restore_request  # type: ignore[attr-defined]  # its middleware sets it
    template = "groups/partials/schedule.html" if context["is_part"] else "groups/schedule.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    if asked_zone and zone == asked_zone:
        response.set_cookie(ZONE_COOKIE, zone, max_age=YEAR, samesite="Lax")
    return response


def _rows_in_view(wanted: Wanted, shown: Shown) -> list[Timed]:
    """The sessions of the days in view that this reader may see, each with its beginning on the clock it is shown by.

    A place's calendar may be a day off the reader's: a day more is read on both sides, and sorted by what is shown.
    """
    start, _end = local_day_bounds(wanted.day - timedelta(days=1), shown.zone)
    _start, end = local_day_bounds(wanted.last_day + timedelta(days=1), shown.zone)
    found = []
    for row in selectors.schedule(shown.actor, start, end, wanted.words):
        starts = shown.wall(row.starts_at, shown.zone_of(row))
        if wanted.day <= starts.date() <= wanted.last_day:
            found.append((row, starts))
    return sorted(found, key=lambda each: each[1].replace(tzinfo=None))


def _title(wanted: Wanted, language: str) -> str:
    """The days in view: "23 to 29 November", "November 2026"."""
    if wanted.view == "month":
        return month_title(wanted.day, language)
    return span_title(wanted.day, wanted.last_day, language)


def _days(wanted: Wanted, today: date, rows: list[Timed], shown: Shown) -> list[dict[str, Any]]:
    """The days in view with their shelves and rows: all of a week and a month, of a list those with groups."""
    shelves: dict[tuple[date, str], list[dict[str, Any]]] = {}
    for row, starts in rows:
        shelf = part_of_day(starts.hour) if wanted.view == "week" else ""
        shelves.setdefault((starts.date(), shelf), []).append(shown.row(row, starts))
    names: dict[str, Any] = SHELVES if wanted.view == "week" else {"": ""}
    days = []
    for day in (wanted.day + timedelta(days=n) for n in range((wanted.last_day - wanted.day).days + 1)):
        filled = [(part, name, shelves[day, part]) for part, name in names.items() if (day, part) in shelves]
        if (wanted.today and day != today) or (wanted.view == "list" and not filled and day != today):
            continue
        days.append(
            {
                "id": f"d{day:%m%d}",
                "weekday": capfirst(date_format(day, "l")),
                "number": day.day,
                "month": date_format(day, "F"),
                "is_today": day == today,
                # on a phone only what is to come, unless one looks back on purpose
                "is_quiet": day < today <= wanted.last_day or (not filled and day != today),
                "shelves": filled,
                "column": day.isoweekday(),
            }
        )
    return days


def weeks_of(days: list[dict[str, Any]]) -> list[list[dict[str, Any] | None]]:
    """The days of a month as the weeks of a calendar; None where a week has a day of another month."""
    cells: list[dict[str, Any] | None] = [None] * (days[0]["column"] - 1)
    cells += days
    cells += [None] * (-len(cells) % 7)
    return [cells[at : at + 7] for at in range(0, len(cells), 7)]
