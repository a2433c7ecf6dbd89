"""The access matrix: for every address of the platform, what each person of the cast gets there.

One file an app, `tests/walls/matrix/<app>.py`, with a list `LINES`. The address a line is about is named as `reverse`
names it. A page about no row has one row of statuses:

    Line("groups:list", who(403, ok="administrator coordinator auditor")),
    Line("schedule:public", everyone(200)),

`who(rest, ok=…, visitor=…)` reads: those named in `ok` get 200, the visitor is sent to the sign-in page (`LOGIN`), all
others of the cast get `rest`. `at(302, "client family")` in it gives some people another status; the words `roles`
(the eleven) and `signed_in` (all but the visitor) stand for many; `everyone(200)` includes the visitor.

A page about a row has three: for a row of one's own organization, for one next door (which must read like one that
never was: 404 in the same bytes; this one is assumed unless given), and where the room knows sharing or relations, for
a row that was opened to this very person:

    Line(
        "materials:read",
        own=who(404, ok="administrator coordinator auditor"),
        granted=who(404, ok="client family roles"),
        make=a_material,          # (world, organization) -> the address's arguments, {"public_id": material.public_id}
        grant=share_material,     # (world, person's name) -> the arguments of a row opened to that person
    ),

A page open to the public answers 404 also to the visitor: `foreign=everyone(404)`. `make` and `grant` run inside the
scope of the organization; `world.once("a material", function)` makes a thing once for all lines. `method="post"` posts
`data` (a dict or a function of the world); what a request writes is undone. `host="platform"` asks on the platform's
own host. Pages of the admin come from the one table in `admin.py`: a row for each registered model.

`make test` asks every refusal, and renders each page once for each status it may have (`asked`); in `make test-slow`
everybody asks everything.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from apps.access.scope import open_scope
from apps.organizations.models import Organization
from tests.cast import PEOPLE, ROLES, Cast

LOGIN = "login"
ANSWERED = "answered"  # anything but a refusal: 200 or 302, as the form's state will have it
Status = int | str
Row = dict[str, Status]
_WORDS = {"roles": ROLES, "signed_in": tuple(name for name in PEOPLE if name != "visitor")}


def _names(words: str) -> Iterator[str]:
    for word in words.split():
        if word not in PEOPLE and word not in _WORDS:
            raise ValueError(f"{word!r} is nobody of the cast")
        yield from _WORDS.get(word, (word,))


def at(status: Status, people: str) -> tuple[Status, str]:
    """Some people who get a status of their own, for `who`."""
    return status, people


def who(rest: Status, *exceptions: tuple[Status, str], ok: str = "", visitor: Status = LOGIN) -> Row:
    """One row of the matrix: each person's status. Later ones win: rest, ok, exceptions."""
    row: Row = dict.fromkeys(PEOPLE, rest) | {"visitor": visitor}
    for status, people in ((200, ok), *exceptions):
        row |= dict.fromkeys(_names(people), status)
    return row


def everyone(status: Status, *exceptions: tuple[Status, str]) -> Row:
    """A row in which everybody, the visitor too, gets the same, but for the exceptions."""
    return who(status, *exceptions, visitor=status)


@dataclass(eq=False)
class World:
    """The cast and what the lines have made, shared by all of them."""

    cast: Cast
    made: dict[Any, Any] = field(default_factory=dict)

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """What `make()` gave the first time it was asked for under this key."""
        if key not in self.made:
            self.made[key] = make()
        return self.made[key]

    def arguments(self, make: Callable[[World, Organization], dict[str, Any]], organization: Organization) -> Any:
        """The address's arguments for a row of an organization, made once."""

        def inside() -> Any:
            with open_scope(organization.pk):
                return make(self, organization)

        return self.once((make, organization.pk), inside)


@dataclass(frozen=True, eq=False)
class Line:
    """One address: see the module's words."""

    name: str
    own: Row
    foreign: Row | None = None
    granted: Row | None = None
    make: Callable[[World, Organization], dict[str, Any]] | None = None
    grant: Callable[[World, str], dict[str, Any]] | None = None
    method: str = "get"
    data: dict[str, Any] | Callable[[World], dict[str, Any]] = field(default_factory=dict)
    query: str = ""
    host: str = "harbor"
    fixed: dict[str, Any] = field(default_factory=dict)  # arguments of an address that is about no row
    shared: bool = False  # a row of no organization (the catalogue): there is none next door
    what: str = ""  # tells two lines about one address apart

    def rows(self) -> dict[str, Row]:
        """The rows by the kind of object they are about; `missing` is an id that never was."""
        if self.make is None:
            return {"page": self.own}
        foreign = self.foreign or who(404)
        rows = {"own": self.own, "foreign": foreign, "missing": foreign}
        if self.shared:
            del rows["foreign"]
        if self.granted is not None:
            rows["granted"] = self.granted
        return rows

    def arguments(self, world: World, kind: str, person: str) -> dict[str, Any]:
        """The address's arguments for one kind of object and one person."""
        cast = world.cast
        if self.make is None:
            return dict(self.fixed)
        if kind == "granted":
            assert self.grant is not None, f"{self.name} says granted and has no grant="
            with open_scope(cast.harbor.pk):
                return self.grant(world, person)
        if kind == "foreign":
            return world.arguments(self.make, cast.aurora)
        own = world.arguments(self.make, cast.harbor)
        return {name: never(value) for name, value in own.items()} if kind == "missing" else own


def never(value: Any) -> Any:
    """A value of the same shape that belongs to no row."""
    if isinstance(value, uuid.UUID):
        return uuid.UUID(int=0x4000_8000_0000_0000_0000 + 7, version=4)
    if isinstance(value, int):
        return 999_999_999
    if str(value).isdigit():
        return "999999999"
    return "".join("x" if ch.isalnum() else ch for ch in str(value))


def lines() -> list[Line]:
    """Every line of every app."""
    found: list[Line] = []
    for file in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        found += import_module(f"{__name__}.{file.stem}").LINES
    return found


def asked(every: bool = False) -> dict[str, list[tuple[Line, str]]]:
    """What each person asks: (line, kind of object). Every refusal; a page that opens, by the first who gets that."""
    asks: dict[str, list[tuple[Line, str]]] = {name: [] for name in PEOPLE}
    for line in lines():
        for kind, row in line.rows().items():
            seen: set[Status] = set()
            for name, status in row.items():
                refusal = status == LOGIN or (isinstance(status, int) and status >= 400)
                if every or refusal or status not in seen:
                    asks[name].append((line, kind))
                seen.add(status)
    return asks
