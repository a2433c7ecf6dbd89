"""The organization's own settings."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from apps.access.actor import actor_of
from apps.access.admin import ScopedModelAdmin
from apps.organizations import services
from apps.organizations.models import Organization
from apps.organizations.settings_form import OWN_WORDS, SETTINGS, OrganizationForm


@admin.register(Organization)
class OrganizationAdmin(ScopedModelAdmin):
    """The organization's own settings: one page, no list."""

    about = _("What people read about you, how your pages look, and how your staff sign in.")
    form = OrganizationForm
    fieldsets = (
        (None, {"fields": ("name", "short_name", "about", "how_to_come", "phone", "zone")}),
        (_("Languages"), {"fields": ("language", "languages")}),
        (
            _("When somebody is not safe"),
            {"fields": ("crisis_text", "crisis_call", "crisis_sms", "crisis_sign", "quick_exit")},
        ),
        (_("Reaching people safely"), {"fields": ("contact_from", "contact_to")}),
        (_("Look"), {"fields": ("new_logo", "no_logo", "brand", "brand_dark")}),
        (_("Your own words"), {"fields": tuple(f"word_{of}_{number}" for of, number, _question in OWN_WORDS)}),
        (_("What you use"), {"fields": ("features",)}),
        (_("Signing in"), {"fields": ("second_factor", "idle_minutes")}),
        (_("Keeping records"), {"fields": ("retention_years", "grievance_days")}),
    )
    section = "organization"
    icon = "home_work"
    sidebar_title = _("Settings")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("admin:organizations_organization_change", actor_of(request).organization_id)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        # The own words are fields that the form makes itself, unknown to Django's factory of forms.
        kwargs["fields"] = list(SETTINGS)
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.perform(request, obj, form.values(), False)
        picture = form.cleaned_data.get("new_logo")
        if picture or form.cleaned_data.get("no_logo"):
            content = picture.read() if picture else None
            services.set_logo(
                organization=obj,
                content=content,
                name=picture.name if picture else "",
                actor=actor_of(request),
            )

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        return services.change_organization(organization=row, actor=actor_of(request), **values)
