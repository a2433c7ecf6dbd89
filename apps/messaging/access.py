"""Who may see how people are reached, what they asked to stop, and what was sent to whom."""

from __future__ import annotations

from django.db.models import Q

from apps.access.actor import Actor
from apps.access.policy import Policy, Relation, Role, register
from apps.messaging import registry
from apps.messaging.choices import Kind
from apps.messaging.models import ContactPoint, Message, OptOut, SendingRules


def _theirs(actor: Actor) -> Q:
    """Rows about a person whom a registered relation opens to the actor."""
    condition = Q(pk__in=())
    for persons in registry.related_persons(actor):
        condition |= Q(person_id__in=persons)
    return condition


own = Relation("it is about themselves", lambda actor: Q(person__user_id=actor.user_id), off_duty=True)
related = Relation("they support this person", _theirs)

register(
    Policy(
        ContactPoint,
        {
            "view": [own, related, Role("view_clients"), Role("manage_members")],
            "change": [own, related, Role("manage_clients"), Role("manage_members")],
        },
        add="manage_clients",
        identifies=["person"],
    )
)
register(
    Policy(
        OptOut,
        {
            "view": [own, related, Role("view_messages")],
            "change": [own, related, Role("manage_clients")],
        },
        add="manage_clients",
        identifies=["person"],
        exempt={"contact_point__person": "the row's own person"},
    )
)
# Sign-in and security messages are nobody's to see: they say when somebody signs in, and hold the code until it left.
ordinary = Relation("it is an ordinary message", lambda actor: Q(kind=Kind.ORDINARY), capability="view_messages")
register(
    Policy(
        Message,
        {"view": [own, related, ordinary]},
        identifies=["person"],
        exempt={"contact_point__person": "the row's own person"},
    )
)
register(
    Policy(
        SendingRules,
        {"view": [Role("view_messages")], "change": [Role("manage_messages")]},
        add="manage_messages",
    )
)
