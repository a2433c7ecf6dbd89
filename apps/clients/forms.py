"""Forms about clients."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.clients.models import ClientRecord
from apps.clients.services import PERSON_FIELDS
from apps.kit.once import OnceMixin
from apps.organizations.choices import Relationship
from apps.organizations.models import Person
from apps.organizations.selectors import staff


class ClientForm(forms.ModelForm):
    """A client's record together with what is known of the person."""

    name = forms.CharField(label=_("Name"), max_length=150)
    called = forms.CharField(
        label=_("What they like to be called"), max_length=60, required=False, help_text=_("Used in messages.")
    )
    pronouns = forms.CharField(label=_("Pronouns"), max_length=40, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    zone = Person._meta.get_field("zone").formfield(
        label=_("Time zone"), required=False, help_text=_("Where the person is. Empty: the organization's.")
    )

    class Meta:
        model = ClientRecord
        fields = ["since", "location", "born_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in PERSON_FIELDS:
                self.initial.setdefault(name, getattr(self.instance.person, name))


class CloseRecordForm(OnceMixin, forms.Form):
    """To whom a client's record is closed."""

    staff = forms.ModelChoiceField(
        label=_("Closed to"),
        queryset=Person.objects.none(),
        to_field_name="public_id",
        empty_label=_("Please choose one."),
    )
    kind = forms.ChoiceField(
        label=_("What are they to each other?"),
        choices=[("", _("I would rather not say")), *Relationship.choices],
        required=False,
    )

    def __init__(self, *args: Any, actor: Actor, own: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.filter(pk=own.pk)
        self.initial["staff"] = own.public_id
        if actor.can_any("manage_members", "manage_clients"):
            people = people | visible_to(staff(), actor)
            del self.initial["staff"]  # whoever may choose does: closed to oneself by mistake, it is gone
        self.fields["staff"].queryset = people  # type: ignore[attr-defined]  # a model choice
