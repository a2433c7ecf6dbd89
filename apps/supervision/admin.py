"""Supervision in the administration: who supervises whom, and that it took place. Never what a note says."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.access.actor import actor_of
from apps.access.admin import Bulk, ChoiceFilter, ScopedModelAdmin, day_field, offer, row_field
from apps.access.policy import may_add, visible_to
from apps.kit.calling import called
from apps.organizations.models import Person
from apps.organizations.selectors import staff
from apps.organizations.services import archive, store
from apps.supervision import (
    rule_admin,  # noqa: F401  registers the rules' own pages
    selectors,
    services,
)
from apps.supervision.choices import NoteState
from apps.supervision.due import loads_of
from apps.supervision.models import SigningRules, SupervisionPlan, SupervisionSession, SupervisionTopic
from apps.supervision.words import over_words


def _who_and_when(request: HttpRequest) -> dict[str, forms.Field]:
    return {
        "supervisor": row_field(visible_to(staff(), actor_of(request)), _("Supervisor")),
        "starts_on": day_field(request, _("From")),
    }


def _choose_supervisor(request: HttpRequest, person: Person, values: dict[str, Any]) -> None:
    services.choose_supervisor(specialist=person, actor=actor_of(request), **values)


def _last_day(request: HttpRequest, plan: SupervisionPlan, values: dict[str, date]) -> None:
    services.end_plan(plan=plan, actor=actor_of(request), last_day=values["last_day"])


offer(
    Person,
    Bulk(
        "choose_supervisor",
        _("choose a supervisor"),
        _("Each has this supervisor from that day on. Whoever supervised them does so until the day before."),
        _choose_supervisor,
        fields=_who_and_when,
        may=lambda page, request: may_add(actor_of(request), SupervisionPlan),
    ),
)
END_PLANS = Bulk(
    "end_plans",
    _("end supervision"),
    _("The last day of supervision is the one you choose. What was written and signed stays."),
    _last_day,
    fields=lambda request: {"last_day": day_field(request, _("Last day"))},
)


class Waiting(ChoiceFilter):
    """Sessions whose note waits for a signature."""

    title, parameter_name = _("waiting"), "waiting"
    choices_by_name = {
        "signature": (
            _("for a signature"),
            lambda rows, _request: rows.filter(note__state=NoteState.SUBMITTED).order_by("note__first_submitted_at"),
        ),
        "late": (
            _("late for a signature"),
            lambda rows, _request: rows.filter(note__in=selectors.late_signatures(timezone.now()).values("pk")),
        ),
        "author": (
            _("for its author"),
            lambda rows, _request: rows.filter(note__state__in=[NoteState.RETURNED, NoteState.DRAFT]),
        ),
    }


class _SeenByCapability(ScopedModelAdmin):
    """In the administration these lists are for whoever sees that supervision took place."""

    section = "staff"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.actor(request).can("view_supervision") and super().has_view_permission(request, obj)


@admin.register(SupervisionPlan)
class SupervisionPlanAdmin(_SeenByCapability):
    """Who supervises whom, from when until when."""

    about = _("Who supervises whom. A supervisor reads and signs the notes of those they supervise, and nobody else's.")
    bulk = (END_PLANS,)
    list_display = ["specialist", "supervisor", "clinical_supervisor", "starts_on", "ends_on"]
    list_filter = ["supervisor"]
    search_fields = ["specialist__name", "supervisor__name"]
    fields = ["specialist", "supervisor", "clinical_supervisor", "clinical_signs", "rules", "starts_on", "ends_on"]
    list_select_related = ["specialist", "supervisor", "clinical_supervisor"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["specialist", "supervisor"] if obj is not None else []

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.name in ("specialist", "supervisor", "clinical_supervisor"):
            field.queryset = field.queryset.filter(pk__in=staff().values("pk"))
        if field is not None and db_field.name == "rules":
            field.queryset = field.queryset.filter(archived_at__isnull=True)
        return field

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        plan = services.plan_supervision(plan=row, actor=self.actor(request), **values)
        if (load := loads_of(plan.supervisor_id)) is not None and load.is_over:
            messages.warning(request, over_words(plan.supervisor, load))
        return plan


@admin.register(SupervisionSession)
class SupervisionSessionAdmin(_SeenByCapability):
    """That supervision took place, when, and whether its note is signed."""

    about = _(
        "That supervision took place, how long, and whether its note is signed. What a note says stays "
        "between its people."
    )
    list_display = ["held_on", "specialist", "supervisor", "minutes", "mode", "place", "stands"]
    list_filter = [Waiting, "note__state", "mode"]
    search_fields = ["plan__specialist__name", "plan__supervisor__name"]
    date_hierarchy = "held_on"
    ordering = ["-held_on", "-pk"]
    fields = ["held_on", "specialist", "supervisor", "minutes", "mode", "place", "stands", "first_submitted", "signed"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[SupervisionSession]:
        return super().get_queryset(request).select_related("plan__specialist", "plan__supervisor", "note")

    @admin.display(description=called("specialist", _("specialist")), ordering="plan__specialist__name")
    def specialist(self, row: SupervisionSession) -> str:
        return str(row.plan.specialist)

    @admin.display(description=_("supervisor"), ordering="plan__supervisor__name")
    def supervisor(self, row: SupervisionSession) -> str:
        return str(row.plan.supervisor)

    @admin.display(description=_("note"), ordering="note__state")
    def stands(self, row: SupervisionSession) -> str:
        return str(row.note.get_state_display())

    @admin.display(description=_("first submitted"), ordering="note__first_submitted_at")
    def first_submitted(self, row: SupervisionSession) -> Any:
        return row.note.first_submitted_at

    @admin.display(description=_("signed"), ordering="note__signed_at")
    def signed(self, row: SupervisionSession) -> Any:
        return row.note.signed_at


@admin.register(SupervisionTopic)
class SupervisionTopicAdmin(ScopedModelAdmin):
    """What can be ticked in a note."""

    about = _("What can be ticked in a supervision note. Notes that are signed keep the words a topic had then.")
    section = "staff"
    fields = ("name", "position")
    list_display = ("__str__", "position")

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        return store(row=row, actor=self.actor(request), **values)

    def retire(self, request: HttpRequest, row: Any) -> Any:
        return archive(row=row, actor=self.actor(request))


@admin.register(SigningRules)
class SigningRulesAdmin(ScopedModelAdmin):
    """Who may sign, and from when on a signature is late."""

    about = _("Who may sign supervision notes, and from when on a signature is late. One row; without it, seven days.")
    section = "staff"
    fields = ("late_after", "needs_certification", "two_tiers")
    list_display = ("__str__", "late_after", "needs_certification", "two_tiers")

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        return store(row=row, actor=self.actor(request), **values)
