"""The kinds of lists that can be brought in and taken out as a sheet. Other apps reach it through the registry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language_info, gettext, override
from django.utils.translation import gettext_lazy as _

from apps.access.actor import Actor
from apps.kit.listing import listed
from apps.kit.search import fold

__all__ = [
    "PERSON_COLUMNS",
    "Column",
    "Sheet",
    "person_cells",
    "read_day",
    "read_languages",
    "read_place",
    "register_sheet",
    "sheet_called",
    "sheet_links",
    "sheets",
]


@dataclass(frozen=True)
class Column:
    """One column of a sheet. `also` are other headings by which people call it, folded when compared."""

    name: str
    title: Any
    also: tuple[str, ...] = ()
    hint: Any = ""
    required: bool = False


PERSON_COLUMNS = (
    Column("number", _("Number here"), ("id", "person id", "numero"), _("Only from a list taken out here.")),
    Column("name", _("Name"), ("full name", "nombre", "nombre completo", "person", "who"), required=True),
    Column(
        "called", _("Called"), ("likes to be called", "preferred name", "nickname", "apodo", "le gusta que le digan")
    ),
    Column("pronouns", _("Pronouns"), ("pronombres",)),
    Column("language", _("Language"), ("preferred language", "idioma", "lengua"), _("Such as English or es.")),
    Column("zone", _("Time zone"), ("timezone", "zona horaria"), _("Such as America/New_York.")),
)


class Sheet:
    """One kind of list: which columns it has, whom it may match, and how its lines are written.

    A line's values are {attribute: value} of the person and of the row beside it. What is written is asked of services.
    """

    kind = ""
    title: Any = ""
    model: type[models.Model]
    person = ""  # the path from a row to its Person, with its underscores; "" where the row is the Person
    writes = ""  # the capability that brings in
    columns: Sequence[Column] = PERSON_COLUMNS
    invites = False  # whether newcomers with an address can be invited

    def may_bring_in(self, actor: Actor) -> bool:
        """Whether this actor may bring in lists of this kind."""
        return actor.can(self.writes)

    def may_take_out(self, actor: Actor) -> bool:
        """Whether this actor may take this list out as a file."""
        return actor.can("export")

    def rows(self, actor: Actor, action: str = "view") -> models.QuerySet[Any]:
        """The rows in use on which the actor may do `action`."""
        raise NotImplementedError

    def known(self, actor: Actor) -> dict[str, Any]:
        """What cells may name, looked up once for the whole sheet: {"places": {folded name: key}}."""
        raise NotImplementedError

    def read(self, column: str, text: str, known: dict[str, Any]) -> dict[str, Any]:
        """What a filled cell says, as values. Raises ValidationError in words for whoever wrote the cell."""
        if column == "language":
            return {"language": _language(text)}
        return {column: text}

    def lacking(self, values: dict[str, Any]) -> dict[str, str]:
        """What a new row still needs, by column."""
        return {}

    def amiss(self, row: Any, values: dict[str, Any], known: dict[str, Any]) -> dict[str, str]:
        """What of a line's values can't be so for a row that is here, by column."""
        return {}

    def beside(self, row: Any) -> list[Any]:
        """The rows that a line may change beside the row itself; None stands for one that is not there yet."""
        return [getattr(row, "person", None)]

    def changes(self, row: Any, values: dict[str, Any]) -> dict[str, Any]:
        """Of a line's values those that differ from a row that is here."""
        raise NotImplementedError

    def add(self, lines: Sequence[dict[str, Any]], actor: Actor) -> list[list[models.Model]]:
        """Write new rows; for each line everything that was made, the Person first."""
        raise NotImplementedError

    def change(self, pairs: Sequence[tuple[Any, dict[str, Any]]], actor: Actor) -> list[list[models.Model]]:
        """Write what differs to rows that are here; for each what was touched and made, the Person first."""
        raise NotImplementedError

    def cells(self, row: Any) -> dict[str, str]:
        """What a row says, column by column, as it is taken out."""
        raise NotImplementedError


def person_cells(person: Any) -> dict[str, str]:
    """The columns that every sheet has, of one Person."""
    return {
        "number": str(person.public_id),
        "name": person.name,
        "called": person.called,
        "pronouns": person.pronouns,
        "language": str(dict(settings.LANGUAGES).get(person.language, person.language)),
        "zone": person.zone,
    }


def read_day(text: str) -> date:
    """A day as people write it: 2026-11-30, or 11/30/2026 with the month first. Raises ValidationError."""
    for form in ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    raise ValidationError(gettext("Write the day like 2026-11-30 or 11/30/2026."))


def read_place(text: str, known: dict[str, Any]) -> int:
    """The key of a place by its name. Raises ValidationError where there is none of that name."""
    found = known["places"].get(fold(text))
    if found is None:
        raise ValidationError(gettext("No place has this name. Add it under Locations first."))
    return int(found)


def read_languages(text: str) -> list[str]:
    """The codes of several languages, between commas or semicolons. Raises ValidationError for one that is not ours."""
    return list(dict.fromkeys(_language(part) for part in re.split(r"[,،、;؛；/]", text) if part.strip()))


def _language(text: str) -> str:
    wanted = fold(text)
    for code, own in settings.LANGUAGES:
        names = {code, own, get_language_info(code)["name"], str(get_language_info(code)["name_translated"])}
        with override("es"):
            names.add(str(get_language_info(code)["name_translated"]))
        if wanted in {fold(name) for name in names}:
            return str(code)
    raise ValidationError(
        gettext("Choose one of: %(names)s.") % {"names": listed(own for _code, own in settings.LANGUAGES)}
    )


_sheets: dict[str, Sheet] = {}


def register_sheet(sheet: Sheet) -> None:
    """Let lists of this kind be brought in and taken out."""
    _sheets[sheet.kind] = sheet


def sheets() -> list[Sheet]:
    """Every kind of sheet there is."""
    return list(_sheets.values())


def sheet_called(kind: str) -> Sheet | None:
    """The kind of sheet with this name, or None."""
    return _sheets.get(kind)


def sheet_links(kind: str, actor: Actor) -> list[tuple[Any, str, str]]:
    """The ways from a list to bringing it in and taking it out, for those who may: (words, address, icon)."""
    sheet = _sheets[kind]
    links: list[tuple[Any, str, str]] = []
    if sheet.may_bring_in(actor):
        links.append(
            (_("Bring in a sheet"), reverse("admin:organizations_sheetimport_bring_in", args=[kind]), "upload")
        )
    if sheet.may_take_out(actor):
        links.append(
            (_("Take out as a file"), reverse("admin:organizations_sheetexport_take_out", args=[kind]), "download")
        )
    return links
