"""Forms of bringing in a sheet and taking out a list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanWidget,
)

from apps.kit.once import OnceMixin
from apps.kit.sheets import MOST_BYTES, Table, read_file, read_pasted
from apps.organizations.sheet_plan import KNOWN_WAYS


class SheetForm(OnceMixin, forms.Form):
    """A sheet as a file or as pasted cells, and what becomes of people who are here already."""

    file = forms.FileField(
        label=_("Choose a file"),
        required=False,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.xlsx"}),
        help_text=_("CSV or Excel (.xlsx), at most 5,000 rows and 10 MB."),
    )
    pasted = forms.CharField(
        label=_("Or paste the cells here, with their heading"),
        required=False,
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 8, "spellcheck": "false"}),
    )
    known_way = forms.ChoiceField(
        label=_("People who are here already"),
        choices=list(KNOWN_WAYS.items()),
        initial="change",
        widget=UnfoldAdminSelectWidget,
    )
    invited = forms.BooleanField(
        label=_("Invite newcomers who have an e-mail address"), required=False, widget=UnfoldBooleanWidget
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("file") and not (cleaned.get("pasted") or "").strip() and "file" not in self.errors:
            self.add_error("pasted", _("Choose a file, or paste the cells."))
        return cleaned

    def table(self) -> Table:
        """The table that was given. Raises ValidationError in plain words."""
        given = self.cleaned_data["file"]
        if given is None:
            return read_pasted(self.cleaned_data["pasted"])
        return read_file(given.read(MOST_BYTES + 1), given.name)


class TakeOutForm(OnceMixin, forms.Form):
    """Which kind of file a list is taken out as."""

    form = forms.ChoiceField(
        label=_("Kind of file"),
        choices=[("xlsx", _("Excel (.xlsx)")), ("csv", _("CSV"))],
        widget=UnfoldAdminSelectWidget,
    )
