"""The office's page about who is in which group."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.access.actor import actor_of
from apps.access.admin import Bulk, ScopedModelAdmin
from apps.access.policy import visible_to
from apps.groups import services
from apps.groups.choices import KEEPS_PEOPLE
from apps.groups.forms import EnrolmentForm
from apps.groups.models import Enrolment, SupportGroup
from apps.kit.search import matches
from apps.organizations.models import Person

LEAVE = Bulk(
    "leave",
    _("end their place"),
    _("They leave the group, and their places are free at once. Nobody is asked why."),
    lambda request, row, values: services.leave(enrolment=row, actor=actor_of(request)),
)


@admin.register(Enrolment)
class EnrolmentAdmin(ScopedModelAdmin):
    """Who is in which group."""

    is_about_clients = True
    about = _("Who is in which group, for groups that write down names.")
    section = "groups"
    icon = "how_to_reg"
    form = EnrolmentForm
    bulk = (LEAVE,)
    list_display = ("person", "group", "enrolled_at", "ended_at")
    list_select_related = ("person", "group")
    list_filter = ("group", ("ended_at", admin.EmptyFieldListFilter))
    search_fields = ("person__search",)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return queryset.filter(matches(search_term, "person__search")), False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("group", "person", "has_left") if obj else ("group", "person")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("group", "person") if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        actor = actor_of(request)
        if db_field.name == "person":
            kwargs["queryset"] = visible_to(Person, actor).filter(
                client__isnull=False, client__archived_at__isnull=True, archived_at__isnull=True
            )
        if db_field.name == "group":
            kwargs["queryset"] = visible_to(SupportGroup, actor).filter(
                archived_at__isnull=True, attendance_mode__in=KEEPS_PEOPLE
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        actor = actor_of(request)
        if adding:
            return services.enrol(group=values["group"], person=values["person"], actor=actor)
        return services.leave(enrolment=row, actor=actor) if values.get("has_left") else row
