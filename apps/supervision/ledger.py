"""The one ledger of supervision received: who met whom for how long, and whether it is signed. Each session once.

Beside it what is planned: it counts for nothing yet, and says that somebody thought of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from apps.supervision.cadence import Held
from apps.supervision.choices import MeetingState
from apps.supervision.evidence import signed_rows
from apps.supervision.models import MeetingPerson, SupervisionSession


def held_by(people: Iterable[int], since: date, until: date) -> dict[int, list[Held]]:
    """The supervision that each of these people received between two days, oldest first. Two queries.

    Whole, without bars. What is signed counts as `signed_rows` says, so an addendum that both signed changes its
    minutes; what is not signed yet counts as it is written down now. In a group each has their own session.
    """
    ids = list(people)
    between = {"held_on__gte": since, "held_on__lte": until}
    counted = counted_minutes(SupervisionSession.objects.filter(plan__specialist_id__in=ids, **between).values("pk"))
    rows = SupervisionSession.objects.filter(plan__specialist_id__in=ids, **between).order_by("held_on", "pk")
    found: dict[int, list[Held]] = defaultdict(list)
    for key, person, on, minutes, mode, place in rows.values_list(
        "pk", "plan__specialist_id", "held_on", "minutes", "mode", "place"
    ):
        found[person].append(Held(on, counted.get(key, minutes), mode, place, key in counted))
    return found


def planned_with(people: Iterable[int], since: date) -> dict[int, list[Held]]:
    """What is planned with each of these people from a day on and not called off, the next first. One query, whole."""
    rows = MeetingPerson.objects.filter(
        plan__specialist_id__in=list(people), meeting__state=MeetingState.PLANNED, meeting__on__gte=since
    ).order_by("meeting__on", "pk")
    found: dict[int, list[Held]] = defaultdict(list)
    for person, on, minutes, mode, place in rows.values_list(
        "plan__specialist_id", "meeting__on", "meeting__minutes", "meeting__mode", "meeting__place"
    ):
        found[person].append(Held(on, minutes, mode, place, signed=False))
    return found


def counted_minutes(sessions: Any) -> dict[int, int]:
    """The minutes that count of each of these sessions (their keys, or a query of them) that is signed. One query."""
    return {row["session_key"]: row["counted"] for row in signed_rows().filter(session_id__in=sessions)}
