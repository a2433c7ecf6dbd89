"""Pages for those who build pages; wired in the demo only."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from apps.kit.components.shared import icon_names

__all__ = ["style_guide"]


class _Sample(forms.Form):
    """One of each kind of control, to be looked at."""

    contact = forms.CharField(label="Your phone or e-mail")
    card = forms.CharField(label="The eight letters and numbers on your card", help_text="With or without the dash.")
    place = forms.ChoiceField(label="Place", choices=[("", "Any place"), ("mill", "Mill Street house")])
    way = forms.ChoiceField(
        label="How may we reach you?",
        choices=[("text", "By text"), ("mail", "By e-mail")],
        widget=forms.RadioSelect,
    )
    needs = forms.MultipleChoiceField(
        label="What would help?",
        choices=[("captions", "Captions"), ("ramp", "No steps")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    words = forms.CharField(label="What would you like us to know?", widget=forms.Textarea, required=False)
    shared = forms.BooleanField(label="Others use this phone or computer too.", required=False)

    def clean_contact(self) -> str:
        raise forms.ValidationError("Please add the area code, like 512 555 0142.")


def style_guide(request: HttpRequest) -> HttpResponse:
    """Every component in every state. Saves nothing, whatever is sent to it."""
    now = timezone.now().replace(hour=23, minute=30)
    typed = {"contact": "555 0142", "card": "K7QM2XWD", "place": "mill", "shared": "on"}
    context = {
        "form": _Sample(typed),
        "other": _Sample(auto_id="other_%s"),
        "now": now,
        "later": now + timedelta(minutes=90),
        "zone": "America/Chicago",
        "page": Paginator(range(90), 25).page(2),
        "icons": sorted(icon_names()),
    }
    return render(request, "portal/style_guide.html", context)
