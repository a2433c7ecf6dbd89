"""What the team's table and the page about another state are asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.certifications import selectors
from apps.certifications.models import Certification, Jurisdiction
from apps.certifications.progress import Standing
from apps.certifications.selectors import Way
from apps.kit.search import matches

STANDS = (
    ("", _("everybody")),
    (Standing.NOT_YET.value, _("something is missing")),
    (Standing.UNKNOWN.value, _("only open questions to the certifying body")),
    (Standing.MET.value, _("all is met")),
)


class TeamFilter(forms.Form):
    """Narrows the team's table. What is asked wrongly narrows nothing."""

    name = forms.CharField(label=_("Name"), required=False, max_length=80)
    state = forms.ChoiceField(label=_("State"), required=False)
    stands = forms.ChoiceField(label=_("Show"), required=False, choices=STANDS)

    def __init__(self, *args: Any, records: QuerySet[Certification], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = sorted(set(records.order_by().values_list("credential__jurisdiction", flat=True)))
        field: Any = self.fields["state"]
        field.choices = [("", _("every state")), *((code, code) for code in codes)]

    def rows(self, records: QuerySet[Certification]) -> QuerySet[Certification]:
        if not self.is_valid():
            return records
        if self.cleaned_data["state"]:
            records = records.filter(credential__jurisdiction=self.cleaned_data["state"])
        if self.cleaned_data["name"]:
            records = records.filter(matches(self.cleaned_data["name"], "person__search"))
        return records

    def narrowed(self, ways: list[Way]) -> list[Way]:
        stands = self.cleaned_data.get("stands") if self.is_valid() else ""
        return [way for way in ways if not stands or (way.progress and way.progress.standing == stands)]


class RecordField(forms.ModelChoiceField):
    """A person by one of their certifications."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.person.name} ({obj.credential})"


class ElsewhereForm(forms.Form):
    """Whose evidence, and for which state."""

    record = RecordField(label=_("Whose"), queryset=Certification.objects.none(), to_field_name="public_id")
    state = forms.ModelChoiceField(
        label=_("In which state"), queryset=Jurisdiction.objects.none(), to_field_name="code"
    )

    def __init__(self, *args: Any, records: QuerySet[Certification], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record: Any = self.fields["record"]
        state: Any = self.fields["state"]
        record.queryset = records
        state.queryset = selectors.states()
