"""Reads of planned supervision."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.supervision.choices import MeetingState
from apps.supervision.models import MeetingPerson, SupervisionMeeting, SupervisionPlan


def meetings_of(actor: Actor) -> QuerySet[SupervisionMeeting]:
    """The meetings that the actor leads or takes part in, by when they begin."""
    mine = Q(leader__user_id=actor.user_id) | Q(second__user_id=actor.user_id)
    mine |= Q(pk__in=MeetingPerson.objects.filter(plan__specialist__user_id=actor.user_id).values("meeting_id"))
    return (
        visible_to(SupervisionMeeting, actor)
        .filter(mine)
        .select_related("leader", "second")
        .order_by("starts_at", "pk")
    )


def to_write_down(actor: Actor, now: object) -> QuerySet[SupervisionMeeting]:
    """Meetings that the actor leads, whose time has come, and of which nobody said yet whether they took place."""
    led = visible_to(SupervisionMeeting, actor, "change").values("pk")
    return meetings_of(actor).filter(pk__in=led, state=MeetingState.PLANNED, starts_at__lte=now)


def people_of(meeting: SupervisionMeeting, actor: Actor) -> QuerySet[MeetingPerson]:
    """With whom a meeting is planned, of those whom the actor may know of; each with their own note."""
    rows = visible_to(MeetingPerson, actor).filter(meeting=meeting)
    return rows.select_related("plan__specialist", "session__note").order_by("plan__specialist__name", "pk")


def plans_led(actor: Actor, day: date) -> QuerySet[SupervisionPlan]:
    """The plans in which the actor supervises from a day on, by name."""
    plans = visible_to(SupervisionPlan, actor).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day), supervisor__user_id=actor.user_id
    )
    return plans.select_related("specialist", "supervisor").order_by("specialist__name", "pk")


def meeting_behind(session_id: int) -> SupervisionMeeting | None:
    """The meeting that a session came from."""
    return SupervisionMeeting.objects.filter(people__session_id=session_id).first()
