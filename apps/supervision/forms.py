"""Forms of supervision: the note with its session, the return, and what is added to a locked note."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.certifications.choices import Competency
from apps.kit.once import OnceMixin
from apps.supervision.choices import (
    DETAILS,
    PARTS,
    QUESTIONS,
    STEPS_A_NOTE,
    AddendumKind,
    Mode,
    Place,
    SessionForm,
    StepOwner,
)
from apps.supervision.models import SupervisionSession, SupervisionTopic

HINTS = {
    "reviewed": _("What you talked about, in plain words. No names: use the case reference."),
    "decided": _("What you agreed on, and why."),
    "actions": _("What happens next: who, and by when."),
}
EMPTY_STEPS = 2


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A day, chosen as the browser lets one choose."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, input_formats=["%Y-%m-%d"], **kwargs)


class NoteForm(forms.Form):
    """The facts of a session and the parts of its note. What may be in them is decided by the service."""

    held_on = day_field(_("Day"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=720, initial=60)
    mode = forms.ChoiceField(label=_("Kind"), choices=Mode.choices, initial=Mode.INDIVIDUAL)
    place = forms.ChoiceField(label=_("Where"), choices=Place.choices, initial=Place.IN_PERSON)
    form = forms.ChoiceField(label=_("What it was"), choices=SessionForm.choices, required=False)
    case_reference = forms.CharField(
        label=_("Case reference"),
        max_length=30,
        required=False,
        help_text=_("If you looked at one person’s path, like 4-K7. Never a name."),
    )
    topics = forms.MultipleChoiceField(label=DETAILS["topics"], required=False, widget=forms.CheckboxSelectMultiple)
    competencies = forms.MultipleChoiceField(
        label=_("Competencies you touched"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=Competency.choices,
    )
    strengths = forms.CharField(
        label=DETAILS["strengths"],
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What went well, and what it took."),
    )

    def __init__(
        self, data: Any = None, *, asks: Iterable[str] = (), details: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        """`asks` are the keys of the questions of this session; `details` those of the draft that is gone on with."""
        details = details or {}
        initial = {
            "topics": [str(key) for key in details.get("topics", ())],
            "competencies": details.get("competencies", []),
            "strengths": details.get("strengths", ""),
            **kwargs.pop("initial", {}),
        }
        super().__init__(data, initial=initial, **kwargs)
        for name, label in PARTS.items():
            self.fields[name] = forms.CharField(
                label=label, help_text=HINTS[name], required=False, max_length=20_000, widget=forms.Textarea
            )
        chosen = details.get("topics", ())
        rows = SupervisionTopic.objects.all()
        self.fields["topics"].choices = [  # type: ignore[attr-defined]  # a choice field
            (str(row.pk), str(row)) for row in rows if row.archived_at is None or row.pk in chosen
        ]
        answers = details.get("answers", {})
        self.asks = [key for key in QUESTIONS if key in answers or key in asks]
        for key in self.asks:
            self.fields[f"answer_{key}"] = forms.CharField(
                label=QUESTIONS[key],
                required=False,
                max_length=4000,
                initial=answers.get(key, ""),
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        steps = details.get("steps", [])
        self.step_rows = range(min(STEPS_A_NOTE, len(steps) + EMPTY_STEPS))
        for n in self.step_rows:
            step = steps[n] if n < len(steps) else {}
            self.fields[f"step_{n}_what"] = forms.CharField(
                label=_("What is to be done"), required=False, max_length=500, initial=step.get("what", "")
            )
            self.fields[f"step_{n}_owner"] = forms.ChoiceField(
                label=_("Who"), required=False, choices=StepOwner.choices, initial=step.get("owner")
            )
            self.fields[f"step_{n}_due"] = day_field(_("By"), required=False, initial=step.get("due") or None)

    @property
    def facts(self) -> dict[str, Any]:
        """The session's facts as they were typed."""
        facts = {name: self.cleaned_data[name] for name in SupervisionSession.FACTS}
        return {**facts, "form": facts["form"] or SessionForm.STRUCTURED}

    @property
    def parts(self) -> dict[str, str]:
        """The note's texts as they were typed."""
        return {name: self.cleaned_data[name] for name in PARTS}

    @property
    def details(self) -> dict[str, Any]:
        """What stands beside the texts, in the shape that the service takes."""
        data = self.cleaned_data
        return {
            "topics": data["topics"],
            "competencies": data["competencies"],
            "answers": {key: data[f"answer_{key}"] for key in self.asks},
            "strengths": data["strengths"],
            "steps": [
                {"what": data[f"step_{n}_what"], "owner": data[f"step_{n}_owner"], "due": data[f"step_{n}_due"] or ""}
                for n in self.step_rows
            ],
        }

    @property
    def part_fields(self) -> list[Any]:
        """The fields of the note's texts, in reading order; what next steps replaced only where it was used."""
        return [self[name] for name in PARTS if name != "actions" or self[name].value()]

    @property
    def answer_fields(self) -> list[Any]:
        """The questions of this session."""
        return [self[f"answer_{key}"] for key in self.asks]

    @property
    def step_fields(self) -> list[list[Any]]:
        """The rows of next steps: what, who, by when."""
        return [[self[f"step_{n}_{name}"] for name in ("what", "owner", "due")] for n in self.step_rows]


class NewNoteForm(OnceMixin, NoteForm):
    """The same, for a note that begins."""


class ReturnForm(forms.Form):
    """What the author should add or change."""

    reason = forms.CharField(
        label=_("What should be added or changed?"), required=False, max_length=4000, widget=forms.Textarea
    )


class PrivateForm(forms.Form):
    """What the supervisor writes for themself alone."""

    text = forms.CharField(
        label=_("For you alone"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Nobody else reads it. When you sign, it is sealed apart from the note."),
    )


class AddendumForm(forms.Form):
    """Something added to a locked note."""

    kind = forms.ChoiceField(label=_("Kind"), choices=AddendumKind.choices)
    text = forms.CharField(label=_("What is added"), required=False, max_length=20_000, widget=forms.Textarea)
    minutes = forms.IntegerField(
        label=_("How long it really was, in minutes"),
        required=False,
        min_value=5,
        max_value=720,
        help_text=_("Only if the time in the note is wrong. It counts once the other has signed this too."),
    )


class CloseForm(forms.Form):
    """How a next step ended."""

    done_on = day_field(_("Day"))
    evidence = forms.CharField(
        label=_("What shows it"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What was done, or why it is no longer needed. No names."),
    )


def refuse(form: forms.Form, error: ValidationError) -> None:
    """Put what a service refused beside the fields it is about, with what was typed kept."""
    form.is_valid()
    by_field = error.error_dict if hasattr(error, "error_dict") else {"__all__": error.error_list}
    for name, errors in by_field.items():
        form.add_error(name if name in form.fields else None, ValidationError(errors))
