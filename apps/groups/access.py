"""Who may see and change groups, sessions, and who is in them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from apps.access.actor import Actor
from apps.access.policy import Grant, Policy, Public, Relation, Role, register
from apps.groups.choices import Visibility
from apps.groups.models import (
    Attendance,
    Closure,
    EarlierRule,
    Enrolment,
    FeedMark,
    GroupDate,
    GroupFacilitator,
    HeadCount,
    Session,
    SessionLeader,
    SessionMaterial,
    SessionNote,
    SupportGroup,
    SupportGroupGrant,
)
from apps.groups.selectors import leading_today, standing_in_today


def _led_by(actor: Actor) -> QuerySet[GroupFacilitator, Any]:
    """The groups that this user leads today."""
    return leading_today().filter(person__user=actor.user_id).values("group_id")


def _stood_in(actor: Actor, path: str) -> QuerySet[SessionLeader, Any]:
    """The sessions (or, by another path, their groups) at which this user stands in for somebody today."""
    return standing_in_today().filter(person__user=actor.user_id).order_by().values(path)


def _run_by(actor: Actor, *, group: str, session: str = "") -> Q:
    """Rows of the groups that this user leads today, and of what they lead in another's place.

    `group` and `session` are the paths from the row. Whoever stands in has the one session where a path leads to it,
    else the group, on the session's day.
    """
    instead = {f"{session}__in": _stood_in(actor, "session_id")} if session else {
        f"{group}__in": _stood_in(actor, "session__group_id")
    }  # fmt: skip
    return Q(**{f"{group}__in": _led_by(actor)}) | Q(**instead)


def _joined_by(actor: Actor) -> QuerySet[Enrolment, Any]:
    """The groups that this user is in."""
    return Enrolment.objects.filter(person__user_id=actor.user_id, ended_at__isnull=True).values("group_id")


shared = Grant(SupportGroupGrant)


def _shared_group(actor: Actor) -> Q:
    """Rows of a group that was shared with this user."""
    return Q(group__in=shared.held(actor, SupportGroup, "view"))


of_shared = Relation("the group was shared with them", _shared_group)


def _public(path: str) -> Public:
    return Public(Q(**{f"{path}visibility": Visibility.PUBLIC, f"{path}archived_at__isnull": True}))


register(
    Policy(
        SupportGroup,
        {
            "view": [
                Role("view_groups"),
                _public(""),
                Relation("they are in the group", lambda actor: Q(pk__in=_joined_by(actor)), off_duty=True),
                Relation("they lead the group", lambda actor: _run_by(actor, group="pk")),
                shared,
            ],
            "change": [Role("manage_groups")],
            "share": [Role("manage_shares")],
        },
        add="manage_groups",
        page="groups:group",
    )
)
runs_session = Relation("they lead the group", lambda actor: _run_by(actor, group="group", session="pk"))
register(
    Policy(
        Session,
        {
            "view": [
                Role("view_groups"),
                _public("group__"),
                Relation("they are in the group", lambda actor: Q(group__in=_joined_by(actor)), off_duty=True),
                of_shared,
                runs_session,
            ],
            "change": [Role("manage_groups"), runs_session],
        },
    )
)
register(
    Policy(
        GroupFacilitator,
        {
            "view": [
                Role("view_groups"),
                _public("group__"),
                Relation("they are in the group", lambda actor: Q(group__in=_joined_by(actor)), off_duty=True),
                of_shared,
                Relation("it is their own record", lambda actor: Q(person__user_id=actor.user_id)),
            ],
            "change": [Role("manage_groups")],
        },
        add="manage_groups",
        identifies=["person"],
    )
)

themselves = Relation("it is their own record", lambda actor: Q(person__user_id=actor.user_id), off_duty=True)
register(
    Policy(
        Enrolment,
        {
            "view": [
                Role("view_enrolments"),
                themselves,
                Relation("they lead the group", lambda actor: _run_by(actor, group="group")),
            ],
            "change": [Role("manage_enrolments"), themselves],
        },
        add="manage_enrolments",
        identifies=["person"],
    )
)
leads_it = Relation("they lead the group", lambda actor: _run_by(actor, group="session__group", session="session"))
register(
    Policy(
        Attendance,
        {
            "view": [Role("view_enrolments"), themselves, leads_it],
            "change": [Role("manage_enrolments"), leads_it],
        },
        identifies=["person"],
    )
)

register(
    Policy(
        SessionLeader,
        {
            "view": [Role("view_enrolments"), themselves, leads_it],
            "change": [Role("manage_groups"), leads_it],
        },
        identifies=["person", "instead_of"],
    )
)

register(
    Policy(
        HeadCount,
        {"view": [Role("view_enrolments"), leads_it], "change": [Role("manage_enrolments"), leads_it]},
    )
)
register(
    Policy(
        SessionNote,
        {"view": [Role("manage_groups"), leads_it], "change": [Role("manage_groups"), leads_it]},
        add="manage_groups",
        identifies=["author"],
    )
)
register(
    Policy(
        SessionMaterial,
        {
            "view": [
                Role("view_groups"),
                _public("group__"),
                Relation("they are in the group", lambda actor: Q(group__in=_joined_by(actor)), off_duty=True),
                of_shared,
                Relation("they lead the group", lambda actor: _run_by(actor, group="group")),
            ],
            "change": [
                Role("manage_groups"),
                Relation("they lead the group", lambda actor: _run_by(actor, group="group")),
            ],
        },
        add="manage_groups",
    )
)

for part in (EarlierRule, GroupDate):
    register(Policy(part, {"view": [Role("view_groups")], "change": [Role("manage_groups")]}, add="manage_groups"))
register(Policy(Closure, {"view": [Role("view_groups")], "change": [Role("manage_groups")]}, add="manage_groups"))
register(Policy(FeedMark, {"view": []}))  # of interest to nobody: it names nothing but keys
