"""The form of a policy: the document and its draft at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldBooleanWidget

from apps.kit.textform import TranslatedFormField, input_for
from apps.organizations.models import PolicyDocument
from apps.organizations.services import draft_or_current

__all__ = ["PolicyForm"]


class PolicyForm(forms.ModelForm):
    """What it is about, what it says, and whether that holds from now on."""

    body = TranslatedFormField(
        label=_("text"),
        help_text=_("Kept as a draft until you publish it. Headings, lists and links in Markdown."),
        widget=input_for(UnfoldAdminTextareaWidget(), multiline=True),
    )
    publish = forms.BooleanField(
        label=_("publish this as the version that holds"),
        required=False,
        widget=UnfoldBooleanWidget,
        help_text=_("Everybody who works here is then asked to read it. A published version can't be changed."),
    )

    class Meta:
        model = PolicyDocument
        fields = ("kind", "programme", "title")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "body" in self.fields:  # absent on the page of somebody who may only read
            self.fields["body"].initial = draft_or_current(self.instance)
