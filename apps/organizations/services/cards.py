"""Printing a sign-in card for somebody the organization knows."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import require
from apps.accounts.models import User
from apps.accounts.services import issue_card
from apps.organizations import selectors
from apps.organizations.models import Organization, Person
from apps.organizations.services.members import link_user

CARD_DAYS = 30


@transaction.atomic
def print_card(*, person: Person, actor: Actor, days: int = CARD_DAYS) -> str:
    """Make a card that signs this person in once on the organization's own host. Returns its code, which is not kept.

    Somebody without a sign-in gets one, with neither e-mail nor phone. Raises PermissionDenied where the actor may not
    print cards for this person; ValidationError for somebody whose sign-in opens more than a client's pages, because
    whoever holds the card is let in as them: for those `manage_members` is needed.
    """
    require(actor, "card", person)
    person = Person.objects.select_for_update(of=("self",)).select_related("user").get(pk=person.pk)
    user = person.user
    if user is None:
        user = User.objects.create_user(language=person.language)
        link_user(person=person, user=user, actor=actor)
    works_here = selectors.active_memberships().filter(person__user=user).exists()
    host = selectors.primary_host(Organization.objects.get(pk=person.organization_id))
    if host is None or user.is_operator or not user.is_active or (works_here and not actor.can("manage_members")):
        raise ValidationError(_("No card can be printed here. This person signs in with a password or a code."))
    return issue_card(user=user, actor=actor, domain=host.domain, days=days, organization_id=person.organization_id)
