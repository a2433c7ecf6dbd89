"""Forms about training: what was done, who confirms it, ratings of competencies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.certifications import selectors
from apps.certifications.choices import Competency, Level
from apps.certifications.facts import EvidenceKind, Unit
from apps.certifications.forms.records import day_field
from apps.certifications.models import Course
from apps.certifications.wording import TOPICS
from apps.kit.once import OnceMixin


class EntryForm(OnceMixin, forms.Form):
    """Something that was done: a course of the list, or something else with its hours."""

    course = forms.ModelChoiceField(
        label=_("Course"),
        queryset=Course.objects.none(),
        required=False,
        empty_label=_("Not a course of the list"),
        help_text=_("With a course you need only the day and the document."),
    )
    kind = forms.ChoiceField(label=_("What is it?"), choices=EvidenceKind.choices, required=False)
    title = forms.CharField(
        label=_("Title"), max_length=160, required=False, help_text=_("The name of the class, or where you worked.")
    )
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    amount = forms.DecimalField(label=_("How much"), min_value=0, max_digits=7, decimal_places=2, required=False)
    unit = forms.ChoiceField(label=_("Counted in"), choices=Unit.choices, required=False, initial=Unit.HOURS)
    live_amount = forms.DecimalField(
        label=_("Of these live"), min_value=0, max_digits=7, decimal_places=2, required=False,
        help_text=_("Leave it empty where you don’t know."),
    )  # fmt: skip
    started_on = day_field(_("From"), required=False)
    ended_on = day_field(_("On, or until"))
    upload = forms.FileField(label=_("Document"), help_text=_("A PDF, PNG or JPEG of at most 20 MB."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = selectors.courses()  # type: ignore[attr-defined]  # a model choice field
        words = [(key, TOPICS.get(key, key.replace("_", " "))) for key in selectors.topics()]
        self.fields["topic"].choices = [("", _("General")), *words]  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("course"):
            for name in ("title", "amount"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("Fill this in, or choose a course."))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "once"}
        if values["course"]:
            return {name: values[name] for name in ("course", "started_on", "ended_on", "upload")}
        return {**values, "unit": values["unit"] or Unit.HOURS, "kind": values["kind"] or EvidenceKind.TRAINING}


class RatingForm(forms.Form):
    """The twelve categories, each with a level or nothing yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("not said yet")), *Level.choices]
        for value, label in Competency.choices:
            self.fields[value] = forms.TypedChoiceField(
                label=label, choices=choices, coerce=int, empty_value=None, required=False
            )

    @property
    def levels(self) -> dict[str, int]:
        """What was said, by category."""
        return {name: level for name, level in self.cleaned_data.items() if level}
