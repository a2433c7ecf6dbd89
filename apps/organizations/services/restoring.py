"""Restoring a lost second factor by two people together. The views have asked each who they are once more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import require
from apps.access.services import log_reads
from apps.accounts.models import User
from apps.accounts.selectors import has_second_factor
from apps.accounts.services import forget_second_factor, notify
from apps.organizations import selectors
from apps.organizations.models import Person, SecondFactorRestoring
from apps.organizations.models.restoring import RESTORING_HOURS


@transaction.atomic
def ask_restoring(*, person: Person, actor: Actor, reason: str) -> SecondFactorRestoring:
    """Say as the first of two that this person has lost their second factor. They and the other ones are told.

    Raises PermissionDenied for whoever may not, ValidationError for oneself, for somebody without a second factor, for
    a missing reason, and where it was asked already.
    """
    require(actor, "second_step", person)
    person = Person.objects.select_for_update(of=("self",)).select_related("user").get(pk=person.pk)
    user = person.user
    if user is None or not has_second_factor(user):
        raise ValidationError(_("This person has no second step to restore."))
    if user.pk == actor.user_id or actor.user_id is None:
        raise ValidationError(_("Nobody restores their own. Ask another administrator."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say how you know that it is them.")})
    now = timezone.now()
    standing = SecondFactorRestoring.objects.filter(person=person, used_at__isnull=True, ended_at__isnull=True)
    standing.filter(expires_at__lte=now).update(ended_at=now)
    if standing.filter(expires_at__gt=now).exists():
        raise ValidationError(_("This was asked already. Another administrator confirms it."))
    restoring = SecondFactorRestoring(
        organization_id=person.organization_id,
        person=person,
        user=user,
        reason=reason.strip(),
        asked_by_id=actor.user_id,
        asked_at=now,
        expires_at=now + timedelta(hours=RESTORING_HOURS),
    )
    restoring.full_clean()
    restoring.save()
    _note(restoring, actor, "second_factor.asked")
    notify(user=user, event="restoring_asked", organization_id=person.organization_id)
    for other in selectors.restorers(restoring):
        notify(user=other, event="restoring_waits", organization_id=person.organization_id)
    return restoring


@transaction.atomic
def confirm_restoring(*, restoring: SecondFactorRestoring, actor: Actor, as_operator: bool = False) -> Any:
    """Say the same as the second of two. The person is told, and can sign in once without the second step.

    The second is another administrator, or, where there is none, the operator (`as_operator`). Raises PermissionDenied
    for everybody else, the first of the two and the person themself included; ValidationError where it is too late.
    """
    restoring = SecondFactorRestoring.objects.select_for_update(of=("self",)).get(pk=restoring.pk)
    others = selectors.restorers(restoring)
    if as_operator:
        operates = User.objects.filter(pk=actor.user_id or 0, is_operator=True, is_active=True).exists()
        allowed = operates and not others and actor.user_id not in (restoring.asked_by_id, restoring.user_id)
    else:
        allowed = actor.user_id in {other.pk for other in others}
    if not allowed:
        raise PermissionDenied
    now = timezone.now()
    if restoring.confirmed_at or restoring.ended_at or restoring.used_at or restoring.expires_at <= now:
        raise ValidationError(_("This does not wait any more. It can be asked anew."))
    restoring.confirmed_by_id, restoring.confirmed_at = actor.user_id, now
    restoring.save(update_fields=["confirmed_by", "confirmed_at"])
    _note(restoring, actor, "second_factor.confirmed")
    notify(user=restoring.user, event="restoring_confirmed", organization_id=restoring.organization_id)
    return restoring


@transaction.atomic
def end_restoring(*, restoring: SecondFactorRestoring, actor: Actor) -> None:
    """Take it back before it is used. Raises PermissionDenied; ending an ended or used one changes nothing."""
    require(actor, "change", restoring)
    standing = SecondFactorRestoring.objects.filter(pk=restoring.pk, used_at__isnull=True, ended_at__isnull=True)
    if standing.update(ended_at=timezone.now()):
        _note(restoring, actor, "second_factor.ended")


@transaction.atomic
def use_restoring(user: User) -> bool:
    """Use a confirmed restoring up, on the host of the open scope: the lost factor is forgotten, sessions end.

    One conditional UPDATE: of two uses at the same moment one finds it used. False where there is none.
    """
    restoring = selectors.open_restoring(user)
    if restoring is None:
        return False
    used = SecondFactorRestoring.objects.filter(
        pk=restoring.pk, used_at__isnull=True, ended_at__isnull=True, expires_at__gt=timezone.now()
    ).update(used_at=timezone.now())
    if not used:
        return False
    forget_second_factor(user=user)
    _note(restoring, Actor(user.pk, restoring.organization_id), "second_factor.restored")
    notify(user=user, event="second_factor_removed", organization_id=restoring.organization_id)
    return True


def _note(restoring: SecondFactorRestoring, actor: Actor, action: str) -> None:
    log_reads(Person.objects.filter(pk=restoring.person_id), actor=actor, action=action)
