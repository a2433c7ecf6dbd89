"""Forms of the groups app."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.groups.choices import SessionState
from apps.groups.models import Enrolment, Session


class SessionForm(forms.ModelForm):
    """One session: called off or not, what people are told, and where it is this time."""

    called_off = forms.BooleanField(
        label=_("Not this time"), required=False, help_text=_("It stays on the schedule, crossed out, with your words.")
    )

    class Meta:
        model = Session
        fields = ["reason", "location", "room"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["called_off"] = self.instance.state == SessionState.CANCELLED


class EnrolmentForm(forms.ModelForm):
    """Who joins which group; on the page of one that stands, whether they have left."""

    has_left = forms.BooleanField(
        label=_("has left the group"), required=False, help_text=_("Their place is free at once. Nobody is asked why.")
    )

    class Meta:
        model = Enrolment
        fields = ["group", "person"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["has_left"] = self.instance.ended_at is not None
