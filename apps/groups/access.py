"""Who may see and change groups, sessions, and who is in them."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

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
    GroupTemplate,
    GuardianConsent,
    Rsvp,
    Session,
    SupportGroup,
    SupportGroupGrant,
    WaitlistEntry,
)
from apps.groups.selectors import leading_today


def _led_by(actor: Actor) -> QuerySet[GroupFacilitator, Any]:
    """The groups that this user leads today."""
    return leading_today().filter(person__user=actor.user_id).values("group_id")


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
                Relation("they lead the group", lambda actor: Q(pk__in=_led_by(actor))),
                shared,
            ],
            "change": [Role("manage_groups")],
            "share": [Role("manage_shares")],
        },
        add="manage_groups",
        page="groups:group",
    )
)
register(
    Policy(
        Session,
        {
            "view": [
                Role("view_groups"),
                _public("group__"),
                Relation("they are in the group", lambda actor: Q(group__in=_joined_by(actor)), off_duty=True),
                of_shared,
                Relation("they lead the group", lambda actor: Q(group__in=_led_by(actor))),
            ],
            "change": [
                Role("manage_groups"),
                Relation("they lead the group", lambda actor: Q(group__in=_led_by(actor))),
            ],
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
                Relation("they lead the group", lambda actor: Q(group__in=_led_by(actor))),
            ],
            "change": [Role("manage_enrolments"), themselves],
        },
        add="manage_enrolments",
        identifies=["person"],
    )
)
leads_it = Relation(
    "they lead the group",
    lambda actor: Q(Exists(Session.objects.filter(pk=OuterRef("session_id"), group__in=_led_by(actor)))),
)
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
        Rsvp,
        {
            "view": [Role("view_enrolments"), themselves, leads_it],
            "change": [themselves],
        },
        identifies=["person"],
    )
)
register(
    Policy(
        WaitlistEntry,
        {"view": [Role("view_enrolments"), themselves], "change": [Role("manage_enrolments"), themselves]},
        add="manage_enrolments",
        identifies=["person"],
    )
)
as_guardian = Relation("they agreed as guardian", lambda a: Q(guardian__user_id=a.user_id), off_duty=True)
register(
    Policy(
        GuardianConsent,
        {
            "view": [Role("view_enrolments"), themselves, as_guardian],
            "change": [Role("manage_enrolments"), as_guardian],
        },
        add="manage_enrolments",
        identifies=["person", "guardian"],
    )
)

for part in (EarlierRule, GroupDate):
    register(Policy(part, {"view": [Role("view_groups")], "change": [Role("manage_groups")]}, add="manage_groups"))
register(Policy(Closure, {"view": [Role("view_groups")], "change": [Role("manage_groups")]}, add="manage_groups"))
register(
    Policy(
        GroupTemplate,
        {"view": [Role("manage_groups")], "change": [Role("manage_groups")]},
        add="manage_groups",
        page="groups:template",
    )
)
register(Policy(FeedMark, {"view": []}))  # of interest to nobody: it names nothing but keys
