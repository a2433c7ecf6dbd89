"""The form of an organization's own settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from apps.kit.text import TranslatedText
from apps.kit.textform import TranslatedFormField, input_for
from apps.organizations.choices import Feature
from apps.organizations.models import Organization
from apps.organizations.services import check_logo

__all__ = ["OWN_WORDS", "SETTINGS", "OrganizationForm"]

# What an organization may call in its own words: (key, one or many, the question).
OWN_WORDS = (
    ("client", "one", _("One client is called")),
    ("client", "many", _("Several clients are called")),
    ("specialist", "one", _("One peer specialist is called")),
    ("specialist", "many", _("Several peer specialists are called")),
    ("group", "one", _("One group is called")),
    ("group", "many", _("Several groups are called")),
)


# The fields of the row that are asked as they stand.
SETTINGS = (
    "name", "short_name", "about", "how_to_come", "phone", "zone", "language", "languages", "crisis_text",
    "crisis_call", "crisis_sms", "crisis_sign", "quick_exit", "contact_from", "contact_to", "brand", "brand_dark",
    "second_factor", "idle_minutes", "retention_years", "grievance_days",
)  # fmt: skip


class OrganizationForm(forms.ModelForm):
    """Settings; the picture, the languages, the features and the own words as a person thinks of them."""

    new_logo = forms.FileField(
        label=_("picture"),
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text=_("Shown at the top of every page. PNG, JPEG or WebP, at most 512 kB."),
    )
    no_logo = forms.BooleanField(label=_("take the picture away"), required=False, widget=UnfoldBooleanWidget)
    language = forms.ChoiceField(label=_("first language"), choices=settings.LANGUAGES, widget=UnfoldAdminSelectWidget)
    languages = forms.MultipleChoiceField(
        label=_("languages offered"),
        choices=settings.LANGUAGES,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("None ticked: all of them."),
    )
    features = forms.MultipleChoiceField(
        label=_("in use"),
        choices=Feature.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("What is not ticked is seen by nobody. Nothing is deleted: tick it again and all of it is back."),
    )

    class Meta:
        model = Organization
        fields = SETTINGS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here: Organization = self.instance
        self.fields["languages"].initial = list(here.languages or [])
        self.fields["features"].initial = [feature for feature in Feature.values if here.has(feature)]
        for of, number, question in OWN_WORDS:
            self.fields[f"word_{of}_{number}"] = TranslatedFormField(
                label=question,
                required=False,
                max_length=40,
                initial=TranslatedText((here.words or {}).get(of, {}).get(number, {})),
                widget=input_for(UnfoldAdminTextInputWidget(), multiline=False),
            )
        for field in self.fields.values():
            field.label = capfirst(field.label)

    def clean_new_logo(self) -> Any:
        file = self.cleaned_data["new_logo"]
        if file:
            check_logo(file.read(512 * 1024 + 1))
            file.seek(0)
        return file

    def clean(self) -> dict[str, Any]:
        """The fields of the row, made of what was asked in plain words."""
        cleaned: dict[str, Any] = super().clean() or {}
        on = cleaned.get("features", Feature.values)
        cleaned["features_off"] = [feature for feature in Feature.values if feature not in on]
        words: dict[str, Any] = {}
        for of, number, _question in OWN_WORDS:
            if text := cleaned.get(f"word_{of}_{number}"):
                words.setdefault(of, {})[number] = dict(text)
        cleaned["words"] = words
        start, end = cleaned.get("contact_from"), cleaned.get("contact_to")
        if start and end and start >= end:
            self.add_error("contact_to", _("This must be later than the beginning."))
        offered, first = cleaned.get("languages"), cleaned.get("language")
        if offered and first and first not in offered:
            self.add_error("languages", _("Tick your first language too."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the service writes to the row."""
        names = {*SETTINGS, "features_off", "words"}
        return {name: value for name, value in self.cleaned_data.items() if name in names}
