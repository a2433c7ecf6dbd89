"""Who leads which session: those who lead the group on its day, and whoever stands in for one of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Now

from apps.access.actor import Actor
from apps.groups.models import GroupFacilitator, Session, SessionLeader, SupportGroup
from apps.kit.walltime import LocalDate

OPEN_AFTER = timedelta(hours=2)  # a session that goes on past midnight is still written down by whoever stood in


def leading_today() -> QuerySet[GroupFacilitator]:
    """Who leads which group today, by the calendar at the group's location."""
    today = LocalDate(Now(), "group__location__zone")
    return GroupFacilitator.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), starts_on__lte=today, group__archived_at__isnull=True
    )


def standing_in_today() -> QuerySet[SessionLeader]:
    """Who leads which single session in another's place today, by the calendar where it is."""
    today = LocalDate(Now(), Coalesce("session__location__zone", "session__group__location__zone"))
    on_now = Q(session__starts_at__lte=Now(), session__ends_at__gt=Now() - OPEN_AFTER)
    return SessionLeader.objects.filter(
        Q(session__on=today) | on_now, ended_at__isnull=True, session__group__archived_at__isnull=True
    )


def leads(actor: Actor, group: SupportGroup | None = None) -> bool:
    """Whether this user leads a group today, or a session in another's place: any at all, or one of `group`."""
    if actor.user_id is None:
        return False
    usual = leading_today().filter(person__user_id=actor.user_id)
    instead = standing_in_today().filter(person__user_id=actor.user_id)
    if group is not None:
        usual, instead = usual.filter(group=group), instead.filter(session__group=group)
    return usual.order_by().values("pk").union(instead.order_by().values("pk"), all=True).exists()


def led_by(actor: Actor) -> Q:
    """True for sessions that this user runs: those of groups they lead today, and one at which they stand in today."""
    if actor.user_id is None:
        return Q(pk__in=())
    usual = leading_today().filter(person__user_id=actor.user_id).order_by().values("group_id")
    instead = standing_in_today().filter(person__user_id=actor.user_id).order_by().values("session_id")
    return Q(group__in=usual) | Q(pk__in=instead)


def leads_session(session: Session, actor: Actor) -> bool:
    """Whether this user runs this session: leads its group today, or stands in at it on its day."""
    return Session.objects.filter(led_by(actor), pk=session.pk).exists()


def usual_leaders(sessions: QuerySet[Session]) -> set[tuple[int, int]]:
    """Who leads each of these sessions' groups on its day, as (session, person), also those somebody stands in for."""
    rows = sessions.order_by().filter(
        Q(group__facilitators__ends_on__isnull=True) | Q(group__facilitators__ends_on__gte=F("on")),
        group__facilitators__starts_on__lte=F("on"),
    )
    return set(rows.values_list("pk", "group__facilitators__person_id"))


def leaders_on(sessions: QuerySet[Session]) -> set[tuple[int, int]]:
    """Who leads each of these sessions in fact, as (session, person). Two queries, whatever their number."""
    instead: Any = SessionLeader.objects.filter(session__in=sessions.order_by().values("pk"), ended_at__isnull=True)
    pairs = list(instead.values_list("session_id", "person_id", "instead_of_id"))
    replaced = {(session, other) for session, _person, other in pairs if other is not None}
    return (usual_leaders(sessions) | {(session, person) for session, person, _other in pairs}) - replaced
