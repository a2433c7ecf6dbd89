"""Forms of planned supervision: planning, calling off, and writing down who was there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.kit.once import OnceMixin
from apps.supervision.choices import Attendance, Every, Mode, Place, SessionForm
from apps.supervision.forms import day_field
from apps.supervision.models import MeetingPerson, SupervisionPlan
from apps.supervision.services import Seen


class PlanMeetingForm(OnceMixin, forms.Form):
    """When, with whom and how; once or again and again."""

    people = forms.MultipleChoiceField(label=_("With whom"), widget=forms.CheckboxSelectMultiple, required=False)
    on = day_field(_("Day"))
    starts = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=720, initial=60)
    mode = forms.ChoiceField(label=_("Kind"), choices=Mode.choices, initial=Mode.INDIVIDUAL)
    place = forms.ChoiceField(label=_("Where"), choices=Place.choices, initial=Place.IN_PERSON)
    form = forms.ChoiceField(label=_("What it was"), choices=SessionForm.choices, initial=SessionForm.STRUCTURED)
    every = forms.ChoiceField(label=_("How often"), choices=Every.choices, initial=Every.ONCE)
    until = day_field(_("Until"), required=False)

    def __init__(self, data: Any = None, *, plans: Iterable[SupervisionPlan], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.plans = {str(plan.pk): plan for plan in plans}
        self.fields["people"].choices = [  # type: ignore[attr-defined]  # a choice field
            (key, str(plan.specialist)) for key, plan in self.plans.items()
        ]
        self.fields["form"].label = _("What it is")

    @property
    def values(self) -> dict[str, Any]:
        """What was chosen, as the service takes it."""
        names = ("on", "starts", "minutes", "mode", "place", "form", "every", "until")
        return {
            **{name: self.cleaned_data[name] for name in names},
            "plans": [self.plans[key] for key in self.cleaned_data["people"]],
        }


class HoldForm(forms.Form):
    """Who was there, how long, and what all of them sign."""

    shared = forms.CharField(
        label=_("What we looked at together"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea,
        help_text=_("Each who came signs this with their own part. Nothing about one person; no names."),
    )

    def __init__(self, data: Any = None, *, people: Iterable[MeetingPerson], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.people = list(people)
        seen = [(value, label) for value, label in Attendance.choices if value != Attendance.EXPECTED]
        for person in self.people:
            name = f"person_{person.plan_id}"
            self.fields[name] = forms.ChoiceField(
                label=str(person.plan.specialist), choices=seen, initial=Attendance.CAME
            )
            self.fields[f"{name}_minutes"] = forms.IntegerField(
                label=_("Minutes, if only for a part"), required=False, min_value=5, max_value=720
            )
            self.fields[f"{name}_reason"] = forms.CharField(label=_("Why not"), required=False, max_length=300)

    @property
    def rows(self) -> list[list[Any]]:
        """The fields of each person."""
        return [
            [self[f"person_{person.plan_id}{part}"] for part in ("", "_minutes", "_reason")] for person in self.people
        ]

    @property
    def seen(self) -> dict[int, Seen]:
        """Who was there, by the key of their plan."""
        found = {}
        for person in self.people:
            name = f"person_{person.plan_id}"
            found[person.plan_id] = Seen(
                self.cleaned_data[name], self.cleaned_data[f"{name}_minutes"], self.cleaned_data[f"{name}_reason"]
            )
        return found


class CallOffForm(forms.Form):
    """Why a meeting does not take place, or did not."""

    reason = forms.CharField(label=_("Why?"), required=False, max_length=500)
