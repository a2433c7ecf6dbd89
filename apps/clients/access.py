"""Who may see and change a client's record."""

from dataclasses import dataclass

from django.db.models import Exists, Model, OuterRef, Q

from apps.access.actor import Actor
from apps.access.policy import Grant, Policy, Relation, Role, register
from apps.clients.models import (
    CareTeamMember,
    ClientRecord,
    ClientRecordGrant,
    Erasure,
    FamilyLink,
    Grievance,
    KeepApart,
)
from apps.organizations.models import Seal


def on_care_team(actor: Actor, client: str = "pk") -> Q:
    """True for rows whose client (at the path `client`) has this user on the care team now."""
    return Q(
        Exists(
            CareTeamMember.objects.filter(
                client_id=OuterRef(client), person__user_id=actor.user_id, ended_at__isnull=True
            )
        )
    )


their_own = Relation("it is their own record", lambda actor: Q(person__user_id=actor.user_id), off_duty=True)
own_client = Relation("it is their own record", lambda a: Q(client__person__user_id=a.user_id), off_duty=True)
care_team = Relation("on the client's care team", on_care_team, capability="give_care")

register(
    Policy(
        ClientRecord,
        {
            "view": [Role("view_clients"), their_own, care_team, Grant(ClientRecordGrant)],
            "change": [Role("manage_clients")],
            "share": [Role("manage_shares")],
        },
        add="manage_clients",
        identifies=["person"],
        page="clients:detail",
    )
)
register(
    Policy(
        CareTeamMember,
        {
            "view": [
                Role("view_clients"),
                own_client,
                Relation("on the client's care team", lambda a: on_care_team(a, "client_id"), capability="give_care"),
            ],
            "change": [Role("manage_care_team")],
        },
        add="manage_care_team",
        identifies=["client__person", "person"],
    )
)
register(
    Policy(
        FamilyLink,
        {
            "view": [
                Role("view_clients"),
                own_client,
                Relation(
                    "a family member the client named",
                    lambda actor: Q(person__user_id=actor.user_id, ended_at__isnull=True),
                    off_duty=True,
                ),
            ],
            "change": [
                Role("manage_clients"),
                own_client,
            ],
        },
        add="manage_clients",
        identifies=["client__person", "person"],
    )
)


def not_about(actor: Actor) -> Q:
    """True for grievances that are not about this user."""
    return ~Q(about_person__user_id=actor.user_id)


@dataclass(frozen=True)
class RoleButNotAbout(Role):
    """A role's capability, on grievances that are not about the asker."""

    def rows(self, actor: Actor, model: type[Model], action: str) -> Q:
        of_the_role = super().rows(actor, model, action)
        return not_about(actor) if actor.user_id is not None and actor.can(self.capability) else of_the_role


answers_it = Relation(
    "they answer it", lambda actor: Q(owner__user_id=actor.user_id, ended_at__isnull=True) & not_about(actor)
)
register(
    Policy(
        Grievance,
        {
            "view": [
                RoleButNotAbout("view_grievances"),
                answers_it,
                Relation("it is their own record", lambda actor: Q(client__person__user_id=actor.user_id)),
                Relation("they wrote it down", lambda actor: Q(taken_by=actor.user_id) & not_about(actor)),
            ],
            "change": [RoleButNotAbout("handle_grievances"), answers_it],
            "withdraw": [Relation("it is their own record", lambda a: Q(client__person__user_id=a.user_id))],
        },
        identifies=["client__person", "about_person", "owner"],
    )
)


def sealed_own(actor: Actor) -> Q:
    """True for rows about this user's own record while it is sealed."""
    standing = Seal.objects.filter(subject_id=OuterRef("client__person"), ended_at__isnull=True)
    return Q(Exists(standing), client__person__user_id=actor.user_id)


own_sealed = Relation("it is their own sealed record", sealed_own, off_duty=True)
register(
    Policy(
        Erasure,
        {
            "view": [Role("erase_records"), Role("view_audit")],
            "change": [Role("erase_records")],
            "agree": [own_sealed],
        },
        identifies=["client__person"],
    )
)


@dataclass(frozen=True)
class RoleButNotOneOfThem(Role):
    """A role's capability, on pairs that the asker is no part of: neither of the two ever learns of it."""

    def rows(self, actor: Actor, model: type[Model], action: str) -> Q:
        of_the_role = super().rows(actor, model, action)
        if actor.user_id is None or not actor.can(self.capability):
            return of_the_role
        return ~Q(person_a__user_id=actor.user_id) & ~Q(person_b__user_id=actor.user_id)


register(
    Policy(
        KeepApart,
        {"view": [RoleButNotOneOfThem("keep_apart")], "change": [RoleButNotOneOfThem("keep_apart")]},
        add="keep_apart",
        identifies=["person_a", "person_b"],
    )
)
