"""The form by which a group starts from a template: prefilled, so that place, day and time are what is left to say."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.groups.choices import Format, Rhythm
from apps.groups.forms import DAY
from apps.groups.models import GroupTemplate
from apps.groups.wording import shape_words
from apps.kit.once import OnceMixin
from apps.kit.text import DEFAULT_LANGUAGE, TranslatedText
from apps.organizations.models import Location, Person, Room


class _Rooms(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj)  # with its location: the form can't show only the chosen one's rooms without a script


class StartForm(OnceMixin, forms.Form):
    """What differs from group to group. Everything else the template says."""

    name = forms.CharField(label=_("Name"), max_length=120)
    location = forms.ModelChoiceField(
        label=_("Location"), queryset=Location.objects.none(), help_text=_("The times below are by the clock there.")
    )
    room = _Rooms(label=_("Room"), queryset=Room.objects.none(), required=False)
    format = forms.ChoiceField(label=_("How people take part"), choices=Format.choices)
    join_link = forms.URLField(
        label=_("Link to join online"),
        required=False,
        assume_scheme="https",
        help_text=_("Shown only to people who are in the group."),
    )
    starts_on = forms.DateField(label=_("First day"), widget=DAY, help_text=_("It meets on this weekday."))
    starts = forms.TimeField(label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=_("For how many minutes"), min_value=10, max_value=720)
    rhythm = forms.ChoiceField(label=_("How often"), choices=Rhythm.choices, required=False)
    times = forms.IntegerField(
        label=_("Ends after so many times"),
        min_value=1,
        max_value=400,
        required=False,
        help_text=_("Leave empty where it goes on."),
    )
    ends_on = forms.DateField(label=_("Last day"), widget=DAY, required=False)
    capacity = forms.IntegerField(
        label=_("Places"),
        min_value=1,
        max_value=500,
        required=False,
        help_text=_("Leave empty where everybody who comes is welcome."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages spoken"), choices=settings.LANGUAGES, widget=forms.CheckboxSelectMultiple, required=False
    )
    leaders = forms.ModelMultipleChoiceField(
        label=_("Who leads it"),
        queryset=Person.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        template: GroupTemplate,
        language: str,
        locations: QuerySet[Location],
        rooms: QuerySet[Room],
        people: QuerySet[Person],
        **kwargs: Any,
    ) -> None:
        self.template, self.language = template, language
        kwargs["initial"] = {
            "name": template.name.text(language),
            "format": template.format,
            "minutes": template.minutes,
            "times": template.times,
            "capacity": template.capacity,
            "languages": template.languages or [language],
        }
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["location"].queryset, fields["room"].queryset, fields["leaders"].queryset = locations, rooms, people
        fields["leaders"].label_from_instance = lambda person: person.name
        fields["location"].empty_label = _("Choose one")
        fields["room"].empty_label = _("None, or not known yet")
        if template.days_in_row > 1 or template.weekdays:
            del fields["rhythm"]
            fields["starts_on"].help_text = _("The first possible day.") if template.weekdays else ""
        else:
            as_said = _("As the template says: %(rhythm)s") % {"rhythm": shape_words(template)}
            fields["rhythm"].choices = [(Rhythm.AS_SAID, as_said), *Rhythm.choices[1:]]
        if template.days_in_row > 1:
            del fields["times"], fields["ends_on"]
        if template.needs_last_day:
            fields["ends_on"].required = True
            fields["ends_on"].help_text = _("The end of the school year, say.")
        if not template.counts_places:
            del fields["capacity"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        location, first = cleaned.get("location"), cleaned.get("starts_on")
        if location is not None and first is not None:
            if first < timezone.localdate(timezone=ZoneInfo(str(location.zone))):
                self.add_error("starts_on", _("This day is over. Choose one from today on."))
            if cleaned.get("ends_on") and cleaned["ends_on"] < first:
                self.add_error("ends_on", _("The last day can't be before the first."))
        if cleaned.get("ends_on") and cleaned.get("times"):
            self.add_error("times", _("Give a last day or a number of times, not both."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """The arguments of the service: a name that was not changed keeps its translations."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "once"}
        typed, said = values.pop("name"), self.template.name
        if typed != said.text(self.language):
            said = TranslatedText({DEFAULT_LANGUAGE: said.get(DEFAULT_LANGUAGE, typed), self.language: typed})
        return {"template": self.template, "name": said, **values}
