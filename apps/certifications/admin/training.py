"""The office's pages about courses, and what people entered."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.access.actor import actor_of
from apps.access.admin import ScopedInline, ScopedModelAdmin
from apps.certifications import services
from apps.certifications.models import Course, CourseModule, EvidenceEntry


class ModuleInline(ScopedInline):
    """The modules of a curriculum; none is changed once it is written."""

    model = CourseModule
    fields = ("position", "name", "hours", "topic", "is_live", "competencies")
    show_change_link = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        return services.add_module(course=row.course, actor=actor_of(request), **values)


@admin.register(Course)
class CourseAdmin(ScopedModelAdmin):
    """Courses that people complete."""

    about = _("Courses your people complete. What one counts for stays; for a new curriculum add a new one.")
    section, icon = "staff", "school"
    list_display = ("name", "origin", "provider", "counts_as", "hours")
    list_filter = ("origin", "counts_as")
    search_fields = ("name", "provider")
    fields = ("name", "origin", "provider", "counts_as", "hours", "live_hours", "topic")
    inlines = (ModuleInline,)

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.inlines if obj else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("counts_as", "hours", "live_hours", "topic") if obj else ()

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        actor = actor_of(request)
        if adding:
            organization = request.organization  # type: ignore[attr-defined]  # the host middleware sets it
            return services.add_course(actor=actor, organization_id=organization.pk, **values)
        return services.change_course(course=row, actor=actor, **values)


@admin.register(EvidenceEntry)
class EvidenceEntryAdmin(ScopedModelAdmin):
    """What people entered, to look through. It is confirmed on its own page, beside the document."""

    about = _("Training, continuing education and hours that people entered, and who confirmed them.")
    section, icon = "staff", "task_alt"
    list_display = ("person", "title", "kind", "amount", "unit", "ended_on", "state")
    list_select_related = ("person",)
    list_filter = ("state", "kind")
    search_fields = ("person__search", "title")
    date_hierarchy = "ended_on"

    def list_links(self, request: HttpRequest) -> list[tuple[Any, str, str]]:
        if not actor_of(request).can("manage_certifications"):
            return []
        return [(_("Waits to be confirmed"), reverse("certifications:waiting"), "check")]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
