"""Forms of planned supervision: planning, calling off, and writing down who was there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.kit.once import OnceMixin
from apps.organizations.models import Room
from apps.supervision import services
from apps.supervision.choices import Attendance, Every, Mode, Place, Reach, SessionForm
from apps.supervision.forms import day_field
from apps.supervision.models import MeetingPerson, SupervisionMeeting, SupervisionPlan
from apps.supervision.services import Seen


def room_field(actor: Actor) -> forms.ModelChoiceField:
    """The rooms that this actor may know of and that are in use."""
    rooms = visible_to(Room, actor).filter(archived_at__isnull=True, location__archived_at__isnull=True)
    return forms.ModelChoiceField(
        label=_("Room"),
        queryset=rooms.select_related("location").order_by("location__name", "name"),
        required=False,
        empty_label=_("None"),
        help_text=_("Only if you meet in person. It is kept for you."),
    )


class PlanMeetingForm(OnceMixin, forms.Form):
    """When, with whom and how; once or again and again."""

    people = forms.MultipleChoiceField(label=_("With whom"), widget=forms.CheckboxSelectMultiple, required=False)
    on = day_field(_("Day"))
    starts = forms.TimeField(label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=720, initial=60)
    mode = forms.ChoiceField(label=_("Kind"), choices=Mode.choices, initial=Mode.INDIVIDUAL)
    place = forms.ChoiceField(label=_("Where"), choices=Place.choices, initial=Place.IN_PERSON)
    form = forms.ChoiceField(label=_("What it was"), choices=SessionForm.choices, initial=SessionForm.STRUCTURED)
    every = forms.ChoiceField(label=_("How often"), choices=Every.choices, initial=Every.ONCE)
    until = day_field(_("Until"), required=False)

    def __init__(self, data: Any = None, *, plans: Iterable[SupervisionPlan], actor: Actor, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["room"] = room_field(actor)
        self.plans = {str(plan.pk): plan for plan in plans}
        self.fields["people"].choices = [  # type: ignore[attr-defined]  # a choice field
            (key, str(plan.specialist)) for key, plan in self.plans.items()
        ]
        self.fields["form"].label = _("What it is")

    @property
    def values(self) -> dict[str, Any]:
        """What was chosen, as the service takes it."""
        names = ("on", "starts", "minutes", "mode", "place", "form", "every", "until", "room")
        return {
            **{name: self.cleaned_data[name] for name in names},
            "plans": [self.plans[key] for key in self.cleaned_data["people"]],
        }


MOVE, OFF = "move", "off"


class ChangeMeetingForm(OnceMixin, forms.Form):
    """Another time or place for a meeting, it and those after it, or all of its series; or that they are called off."""

    reach = forms.ChoiceField(label=_("What do you change?"), widget=forms.RadioSelect, initial=Reach.ONE)
    deed = forms.ChoiceField(
        label=_("What happens?"),
        widget=forms.RadioSelect,
        initial=MOVE,
        choices=[(MOVE, _("It has another day, time or place")), (OFF, _("It is called off"))],
    )
    on = day_field(_("Day"), help_text=_("Of this one. The others move as many days as this one does."))
    starts = forms.TimeField(label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=720)
    place = forms.ChoiceField(label=_("Where"), choices=Place.choices)
    reason = forms.CharField(
        label=_("Why it is called off"), required=False, max_length=500, help_text=_("Whoever takes part reads it.")
    )

    def __init__(self, data: Any = None, *, meeting: SupervisionMeeting, actor: Actor, **kwargs: Any) -> None:
        self.meeting = meeting
        names = ("on", "starts", "minutes", "place", "room")
        super().__init__(data, initial={name: getattr(meeting, name) for name in names}, **kwargs)
        self.fields["room"] = room_field(actor)
        only = [(Reach.ONE.value, Reach.ONE.label)]
        self.fields["reach"].choices = Reach.choices if meeting.series else only  # type: ignore[attr-defined]  # a choice field
        if not meeting.series:
            self.fields["on"].help_text = ""

    def work(self, actor: Actor) -> Callable[[], list[SupervisionMeeting]]:
        """The service call that this form asks for: the page that looks and the one that does run the same."""
        told, meeting = self.cleaned_data, self.meeting
        if told["deed"] == OFF:
            return lambda: services.call_off_meetings(
                meeting=meeting, actor=actor, reach=told["reach"], reason=told["reason"]
            )
        values = {name: told[name] for name in ("reach", "on", "starts", "minutes", "place", "room")}
        return lambda: services.move_meetings(meeting=meeting, actor=actor, **values)


class HoldForm(forms.Form):
    """Who was there, how long, and what all of them sign."""

    shared = forms.CharField(
        label=_("What we looked at together"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea,
        help_text=_("Each who came signs this with their own part. Nothing about one person; no names."),
    )

    def __init__(self, data: Any = None, *, people: Iterable[MeetingPerson], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.people = list(people)
        seen = [(value, label) for value, label in Attendance.choices if value != Attendance.EXPECTED]
        for person in self.people:
            name = f"person_{person.plan_id}"
            self.fields[name] = forms.ChoiceField(
                label=str(person.plan.specialist), choices=seen, initial=Attendance.CAME
            )
            self.fields[f"{name}_minutes"] = forms.IntegerField(
                label=_("Minutes, if only for a part"), required=False, min_value=5, max_value=720
            )
            self.fields[f"{name}_reason"] = forms.CharField(label=_("Why not"), required=False, max_length=300)

    @property
    def rows(self) -> list[list[Any]]:
        """The fields of each person."""
        return [
            [self[f"person_{person.plan_id}{part}"] for part in ("", "_minutes", "_reason")] for person in self.people
        ]

    @property
    def seen(self) -> dict[int, Seen]:
        """Who was there, by the key of their plan."""
        found = {}
        for person in self.people:
            name = f"person_{person.plan_id}"
            found[person.plan_id] = Seen(
                self.cleaned_data[name], self.cleaned_data[f"{name}_minutes"], self.cleaned_data[f"{name}_reason"]
            )
        return found


class CallOffForm(forms.Form):
    """Why a meeting does not take place, or did not."""

    reason = forms.CharField(label=_("Why?"), required=False, max_length=500)
