"""The form of what is printed for the wall."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.groups.filters import first_day
from apps.groups.selectors import houses_on_schedule
from apps.groups.wall_pdf import Poster

PAPERS = [("us-letter", _("Letter")), ("a4", _("A4"))]
WEEKS = [(1, _("One week")), (2, _("Two weeks")), (4, _("Four weeks"))]
BEGINS = [("this", _("This week")), ("next", _("Next week"))]


class PosterForm(forms.Form):
    """What to print. A house that is confidential, or has no public group, is not among the choices."""

    place: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=_("Where it will hang"), queryset=None, required=False, to_field_name="public_id",
        empty_label=_("Anywhere: all places"),
    )  # fmt: skip
    begins = forms.ChoiceField(label=_("It begins"), choices=BEGINS, required=False)
    weeks = forms.TypedChoiceField(label=_("For how long"), choices=WEEKS, coerce=int, empty_value=None, required=False)
    paper = forms.ChoiceField(label=_("Paper"), choices=PAPERS, required=False)
    large = forms.BooleanField(label=_("Large print"), required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["place"].queryset = houses_on_schedule()  # type: ignore[attr-defined]  # a model choice has one

    def poster(self) -> Poster:
        """The sheet that a valid form asks for."""
        asked = self.cleaned_data
        monday = first_day("week", self.today)
        return Poster(
            monday=monday + timedelta(days=7) if asked["begins"] == "next" else monday,
            weeks=asked["weeks"] or 1,
            place=asked["place"],
            paper=asked["paper"] or "us-letter",
            is_large=asked["large"],
        )
