"""Forms about materials."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.access.actor import Actor
from apps.clients import selectors as clients
from apps.clients.models import ClientRecord
from apps.kit.once import OnceMixin


class HandOutForm(OnceMixin, forms.Form):
    """To whom a material is handed, with a word to go with it."""

    client = forms.ModelChoiceField(
        label=_("To whom"),
        queryset=ClientRecord.objects.none(),
        to_field_name="public_id",
        empty_label=_("Please choose one."),
    )
    note = forms.CharField(
        label=_("A word to go with it"), max_length=200, required=False, help_text=_("They read it above the material.")
    )

    def __init__(self, *args: object, actor: Actor, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"].queryset = clients.clients_for(actor)  # type: ignore[attr-defined]  # a choice field has it
