"""The schedule's rows on other apps' pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.template import Context, Library

from apps.groups.selectors import ScheduleRow
from apps.groups.showing import show_rows

register = Library()


@register.inclusion_tag("groups/partials/sessions.html", takes_context=True)
def session_rows(context: Context, rows: Iterable[ScheduleRow]) -> dict[str, Any]:
    """`{% load groups %}{% session_rows rows %}`: rows from `groups.selectors`, each with its day, as a list."""
    return {"rows": show_rows(context["request"], rows)}
