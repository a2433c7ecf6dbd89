"""Where people meet."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.access.actor import actor_of
from apps.access.admin import ScopedInline
from apps.organizations import services
from apps.organizations.admin.plain import Plain
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
    fields = ("name", "address", "directions", "access_notes", "zone", "is_online", "is_confidential")
    list_display = ("name", "address", "zone", "is_online", "is_confidential")
    list_filter = ("is_online", "is_confidential")
    search_fields = ("name", "address")
    inlines = (RoomInline,)
    section = "places"
    icon = "location_on"


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
