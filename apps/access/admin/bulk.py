"""One thing done with many chosen rows: what will happen is shown first, row by row, and done only after a yes.

A page of the administration names its bulk actions in `bulk`; a higher app gives one to a lower app's page by `offer`.
The look runs the very service, row by row, and undoes it: so what it says can't differ from what happens, and no second
truth tells who is refused why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminSingleDateWidget

from apps.access.actor import actor_of
from apps.access.services import log_rows
from apps.kit.once import AlreadyUsed, OnceMixin, use_once

__all__ = ["AT_ONCE", "Bulk", "BulkPages", "day_field", "offer", "row_field"]

AT_ONCE = 200  # rows in one go: each is a service call, twice
NAMED = 20  # rows that the page names; of more it says how many

Do = Callable[[HttpRequest, Any, dict[str, Any]], Any]
Fields = Callable[[HttpRequest], Mapping[str, forms.Field]]


@dataclass(frozen=True)
class Bulk:
    """One bulk action.

    `do(request, row, values)` calls the service for one row; a ValidationError or PermissionDenied from it leaves this
    row as it is, with the reason. `fields(request)` are what is chosen once for all rows. `may(page, request)` says who
    is offered it: those who may change such rows, unless it says otherwise. `happens` says in a sentence what comes of
    it.
    """

    name: str
    title: Any  # lazy words
    happens: Any
    do: Do
    fields: Fields | None = None
    may: Callable[[Any, HttpRequest], bool] = lambda page, request: page.has_change_permission(request)


@dataclass
class Look:
    """For which rows it happens (their names), and which are left as they are: (name, reason)."""

    good: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


_offered: dict[str, list[Bulk]] = {}


def offer(model: type[Any], *actions: Bulk) -> None:
    """Give the page of a lower app's model more bulk actions."""
    known = _offered.setdefault(model._meta.label_lower, [])
    known += [one for one in actions if one.name not in {other.name for other in known}]


def row_field(rows: Any, label: Any, **more: Any) -> forms.ModelChoiceField:
    """A choice of one row for a bulk action, among those given: what the actor may see."""
    return forms.ModelChoiceField(rows, label=label, widget=UnfoldAdminSelectWidget, **more)


def day_field(request: HttpRequest, label: Any) -> forms.DateField:
    """A day for a bulk action; today where the organization is, unless another one is chosen."""
    zone = ZoneInfo(str(request.organization.zone))  # type: ignore[attr-defined]  # the host middleware sets it
    return forms.DateField(label=label, initial=timezone.localdate(timezone=zone), widget=UnfoldAdminSingleDateWidget)


class _Form(OnceMixin, forms.Form):
    """The key, and what is chosen for all rows."""


class BulkPages:
    """Mixed into every page of the administration about rows that services write."""

    admin_site: Any
    model: Any
    opts: Any
    bulk: tuple[Bulk, ...] = ()

    def all_bulk(self, request: HttpRequest) -> Iterable[Bulk]:
        """The bulk actions of this list as it is asked for."""
        return (*self.bulk, *_offered.get(self.opts.label_lower, ()))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Django's menu of actions: those that this person is offered. Django's own deletion is none of them."""
        found = super().get_actions(request)  # type: ignore[misc]  # mixed into Django's admin classes
        for bulk in self.all_bulk(request):
            if bulk.may(self, request):
                found[bulk.name] = (_answering(bulk), bulk.name, capfirst(bulk.title))
        return found

    def answer_bulk(self, request: HttpRequest, bulk: Bulk, chosen: Any) -> HttpResponse:
        """Choose what it takes, look at what will happen, do it. `chosen` are rows of the list, which shows nobody what
        is not theirs: an id of another's row is left out like one that never was."""
        rows = list(chosen[: AT_ONCE + 1])
        back = request.get_full_path()
        if len(rows) > AT_ONCE:
            messages.error(request, _("Choose at most %(n)d at a time.") % {"n": AT_ONCE})
            return redirect(back)
        if getattr(self, "is_about_clients", False):
            log_rows(rows, actor=actor_of(request), action="list")
        asks = dict(bulk.fields(request)) if bulk.fields is not None and rows else {}
        begins = "look" not in request.POST and "sure" not in request.POST
        form = _form(asks, None if begins and asks else request.POST, begins)
        if form.is_bound and form.is_valid() and "sure" in request.POST and rows:
            return self._done(request, bulk, rows, form)
        look = _tried(request, bulk, rows, form.cleaned_data, keep=False) if form.is_bound and form.is_valid() else None
        return self._looked(request, bulk, rows, form, look, back)

    def _done(self, request: HttpRequest, bulk: Bulk, rows: list[Any], form: Any) -> HttpResponse:
        back = request.get_full_path()
        try:
            with transaction.atomic():
                use_once(form.cleaned_data["once"], user_id=actor_of(request).user_id)
                done = _tried(request, bulk, rows, form.cleaned_data, keep=True)
        except AlreadyUsed:
            return redirect(back)  # the first click did it, and says so
        n = len(done.good)
        if n:
            words = ngettext("%(what)s: done for %(n)d.", "%(what)s: done for %(n)d.", n)
            messages.success(request, words % {"what": capfirst(bulk.title), "n": n})
        for name, reason in done.left[:NAMED]:
            messages.warning(request, _("%(name)s is left as it is: %(reason)s") % {"name": name, "reason": reason})
        return redirect(back)

    def _looked(
        self, request: HttpRequest, bulk: Bulk, rows: list[Any], form: Any, look: Look | None, back: str
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": capfirst(bulk.title),
            "opts": self.opts,
            "module_name": str(capfirst(self.opts.verbose_name_plural)),
            "bulk": bulk,
            "rows": rows,
            "names": [str(row) for row in rows[:NAMED]],
            "form": form,
            "asks": [bound for bound in form if bound.name != "once"],
            "chosen": [(bound, _in_words(form, bound)) for bound in form if look and bound.name != "once"],
            "look": look,
            "good": look.good[:NAMED] if look else [],
            "more": max(len(look.good if look else rows) - NAMED, 0),
            "chosen_name": ACTION_CHECKBOX_NAME,
            "back_url": back,
        }
        return TemplateResponse(request, "admin/bulk.html", context, status=422 if form.errors else 200)


def _answering(bulk: Bulk) -> Any:
    return lambda page, request, queryset: page.answer_bulk(request, bulk, queryset)


def _form(asks: Mapping[str, forms.Field], data: Any, begins: bool) -> Any:
    form = type("BulkForm", (_Form,), dict(asks))(None if begins else data)
    if begins and not asks:  # nothing to choose: the first question is the look already
        form = _Form({"once": form["once"].value()})
    return form


def _in_words(form: Any, bound: Any) -> str:
    """What was chosen, as the page repeats it."""
    value = form.cleaned_data[bound.name]
    if isinstance(value, date):
        return date_format(value)
    if isinstance(bound.field, forms.ChoiceField) and not isinstance(bound.field, forms.ModelChoiceField):
        return str(dict(bound.field.choices).get(value, value))  # type: ignore[arg-type]  # a list of pairs here
    return str(value) if value not in (None, "") else "–"


def _tried(request: HttpRequest, bulk: Bulk, rows: list[Any], values: dict[str, Any], *, keep: bool) -> Look:
    """Do it row by row; what is refused is left with its reason. Unless `keep`, all of it is undone."""
    look = Look()
    chosen = {name: value for name, value in values.items() if name != "once"}
    with transaction.atomic():
        for row in rows:
            name = str(row)
            try:
                with transaction.atomic():
                    bulk.do(request, row, dict(chosen))
            except PermissionDenied:
                look.left.append((name, _("You can see it, but not change it.")))
            except ValidationError as refused:
                look.left.append((name, " ".join(refused.messages)))
            else:
                look.good.append(name)
        if not keep:
            transaction.set_rollback(True)
    return look
