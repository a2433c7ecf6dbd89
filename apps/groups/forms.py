"""Forms of the groups app."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.access.actor import Actor
from apps.groups import services
from apps.groups.choices import Frequency, Position, SessionState, Weekday
from apps.groups.holidays import holidays_of
from apps.groups.models import Closure, Enrolment, Session
from apps.kit.dates import format_day
from apps.kit.listing import listed
from apps.kit.once import OnceMixin
from apps.kit.text import TranslatedText


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


ONE, FOLLOWING, ALL = "one", "following", "all"
MOVE, OFF, BACK = "move", "off", "back"
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ChangeForm(OnceMixin, forms.Form):
    """Change one session, it and all that follow, or all that are to come; or call them off."""

    scope = forms.ChoiceField(label=_("What do you change?"), widget=forms.RadioSelect, initial=ONE)
    deed = forms.ChoiceField(
        label=_("What happens?"),
        widget=forms.RadioSelect,
        initial=MOVE,
        choices=[(MOVE, _("It has another day or time")), (OFF, _("It does not take place"))],
    )
    on = forms.DateField(label=_("Day"), widget=DAY, required=False, help_text=_("Only for this one session."))
    starts = forms.TimeField(label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=_("For how many minutes"), min_value=10, max_value=720)
    reason = forms.CharField(
        label=_("What people are told"),
        max_length=200,
        required=False,
        help_text=_("Where this one does not take place. For example: the house is closed."),
    )
    frequency = forms.ChoiceField(label=_("How often"), choices=Frequency.choices, required=False)
    interval = forms.IntegerField(label=_("Every so many weeks or months"), min_value=1, max_value=12, required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On"), choices=Weekday.choices, coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    positions = forms.TypedMultipleChoiceField(
        label=_("Which of the month"),
        choices=Position.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Only where it meets by the month."),
    )
    ends_on = forms.DateField(
        label=_("Last day"), widget=DAY, required=False, help_text=_("Leave it empty where it goes on.")
    )
    times = forms.IntegerField(label=_("Or ends after so many times"), min_value=1, max_value=400, required=False)

    RULE = ("frequency", "interval", "weekdays", "positions", "ends_on", "times")

    def __init__(self, *args: Any, session: Session, may_all: bool, **kwargs: Any) -> None:
        self.session, self.may_all = session, may_all
        group = session.group
        wall = session.starts_at.astimezone(ZoneInfo(str((session.location or group.location).zone)))
        kwargs["initial"] = {
            "on": session.on,
            "starts": wall.time(),
            "minutes": int((session.ends_at - session.starts_at).total_seconds()) // 60,
            "frequency": group.frequency,
            "interval": group.interval,
            "weekdays": sorted({group.weekday, *group.also_on}),
            "positions": group.positions,
            "ends_on": group.ends_on,
            "times": group.times,
        }
        super().__init__(*args, **kwargs)
        if session.state == SessionState.CANCELLED:
            self.fields["deed"].choices = [(BACK, _("It takes place after all"))]  # type: ignore[attr-defined]  # a choice field
            self.fields["deed"].initial = BACK
        scopes = [(ONE, _("Only this one"))]
        if may_all:
            scopes += [(FOLLOWING, _("This one and all after it")), (ALL, _("All that are to come"))]
        else:
            for name in self.RULE:
                del self.fields[name]
        self.fields["scope"].choices = scopes  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        scope, deed = cleaned.get("scope"), cleaned.get("deed")
        if scope == ONE and deed == MOVE and not cleaned.get("on") and "on" not in self.errors:
            self.add_error("on", _("Say on which day it is."))
        if scope in (FOLLOWING, ALL) and deed == MOVE:
            if not cleaned.get("weekdays") and "weekdays" not in self.errors:
                self.add_error("weekdays", _("Choose at least one day."))
            if cleaned.get("ends_on") and cleaned.get("times"):
                self.add_error("times", _("Give a last day or a number of times, not both."))
        if scope != ONE and deed == BACK:
            self.add_error("scope", _("Choose only this one: each that was called off has its own page."))
        if scope == ALL and deed == OFF:
            self.add_error("deed", _("To end the whole group, put it away in the administration."))
        return cleaned

    def work(self, actor: Actor, language: str) -> Callable[[], Any]:
        """The service call that this form asks for: the page that looks and the one that does run the same."""
        told, session = self.cleaned_data, self.session
        if told["deed"] == BACK:
            return lambda: services.restore_session(session=session, actor=actor)
        if told["deed"] == OFF:
            if told["scope"] == FOLLOWING:
                return lambda: services.end_from(session=session, actor=actor)
            words = TranslatedText({language: told["reason"]} if told["reason"] else {})
            return lambda: services.cancel_session(session=session, actor=actor, reason=words)
        if told["scope"] == ONE:
            return lambda: services.move_session(
                session=session,
                actor=actor,
                on=told["on"],
                starts=told["starts"],
                minutes=told["minutes"],
                location=session.location,
                room=session.room,
            )
        days = told["weekdays"]
        first = session.group.weekday if session.group.weekday in days else days[0]
        values = {
            "frequency": told["frequency"] or session.group.frequency,
            "interval": told["interval"] or 1,
            "weekday": first,
            "also_on": [day for day in days if day != first],
            "positions": told["positions"] if told["frequency"] == Frequency.MONTHLY else [],
            "ends_on": told["ends_on"],
            "times": told["times"],
            "starts": told["starts"],
            "minutes": told["minutes"],
        }
        since = session if told["scope"] == FOLLOWING else None
        return lambda: services.change_rule(group=session.group, actor=actor, since=since, **values)


class ClosureForm(OnceMixin, forms.ModelForm):
    """Days on which a house, or everything, is closed."""

    words = forms.CharField(
        label=_("What people are told"), max_length=200, help_text=_("For example: closed for a day of training.")
    )

    class Meta:
        model = Closure
        fields = ["location", "starts_on", "ends_on"]
        widgets = {"starts_on": DAY, "ends_on": DAY}

    def __init__(self, *args: Any, locations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["location"].queryset = locations  # type: ignore[attr-defined]  # a model choice field
        self.fields["location"].empty_label = _("Everything is closed")  # type: ignore[attr-defined]  # as above


class HolidaysForm(OnceMixin, forms.Form):
    """Which of the coming federal holidays the organization keeps."""

    days = forms.MultipleChoiceField(label=_("Closed on"), widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, standing: set[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        coming = [each for year in (today.year, today.year + 1) for each in holidays_of(year)]
        self.fields["days"].choices = [  # type: ignore[attr-defined]  # a choice field
            (each.on.isoformat(), listed([each.name, format_day(each.on, style="dated")]))
            for each in coming
            if each.on >= today and each.on not in standing and (each.on - today).days <= 366
        ]
