"""Case references: letters and numbers that say nothing, but to a reader who may open the record behind them."""

from __future__ import annotations

import uuid

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.clients.models import ClientRecord

DIGITS = 8


def case_reference_of(client: ClientRecord) -> str:
    """The reference of a record, like 7F3A-91C2: from its public id, so neither a name nor a place in a row.

    One without any digit gets a 0 in front, since a reference always has a number.
    """
    text = client.public_id.hex[:DIGITS].upper()
    return ("" if any(sign.isdigit() for sign in text) else "0-") + f"{text[:4]}-{text[4:]}"


def behind_reference(actor: Actor, reference: str) -> ClientRecord | None:
    """The record that a reference means, for whoever may see it by their own access; for all others None."""
    text = reference.removeprefix("0-").replace("-", "").lower()
    if len(text) != DIGITS or any(sign not in "0123456789abcdef" for sign in text):
        return None
    first, last = uuid.UUID(text + "0" * 24), uuid.UUID(text + "f" * 24)
    found = visible_to(ClientRecord, actor).filter(public_id__gte=first, public_id__lte=last)
    rows = list(found.select_related("person")[:2])
    return rows[0] if len(rows) == 1 else None
