"""The office's page about single sessions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.access.actor import actor_of
from apps.access.admin import Bulk, ChoiceFilter, ScopedModelAdmin
from apps.groups import selectors, services
from apps.groups.admin.groups import here
from apps.groups.choices import SessionState
from apps.groups.forms import SessionForm
from apps.groups.models import Session
from apps.kit.dates import format_day, format_range
from apps.kit.search import matches
from apps.kit.text import TranslatedText


class SessionWhen(ChoiceFilter):
    """Today, or still to come."""

    title, parameter_name = _("when"), "when"
    choices_by_name = {
        "today": (_("today"), lambda rows, request: selectors.on_local_day(rows, here(request))),
        "coming": (_("still to come"), lambda rows, _request: rows.filter(ends_at__gt=timezone.now())),
    }


def _call_off(request: HttpRequest, session: Session, values: dict[str, Any]) -> None:
    language = request.organization.language  # type: ignore[attr-defined]  # the host middleware sets it
    words = TranslatedText({language: values["reason"]} if values["reason"] else {})
    services.cancel_session(session=session, actor=actor_of(request), reason=words)


CALL_OFF = Bulk(
    "call_off",
    _("call off"),
    _("The sessions stay on the schedule, crossed out, with your words."),
    _call_off,
    fields=lambda request: {
        "reason": forms.CharField(
            label=_("What people are told"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget
        )
    },
)
HOLD_AFTER_ALL = Bulk(
    "hold_after_all",
    _("hold after all"),
    _("Sessions that were called off take place as planned."),
    lambda request, row, values: services.restore_session(session=row, actor=actor_of(request)),
)


@admin.register(Session)
class SessionAdmin(ScopedModelAdmin):
    """Single sessions: call one off, or hold it elsewhere."""

    about = _("Single meetings. Call one off or move it elsewhere, and everybody who is in the group is told.")
    section = "groups"
    icon = "event"
    form = SessionForm
    fields = ("group", "day", "hours", "called_off", "reason", "location", "room")
    readonly_fields = ("group", "day", "hours")
    bulk = (CALL_OFF, HOLD_AFTER_ALL)
    list_display = ("day", "hours", "group", "state")
    list_display_links = ("day",)
    list_select_related = ("group__location", "location")
    list_filter = (SessionWhen, "group", "state")
    date_hierarchy = "on"
    search_fields = ("group__search",)
    ordering = ("starts_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        return super().get_queryset(request).filter(ended_with_group=False)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return queryset.filter(matches(search_term, "group__search")), False

    @admin.display(description=_("day"), ordering="starts_at")
    def day(self, session: Session) -> str:
        return format_day(session.on, style="dated")

    @admin.display(description=_("hours"))
    def hours(self, session: Session) -> str:
        zone = (session.location or session.group.location).zone
        return format_range(session.starts_at, session.ends_at, zone)

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        actor = actor_of(request)
        called_off, reason = values.pop("called_off", False), values.pop("reason", "")
        stored = Session.objects.get(pk=row.pk)
        if called_off and (stored.state != SessionState.CANCELLED or stored.reason != reason):
            services.cancel_session(session=stored, actor=actor, reason=reason)
        elif not called_off and stored.state == SessionState.CANCELLED:
            services.restore_session(session=stored, actor=actor)
        return services.change_session(session=stored, actor=actor, **values)
