"""What bringing in a sheet would do: read, matched and checked line by line. Nothing here writes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from apps.access.actor import Actor
from apps.kit.listing import listed
from apps.kit.search import fold
from apps.kit.sheets import Table
from apps.organizations.models import Person
from apps.organizations.registry import Column, Sheet

KNOWN_WAYS = {
    "change": gettext_lazy("Change what differs; empty cells change nothing"),
    "leave": gettext_lazy("Leave them as they are"),
    "add": gettext_lazy("Add them once more: they are other people of the same name"),
}
ADD, CHANGE, SAME, LEAVE, BAD = "add", "change", "same", "leave", "bad"
PERSON_FIELDS = ("name", "called", "pronouns", "language", "zone")


@dataclass
class Line:
    """One line: its cells as they were, what is wrong in which column, and what would become of it."""

    number: int
    cells: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    row: Any = None  # the row that it matches
    differs: dict[str, Any] = field(default_factory=dict)
    action: str = ADD

    @property
    def match(self) -> str:
        """Whom the line was taken for."""
        return str(self.row) if self.row is not None else ""


@dataclass
class Plan:
    """The whole sheet: which columns were found, which headings were not read, and the lines."""

    columns: list[Column]
    not_read: list[str]
    lines: list[Line]
    problems: list[str] = field(default_factory=list)  # of the sheet as a whole

    def of(self, *actions: str) -> list[Line]:
        """The lines that end so."""
        return [line for line in self.lines if line.action in actions]

    @property
    def is_good(self) -> bool:
        """Whether it could be brought in: one bad line keeps the whole sheet out."""
        return not self.problems and not self.of(BAD)

    @property
    def digest(self) -> str:
        """A word that differs where anything would be done otherwise."""
        told = [
            (line.action, getattr(line.row, "pk", 0), sorted((line.differs or line.values).items(), key=repr))
            for line in self.lines
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def make_plan(sheet: Sheet, table: Table, actor: Actor, known_way: str = "change") -> Plan:
    """Read a table as a sheet of this kind, for this actor.

    Lines are matched only with rows the actor sees, by the number that an export gives, else by name: whoever is hidden
    from them reads like somebody who is not here. `known_way` says what becomes of lines that match (`KNOWN_WAYS`).
    """
    plan = _columns(sheet, table)
    if plan.problems:
        return plan
    known, places = sheet.known(actor), _places(sheet, table)
    for number, cells in table.rows:
        line = Line(number, {name: cells[index] for name, index in places.items() if index < len(cells)})
        _read(sheet, line, known)
        plan.lines.append(line)
    _twice(plan.lines)
    _match(sheet, plan.lines, actor, known_way, known)
    for line in plan.lines:
        if line.action == ADD:
            line.errors = sheet.lacking(line.values) | line.errors
        if line.errors:
            line.action = BAD
    return plan


def _heading(text: str) -> str:
    return fold(text.replace("_", " "))


def _places(sheet: Sheet, table: Table) -> dict[str, int]:
    """Where each known column stands."""
    names: dict[str, str] = {}
    for column in sheet.columns:
        with override("en"):
            words = {column.name, str(column.title), *column.also}
        words.add(str(column.title))
        names |= {_heading(word): column.name for word in words if word}
    found: dict[str, int] = {}
    for index, heading in enumerate(table.heading):
        name = names.get(_heading(heading))
        if name:
            found.setdefault(name, index)
    return found


def _columns(sheet: Sheet, table: Table) -> Plan:
    places = _places(sheet, table)
    read = set(places.values())
    plan = Plan(
        [column for column in sheet.columns if column.name in places],
        [heading for index, heading in enumerate(table.heading) if index not in read and heading],
        [],
    )
    for column in sheet.columns:
        if column.required and column.name not in places:
            plan.problems.append(
                _("No column is called “%(name)s”. The first row must say what is in each column; it says: %(found)s.")
                % {"name": column.title, "found": listed(h for h in table.heading if h)[:300]}
            )
    return plan


def _read(sheet: Sheet, line: Line, known: dict[str, Any]) -> None:
    """Each filled cell as values; what can't be read is an error beside its cell."""
    for name, text in line.cells.items():
        if not text:
            continue
        if text.startswith("="):
            line.errors[name] = _("This is a formula. Paste what it shows instead.")
            continue
        try:
            line.values |= sheet.read(name, text, known)
        except ValidationError as error:
            line.errors[name] = " ".join(error.messages)
    for column in sheet.columns:
        if column.required and not line.cells.get(column.name):
            line.errors[column.name] = _("This may not be empty.")
    if (first := line.values.get("starts_on")) and (last := line.values.get("ends_on")) and last < first:
        line.errors.setdefault("ends_on", _("The last day can't be before the first."))
    person = Person(**{name: line.values[name] for name in PERSON_FIELDS if name in line.values})
    try:
        person.clean_fields(exclude=["organization", "search", *({"name"} - line.values.keys())])
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            line.errors.setdefault(name, " ".join(messages))


def _key(line: Line) -> tuple[str, str]:
    return fold(line.cells.get("name", "")), fold(line.cells.get("called", ""))


def _twice(lines: list[Line]) -> None:
    """Two lines about one person: the second is told where the first is."""
    seen: dict[Any, int] = {}
    for line in lines:
        key = line.cells.get("number") or (_key(line) if _key(line)[0] else None)
        if key is None:
            continue
        if key in seen:
            line.errors.setdefault(
                "name",
                _("The same name stands in line %(line)d. For two people, say what each likes to be called.")
                % {"line": seen[key]},
            )
        else:
            seen[key] = line.number


def _match(sheet: Sheet, lines: list[Line], actor: Actor, known_way: str, known: dict[str, Any]) -> None:
    """Find whom each line is about, and what would become of it."""
    wanted = {_key(line)[0] for line in lines} - {""}
    numbers = {line.cells["number"].lower() for line in lines if line.cells.get("number")}
    by_name: dict[str, list[tuple[int, str]]] = {}
    by_number: dict[str, int] = {}
    path = sheet.person
    everybody = sheet.rows(actor).prefetch_related(None).select_related(None).order_by("pk")
    for pk, name, called, number in everybody.values_list("pk", f"{path}name", f"{path}called", f"{path}public_id"):
        if str(number) in numbers:
            by_number[str(number)] = pk
        if (folded := fold(name)) in wanted:
            by_name.setdefault(folded, []).append((pk, fold(called)))
    found = {line.number: pk for line, pk in _found(lines, by_name, by_number, known_way)}
    rows = {row.pk: row for row in sheet.rows(actor).filter(pk__in=set(found.values()))}
    may_change = set(sheet.rows(actor, "change").filter(pk__in=rows).values_list("pk", flat=True)) if rows else set()
    taken: dict[int, int] = {}
    for line in lines:
        if (pk := found.get(line.number)) is None or pk not in rows:
            continue
        if pk in taken:
            line.errors["name"] = _("This is the same person as in line %(line)d.") % {"line": taken[pk]}
        taken.setdefault(pk, line.number)
        line.row = rows[pk]
        line.differs = sheet.changes(line.row, line.values)
        line.action = LEAVE if known_way == "leave" else CHANGE if line.differs else SAME
        if line.action == CHANGE:
            line.errors = sheet.amiss(line.row, line.differs, known) | line.errors
        if line.action == CHANGE and pk not in may_change:
            line.errors["name"] = _("You may not change what is known of this person.")


def _found(
    lines: list[Line], by_name: dict[str, list[tuple[int, str]]], by_number: dict[str, int], known_way: str
) -> Iterator[tuple[Line, int]]:
    for line in lines:
        name, called = _key(line)
        if number := line.cells.get("number", "").lower():
            if number in by_number:
                yield line, by_number[number]
            else:
                line.errors["number"] = _("Nobody here has this number. Empty the cell to add somebody new.")
            continue
        if known_way == "add":
            continue
        candidates = by_name.get(name, [])
        if called and len(candidates) > 1:
            candidates = [one for one in candidates if one[1] == called]
        if len(candidates) > 1:
            line.errors["name"] = _("Several people here have this name. Say which by the number from an export.")
        elif candidates:
            yield line, candidates[0][0]
