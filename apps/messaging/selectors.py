"""Reads of the ledger and of the ways people may be reached."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.messaging.choices import OPEN_STATES, Channel, Kind, State
from apps.messaging.models import ContactPoint, Message, OptOut, SendingPause, SendingRules


def standing_pause() -> SendingPause | None:
    """The pause of all sending that stands now, or None."""
    return SendingPause.objects.filter(released_at__isnull=True).first()


def sending_window() -> list[dict[str, Any]]:
    """What waits to be sent, for who releases a pause: by organization and purpose, how many, since when due.

    Numbers only. Needs a system scope.
    """
    return list(
        Message.objects.filter(kind=Kind.ORDINARY, state__in=OPEN_STATES)
        .values("organization__name", "purpose")
        .annotate(how_many=Count("pk"), first_due=Min("due_at"))
        .order_by("organization__name", "purpose")
    )


def reachable(persons: Iterable[int], topic: str = "") -> set[int]:
    """Of these Persons those to whom something can be sent: in a way that is safe, in use and, by text, agreed to.

    Not those who asked for no messages at all, or none of this topic. One query.
    """
    stopped = OptOut.objects.filter(person=OuterRef("person"), ended_at__isnull=True, topic__in=["", topic], channel="")
    stopped = stopped.filter(contact_point__isnull=True)
    ways = ContactPoint.objects.filter(person__in=list(persons), archived_at__isnull=True, safe_to_send=True)
    ways = ways.filter(Q(channel=Channel.EMAIL) | Q(channel=Channel.SMS, consent_at__isnull=False), ~Exists(stopped))
    return set(ways.values_list("person_id", flat=True))


def contact_points(person: Any) -> QuerySet[ContactPoint]:
    """The ways to reach a person that are in use, the preferred one first."""
    return ContactPoint.objects.filter(person=person, archived_at__isnull=True).order_by("-is_preferred", "pk")


def reachable_points(person: Any) -> QuerySet[ContactPoint]:
    """Those of a person's ways that the platform may write to: safe, in use, and for texts agreed to."""
    points = contact_points(person).filter(safe_to_send=True, channel__in=[Channel.EMAIL, Channel.SMS])
    return points.exclude(channel=Channel.SMS, consent_at__isnull=True)


def messages_to(person: Any, actor: Actor) -> QuerySet[Message]:
    """The ledger of one person as the actor may see it, the newest first."""
    return visible_to(Message, actor).filter(person=person, kind=Kind.ORDINARY).order_by("-due_at", "-pk")


def did_not_arrive(rows: QuerySet[Message], days: int = 7) -> QuerySet[Message]:
    """Of some messages the ordinary ones of the last `days` days that did not reach anybody, or may not have."""
    lost = [State.FAILED, State.DOUBTFUL, State.UNREACHABLE]
    since = timezone.now() - timedelta(days=days)
    return rows.filter(kind=Kind.ORDINARY, state__in=lost, due_at__gte=since)


def messages_about(purpose: str, occurrence: str) -> QuerySet[Message]:
    """Every message about one occurrence, in this scope."""
    return Message.objects.filter(purpose=purpose, occurrence=occurrence).order_by("due_at", "pk")


def opt_outs_of(person: Any) -> QuerySet[OptOut]:
    """What a person asked to stop and has not taken back."""
    return OptOut.objects.filter(person=person, ended_at__isnull=True).order_by("pk")


def rules_of(organization_id: int) -> SendingRules:
    """Hours and limits of an organization: its own, else the defaults (unsaved)."""
    return SendingRules.objects.filter(organization_id=organization_id).first() or SendingRules(
        organization_id=organization_id
    )
