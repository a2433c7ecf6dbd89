"""The list of clients as a sheet: the columns are those that the record has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.clients import services
from apps.clients.models import ClientRecord
from apps.kit.calling import called
from apps.organizations.registry import PERSON_COLUMNS, Column, Sheet, person_cells, read_day, read_place
from apps.organizations.selectors import places_by_name

RECORD_FIELDS = ("since", "location_id", "born_on")


class ClientSheet(Sheet):
    """The people who are supported here."""

    kind = "clients"
    title = called("client", _("Clients"), many=True)
    model = ClientRecord
    person = "person__"
    writes = "manage_clients"
    columns = (
        *PERSON_COLUMNS,
        Column("since", _("With us since"), ("since", "start", "start date", "from", "desde", "fecha de inicio")),
        Column("born_on", _("Born on"), ("birthday", "date of birth", "dob", "nacimiento", "fecha de nacimiento")),
        Column("location", _("Location"), ("place", "site", "lugar", "sede", "ubicacion"), _("A place you have here.")),
    )

    def rows(self, actor: Actor, action: str = "view") -> models.QuerySet[ClientRecord]:
        found: models.QuerySet[ClientRecord] = (
            visible_to(ClientRecord, actor, action)
            .filter(archived_at__isnull=True)
            .select_related("person", "location")
        )
        return found

    def known(self, actor: Actor) -> dict[str, Any]:
        return {"places": places_by_name(actor)}

    def read(self, column: str, text: str, known: dict[str, Any]) -> dict[str, Any]:
        if column == "since":
            return {"since": read_day(text)}
        if column == "born_on":
            return {"born_on": read_day(text) if text else None}
        if column == "location":
            return {"location_id": read_place(text, known)}
        return super().read(column, text, known)

    def changes(self, row: ClientRecord, values: dict[str, Any]) -> dict[str, Any]:
        return {
            name: value
            for name, value in values.items()
            if name != "number" and getattr(row if name in RECORD_FIELDS else row.person, name) != value
        }

    def add(self, lines: Sequence[dict[str, Any]], actor: Actor) -> list[list[models.Model]]:
        made = services.add_clients(actor=actor, clients=[_known(line) for line in lines])
        return [[client.person, client] for client in made]

    def change(self, pairs: Sequence[tuple[ClientRecord, dict[str, Any]]], actor: Actor) -> list[list[models.Model]]:
        services.change_clients(actor=actor, changes=[(row, _known(values)) for row, values in pairs])
        return [[row.person, row] for row, _values in pairs]

    def cells(self, row: ClientRecord) -> dict[str, str]:
        return {
            **person_cells(row.person),
            "since": row.since.isoformat(),
            "born_on": row.born_on.isoformat() if row.born_on else "",
            "location": str(row.location) if row.location else "",
        }


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "number"}
