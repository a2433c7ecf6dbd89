"""Forms of the pages about the plan and its numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.utils.translation import gettext_lazy as _

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.certifications.selectors import today_of
from apps.kit.once import OnceMixin
from apps.organizations.models import Person
from apps.supervision.choices import ReviewOutcome
from apps.supervision.models import SupervisionPlan

MOST_BYTES = 20 * 1024 * 1024


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A day, chosen as the browser lets one choose."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, input_formats=["%Y-%m-%d"], **kwargs)


MONTHS = ((3, _("3 months")), (6, _("6 months")), (12, _("12 months")))


class TableForm(forms.Form):
    """What the table of months shows. What cannot be read is left out."""

    months_back = forms.TypedChoiceField(label=_("How far back"), choices=MONTHS, coerce=int, required=False, initial=6)
    by = forms.ModelChoiceField(
        label=_("Supervisor"), queryset=Person.objects.none(), required=False, empty_label=_("Everybody's")
    )
    short = forms.BooleanField(label=_("Only where something is missing"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert actor.organization_id is not None, "the page is an organization's"
        self.today: date = today_of(actor.organization_id)
        theirs = visible_to(SupervisionPlan, actor).order_by().values("supervisor_id")
        by: Any = self.fields["by"]
        by.queryset = Person.objects.filter(pk__in=theirs).order_by("name", "pk")
        self.is_valid()

    def _said(self, name: str) -> Any:
        return getattr(self, "cleaned_data", {}).get(name)

    @property
    def months(self) -> int:
        return int(self._said("months_back") or 6)

    @property
    def supervisor(self) -> Person | None:
        return self._said("by") or None

    @property
    def only_short(self) -> bool:
        return bool(self._said("short"))


class PeriodForm(forms.Form):
    """From which day to which; by default the last year. What cannot be read is left out."""

    since = day_field(_("From"), required=False)
    until = day_field(_("Until"), required=False)

    def __init__(self, data: Any = None, *, today: date) -> None:
        self.today = today
        first = today - relativedelta(years=1)
        super().__init__(data, initial={"since": first, "until": today})
        self.is_valid()
        said = getattr(self, "cleaned_data", {})
        self.first: date = said.get("since") or first
        self.last: date = said.get("until") or today

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("since") and values.get("until") and values["since"] > values["until"]:
            self.add_error("until", _("The last day can't be before the first."))
        return values


class CheckForm(forms.Form):
    """The code on a supervision log, and if wanted the log itself."""

    code = forms.CharField(label=_("Code"), max_length=60, help_text=_("It stands at the foot of the document."))
    document = forms.FileField(
        label=_("The document itself"),
        required=False,
        help_text=_("A PDF. It is compared and not kept."),
    )

    def clean_document(self) -> Any:
        upload = self.cleaned_data.get("document")
        if upload is not None and upload.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is too large: at most %(limit)d MB.") % {"limit": 20})
        return upload


class ReviewForm(OnceMixin, forms.Form):
    """What a second reading of a note came to."""

    outcome = forms.ChoiceField(label=_("How is it?"), choices=ReviewOutcome.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In a sentence"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("If there is something to talk about. No client’s name."),
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("outcome") == ReviewOutcome.TALK and not values.get("words", "").strip():
            self.add_error("words", _("Say in a sentence what to talk about."))
        return values
