"""The page on which every change and every read is searched, and taken out as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.access import registry
from apps.access.actor import Actor, actor_of
from apps.access.services import log_export
from apps.access.trail import MOST_EXPORTED, Asked, Entry, as_csv, kinds, trail

__all__ = ["TrailPages"]

PAGE_SIZE = 50
SHOWN = 5  # records of one read that are named at once; the others unfold
LAST_PAGE = 100  # further back one narrows the days


class TrailForm(forms.Form):
    """What to look for. Everything may stay empty."""

    what = forms.ChoiceField(
        label=gettext_lazy("What"),
        required=False,
        choices=[
            ("", gettext_lazy("Reads and changes")),
            ("read", gettext_lazy("Reads")),
            ("change", gettext_lazy("Changes")),
        ],
        widget=UnfoldAdminSelectWidget,
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind of record"), required=False, widget=UnfoldAdminSelectWidget)
    row = forms.IntegerField(
        label=gettext_lazy("Number of the record"), required=False, min_value=1, widget=UnfoldAdminTextInputWidget
    )
    about = forms.CharField(
        label=gettext_lazy("About whom"), required=False, max_length=100, widget=UnfoldAdminTextInputWidget
    )
    who = forms.TypedChoiceField(
        label=gettext_lazy("By whom"), required=False, coerce=int, empty_value=None, widget=UnfoldAdminSelectWidget
    )
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=UnfoldAdminTextInputWidget(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("Until, this day too"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
    )

    def __init__(self, data: Any, *, actor: Actor, zone: str) -> None:
        super().__init__(data)
        self.actor, self.zone = actor, zone
        self.fields["kind"].choices = [("", _("All"))] + kinds()  # type: ignore[attr-defined]  # a choice field
        names = registry.names_of(actor, registry.users_here(actor.organization_id or 0))
        people = sorted(names.items(), key=lambda pair: pair[1])
        self.fields["who"].choices = [("", _("Anybody")), *people]  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day can't be before the first."))
        if cleaned.get("row") and not cleaned.get("kind"):
            self.add_error("kind", _("Choose which kind of record has this number."))
        return cleaned

    def asked(self) -> Asked:
        """What was asked for, of a form that is valid."""
        told = self.cleaned_data
        until = told.get("until")
        about = told.get("about", "").strip()
        return Asked(
            what=told.get("what", ""),
            kind=told.get("kind", ""),
            row=told.get("row"),
            who=told.get("who"),
            about=registry.persons_called(self.actor, about) if about else None,
            since=self._midnight(told.get("since")),
            until=self._midnight(until + timedelta(days=1) if until else None),
        )

    def _midnight(self, day: date | None) -> datetime | None:
        return datetime.combine(day, time(), ZoneInfo(self.zone)) if day else None


@dataclass(frozen=True)
class Group:
    """Entries that one request made, told as one: a list of 25 clients is one read of 25 records."""

    entry: Entry
    shown: list[Entry]
    more: list[Entry]


def folded(entries: Sequence[Entry]) -> list[Group]:
    """The entries in their order; reads of many records by one request stand together, and each is still named."""
    found = []
    for _key, same in groupby(enumerate(entries), key=lambda pair: _one_request(*pair)):
        rows = [entry for _n, entry in same]
        found.append(Group(rows[0], rows[:SHOWN], rows[SHOWN:]))
    return found


def _one_request(number: int, entry: Entry) -> tuple[Any, ...]:
    told = (entry.at, entry.who, entry.what, entry.label, entry.host, entry.address, entry.path)
    return (*told, number) if entry.fields else told


class TrailPages:
    """Mixed into the admin site: `/admin/trail/` and its file."""

    def get_urls(self) -> list[Any]:
        wrap = self.admin_view  # type: ignore[attr-defined]  # mixed into Django's admin site
        own = [
            path("trail/", wrap(self.trail_view), name="trail"),
            path("trail/file/", wrap(self.trail_file), name="trail_file"),
        ]
        return own + super().get_urls()  # type: ignore[misc]  # see above

    def _asked(self, request: HttpRequest) -> tuple[Actor, TrailForm]:
        actor = actor_of(request)
        if not actor.can("view_audit"):
            raise PermissionDenied
        zone = str(request.organization.zone)  # type: ignore[attr-defined]  # only somebody of an organization may
        return actor, TrailForm(request.GET, actor=actor, zone=zone)

    def trail_view(self, request: HttpRequest) -> HttpResponse:
        """Every read and every change of what the reader sees, newest first, narrowed as asked."""
        actor, form = self._asked(request)
        try:
            number = max(1, min(int(request.GET.get("p", "1")), LAST_PAGE))
        except ValueError:
            number = 1
        entries = []
        if form.is_valid():
            entries = trail(actor, form.asked(), offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE + 1)
        kept = {name: value for name, value in request.GET.items() if name in form.fields and value}
        context = {
            **self.each_context(request),  # type: ignore[attr-defined]  # see get_urls
            "title": _("What was read and changed"),
            "form": form,
            "groups": folded(entries[:PAGE_SIZE]),
            "number": number,
            "zone": form.zone,
            "earlier": f"?{urlencode({**kept, 'p': number - 1})}" if number > 1 else "",
            "later": f"?{urlencode({**kept, 'p': number + 1})}"
            if len(entries) > PAGE_SIZE and number < LAST_PAGE
            else "",
            "file_url": f"file/?{urlencode(kept)}" if actor.can("export") and form.is_valid() else "",
        }
        return TemplateResponse(request, "admin/trail.html", context)

    def trail_file(self, request: HttpRequest) -> HttpResponse:
        """The same entries as a file, the newest 5,000; taking it out is itself noted."""
        actor, form = self._asked(request)
        if not actor.can("export"):
            raise PermissionDenied
        if not form.is_valid():
            raise Http404
        entries = trail(actor, form.asked(), limit=MOST_EXPORTED)
        here = request.organization  # type: ignore[attr-defined]  # only somebody of an organization may
        log_export(here, actor=actor, count=len(entries), what="audit trail")
        return HttpResponse(
            "\ufeff" + as_csv(entries),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="audit-trail.csv"'},
        )
