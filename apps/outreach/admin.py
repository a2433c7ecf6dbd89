"""The office's page about what is sent when."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.access.actor import actor_of
from apps.access.admin import Bulk, ScopedModelAdmin
from apps.outreach import selectors, services
from apps.outreach.models import OutreachStep

SWITCH_OFF = Bulk(
    "switch_off",
    _("switch off"),
    _("They are no longer sent. What waits already is not sent either."),
    lambda request, row, values: services.change_step(step=row, actor=actor_of(request), enabled=False),
)
SWITCH_ON = Bulk(
    "switch_on",
    _("switch on"),
    _("They are sent from the next minute on, to whom they are due."),
    lambda request, row, values: services.change_step(step=row, actor=actor_of(request), enabled=True),
)


@admin.register(OutreachStep)
class OutreachStepAdmin(ScopedModelAdmin):
    """When each message is due; a step can be switched off, none is deleted."""

    about = _("When each message goes out. Switch off what you do not want; you can switch it on again.")
    section = "messages"
    icon = "schedule_send"
    fields = ("message", "name", "offset_minutes", "useful_minutes", "enabled")
    readonly_fields = ("message", "name")
    bulk = (SWITCH_OFF, SWITCH_ON)
    list_display = ("message", "name", "offset_minutes", "useful_minutes", "enabled")
    list_filter = ("enabled",)

    @admin.display(description=_("message"), ordering="purpose")
    def message(self, step: OutreachStep) -> str:
        return selectors.purpose_words(step.purpose)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # every organization has the steps that the platform knows

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        return services.change_step(step=row, actor=actor_of(request), **values)
