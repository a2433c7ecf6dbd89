"""The catalogue, to read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.access.actor import actor_of
from apps.access.admin import PolicyAdmin, ScopedModelAdmin, ServiceAdmin
from apps.certifications import selectors, services
from apps.certifications.models import CatalogueCredential, RequirementOverride


@admin.register(CatalogueCredential)
class CatalogueCredentialAdmin(PolicyAdmin, ServiceAdmin):
    """The catalogue, to look things up in. It is loaded from its file and the same for every organization."""

    about = _("What each state asks for, with where it is written. Look things up here; it is the same for everybody.")
    section, icon = "staff", "menu_book"
    list_display = ("jurisdiction", "credential_name", "credential_kind", "certifying_body", "confidence")
    list_filter = ("jurisdiction", "credential_kind", "confidence")
    search_fields = ("jurisdiction", "credential_name", "credential_abbreviation", "certifying_body")


class OwnFigureForm(forms.ModelForm):
    """Offers the requirements that the catalogue tells apart, in words."""

    level_code = forms.ChoiceField(
        label=_("level"),
        required=False,
        help_text=_("Only where a state tells levels apart, such as a provisional one."),
    )
    requirement_code = forms.ChoiceField(label=_("requirement"))
    source_url = forms.URLField(label=_("where it is written"), required=False, max_length=500, assume_scheme="https")

    class Meta:
        model = RequirementOverride
        fields = ("credential", "level_code", "requirement_code", "required", "amount", "reason", "source_url")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("requirement_code", selectors.figure_codes), ("level_code", selectors.level_codes)):
            if name in self.fields:
                field: Any = self.fields[name]
                field.choices = choices()


@admin.register(RequirementOverride)
class RequirementOverrideAdmin(ScopedModelAdmin):
    """Where the organization knows better than the catalogue."""

    about = _(
        "Where you know better than the catalogue, write your own figure here with how you know it. It is used for your"
        " team only, and a new catalogue never overwrites it."
    )
    section, icon = "staff", "edit_note"
    form = OwnFigureForm
    list_display = ("credential", "level_code", "figure", "required", "amount", "reason")
    list_select_related = ("credential",)
    autocomplete_fields = ("credential",)
    retire_words = {
        "title": _("Take it back"),
        "question": _("Take this figure of your own back?"),
        "follows": _("The catalogue’s figure stands again for your team. What you wrote stays in the history."),
    }

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("credential", "level_code", "requirement_code") if obj else ()

    @admin.display(description=_("requirement"), ordering="requirement_code")
    def figure(self, own: RequirementOverride) -> str:
        """What it stands for, in words."""
        return dict(selectors.plain_codes()).get(own.requirement_code, own.requirement_code)

    def retire(self, request: HttpRequest, row: Any) -> None:
        services.take_back_own_figure(own=row, actor=actor_of(request))

    def restore(self, request: HttpRequest, row: Any) -> None:
        services.restore_own_figure(own=row, actor=actor_of(request))

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        actor = actor_of(request)
        if adding:
            house = request.organization.pk  # type: ignore[attr-defined]  # the host middleware sets it
            return services.set_own_figure(actor=actor, organization_id=house, **values)
        return services.change_own_figure(own=row, actor=actor, **values)
