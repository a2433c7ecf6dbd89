"""The office's pages about appointments and follow-up tasks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminSingleTimeWidget,
)

from apps.access.actor import actor_of
from apps.access.admin import Bulk, ChoiceFilter, ScopedModelAdmin, row_field
from apps.access.policy import visible_to
from apps.care import selectors, services
from apps.care.choices import AppointmentState, CancelReason, TaskState
from apps.care.forms import AppointmentForm
from apps.care.models import Appointment, FollowUpTask
from apps.kit.dates import format_instant, format_span


def _here(request: HttpRequest) -> str:
    """The organization's own zone."""
    return str(request.organization.zone)  # type: ignore[attr-defined]  # the host middleware sets it


class AppointmentWhen(ChoiceFilter):
    """Today, ahead, or over without a word."""

    title, parameter_name = _("when"), "when"
    choices_by_name = {
        "today": (_("today"), lambda rows, request: selectors.on_local_day(rows, _here(request))),
        "coming": (
            _("still to come"),
            lambda rows, _request: rows.filter(state=AppointmentState.BOOKED, ends_at__gt=timezone.now()),
        ),
        "unwritten": (_("over, not written down"), lambda rows, _request: selectors.not_written_down(rows)),
    }


class FollowUpDue(ChoiceFilter):
    """Open, and open for too long."""

    title, parameter_name = _("due"), "due"
    choices_by_name = {
        "open": (_("open"), lambda rows, _request: rows.filter(state=TaskState.OPEN)),
        "late": (_("open and late"), lambda rows, request: selectors.overdue(rows, _here(request))),
    }


def _colleague(request: HttpRequest) -> dict[str, forms.Field]:
    return {"to": row_field(visible_to(selectors.who_give_care(), actor_of(request)), _("To whom"))}


HAND_OVER_VISITS = Bulk(
    "hand_over",
    _("hand over to a colleague"),
    _("The visits stay at their time and place, with somebody else. Reminders name them."),
    lambda request, row, values: services.hand_over_appointment(
        appointment=row, to=values["to"], actor=actor_of(request)
    ),
    fields=_colleague,
)
CALL_OFF = Bulk(
    "call_off",
    _("call off"),
    _("The visits do not take place, and their times are free again."),
    lambda request, row, values: services.cancel_appointment(
        appointment=row, actor=actor_of(request), reason=values["reason"]
    ),
    fields=lambda request: {
        "reason": forms.ChoiceField(label=_("Why"), choices=CancelReason.choices, widget=UnfoldAdminSelectWidget)
    },
)
HAND_OVER_TASKS = Bulk(
    "hand_over",
    _("hand over to a colleague"),
    _("The tasks are theirs from now on."),
    lambda request, row, values: services.hand_over_follow_up(task=row, to=values["to"], actor=actor_of(request)),
    fields=_colleague,
)


class AppointmentAdminForm(AppointmentForm):
    """The same form in the admin's dress."""

    class Meta(AppointmentForm.Meta):
        pass

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, widget in (
            ("day", UnfoldAdminSingleDateWidget()),
            ("starts", UnfoldAdminSingleTimeWidget(format="%H:%M")),
            ("minutes", UnfoldAdminIntegerFieldWidget()),
        ):
            if name in self.fields:
                self.fields[name].widget = widget


@admin.register(Appointment)
class AppointmentAdmin(ScopedModelAdmin):
    """Book and move appointments. What happened at one is recorded on its own page in the portal."""

    is_about_clients = True
    about = _("Book a visit or move it. What happened there is written down by the person who met the client.")
    form = AppointmentAdminForm
    section = "care"
    icon = "event"
    fields = ("client", "staff", "day", "starts", "minutes", "location", "room")
    shown = ("client", "when", "staff", "location", "room", "state")  # once there is nothing left to move
    bulk = (HAND_OVER_VISITS, CALL_OFF)
    list_display = ("client", "when", "staff", "location", "room", "state")
    list_select_related = ("client__person", "staff", "location", "room__location")
    list_filter = (AppointmentWhen, "state", "location")
    search_fields = ("client__person__search", "staff__search")
    date_hierarchy = "starts_at"
    autocomplete_fields = ("client",)

    @admin.display(description=_("when"), ordering="starts_at")
    def when(self, appointment: Appointment) -> str:
        return format_span(appointment.starts_at, appointment.ends_at, appointment.zone, style="dated")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "staff":
            kwargs["queryset"] = visible_to(selectors.who_give_care(), actor_of(request))
        if db_field.name == "room":
            kwargs["empty_label"] = _("No room")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or obj.is_booked) and super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        return ("client",) if self.has_change_permission(request, obj) else self.shown

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj is None or self.has_change_permission(request, obj) else self.shown

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        actor = actor_of(request)
        if adding:
            return services.book_appointment(actor=actor, **values)
        values.pop("client", None)
        return services.move_appointment(appointment=row, actor=actor, **values)


@admin.register(FollowUpTask)
class FollowUpTaskAdmin(ScopedModelAdmin):
    """Which follow-up is whose. It is closed on its own page, with what came of it."""

    is_about_clients = True
    about = _("Somebody to reach after a missed visit. Choose who does it; they close it with what came of it.")
    section = "care"
    icon = "task_alt"
    fields = ("client", "kind", "visit", "assigned_to", "due_on", "state", "outcome", "outcome_words")
    bulk = (HAND_OVER_TASKS,)
    list_display = ("client", "kind", "assigned_to", "due_on", "state", "outcome")
    list_select_related = ("client__person", "assigned_to")
    list_filter = (FollowUpDue, "state", "outcome", "assigned_to")
    search_fields = ("client__person__search", "assigned_to__search")
    date_hierarchy = "due_on"

    @admin.display(description=_("visit"))
    def visit(self, task: FollowUpTask) -> str:
        row = task.appointment
        return format_instant(row.starts_at, row.zone, style="dated") if row else ""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what happened opens them

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fixed = tuple(name for name in self.fields if name != "assigned_to")
        return fixed if obj is not None and obj.is_open else self.fields

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "assigned_to":
            kwargs["queryset"] = visible_to(selectors.who_give_care(), actor_of(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        if "assigned_to" not in values:
            return row
        return services.hand_over_follow_up(task=row, to=values["assigned_to"], actor=actor_of(request))
