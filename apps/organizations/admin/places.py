"""Where people meet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from apps.access.actor import actor_of
from apps.access.admin import ScopedInline
from apps.organizations import services
from apps.organizations.admin.plain import Plain
from apps.organizations.choices import AccessFact
from apps.organizations.models import Location, Room


class RoomInline(ScopedInline):
    """The rooms of a location."""

    model = Room
    fields = ("name", "seats")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(archived_at__isnull=True)

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        return services.store(row=row, actor=actor_of(request), **values)


@admin.register(Location)
class LocationAdmin(Plain):
    """Where people meet."""

    about = _("Where people meet. A confidential place is shown only to those who are expected there.")
    fields = ("name", "address", "directions", "access", "access_notes", "zone", "is_online", "is_confidential")
    list_display = ("name", "address", "zone", "is_online", "is_confidential")
    list_filter = ("is_online", "is_confidential")
    search_fields = ("name", "address")
    inlines = (RoomInline,)
    section = "places"
    icon = "location_on"

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "access":
            return forms.MultipleChoiceField(
                choices=AccessFact.choices,
                required=False,
                label=capfirst(db_field.verbose_name),
                help_text=db_field.help_text,
                widget=UnfoldAdminCheckboxSelectMultipleWidget,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(Room)
class RoomAdmin(Plain):
    """Rooms, for the pages that let one be chosen."""

    about = _("Rooms can be booked for a group or a visit, so that nobody takes the same one twice.")
    fields = ("location", "name", "seats")
    list_display = ("name", "location", "seats")
    list_select_related = ("location",)
    list_filter = ("location",)
    search_fields = ("name", "location__name")
    section = "places"
    icon = "meeting_room"
