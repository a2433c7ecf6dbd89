"""The office's pages about who holds which credential."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminSingleDateWidget

from apps.access.actor import actor_of
from apps.access.admin import ChoiceFilter, ScopedInline, ScopedModelAdmin
from apps.access.policy import visible_to
from apps.certifications import selectors, services
from apps.certifications.choices import STATUS_STEPS, Status, StepReason
from apps.certifications.models import Certification, CertificationStep, CertificationTerm, Verification
from apps.organizations.models import Person
from apps.organizations.registry import sheet_links
from apps.organizations.selectors import staff


def _today(request: HttpRequest) -> date:
    """Today, by the calendar of the organization."""
    return timezone.localdate(timezone=ZoneInfo(request.organization.zone))  # type: ignore[attr-defined]  # the host middleware sets it


class ValidityFilter(ChoiceFilter):
    """Ends soon, ended: read off the dates today."""

    title, parameter_name = _("validity"), "validity"
    choices_by_name = {
        "expiring": (
            _("ends within 90 days, or ended"),
            lambda rows, request: selectors.expiring(rows, _today(request)),
        ),
        "soon": (
            _("ends within 90 days"),
            lambda rows, request: selectors.expiring(rows, _today(request)).filter(expires_on__gte=_today(request)),
        ),
        "ended": (_("ended"), lambda rows, request: selectors.ended(rows, _today(request))),
    }


class CertificationForm(forms.ModelForm):
    """Offers only the steps of status that exist."""

    class Meta:
        model = Certification
        fields = ("person", "credential", "status", "number", "issued_on", "expires_on")

    on = forms.DateField(
        label=_("status since"),
        required=False,
        widget=UnfoldAdminSingleDateWidget(),
        help_text=_("From which day the new status holds. Empty: today, or the day it was issued."),
    )
    reason = forms.ChoiceField(
        label=_("why"),
        choices=StepReason.choices,
        required=False,
        initial=StepReason.RECORDED,
        widget=UnfoldAdminSelectWidget,
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        before = self.initial.get("status")
        after = (cleaned or {}).get("status")
        if self.instance.pk and before and after and after != before and after not in STATUS_STEPS[before]:
            words = _("“%(old)s” does not lead to “%(new)s”.")
            self.add_error("status", words % {"old": Status(before).label, "new": Status(after).label})
        return cleaned


class _Rows(ScopedInline):
    """Rows that are shown with a record and written on its page."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields


class StepInline(_Rows):
    model = CertificationStep
    fields = ("number", "to_status", "on", "reason", "made_by", "made_at")
    show_change_link = False


class TermInline(_Rows):
    model = CertificationTerm
    fields = ("starts_on", "ends_on", "last_day")
    show_change_link = False


class VerificationInline(_Rows):
    model = Verification
    fields = ("checked_on", "checked", "register", "result", "checked_by")
    show_change_link = False


@admin.register(Certification)
class CertificationAdmin(ScopedModelAdmin):
    """Who holds what, until when."""

    about = _("Who holds which certification, and until when. You are told 90 days before one ends.")
    section, icon = "staff", "workspace_premium"
    form = CertificationForm
    list_display = ("person", "credential", "status", "expires_on", "validity")
    list_select_related = ("person", "credential")
    list_filter = (ValidityFilter, "status", "credential__jurisdiction")
    search_fields = ("person__search", "number")
    date_hierarchy = "expires_on"
    autocomplete_fields = ("credential",)
    fields = ("person", "credential", "status", "on", "reason", "number", "issued_on", "expires_on", "page")
    inlines = (StepInline, TermInline, VerificationInline)

    @admin.display(description=_("validity"))
    def validity(self, certification: Certification) -> str:
        today = timezone.localdate()
        if certification.valid_on(today):
            left = (certification.expires_on - today).days if certification.expires_on else None
            return str(_("valid")) if left is None or left > 90 else str(_("ends in %(days)s days") % {"days": left})
        if certification.expires_on and certification.expires_on < today:
            return str(_("ended"))
        return str(_("does not count yet"))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "person":
            kwargs["queryset"] = visible_to(Person, actor_of(request)).filter(pk__in=staff().values("pk"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("person", "credential", "page") if obj else ("page",)

    def list_links(self, request: HttpRequest) -> list[tuple[Any, str, str]]:
        return sheet_links("certifications", actor_of(request))

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("steps", "terms__extensions")

    @admin.display(description=_("more"))
    def page(self, certification: Certification) -> str:
        if certification.pk is None:
            return str(_("Save it first. Then its page takes documents, renewals, extensions and checks."))
        url = reverse("certifications:detail", args=[certification.public_id])
        words = _("Documents, renewals, extensions and checks are on its page")
        return format_html('<a class="text-primary-600 underline dark:text-primary-500" href="{}">{}</a>', url, words)

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.inlines if obj else ()

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        actor = actor_of(request)
        values["reason"] = values.get("reason") or StepReason.RECORDED
        if adding:
            return services.record_certification(actor=actor, **values)
        return services.change_certification(certification=row, actor=actor, **values)
