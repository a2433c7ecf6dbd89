"""Forms of organizations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.access.shares import Share
from apps.accounts.services import joining_user
from apps.kit.once import OnceMixin
from apps.organizations import selectors
from apps.organizations.choices import InvitationWay, Relationship, Role
from apps.organizations.models import Invitation, Location, Membership, Person, StaffProfile
from apps.organizations.registry import Holding, holdings
from apps.organizations.selectors import usually_can
from apps.organizations.services import WHOLE


class JoinForm(forms.Form):
    """Choosing a password, by somebody who follows an invitation."""

    password = forms.CharField(
        label=_("Choose a password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        help_text=_("Ten characters or more. Three words that you can remember are fine."),
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        person, organization = self.invitation.person, self.invitation.organization
        words = (person.name, person.called, organization.name, organization.short_name)
        validate_password(password, joining_user(*words, email=self.invitation.email))
        return password


class _Standing(forms.MultipleChoiceField):
    """Several of what stands now: what has ended meanwhile, and another's, is left out like what never was."""

    def to_python(self, value: Any) -> list[str]:
        return [one for one in super().to_python(value) if self.valid_value(one)]


class EndSharesForm(forms.Form):
    """Which of one's own shares end now."""

    shares = _Standing(
        label=_("Which ones?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )

    def __init__(self, *args: Any, shares: Sequence[Share], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {share.key: share for share in shares}
        with_whom = _("%(what)s (%(kind)s), with %(name)s")
        self.fields["shares"].choices = [  # type: ignore[attr-defined]  # a choice field
            (share.key, with_whom % {"what": share.what, "kind": share.kind, "name": share.whom}) for share in shares
        ]

    def chosen(self) -> list[Share]:
        """The shares that were chosen."""
        return [self.by_key[key] for key in self.cleaned_data["shares"]]


class ShareForm(OnceMixin, forms.Form):
    """Whom one record is opened to, until the end of which day, and why. At most a year ahead."""

    person = forms.ModelChoiceField(Person.objects.none(), label=_("With whom"), empty_label=_("Please choose one."))
    until = forms.DateField(
        label=_("Until the end of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("It closes by itself after that day."),
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        required=False,
        help_text=_("Whoever looks at the record’s list of readers sees this."),
    )

    def __init__(self, *args: Any, people: QuerySet[Person], zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]  # a model choice
        self.today = datetime.now(ZoneInfo(zone)).date()
        self.fields["until"].initial = self.today + timedelta(days=7)

    def clean_until(self) -> date:
        day: date = self.cleaned_data["until"]
        if day < self.today:
            raise forms.ValidationError(_("This day has passed. Choose today or a later day."))
        if day > self.today + timedelta(days=366):
            raise forms.ValidationError(_("At most a year ahead: share it again then."))
        return day


class PersonForm(forms.ModelForm):
    """A staff member's own facts."""

    class Meta:
        model = Person
        fields = ("name", "called", "pronouns", "language", "zone")


class ProfileForm(forms.ModelForm):
    """What is kept of a staff member besides their roles."""

    languages = forms.MultipleChoiceField(
        label=_("Languages spoken"),
        choices=settings.LANGUAGES,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = StaffProfile
        fields = ("languages", "other_languages", "hired_on", "weekly_hours", "mentor")


class MembershipForm(forms.ModelForm):
    """One role of a staff member."""

    class Meta:
        model = Membership
        fields = ("role", "location", "starts_on", "ends_on")


class InviteForm(OnceMixin, forms.Form):
    """A new colleague: who they are, what they will be here, and how they get their way in.

    For somebody whose record stands already (`person`), only how.
    """

    name = forms.CharField(label=_("Name"), max_length=150, widget=UnfoldAdminTextInputWidget)
    called = forms.CharField(
        label=_("What they like to be called"),
        max_length=60,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Used in greetings and messages."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        widget=UnfoldAdminSelectWidget,
        help_text=_("The invitation is written in it."),
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=[("", _("Please choose one.")), *Role.choices], widget=UnfoldAdminSelectWidget
    )
    location = forms.ModelChoiceField(
        label=_("Usual location"),
        queryset=Location.objects.none(),
        required=False,
        empty_label=_("No one location"),
        widget=UnfoldAdminSelectWidget,
    )
    starts_on = forms.DateField(
        label=_("First day"),
        widget=UnfoldAdminSingleDateWidget,
        help_text=_("They can make their sign-in before. Their pages open on this day."),
    )
    way = forms.ChoiceField(
        label=_("How do they get their invitation?"),
        choices=InvitationWay.choices,
        initial=InvitationWay.MAIL,
        widget=UnfoldAdminRadioSelectWidget,
        help_text=_("A card is for somebody without e-mail: you print it and hand it over."),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        widget=UnfoldAdminEmailInputWidget,
        help_text=_("Leave it empty for a card. Any address of theirs will do, also one they sign in with elsewhere."),
    )

    NEWCOMER = ("name", "called", "language", "role", "location", "starts_on")

    def __init__(self, *args: Any, actor: Actor, person: Person | None = None, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        if person is not None:
            for name in self.NEWCOMER:
                del self.fields[name]
            return
        places = visible_to(Location, actor).filter(archived_at__isnull=True)
        self.fields["location"].queryset = places  # type: ignore[attr-defined]  # a model choice
        self.initial.setdefault("starts_on", today)

    def clean(self) -> dict[str, Any] | None:
        """A mail needs an address; with a card, one that was typed is not used and not kept."""
        cleaned = super().clean() or {}
        if cleaned.get("way") == InvitationWay.MAIL and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", _("Write the address, or choose a printed card."))
        return cleaned


class LeavingForm(OnceMixin, forms.Form):
    """Who takes what of somebody who leaves: for each kind one choice for all of it, and one for each thing.

    Kinds are shown where this person has something that the reader may see, and where people of their role usually do:
    so whether something is hidden is not told by what is asked.
    """

    def __init__(self, *args: Any, person: Person, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds: list[dict[str, Any]] = []
        self._people: dict[str, Person] = {}
        for kind in holdings():
            rows = list(visible_to(kind.held_by(person), actor))
            if rows or (kind.takers and kind.concerns and usually_can(person, kind.concerns)):
                self._ask(kind, rows, person, actor)

    def _ask(self, kind: Holding, rows: list[Any], person: Person, actor: Actor) -> None:
        asked: dict[str, Any] = {
            "kind": kind,
            "rows": [],
            "all": None,
            "read": kind.reads(rows) if kind.reads else None,
        }
        self.kinds.append(asked)
        takers = list(visible_to(kind.takers(person), actor).exclude(pk=person.pk)) if kind.takers else []
        self._people |= {str(one.pk): one for one in takers}
        names = [(str(one.pk), one.name) for one in takers]
        if kind.takers:
            first = kind.without or _("Please choose one.")
            self.fields[kind.name] = forms.ChoiceField(
                label=_("All of it goes to"),
                choices=[("", first), *names],
                required=not kind.without,
                error_messages={"required": _("Choose who takes this.")},
                widget=UnfoldAdminSelectWidget(attrs={"id": f"take-{kind.name}"}),
            )
            asked["all"] = self[kind.name]
        for row in rows:
            name, detail = kind.words(row)
            entry: dict[str, Any] = {"name": name, "detail": detail, "field": None}
            if kind.takers:
                field = f"{kind.name}-{row.pk}"
                self.fields[field] = forms.ChoiceField(
                    label=_("%(what)s goes to") % {"what": name},
                    choices=[("", _("the same person")), *names],
                    required=False,
                    widget=UnfoldAdminSelectWidget(attrs={"id": f"take-{field}"}),
                )
                entry["field"] = self[field]
            asked["rows"].append(entry)

    @property
    def choices(self) -> dict[tuple[str, Any], Person | None]:
        """What was chosen, as the service takes it."""
        chosen: dict[tuple[str, Any], Person | None] = {}
        for asked in self.kinds:
            name = asked["kind"].name
            chosen[name, WHOLE] = self._people.get(self.cleaned_data.get(name, ""))
            for field, value in self.cleaned_data.items():
                kind, dash, pk = field.rpartition("-")
                if dash and kind == name and value:
                    chosen[name, int(pk)] = self._people[value]
        return chosen


class CardCodeForm(forms.Form):
    """The code of a printed invitation."""

    code = forms.CharField(
        label=_("The letters and numbers on your card"),
        max_length=60,
        help_text=_("Capital or small, with or without the dashes."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )


class CloseForm(OnceMixin, forms.Form):
    """Whose record must stay closed to the reader. A name, typed: no list tells who is known here."""

    name = forms.CharField(
        label=_("First and last name"),
        max_length=150,
        help_text=_("As the person writes it. Capitals and accents do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=_("What are you to each other?"), choices=[("", _("Please choose one.")), *Relationship.choices]
    )


class KeepAwayForm(OnceMixin, forms.Form):
    """Who of those who work here must not see a client's things."""

    name = forms.CharField(
        label=_("First and last name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    kind = forms.ChoiceField(
        label=_("What are you to each other?"),
        choices=[("", _("I would rather not say")), *[c for c in Relationship.choices if c[0] != Relationship.SELF]],
        required=False,
    )


class DeputyForm(forms.Form):
    """Who looks after private rules."""

    person = forms.ModelChoiceField(
        label=_("Deputy"),
        queryset=Person.objects.none(),
        to_field_name="public_id",
        empty_label=_("Please choose one."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = selectors.could_be_deputy(actor)  # type: ignore[attr-defined]  # a model choice


class CustodianForm(forms.Form):
    """To whom one's own former record is sealed."""

    custodian = forms.ModelChoiceField(
        label=_("Who may keep it?"), queryset=Person.objects.none(), empty_label=_("Please choose one.")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["custodian"].queryset = selectors.could_keep_sealed(actor)  # type: ignore[attr-defined]  # a model choice


class FormerCardForm(forms.Form):
    """The code of a one-time card, given to somebody as the client they were."""

    card = forms.CharField(
        label=_("The letters and numbers on your card"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
