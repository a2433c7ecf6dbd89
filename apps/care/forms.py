"""Forms of the care app."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.care import selectors
from apps.care.choices import CancelReason, Outcome
from apps.care.models import Appointment
from apps.kit.once import OnceMixin
from apps.organizations.models import Location, Person, Room


class AppointmentForm(forms.ModelForm):
    """Who meets whom, where, and when by the clock on the wall there. The service decides whether it can be."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    starts = forms.TimeField(
        label=_("Starts at"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("By the clock at the location."),
    )
    minutes = forms.IntegerField(label=_("Length in minutes"), initial=45, min_value=5, max_value=720)

    class Meta:
        model = Appointment
        fields = ["client", "staff", "location", "room"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        if row.pk:
            local = row.starts_at.astimezone(ZoneInfo(row.zone))
            length = int((row.ends_at - row.starts_at).total_seconds() // 60)
            self.initial.update({"day": local.date(), "starts": local.time(), "minutes": length})
        else:
            self.initial.setdefault("day", timezone.localdate())

    def clean(self) -> dict[str, Any] | None:
        """A visit earlier today can still be written down; one of an earlier day is looked at twice."""
        cleaned = super().clean() or {}
        day, location = (
            cleaned.get("day"),
            cleaned.get("location") or self.instance.location_id and self.instance.location,
        )
        if day and location and ("day" in self.changed_data or not self.instance.pk):
            today = datetime.now(ZoneInfo(location.zone)).date()
            if day < today:
                self.add_error("day", _("This day has passed. Choose today or a later day."))
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        """The service sets the rest and has the whole row checked, so here only what was asked is."""
        chosen = {"client", "staff", "location", "room"}
        return {field.name for field in self._meta.model._meta.fields} - chosen | super()._get_validation_exclusions()  # type: ignore[misc]  # the stubs leave Django's private names out

    def validate_constraints(self) -> None:
        """The constraints are about the whole row: the service asks them."""


class BookForm(OnceMixin, AppointmentForm):
    """The portal's form: it offers only what its reader may book."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, actor)
        self.fields["client"].queryset = selectors.clients_to_book(actor)  # type: ignore[attr-defined]  # a model choice


class MoveForm(AppointmentForm):
    """Another time, place or staff member for a booked appointment."""

    class Meta(AppointmentForm.Meta):
        fields = ["staff", "location", "room"]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, actor)


def _offer(form: Any, actor: Actor) -> None:
    form.fields["staff"].queryset = selectors.staff_to_book(actor)
    form.fields["location"].queryset = visible_to(Location, actor).filter(archived_at__isnull=True)
    form.fields["room"].queryset = visible_to(Room, actor).filter(archived_at__isnull=True).select_related("location")
    form.fields["room"].empty_label = _("No room")
    for name in {"client", "staff", "location"} & set(form.fields):
        form.fields[name].empty_label = _("Please choose one.")
    form.order_fields(["client", "staff", "day", "starts", "minutes", "location", "room"])


class CancelForm(forms.Form):
    """Why a visit is called off, for our own lists; a person never has to say."""

    reason = forms.ChoiceField(label=_("Because"), choices=CancelReason.choices, initial=CancelReason.CLIENT)


class CloseForm(forms.Form):
    """What came of a follow-up. There is no way to close it without."""

    outcome = forms.ChoiceField(label=_("What came of it?"), choices=Outcome.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In your words"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class HandOverForm(forms.Form):
    """Whose task it becomes."""

    to = forms.ModelChoiceField(label=_("To whom?"), queryset=Person.objects.none())

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = visible_to(selectors.who_give_care(), actor)  # type: ignore[attr-defined]  # a model choice
