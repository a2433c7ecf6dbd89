"""The schedule's rows on other apps' pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.template import Context, Library

from apps.access.actor import actor_of
from apps.groups.selectors import ScheduleRow, gets_link, link_is_open
from apps.groups.showing import show_rows

register = Library()


@register.inclusion_tag("groups/partials/sessions.html", takes_context=True)
def session_rows(context: Context, rows: Iterable[ScheduleRow]) -> dict[str, Any]:
    """`{% load groups %}{% session_rows rows %}`: rows from `groups.selectors`, each with its day, as a list."""
    return {"rows": show_rows(context["request"], rows)}


@register.inclusion_tag("groups/partials/way_in.html", takes_context=True)
def way_in(context: Context, row: ScheduleRow) -> dict[str, Any]:
    """`{% way_in session %}`: the way to join online while it is open; before, to whom it is for, when it opens."""
    theirs = gets_link(row, actor_of(context["request"]))
    return {"row": row, "is_theirs": theirs, "is_open": theirs and link_is_open(row.starts_at, row.ends_at)}
