"""Forms about days on which somebody is out, or a house is closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.care.choices import CallOutcome, Decision
from apps.care.selectors import Span, Touched, span_of
from apps.care.services import Choice
from apps.kit.listing import listed
from apps.kit.once import OnceMixin
from apps.organizations.models import Location, Person
from apps.organizations.selectors import staff

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
HOUR = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
OFF, LEAVE, MOVE, BY, AT = "off", "leave", "move", "by:", "at:"


class SpanForm(forms.Form):
    """From which day and hour to which."""

    first = forms.DateField(label=_("From"), widget=DAY)
    last = forms.DateField(label=_("Until"), widget=DAY, required=False, help_text=_("Empty: this one day."))
    since = forms.TimeField(label=_("From what time"), widget=HOUR, required=False, help_text=_("Empty: all day."))
    until = forms.TimeField(label=_("Until what time"), widget=HOUR, required=False, help_text=_("Empty: all day."))

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        self.zone = zone
        kwargs["initial"] = {"first": datetime.now(ZoneInfo(zone)).date(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first = cleaned.get("first")
        if first is not None:
            last = cleaned["last"] = cleaned.get("last") or first
            since, until = cleaned.get("since"), cleaned.get("until")
            if last < first:
                self.add_error("last", _("The last day can’t be before the first."))
            elif last == first and since is not None and until is not None and until <= since:
                self.add_error("until", _("The end comes after the beginning."))
        return cleaned

    def span(self, **whose: Any) -> Span:
        """The span that was asked for, of a person or a location."""
        told = self.cleaned_data
        zone = str(whose["location"].zone) if whose.get("location") is not None else self.zone
        times = {name: told[name] for name in ("first", "last", "since", "until")}
        return span_of(zone=zone, **times, **whose)


class OutForm(SpanForm):
    """Who is out, and when. Whoever decides chooses the person; others are out themselves."""

    person = forms.ModelChoiceField(queryset=None, to_field_name="public_id", label=_("Who is out?"), empty_label="")

    field_order = ("person", "first", "last", "since", "until")

    def __init__(self, *args: Any, actor: Actor, own: Person | None = None, **kwargs: Any) -> None:
        self.own = own
        super().__init__(*args, **kwargs)
        if own is not None:
            del self.fields["person"]
        else:
            people = visible_to(staff(), actor).order_by("name", "pk")
            self.fields["person"].queryset = people  # type: ignore[attr-defined]  # a model choice field

    def asked(self) -> Span:
        """The span of whoever is out."""
        return self.span(person=self.own or self.cleaned_data["person"])


class ClosedForm(SpanForm):
    """Which house is closed, and when."""

    location = forms.ModelChoiceField(queryset=None, to_field_name="public_id", label=_("Which house?"), empty_label="")

    field_order = ("location", "first", "last", "since", "until")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = visible_to(Location, actor).filter(archived_at__isnull=True, is_online=False).order_by("name")
        self.fields["location"].queryset = places  # type: ignore[attr-defined]  # a model choice field

    def asked(self) -> Span:
        """The span of the house."""
        return self.span(location=self.cleaned_data["location"])


class ChoicesForm(OnceMixin, forms.Form):
    """For each thing that is touched what happens: who takes it over, another time or place, off, or as it is."""

    words = forms.CharField(
        label=_("What people are told"),
        max_length=200,
        required=False,
        help_text=_("It stands on the schedule beside what is off. For example: closed for today."),
    )

    def __init__(self, *args: Any, things: Iterable[Touched], places: Iterable[Location] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.things, self.places = list(things), list(places)
        self.people = {str(each.person.public_id): each.person for t in self.things for each in t.can_do}
        for thing in self.things:
            self._ask(thing)

    def _ask(self, thing: Touched) -> None:
        by = [(f"{BY}{each.person.public_id}", self._named(each)) for each in thing.can_do]
        options: list[Any] = [(_("Somebody else does it"), by)] if by else []
        here = thing.visit.location_id if thing.visit else None
        if thing.session is not None:
            here = thing.session.location_id or thing.session.group.location_id
        at = [(f"{AT}{place.public_id}", str(place)) for place in self.places if place.pk != here]
        options += [(_("At another place, or by phone"), at)] if at else []
        plain = [(OFF, _("Call it off")), (MOVE, _("At another time, as below")), (LEAVE, _("Leave it as it is"))]
        options.append((_("Or"), plain))
        self.fields[f"what_{thing.key}"] = forms.ChoiceField(
            label=_("What happens?"), choices=options, initial=self._sensible(thing, by)
        )
        self.fields[f"on_{thing.key}"] = forms.DateField(label=_("Another day"), widget=DAY, required=False)
        self.fields[f"starts_{thing.key}"] = forms.TimeField(label=_("Begins at"), widget=HOUR, required=False)

    @staticmethod
    def _named(each: Any) -> str:
        return f"{each.person.name} ({listed(each.notes)})" if each.notes else str(each.person.name)

    @staticmethod
    def _sensible(thing: Touched, by: list[tuple[str, str]]) -> str:
        """A group goes on with its other leader, or with who can lead it; a visit only with whom the client knows."""
        if thing.session is not None:
            return LEAVE if thing.beside else (by[0][0] if by else OFF)
        knows = bool(by) and thing.can_do[0].weight >= 6
        return by[0][0] if knows else OFF

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for thing in self.things:
            if cleaned.get(f"what_{thing.key}") != MOVE:
                continue
            for name, words in (("on", _("Say the new day.")), ("starts", _("Say the new time."))):
                field = f"{name}_{thing.key}"
                if not cleaned.get(field) and field not in self.errors:
                    self.add_error(field, words)
        return cleaned

    def choices(self) -> dict[str, Choice]:
        """What was chosen, as the service takes it."""
        places = {str(place.public_id): place for place in self.places}
        found = {}
        for thing in self.things:
            what = self.cleaned_data[f"what_{thing.key}"]
            if what.startswith(BY):
                found[thing.key] = Choice(Decision.SUBSTITUTE, substitute=self.people[what.removeprefix(BY)])
            elif what.startswith(AT):
                found[thing.key] = Choice(Decision.ELSEWHERE, location=places[what.removeprefix(AT)])
            elif what == MOVE:
                on, starts = self.cleaned_data[f"on_{thing.key}"], self.cleaned_data[f"starts_{thing.key}"]
                found[thing.key] = Choice(Decision.MOVED, on=on, starts=starts)
            else:
                found[thing.key] = Choice(Decision.LEFT if what == LEAVE else Decision.CALLED_OFF)
        return found

    def asked(self) -> list[dict[str, Any]]:
        """Each thing with its fields, for the page."""
        return [
            {"thing": thing, **{name: self[f"{name}_{thing.key}"] for name in ("what", "on", "starts")}}
            for thing in self.things
        ]


class CallForm(forms.Form):
    """What came of a call."""

    outcome = forms.ChoiceField(label=_("What came of it?"), choices=CallOutcome.choices, widget=forms.RadioSelect)
