"""The office's looks at who waits, who replied to a session, and whose parent or guardian agreed. Read-only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.access.admin import ScopedModelAdmin
from apps.groups.models import GuardianConsent, Rsvp, WaitlistEntry
from apps.kit.search import matches


class ReadOnly(ScopedModelAdmin):
    """Looked at here; changed where the group's people are."""

    section = "groups"
    is_about_clients = True
    search_fields = ("person__search",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return queryset.filter(matches(search_term, "person__search")), False


@admin.register(WaitlistEntry)
class WaitlistEntryAdmin(ReadOnly):
    """Who wants to be in which group."""

    about = _("Who waits for a place, has an offer, or is to be talked to. It is worked on on the group’s own page.")
    icon = "hourglass_empty"
    fields = ("group", "person", "state", "entered_at", "offered_at", "offer_until", "reason", "ended_at", "page")
    readonly_fields = fields
    list_display = ("person", "group", "state", "entered_at", "offer_until", "page")
    list_select_related = ("person", "group")
    list_filter = ("group", "state", ("ended_at", admin.EmptyFieldListFilter))

    @admin.display(description=_("page"))
    def page(self, entry: WaitlistEntry) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("groups:people", args=[entry.group.public_id]), gettext("Open")
        )


@admin.register(Rsvp)
class RsvpAdmin(ReadOnly):
    """Who said that they come to a session, or that they do not."""

    about = _("What people in a group said about single sessions. Nobody has to say why.")
    icon = "event_available"
    fields = ("session", "person", "is_coming", "said_at")
    readonly_fields = fields
    list_display = ("person", "session", "is_coming", "said_at")
    list_select_related = ("person", "session__group")
    list_filter = ("is_coming",)


@admin.register(GuardianConsent)
class GuardianConsentAdmin(ReadOnly):
    """Whose parent or guardian agreed to which group."""

    about = _("Parents and guardians who agreed to one group for somebody under 18. They can end it at any time.")
    icon = "family_link"
    fields = ("group", "person", "guardian", "on_paper", "agreed_on", "ended_at")
    readonly_fields = fields
    list_display = ("person", "group", "guardian", "on_paper", "agreed_on", "ended_at")
    list_select_related = ("person", "group", "guardian")
    list_filter = ("group", "on_paper", ("ended_at", admin.EmptyFieldListFilter))
