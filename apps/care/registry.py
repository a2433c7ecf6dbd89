"""What care tells higher apps, and what it registers with lower ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Case, Q, Value, When
from django.db.models.functions import Now
from django.http import HttpRequest

from apps.access.actor import Actor, actor_of
from apps.care.choices import CALL_ENDS, AppointmentState, Decision, DisruptionState, TaskState
from apps.care.models import Appointment, DisruptionItem, DisruptionNotice, FollowUpTask
from apps.clients import registry as clients
from apps.clients.models import ClientRecord

Overtaken = Callable[[Sequence[str], str, Actor], int]

_overtaken: list[Overtaken] = []


def register_overtaken(listener: Overtaken) -> None:
    """Register `listener(occurrences, reason, actor)`, called inside the change that makes them untrue.

    For taking back at once what was planned about them; `reason` is one of messaging's. Whoever plans finds out by
    present state all the same, so a listener that is missing costs a minute and no more.
    """
    if listener not in _overtaken:
        _overtaken.append(listener)


def overtaken(occurrences: Sequence[str], reason: str, actor: Actor) -> None:
    """Tell the registered listeners that nothing planned about these occurrences holds any more."""
    for listener in _overtaken:
        listener(occurrences, reason, actor)


def _visits_part(request: HttpRequest, client: ClientRecord) -> dict[str, Any] | None:
    from apps.care import selectors

    actor = actor_of(request)
    if not actor.can_any("view_appointments", "give_care"):
        return None
    return {
        "client": client,
        "coming": list(selectors.coming_of(actor, client)[:5]),
        "past": list(selectors.past_of(actor, client)[:5]),
        "follow_ups": list(selectors.follow_ups_of(actor, client).filter(state=TaskState.OPEN)[:5]),
        "may_book": selectors.may_book_for(actor, client),
    }


def join_lower_rooms() -> None:
    """Add care's part to a client's page, and what of care the erasure of a record takes in."""
    clients.register_part("care/partials/client_part.html", _visits_part, order=20)
    clients.register_erasable(
        clients.Erasable(Appointment, moments=("ends_at", "recorded_at"), open=Q(state=AppointmentState.BOOKED))
    )
    clients.register_erasable(
        clients.Erasable(
            FollowUpTask,
            # an outcome "something else" is never without words
            {"outcome_words": Case(When(outcome_words="", then=Value("")), default=Value("–"))},
            moments=("opened_at", "closed_at"),
            open=Q(state=TaskState.OPEN),
        )
    )
    clients.register_erasable(
        clients.Erasable(
            DisruptionItem,
            moments=("was_until", "decided_at"),
            open=Q(decision=Decision.OPEN, disruption__state=DisruptionState.STANDS, was_until__gt=Now()),
        )
    )
    clients.register_erasable(
        clients.Erasable(
            DisruptionNotice,
            moments=("last_at", "outcome_at"),
            open=Q(withdrawn_at__isnull=True, last_at__gt=Now()) & ~Q(outcome__in=CALL_ENDS),
        )
    )
