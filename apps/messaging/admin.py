"""The office's pages: what was sent to whom and why, and the hours and limits of sending."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.access.actor import actor_of
from apps.access.admin import ChoiceFilter, ScopedInline, ScopedModelAdmin
from apps.messaging import registry, selectors, services
from apps.messaging.models import ContactPoint, Message, SendingRules

__all__ = ["ContactPointInline"]

CONSENT_WORDING = "2026-11"  # the words of the tick below; a change of them is a new version


class ContactPointInline(ScopedInline):
    """The ways to reach a person, to be read on pages about one (higher apps put it there)."""

    model = ContactPoint
    fields = ("channel", "address", "alias", "safe_to_send", "is_preferred", "hours_from", "hours_to", "consent_at")
    readonly_fields = fields
    show_change_link = False
    max_num = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[ContactPoint]:
        rows: QuerySet[ContactPoint] = super().get_queryset(request)
        return rows.filter(archived_at__isnull=True)


class ContactPointForm(forms.ModelForm):
    """Consent to texts is asked as a question; who wrote it down and when stands beside the answer by itself."""

    agreed = forms.BooleanField(
        label=_("agreed to text messages"),
        required=False,
        help_text=_("The person said yes to text messages at this number. Mail needs no such word."),
    )

    class Meta:
        model = ContactPoint
        fields = (
            "person", "channel", "address", "alias", "safe_to_send", "safe_to_leave_message", "is_preferred",
            "hours_from", "hours_to",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreed"].initial = bool(self.instance.consent_at)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if address := cleaned.get("address"):
            try:
                cleaned["address"] = services.normalised(cleaned.get("channel") or self.instance.channel, address)
            except ValidationError as refused:
                self.add_error(None, refused)
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        # The service lets a newly preferred way take the place of the one before.
        return {*super()._get_validation_exclusions(), "is_preferred"}  # type: ignore[misc]  # the stubs lack it


@admin.register(ContactPoint)
class ContactPointAdmin(ScopedModelAdmin):
    """How people may be reached. Nothing is sent where it is not known to be safe."""

    is_about_clients = True
    about = _("How somebody may be reached. Nothing is sent where it is not known to be safe.")
    section, icon = "people", "contact_phone"
    form = ContactPointForm
    list_display = ("person", "channel", "address", "safe_to_send", "is_preferred")
    list_select_related = ("person",)
    list_filter = ("channel", "safe_to_send")
    search_fields = ("person__search", "address")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ContactPoint]:
        return super().get_queryset(request).filter(archived_at__isnull=True)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("person", "channel") if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The organization's own hours for a new way; never that it is safe, which only the person can say."""
        here = request.organization  # type: ignore[attr-defined]  # the host middleware sets it
        own = {"hours_from": here.contact_from, "hours_to": here.contact_to}
        return {**own, **super().get_changeform_initial_data(request)}

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        actor = actor_of(request)
        agreed = values.pop("agreed", False)
        if not agreed:
            values |= {"consent_at": None, "consent_wording_version": "", "consent_by_id": None}
        elif row.consent_at is None or "address" in values and values["address"] != row.address:
            values |= {"consent_at": timezone.now(), "consent_wording_version": CONSENT_WORDING}
        if adding:
            return services.add_contact_point(actor=actor, **values)
        return services.change_contact_point(point=row, actor=actor, **values)


class Arrived(ChoiceFilter):
    """Messages that did not arrive in the last seven days."""

    title, parameter_name = _("arrived"), "arrived"
    choices_by_name = {"no": (_("not, this week"), lambda rows, _request: selectors.did_not_arrive(rows))}


@admin.register(Message)
class MessageAdmin(ScopedModelAdmin):
    """The ledger, to be read. What a message said is not kept, and a sign-in code is nobody's to see."""

    is_about_clients = True
    about = _("What was sent to whom and why, and what did not arrive. What a message said is not kept.")
    section, icon = "messages", "mail"
    list_display = ("person", "what_for", "channel", "state", "reason", "due_at", "sent_at")
    list_filter = (Arrived, "state", "channel", "purpose")
    list_select_related = ("person",)
    search_fields = ("person__search",)
    date_hierarchy = "due_at"
    ordering = ("-due_at", "-id")
    fields = (
        "person", "what_for", "step", "occurrence", "channel", "language", "state", "reason", "detail", "planned_at",
        "due_at", "useful_until", "next_try_at", "attempts", "sent_at", "ended_at", "provider_id",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("what for"), ordering="purpose")
    def what_for(self, message: Message) -> str:
        purpose = registry.purpose_called(message.purpose)
        return str(purpose.words or purpose.name) if purpose else message.purpose

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(SendingRules)
class SendingRulesAdmin(ScopedModelAdmin):
    """When and how often this organization writes to people."""

    about = _("When and how often you write to people. Sign-in codes come at any hour.")
    section, icon = "messages", "schedule_send"
    list_display = ("__str__", "hours_from", "hours_to", "texts_a_day", "texts_a_week", "mails_a_day", "mails_a_week")

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        actor = actor_of(request)
        assert actor.organization_id is not None  # the admin's door asked for a role here
        return services.change_sending_rules(organization_id=actor.organization_id, actor=actor, **values)
