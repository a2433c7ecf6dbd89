"""Opening and ending support sessions."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import require
from apps.access.scope import system_scope
from apps.access.services import log_reads
from apps.accounts.models import User
from apps.organizations.models import Organization, SupportSession

__all__ = ["SUPPORT_LASTS", "end_support", "leave_support", "open_support"]

SUPPORT_LASTS = timedelta(hours=1)


@transaction.atomic
def open_support(*, organization_id: int, reason: str, operator: User) -> SupportSession:
    """Let an operator read one organization's records for an hour. What they had open elsewhere ends.

    Raises PermissionDenied for whoever does not run the platform, ValidationError without a reason. The caller tells
    the organization's administrators.
    """
    if not operator.is_operator or not operator.is_active:
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": _("Say why. The organization reads it.")})
    now = timezone.now()
    with system_scope(
        "an operator opens a support session in an organization they do not belong to", user_id=operator.pk
    ):
        # Two clicks at once wait for each other here: one session stands.
        User.objects.select_for_update().get(pk=operator.pk)
        organization = Organization.objects.get(pk=organization_id, archived_at__isnull=True)
        for former in SupportSession.objects.filter(operator=operator, ended_at__isnull=True):
            former.ended_at, former.ended_by = min(now, former.until), operator
            former.save()
        return SupportSession.objects.create(
            organization=organization,
            operator=operator,
            reason=reason.strip()[:300],
            started_at=now,
            until=now + SUPPORT_LASTS,
        )


@transaction.atomic
def end_support(*, session: SupportSession, actor: Actor) -> SupportSession:
    """An administrator ends an operator's session now. Ending one that has ended changes nothing."""
    require(actor, "end", session)
    session = SupportSession.objects.select_for_update().get(pk=session.pk)
    if session.ended_at is None:
        session.ended_at, session.ended_by_id = min(timezone.now(), session.until), actor.user_id
        session.save()
    return session


def note_support(*, session: SupportSession, actor: Actor) -> None:
    """Leave a line in the log of reads that the operator opened a page (its address is in the line's context)."""
    log_reads(SupportSession.objects.filter(pk=session.pk), actor=actor, action="support")


@transaction.atomic
def leave_support(*, operator: User) -> None:
    """The operator ends what they have open."""
    with system_scope("an operator ends their own support session, wherever it is", user_id=operator.pk):
        for session in SupportSession.objects.filter(operator=operator, ended_at__isnull=True):
            session.ended_at, session.ended_by = min(timezone.now(), session.until), operator
            session.save()
