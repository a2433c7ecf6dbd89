"""Reads of invitations."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from apps.organizations.choices import InvitationState, InvitationWay
from apps.organizations.models import (
    Invitation,
)


def open_invitations() -> QuerySet[Invitation]:
    """Invitations that can still be accepted."""
    return Invitation.objects.filter(in_state(InvitationState.OPEN))


def in_state(state: str) -> Q:
    """True for invitations in one `InvitationState`."""
    unanswered = Q(used_at__isnull=True, ended_at__isnull=True)
    return {
        InvitationState.ACCEPTED: Q(used_at__isnull=False),
        InvitationState.ENDED: Q(used_at__isnull=True, ended_at__isnull=False),
        InvitationState.OPEN: unanswered & Q(expires_at__gt=Now()),
        InvitationState.TOO_OLD: unanswered & Q(expires_at__lte=Now()),
    }[InvitationState(state)]


def by_token(token: str) -> Q:
    """True for the invitation of a link or a card; on a card, dashes, blanks and small letters don't matter."""
    code = "".join(ch for ch in token.upper() if ch.isalnum())
    return Q(way=InvitationWay.MAIL, token_hash=Invitation.hash_of(token)) | Q(
        way=InvitationWay.CARD, token_hash=Invitation.hash_of(code)
    )


def open_invitation(token: str) -> Invitation | None:
    """The invitation of a link or a card, while it works."""
    return open_invitations().filter(by_token(token)).select_related("person").first()
