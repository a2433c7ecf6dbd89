"""The single-use way in for a new member: made, sent again, ended, accepted."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import may_add, require
from apps.accounts import registry as accounts
from apps.accounts.models import SignInCard, User
from apps.organizations import selectors
from apps.organizations.choices import InvitationWay
from apps.organizations.models import Invitation, Location, Person
from apps.organizations.services.members import add_membership, add_person, link_user

INVITATION_DAYS = 7


@transaction.atomic
def invite_colleague(
    *,
    actor: Actor,
    organization_id: int,
    role: str,
    starts_on: date,
    location: Location | None = None,
    way: str = InvitationWay.MAIL,
    email: str = "",
    **person: Any,
) -> tuple[Invitation, str]:
    """Take somebody new into the team and invite them, in one step: who they are, what they will be, how to reach them.

    `person` are fields of Person (`name` and what is known besides). Returns the invitation and its token, which is not
    kept. Whether somebody with that address signs in elsewhere changes nothing here and is not told. Raises
    PermissionDenied, or ValidationError by field; then nothing is written.
    """
    if not may_add(actor, Invitation):
        raise PermissionDenied
    email = _checked(way, email)
    if email and selectors.open_invitations().filter(email=email).exists():
        raise ValidationError({"email": _("An invitation to this address is open. Send that one again instead.")})
    newcomer = add_person(actor=actor, organization_id=organization_id, **person)
    add_membership(actor=actor, person=newcomer, role=role, location=location, starts_on=starts_on)
    return invite(person=newcomer, email=email, actor=actor, way=way)


@transaction.atomic
def invite(*, person: Person, actor: Actor, email: str = "", way: str = InvitationWay.MAIL) -> tuple[Invitation, str]:
    """Give a person who works here a way to sign in as themself; returns the invitation and its token.

    By mail the token is a link that leaves at once, on a card it is a code to be printed; either works once, for seven
    days, and a former one of the same person ends. Raises PermissionDenied, or ValidationError where the person already
    has a sign-in or the address is none.
    """
    if not may_add(actor, Invitation):
        raise PermissionDenied
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.user_id is not None:
        raise ValidationError({"person": _("%(name)s can already sign in.") % {"name": person.name}})
    email = _checked(way, email)
    now = timezone.now()
    Invitation.objects.filter(person=person, used_at__isnull=True, ended_at__isnull=True).update(ended_at=now)
    token = SignInCard.new_code() if way == InvitationWay.CARD else secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        organization_id=person.organization_id,
        person=person,
        way=way,
        email=email,
        token_hash=Invitation.hash_of(token),
        invited_by_id=actor.user_id,
        expires_at=now + timedelta(days=INVITATION_DAYS),
    )
    if way == InvitationWay.MAIL:
        _mail(invitation, token)
    return invitation, token


def _checked(way: str, email: str) -> str:
    """The address as it is kept, "" for a card. Raises ValidationError {"email"} where a mail has nowhere to go."""
    email = email.strip().lower()
    if way == InvitationWay.CARD:
        return ""
    if not email:
        raise ValidationError({"email": _("Write the address, or choose a printed card.")})
    try:
        validate_email(email)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error
    return email


def _mail(invitation: Invitation, token: str) -> None:
    organization, person = invitation.person.organization, invitation.person
    accounts.deliver(
        kind="invitation",
        user=None,
        channel="email",
        address=invitation.email,
        context={
            "url": selectors.link_to(organization, reverse("organizations:join", args=[token])),
            "days": INVITATION_DAYS,
            "name": person.greeting_name,
            "organization": organization.short_name,
            "language": person.language,
        },
        organization_id=organization.pk,
    )


@transaction.atomic
def invite_again(*, invitation: Invitation, actor: Actor) -> tuple[Invitation, str]:
    """Send the same invitation anew, the same way: a fresh link or code for seven days; the former one ends.

    Raises PermissionDenied, or ValidationError where it was accepted.
    """
    require(actor, "change", invitation)
    if selectors.has_left(invitation.person):
        raise ValidationError(_("%(name)s does not work here any more.") % {"name": invitation.person.name})
    return invite(person=invitation.person, email=invitation.email, actor=actor, way=invitation.way)


@transaction.atomic
def end_invitation(*, invitation: Invitation, actor: Actor) -> Invitation:
    """Make a link or a card useless from now on. Ending an ended or used one changes nothing."""
    require(actor, "change", invitation)
    Invitation.objects.filter(pk=invitation.pk, used_at__isnull=True, ended_at__isnull=True).update(
        ended_at=timezone.now()
    )
    invitation.refresh_from_db()
    return invitation


@transaction.atomic
def accept_invitation(*, token: str, user: User) -> Person:
    """Let `user` act as the person the invitation is for. Works once.

    Raises ValidationError where the link was used, ended or is too old, and where somebody else signs in as that person
    by now; which of these it was is not told. Somebody who works here already is told so.
    """
    return _accept(_taken(token), user)


@transaction.atomic
def accept_as_new_user(*, token: str, password: str | None = None) -> Person:
    """Make a sign-in and accept: with the invitation's own address, which the link has proved, or, by a card, without.

    Whoever came by card adds an address and a password of their own afterwards. Raises ValidationError as
    `accept_invitation` does, and where somebody already signs in with that address: then the link is accepted after
    signing in.
    """
    invitation = _taken(token)
    language = invitation.person.language
    if invitation.way == InvitationWay.CARD:
        return _accept(invitation, User.objects.create_user(language=language))
    if User.objects.filter(email=invitation.email).exists():
        raise ValidationError(_("You already have a sign-in with this address. Sign in first."), code="known")
    user = User.objects.create_user(email=invitation.email, password=password, language=language)
    return _accept(invitation, user)


def _taken(token: str) -> Invitation:
    """The invitation of a link that works, locked: the second of two clicks waits, and then finds it used."""
    locked = selectors.open_invitations().select_for_update(of=("self",))
    invitation = locked.filter(selectors.by_token(token)).first()
    if invitation is None:
        raise _gone()
    return invitation


def _accept(invitation: Invitation, user: User) -> Person:
    if selectors.active_memberships().filter(person__user=user).exclude(person=invitation.person_id).exists():
        raise ValidationError(_("You work here already with this sign-in. There is nothing left to do."), code="here")
    try:
        person = link_user(
            person=invitation.person,
            user=user,
            actor=Actor.for_system("the holder of the link accepts it", invitation.organization_id),
        )
    except PermissionDenied as error:
        raise _gone() from error
    invitation.used_at = timezone.now()
    invitation.save(update_fields=["used_at"])
    return person


def _gone() -> ValidationError:
    return ValidationError(_("This link does not work any more. Ask whoever invited you for a new one."), code="gone")
