"""Forms of a record: its next step, a renewal, an extension, a check against a register, a document."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.certifications.choices import Checked, CheckResult, DocumentKind, ExtensionReason, Paper, StepReason
from apps.certifications.facts import AttestationKind
from apps.kit.once import OnceMixin


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A day, chosen as the browser lets one choose."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, input_formats=["%Y-%m-%d"], **kwargs)


def refuse(form: forms.Form, error: ValidationError) -> None:
    """Put what a service refused beside the fields it is about, with what was typed kept."""
    form.is_valid()
    by_field = error.error_dict if hasattr(error, "error_dict") else {"__all__": error.error_list}
    for name, errors in by_field.items():
        form.add_error(name if name in form.fields else None, ValidationError(errors))


class StepForm(OnceMixin, forms.Form):
    """The next state of a record."""

    status = forms.ChoiceField(label=_("New status"))
    on = day_field(_("Since"))
    reason = forms.ChoiceField(label=_("Why"), choices=StepReason.choices)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=20)

    def __init__(self, *args: Any, steps: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = steps  # type: ignore[attr-defined]  # a choice field


class RenewalForm(OnceMixin, forms.Form):
    """A new term."""

    starts_on = day_field(_("The new term begins on"))
    ends_on = day_field(_("Its last day"))
    number = forms.CharField(
        label=_("Number"), max_length=60, required=False, help_text=_("Only if the certifying body gave a new one.")
    )


class ExtensionForm(OnceMixin, forms.Form):
    """More time in the present term."""

    granted_on = day_field(_("Granted on"))
    until = day_field(_("Until"))
    reason = forms.ChoiceField(label=_("Why"), choices=ExtensionReason.choices)


class CheckForm(OnceMixin, forms.Form):
    """A check against a register."""

    checked = forms.MultipleChoiceField(
        label=_("What did you compare?"), choices=Checked.choices, widget=forms.CheckboxSelectMultiple
    )
    register = forms.CharField(
        label=_("Against which register?"), max_length=120, help_text=_("Its name or web address.")
    )
    result = forms.ChoiceField(label=_("What did it say?"), choices=CheckResult.choices)
    checked_on = day_field(_("On which day?"))


class DocumentForm(OnceMixin, forms.Form):
    """A document as evidence."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=DocumentKind.choices)
    upload = forms.FileField(label=_("File"), help_text=_("A PDF, PNG or JPEG of at most 20 MB."))


class AttestationForm(OnceMixin, forms.Form):
    """What somebody says of themself. Nothing can be told in it, only said."""

    kind = forms.ChoiceField(label=_("I confirm"), choices=AttestationKind.choices)
    at_least = forms.IntegerField(
        label=_("At least"),
        min_value=0,
        max_value=1200,
        required=False,
        help_text=_("Years for an age, months for time in recovery. Leave it empty for the others."),
    )
    at_most = forms.IntegerField(
        label=_("At most"), min_value=0, max_value=120, required=False, help_text=_("Only for an age.")
    )
    jurisdiction = forms.CharField(
        label=_("State"), max_length=6, required=False, help_text=_("Only for where you live or work, like TX.")
    )


class PaperForm(AttestationForm):
    """What somebody attested on paper, as the office writes it down."""

    kind = forms.ChoiceField(label=_("They confirm"), choices=AttestationKind.choices)
    jurisdiction = forms.CharField(
        label=_("State"), max_length=6, required=False, help_text=_("Only for where they live or work, like TX.")
    )
    paper = forms.ChoiceField(
        label=_("On which paper"), choices=[choice for choice in Paper.choices if choice[0] != Paper.IN_PERSON]
    )
    attested_on = day_field(_("Signed on"))
