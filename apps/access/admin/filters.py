"""Filters of the admin's lists by what needs somebody, read off the rows as they are now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

__all__ = ["ChoiceFilter", "PutAway"]

Narrow = Callable[[QuerySet[Any], HttpRequest], QuerySet[Any]]


class ChoiceFilter(admin.SimpleListFilter):
    """A filter with a fixed list of choices: `choices_by_name` maps a value to its words and what narrows the rows.

    The first page's numbers link to these, so a number and its list are one condition.
    """

    title: Any = ""
    choices_by_name: ClassVar[dict[str, tuple[Any, Narrow]]] = {}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, words) for name, (words, _narrow) in self.choices_by_name.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        found = self.choices_by_name.get(self.value() or "")
        return found[1](queryset, request) if found else queryset


class PutAway(ChoiceFilter):
    """What is in use, unless what was put away is asked for."""

    title, parameter_name = _("put away"), "put_away"
    choices_by_name = {"yes": (_("put away"), lambda rows, _request: rows.filter(archived_at__isnull=False))}

    def choices(self, changelist: Any) -> Any:
        first, *rest = super().choices(changelist)
        return [{**first, "display": _("in use")}, *rest]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return super().queryset(request, queryset) if self.value() else queryset.filter(archived_at__isnull=True)
