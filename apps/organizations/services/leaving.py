"""Somebody stops working here: what they held goes to others, and what let them in ends, in one step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import require, visible_to
from apps.access.services import end_every_share_with
from apps.accounts.services import end_cards_on, end_sessions_on
from apps.kit.walltime import LocalDate
from apps.organizations import selectors
from apps.organizations.choices import Resource, Role
from apps.organizations.models import Absence, Host, Invitation, Membership, Person, Reservation
from apps.organizations.registry import Holding, holdings
from apps.organizations.services.handing import first_who_can
from apps.organizations.services.members import settle_role_groups

WHOLE = "any"  # in place of a row's key: whatever of that kind has no choice of its own

Choices = Mapping[tuple[str, Any], Person | None]


@dataclass(frozen=True)
class Gone:
    """Things of one kind that went to one person (None: to nobody), as far as whoever did it may see them."""

    kind: str
    title: str
    to: Person | None
    things: list[tuple[str, str]] = field(default_factory=list)
    without: str = ""


@dataclass(frozen=True)
class Left:
    """What came of it: what went to whom, and what ended. Sessions, cards and shares are not counted out."""

    gone: list[Gone]
    roles: list[str]


class _LookedAhead(Exception):  # noqa: N818  not an error: it takes back what was only tried
    pass


def look_ahead(*, person: Person, actor: Actor, choices: Choices) -> Left:
    """What `leave` would do with these choices, tried and taken back. Raises as `leave` does."""
    try:
        with transaction.atomic():
            left = leave(person=person, actor=actor, choices=choices)
            raise _LookedAhead
    except _LookedAhead:
        return left


@transaction.atomic
def leave(*, person: Person, actor: Actor, choices: Choices) -> Left:
    """Let somebody leave: hand over what they hold, end their roles, sign them out here. All of it or nothing.

    `choices` says who takes what: (kind, key of a row) or (kind, WHOLE) for all other rows of the kind, those that the
    actor may not see and those added meanwhile among them. Signatures, notes and history stay, as does whatever they
    are in other organizations, or here under another hat. Again it changes nothing. Raises PermissionDenied, or
    ValidationError by "kind" or "kind-key" where somebody can't take something, and for oneself and the last
    administrator.
    """
    require(actor, "change", person)
    if not actor.can("manage_members"):
        raise PermissionDenied
    kinds = holdings()
    for kind in kinds:  # before the person's own row: whoever gives them something takes these first, too
        kind.lock(person.organization_id)
    person = Person.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=person.pk)
    _ensure_may_go(person, actor)
    system = Actor.for_system("what somebody held is handed over as they leave", person.organization_id)
    errors: dict[str, list[str]] = {}
    gone = [one for kind in kinds for one in _hand_over(kind, person, actor, system, choices, errors)]
    if errors:
        raise ValidationError(errors)
    return Left(gone, _end(person, system))


def _ensure_may_go(person: Person, actor: Actor) -> None:
    if person.user_id is not None and person.user_id == actor.user_id:
        raise ValidationError(_("You can’t do this for yourself. Ask another administrator."))
    administrators = selectors.active_memberships().filter(role=Role.ADMINISTRATOR)
    if administrators.filter(person=person).exists() and not administrators.exclude(person=person).exists():
        raise ValidationError(_("This is the only administrator. Give somebody else that role first."))


def _hand_over(
    kind: Holding, person: Person, actor: Actor, system: Actor, choices: Choices, errors: dict[str, list[str]]
) -> list[Gone]:
    """Give each row of one kind to whom it shall go. Collects what can't be."""
    shown = set(visible_to(kind.held_by(person), actor).values_list("pk", flat=True))
    others = list(kind.takers(person).exclude(pk=person.pk)) if kind.takers else []
    general = choices.get((kind.name, WHOLE))
    gone: dict[int | None, Gone] = {}
    for row in list(kind.held_by(person)):
        seen = row.pk in shown
        words = kind.words(row) if seen else ("", "")
        to = choices.get((kind.name, row.pk), general) if seen else general
        # what the actor is not shown must never stop them: it goes on to whoever else can take it
        refused = first_who_can(kind, row, [to] if seen or not kind.takers else [to, *others, None], system)
        if refused:
            where = f"{kind.name}-{row.pk}" if seen else kind.name
            errors.setdefault(where, []).extend(refused if seen else [_("Choose somebody else.")])
        elif seen:
            key = to.pk if to else None
            one = gone.setdefault(key, Gone(kind.name, str(kind.title), to, without=str(kind.without)))
            one.things.append(words)
    return list(gone.values())


def _end(person: Person, system: Actor) -> list[str]:
    """End roles, ways in, shares and what is taken for later. Returns the names of the roles that ended."""
    now = timezone.now()
    ended = []
    for membership in Membership.objects.filter(person=person, archived_at__isnull=True).order_by("pk"):
        membership.archived_at = now
        membership.save(update_fields=["archived_at"])
        ended.append(str(membership.get_role_display()))
    today = LocalDate(Now(), "organization__zone")
    away = Absence.objects.filter(person=person, archived_at__isnull=True, starts_on__gt=today)
    away.update(archived_at=now)
    unanswered = Invitation.objects.filter(person=person, used_at__isnull=True, ended_at__isnull=True)
    unanswered.update(ended_at=now)
    later = Reservation.objects.filter(
        kind=Resource.PERSON,
        resource_key=Reservation.key_of(Resource.PERSON, person.pk),
        ended_at__isnull=True,
        during__startswith__gt=now,
    )
    later.update(ended_at=now)
    if user := person.user:
        here = list(Host.objects.filter(organization_id=person.organization_id).values_list("domain", flat=True))
        settle_role_groups(user=user)
        end_every_share_with(user=user, actor=system)
        end_cards_on(user=user, domains=here)
        end_sessions_on(user=user, domains=here)
    return ended
