"""Forms for whoever leads a session."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.groups.choices import Mark
from apps.groups.models import SessionNote
from apps.kit.once import OnceMixin
from apps.materials.models import Material

SAID = [(mark.value, mark.label) for mark in Mark]


class MarkForm(forms.Form):
    """One tap on one line: who (in the group, or on the list), and what is said of them."""

    enrolment = forms.UUIDField(required=False)
    entry = forms.UUIDField(required=False)
    mark = forms.ChoiceField(choices=SAID)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not (cleaned.get("enrolment") or cleaned.get("entry")):
            raise forms.ValidationError(_("That did not reach us whole. Please try again."))
        return cleaned


class WalkInForm(OnceMixin, forms.Form):
    """Somebody who came and is not in the group."""

    alias = forms.CharField(
        label=_("First name, or what they like to be called"),
        max_length=40,
        required=False,
        help_text=_("No last name. It is kept on this list alone, and no record is made."),
    )
    client = forms.UUIDField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(label=_("Why you add somebody now"), max_length=200, required=False)

    def __init__(self, *args: Any, is_held: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_held:
            del self.fields["reason"]


class CountForm(forms.Form):
    """How many came whom nobody wrote down."""

    people = forms.IntegerField(
        label=_("How many"), min_value=0, max_value=999, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )
    reason = forms.CharField(label=_("Why it is corrected"), max_length=200, required=False)

    def __init__(self, *args: Any, is_held: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_held:
            del self.fields["reason"]


class CorrectionForm(forms.Form):
    """A wrong entry put right, with the reason."""

    mark = forms.ChoiceField(label=_("How it was"), choices=SAID, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why it is corrected"),
        max_length=200,
        help_text=_("For example: tapped the wrong line. What stood before stays in the history."),
    )


class NoteForm(OnceMixin, forms.ModelForm):
    """What was done at a session, for whoever leads the next one."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = SessionNote
        fields = ["done", "used", "for_next"]
        widgets = {
            "done": forms.Textarea(attrs={"rows": 5}),
            "used": forms.Textarea(attrs={"rows": 2}),
            "for_next": forms.Textarea(attrs={"rows": 2}),
        }


WHOLE, ONE = "group", "session"


class MaterialForm(OnceMixin, forms.Form):
    """A material for the group, or for this one session."""

    material = forms.ModelChoiceField(label=_("Material"), queryset=Material.objects.none())
    scope = forms.ChoiceField(
        label=_("Given to"),
        choices=[(ONE, _("Only this session")), (WHOLE, _("The group, every time"))],
        widget=forms.RadioSelect,
        initial=ONE,
    )

    def __init__(self, *args: Any, materials: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["material"].queryset = materials  # type: ignore[attr-defined]  # a model choice field


class SubstituteForm(OnceMixin, forms.Form):
    """Who leads this one session in another's place."""

    person = forms.ChoiceField(label=_("Who leads it this time?"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What they should know"),
        max_length=300,
        required=False,
        help_text=_("For example: where the key is. Nothing about a person."),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = choices  # type: ignore[attr-defined]  # a choice field


class AliasForm(OnceMixin, forms.Form):
    """What somebody is called in a group of aliases."""

    alias = forms.CharField(
        label=_("What you are called here"),
        max_length=40,
        help_text=_("A first name, a nickname: you choose. The people in the group and who leads it see this."),
    )
