"""The list of staff and volunteers as a sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.db.models import Exists
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.kit.calling import calling
from apps.kit.listing import listed
from apps.kit.search import fold
from apps.organizations import selectors, services
from apps.organizations.choices import Role
from apps.organizations.models import Membership, Organization, Person, StaffProfile
from apps.organizations.registry import (
    PERSON_COLUMNS,
    Column,
    Sheet,
    person_cells,
    read_day,
    read_languages,
    read_place,
)

PERSON_FIELDS = ("name", "called", "pronouns", "language", "zone")
PROFILE_FIELDS = ("languages", "other_languages", "hired_on", "weekly_hours", "mentor_id")


class StaffSheet(Sheet):
    """Who works here. A line for somebody who is here adds the roles they lack; it takes none away."""

    kind = "staff"
    title = _("Staff and volunteers")
    model = Person
    writes = "manage_members"
    invites = True
    columns = (
        *PERSON_COLUMNS,
        Column("role", _("Role"), ("roles", "job", "position", "rol", "puesto", "cargo"), _("Several: with a comma.")),
        Column("location", _("Location"), ("place", "site", "lugar", "sede", "ubicacion"), _("A place you have here.")),
        Column("starts_on", _("From"), ("start", "start date", "since", "desde", "inicio")),
        Column("ends_on", _("Last day"), ("end", "end date", "until", "hasta", "ultimo dia")),
        Column(
            "languages",
            _("Languages spoken"),
            ("languages", "speaks", "idiomas", "habla"),
            _("Several: with a comma."),
        ),
        Column("other_languages", _("Other languages"), ("more languages", "otros idiomas"), _("Sign languages, too.")),
        Column("hired_on", _("With us since"), ("hire date", "hired", "hired on", "contratado", "fecha de ingreso")),
        Column("weekly_hours", _("Hours a week"), ("hours", "weekly hours", "horas", "horas por semana")),
        Column("mentor", _("Mentor"), ("mentors", "mentora"), _("Somebody who works here, by name or number.")),
        Column("email", _("E-mail"), ("e mail", "mail", "email address", "correo", "correo electronico")),
    )

    def rows(self, actor: Actor, action: str = "view") -> models.QuerySet[Person]:
        people = visible_to(Person, actor, action).filter(Exists(selectors.works_here()), archived_at__isnull=True)
        standing = Membership.objects.filter(archived_at__isnull=True).select_related("location").order_by("pk")
        profiles = visible_to(StaffProfile, actor).select_related("mentor")
        found: models.QuerySet[Person] = people.prefetch_related(
            models.Prefetch("memberships", queryset=standing), models.Prefetch("staff_profile", queryset=profiles)
        )
        return found

    def known(self, actor: Actor) -> dict[str, Any]:
        colleagues = visible_to(selectors.staff(), actor).order_by("pk").values_list("pk", "name", "public_id")
        people: dict[str, list[int]] = {}
        for pk, name, number in colleagues:
            people.setdefault(fold(name), []).append(pk)
            people[str(number)] = [pk]
        shown = visible_to(StaffProfile, actor, "change").order_by().values("pk")
        closed = StaffProfile.objects.exclude(pk__in=shown).values_list("person_id", flat=True)
        return {
            "places": selectors.places_by_name(actor),
            "roles": _roles(),
            "people": people,
            "closed": set(closed),
        }

    def read(self, column: str, text: str, known: dict[str, Any]) -> dict[str, Any]:
        if column == "role":
            return {"roles": [_role(part, known["roles"]) for part in re.split(r"[,،;/]", text) if part.strip()]}
        if column == "location":
            return {"location_id": read_place(text, known)}
        if column in ("starts_on", "ends_on", "hired_on"):
            return {column: read_day(text)}
        if column == "languages":
            return {"languages": read_languages(text)}
        if column == "other_languages":
            return {"other_languages": _short(text)}
        if column == "weekly_hours":
            return {"weekly_hours": _hours(text)}
        if column == "mentor":
            return {"mentor_id": _colleague(text, known["people"])}
        if column == "email":
            validate_email(text)
            return {"email": text.lower()}
        return super().read(column, text, known)

    def lacking(self, values: dict[str, Any]) -> dict[str, str]:
        return {} if values.get("roles") else {"role": gettext("Say what this person will do here.")}

    def amiss(self, row: Person, values: dict[str, Any], known: dict[str, Any]) -> dict[str, str]:
        wrong = {}
        if values.get("mentor_id") == row.pk:
            wrong["mentor"] = gettext("Nobody is their own mentor. Choose a colleague.")
        if row.pk in known["closed"] and values.keys() & set(PROFILE_FIELDS):
            wrong["name"] = gettext("You may not change what is known of this person.")
        return wrong

    def beside(self, row: Person) -> list[Any]:
        return [_profile(row)]

    def changes(self, row: Person, values: dict[str, Any]) -> dict[str, Any]:
        differs: dict[str, Any] = {n: values[n] for n in PERSON_FIELDS if n in values and getattr(row, n) != values[n]}
        kept = _profile(row) or StaffProfile()
        differs |= {n: values[n] for n in PROFILE_FIELDS if n in values and getattr(kept, n) != values[n]}
        held = {membership.role for membership in row.memberships.all()}
        if roles := [role for role in values.get("roles", []) if role not in held]:
            more: dict[str, Any] = {n: values[n] for n in ("location_id", "starts_on", "ends_on") if n in values}
            differs["roles"] = roles
            differs |= more
        return differs

    def add(self, lines: Sequence[dict[str, Any]], actor: Actor) -> list[list[models.Model]]:
        people = services.add_people(
            actor=actor, people=[{n: v for n, v in line.items() if n in PERSON_FIELDS} for line in lines]
        )
        return self._with_the_rest(list(zip(people, lines, strict=True)), actor)

    def change(self, pairs: Sequence[tuple[Person, dict[str, Any]]], actor: Actor) -> list[list[models.Model]]:
        services.change_people(
            actor=actor,
            changes=[(row, {n: v for n, v in values.items() if n in PERSON_FIELDS}) for row, values in pairs],
        )
        return self._with_the_rest(pairs, actor)

    def _with_the_rest(self, pairs: Sequence[tuple[Person, dict[str, Any]]], actor: Actor) -> list[list[models.Model]]:
        """Each person with what was written beside them: roles, and what is kept of them."""
        made = self._memberships(pairs, actor)
        told = [(person, {n: v for n, v in values.items() if n in PROFILE_FIELDS}) for person, values in pairs]
        kept = services.keep_profiles(actor=actor, profiles=[(person, values) for person, values in told if values])
        profiles = {profile.person_id: profile for profile in kept}
        return [
            [person, *memberships, *([profiles[person.pk]] if person.pk in profiles else [])]
            for (person, _values), memberships in zip(pairs, made, strict=True)
        ]

    def _memberships(self, pairs: Sequence[tuple[Person, dict[str, Any]]], actor: Actor) -> list[list[models.Model]]:
        # The day there: in the evening of a western zone the server's own day is tomorrow already.
        zone = Organization.objects.values_list("zone", flat=True).get(pk=actor.organization_id)
        today = timezone.localdate(timezone=ZoneInfo(zone))
        wanted = [
            [
                {
                    "person": person,
                    "role": role,
                    "location_id": values.get("location_id"),
                    "starts_on": values.get("starts_on") or today,
                    "ends_on": values.get("ends_on"),
                }
                for role in dict.fromkeys(values.get("roles", []))
            ]
            for person, values in pairs
        ]
        made = iter(services.add_memberships(actor=actor, memberships=[one for line in wanted for one in line]))
        return [[next(made) for _one in line] for line in wanted]

    def cells(self, row: Person) -> dict[str, str]:
        memberships = list(row.memberships.all())
        first = memberships[0] if memberships else None
        kept, own = _profile(row) or StaffProfile(), dict(settings.LANGUAGES)
        return {
            **person_cells(row),
            "role": ", ".join(selectors.role_words(memberships)),
            "location": str(first.location) if first and first.location else "",
            "starts_on": first.starts_on.isoformat() if first else "",
            "ends_on": first.ends_on.isoformat() if first and first.ends_on else "",
            "languages": listed(own.get(code, code) for code in kept.languages),
            "other_languages": kept.other_languages,
            "hired_on": kept.hired_on.isoformat() if kept.hired_on else "",
            "weekly_hours": f"{kept.weekly_hours.normalize():f}" if kept.weekly_hours is not None else "",
            "mentor": kept.mentor.name if kept.mentor else "",
            "email": "",
        }


def _profile(person: Person) -> StaffProfile | None:
    """What is kept of somebody, as the list was read; None where there is nothing, or nothing for this reader."""
    try:
        return person.staff_profile
    except StaffProfile.DoesNotExist:
        return None


def _short(text: str) -> str:
    if len(text) > 120:
        raise ValidationError(gettext("Write at most 120 letters."))
    return text


def _hours(text: str) -> Decimal:
    try:
        hours = Decimal(text.replace(",", ".")).quantize(Decimal("0.1"))
    except InvalidOperation:
        raise ValidationError(gettext("Write a number, such as 20 or 37.5.")) from None
    if not 0 < hours <= 80:
        raise ValidationError(gettext("Write hours a week between 0 and 80."))
    return hours


def _colleague(text: str, known: dict[str, list[int]]) -> int:
    found = known.get(text.lower()) or known.get(fold(text)) or []
    if len(found) > 1:
        raise ValidationError(gettext("Several people here have this name. Say which by the number from an export."))
    if not found:
        raise ValidationError(gettext("Nobody who works here today has this name. Bring them in first."))
    return found[0]


def _roles() -> dict[str, str]:
    """Every name of a role, folded: its code, and its words in the active language, English and Spanish."""
    names = {fold(str(role.label)): role.value for role in Role}
    for language in ("en", "es"):
        with override(language), calling(None):
            names |= {fold(str(role.label)): role.value for role in Role}
    return names | {fold(role.value): role.value for role in Role}


def _role(text: str, known: dict[str, str]) -> str:
    found = known.get(fold(text))
    if found is None:
        raise ValidationError(
            gettext("“%(text)s” is no role. Choose one of: %(names)s.")
            % {"text": text.strip(), "names": listed(role.label for role in Role)}
        )
    return found
