"""Forms of the portal itself."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.portal.choices import Detail


class DetailForm(forms.Form):
    """How much a client's own calendar says."""

    detail = forms.ChoiceField(
        label=_("What may others read on your phone?"),
        choices=Detail.choices,
        widget=forms.RadioSelect,
        initial=Detail.MASKED,
    )
