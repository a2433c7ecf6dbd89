"""The rules of supervision in the administration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminURLInputWidget

from apps.access.actor import actor_of
from apps.access.admin import ScopedInline, ScopedModelAdmin
from apps.organizations import services as organizations
from apps.supervision import services
from apps.supervision.examples import EXAMPLES
from apps.supervision.models import SupervisionCadence, SupervisionRules


class RulesForm(forms.ModelForm):
    """One set of rules; a new one may begin with those that ship with the product."""

    example = forms.ChoiceField(
        label=_("Begin with"),
        required=False,
        choices=[("", _("nothing, I write them")), *((key, one.name) for key, one in EXAMPLES.items())],
        widget=UnfoldAdminSelectWidget,
        help_text=_(
            "What you leave empty below is filled in from there. We know these rules from a summary and did not read "
            "the sources themselves: check them before use, and change them as your state or payer asks."
        ),
    )

    source_url = forms.URLField(
        label=_("Where to read it"), required=False, assume_scheme="https", widget=UnfoldAdminURLInputWidget
    )

    class Meta:
        model = SupervisionRules
        fields = (
            "name", "jurisdiction", "for_everybody", "source", "source_url", "hours_before_alone", "most_specialists",
            "most_fte", "group_percent", "review_percent",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "name" in self.fields:  # a page to read has none
            self.fields["name"].required = False

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if not values.get("example") and not values.get("name"):
            self.add_error("name", _("Give these rules a name."))
        return values


class CadenceInline(ScopedInline):
    """What a set of rules asks, one thing a line."""

    model = SupervisionCadence
    verbose_name, verbose_name_plural = _("rule"), _("what these rules ask")
    fields = ("asked", "stage", "every", "per", "times", "minutes", "in_use")
    show_change_link = False
    extra = 1

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        return services.store_cadence(cadence=row, actor=actor_of(request), **values)


@admin.register(SupervisionRules)
class SupervisionRulesAdmin(ScopedModelAdmin):
    """How often, how long, of whom, and how many a supervisor."""

    about = _(
        "How often supervision is asked, how long, of whom, and how many specialists one supervisor may have. Take the "
        "rules of a state over and change them as your payer asks. Being over a number warns and never blocks."
    )
    section, icon = "staff", "rule"
    form = RulesForm
    list_display = ("name", "jurisdiction", "for_everybody", "most_specialists", "most_fte", "source")
    search_fields = ("name", "jurisdiction")
    inlines = (CadenceInline,)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*(() if obj else ("example",)), *RulesForm.Meta.fields]

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.inlines if obj else ()

    def retire(self, request: HttpRequest, row: Any) -> None:
        organizations.archive(row=row, actor=actor_of(request))

    def restore(self, request: HttpRequest, row: Any) -> None:
        organizations.take_back(row=row, actor=actor_of(request))

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        actor = actor_of(request)
        example = values.pop("example", "")
        if adding and example:
            organization = request.organization  # type: ignore[attr-defined]  # the host middleware sets it
            return services.take_example(key=example, actor=actor, organization_id=organization.pk, **values)
        return services.store_rules(rules=row, actor=actor, **values)
