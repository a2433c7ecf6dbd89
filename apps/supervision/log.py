"""The supervision log of one person: the sessions of a period, with who signed each, as rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.organizations.models import Person
from apps.signing.models import Signature
from apps.supervision.choices import NoteState
from apps.supervision.ledger import counted_minutes
from apps.supervision.models import KIND, SupervisionPlan, SupervisionSession

__all__ = ["Entry", "entries_of", "people_with_log", "sessions_of", "signed_minutes"]


@dataclass(frozen=True)
class Entry:
    """One session of the log, with the signatures on the version that stands."""

    session: SupervisionSession
    signatures: list[Signature] = field(default_factory=list)
    counted: int | None = None  # the minutes that count, once it is signed

    @property
    def signed(self) -> bool:
        return self.session.note.state == NoteState.SIGNED

    @property
    def minutes(self) -> int:
        """How long it was: as an addendum that both signed says, else as it was written down."""
        return self.session.minutes if self.counted is None else self.counted


def people_with_log(actor: Actor) -> QuerySet[Person]:
    """The people whose supervision this actor may know of."""
    return Person.objects.filter(pk__in=visible_to(SupervisionPlan, actor).order_by().values("specialist_id"))


def sessions_of(person: Person, actor: Actor, since: date, until: date) -> QuerySet[SupervisionSession]:
    """The supervision that a person received between two days, as far as the actor may know of it; oldest first."""
    rows = visible_to(SupervisionSession, actor).filter(plan__specialist=person, held_on__gte=since, held_on__lte=until)
    return rows.select_related("plan__supervisor", "note").order_by("held_on", "pk")


def entries_of(sessions: Iterable[SupervisionSession]) -> list[Entry]:
    """The sessions with their signatures. Three queries, whatever their number."""
    rows = list(sessions)
    versions = {row.note.pk: row.note.version for row in rows}
    found: dict[int, list[Signature]] = defaultdict(list)
    for one in Signature.objects.filter(kind=KIND, row_id__in=versions).defer("content").order_by("number"):
        if one.version == versions[one.row_id]:
            found[one.row_id].append(one)
    counted = counted_minutes([row.pk for row in rows])
    return [Entry(row, found[row.note.pk], counted.get(row.pk)) for row in rows]


def signed_minutes(entries: Iterable[Entry]) -> int:
    """How much of it is signed."""
    return sum(entry.minutes for entry in entries if entry.signed)
