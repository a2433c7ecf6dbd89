"""The office's page about the organization's own templates of groups."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.access.actor import actor_of
from apps.access.admin import ScopedModelAdmin
from apps.groups import services
from apps.groups.admin.groups import LED_AND_PAID, TAUGHT, several
from apps.groups.models import GroupTemplate
from apps.groups.wording import shape_words
from apps.organizations import services as organizations


@admin.register(GroupTemplate)
class GroupTemplateAdmin(ScopedModelAdmin):
    """Kinds of groups that the organization runs."""

    about = _(
        "Kinds of groups that you run. A new group starts from one and keeps what it took: a change here is for the "
        "groups that start from now on. The gallery also has kinds to copy."
    )
    section = "groups"
    icon = "dashboard_customize"
    list_display = ("called", "shape", "membership", "attendance_mode")
    list_display_links = ("called",)
    list_filter = ("membership", "attendance_mode")
    search_fields = ("search",)
    search_help_text = _("Name, description or who it is for")
    fieldsets = (
        (_("What it is"), {"fields": ("name", "description", "audience", "source")}),
        (
            _("How often"),
            {
                "fields": (
                    ("frequency", "interval"),
                    "weekdays",
                    ("days_in_row", "times"),
                    "needs_last_day",
                    "minutes",
                ),
                "description": _("Where, on which day and at what time is said when a group starts."),
            },
        ),
        (
            _("For whom"),
            {
                "fields": (
                    "visibility",
                    "format",
                    ("youngest", "oldest"),
                    "needs_guardian_consent",
                    "languages",
                    "has_captions",
                    "has_asl",
                    "interpreter_on_request",
                    "is_free",
                )
            },
        ),
        (
            _("Who is in it"),
            {
                "fields": (
                    "membership",
                    "attendance_mode",
                    "is_anonymous",
                    ("capacity", "minimum"),
                    "has_waitlist",
                    "takes_new",
                )
            },
        ),
        (_("Who leads it, who pays"), {"fields": LED_AND_PAID}),
        (_("What it teaches"), {"fields": TAUGHT}),
    )

    def list_links(self, request: HttpRequest) -> list[tuple[Any, str, str]]:
        return [(_("Open the gallery"), reverse("groups:templates"), "photo_library")]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if (boxes := several(db_field)) is not None:
            return boxes
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("name"), ordering="search")
    def called(self, template: GroupTemplate) -> str:
        return str(template)

    @admin.display(description=_("when"))
    def shape(self, template: GroupTemplate) -> str:
        return shape_words(template)

    def retire(self, request: HttpRequest, row: Any) -> None:
        organizations.archive(row=row, actor=actor_of(request))

    def restore(self, request: HttpRequest, row: Any) -> None:
        organizations.take_back(row=row, actor=actor_of(request))

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        return services.store_template(template=row, actor=actor_of(request), **values)
