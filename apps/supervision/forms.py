"""Forms of supervision: the note with its session, and the return."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.kit.once import OnceMixin
from apps.supervision.choices import PARTS, Mode, Place
from apps.supervision.models import SupervisionSession

HINTS = {
    "reviewed": _("What you talked about, in plain words. No names: use the case reference."),
    "decided": _("What you agreed on, and why."),
    "actions": _("What happens next: who, and by when."),
}


class NoteForm(forms.Form):
    """The facts of a session and the parts of its note. What may be in them is decided by the service."""

    held_on = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"]
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=720, initial=60)
    mode = forms.ChoiceField(label=_("Kind"), choices=Mode.choices, initial=Mode.INDIVIDUAL)
    place = forms.ChoiceField(label=_("Where"), choices=Place.choices, initial=Place.IN_PERSON)
    case_reference = forms.CharField(
        label=_("Case reference"),
        max_length=30,
        required=False,
        help_text=_("If you looked at one person’s path, like 4-K7. Never a name."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in PARTS.items():
            self.fields[name] = forms.CharField(
                label=label, help_text=HINTS[name], required=False, max_length=20_000, widget=forms.Textarea
            )

    @property
    def facts(self) -> dict[str, Any]:
        """The session's facts as they were typed."""
        return {name: self.cleaned_data[name] for name in SupervisionSession.FACTS}

    @property
    def parts(self) -> dict[str, str]:
        """The note's texts as they were typed."""
        return {name: self.cleaned_data[name] for name in PARTS}

    @property
    def part_fields(self) -> list[Any]:
        """The fields of the note's texts, in reading order."""
        return [self[name] for name in PARTS]


class NewNoteForm(OnceMixin, NoteForm):
    """The same, for a note that begins."""


class ReturnForm(forms.Form):
    """What the author should add or change."""

    reason = forms.CharField(
        label=_("What should be added or changed?"), required=False, max_length=4000, widget=forms.Textarea
    )


def refuse(form: forms.Form, error: ValidationError) -> None:
    """Put what a service refused beside the fields it is about, with what was typed kept."""
    form.is_valid()
    by_field = error.error_dict if hasattr(error, "error_dict") else {"__all__": error.error_list}
    for name, errors in by_field.items():
        form.add_error(name if name in form.fields else None, ValidationError(errors))
