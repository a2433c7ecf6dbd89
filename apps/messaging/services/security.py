"""Sign-in codes and security notices: a class of the ledger of their own, sent right after commit."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from kombu.exceptions import OperationalError

from apps.access.scope import system_scope
from apps.accounts.models import User
from apps.messaging.choices import Channel, Kind, State
from apps.messaging.models import Message
from apps.messaging.services.contact import normalised
from apps.organizations.services import platform_organization

logger = logging.getLogger(__name__)

USEFUL_FOR = timedelta(minutes=15)
INVITATION_USEFUL_FOR = timedelta(days=2)  # its link works for longer; later than that, a mail would surprise


def deliver(
    kind: str,
    user: User | None,
    channel: str,
    address: str,
    context: Mapping[str, Any],
    organization_id: int | None = None,
    *,
    useful_for: timedelta | None = None,
) -> Message:
    """Put a sign-in code or a security notice on the ledger; it leaves as soon as this transaction is committed.

    `kind` names the templates (`email/security/<kind>.…`, `sms/security/<kind>.txt`), `context` what they say: text,
    numbers and addresses only, as it is kept until it has left and blanked then; its `language`, where it has one, is
    the reader's. `organization_id` is the host's; None is the platform itself. Hours, limits, requests to stop and the
    pause do not apply. What can't be sent within `useful_for` (15 minutes, two days for an invitation) never is. Raises
    ValidationError where the address is none.
    """
    now = timezone.now()
    address = normalised(channel, address)
    useful_for = useful_for or (INVITATION_USEFUL_FOR if kind == "invitation" else USEFUL_FOR)
    language = (user.language if user else context.get("language")) or translation.get_language() or "en"
    known = dict(settings.LANGUAGES)
    with transaction.atomic(), system_scope("a sign-in message belongs to the host it was asked on, or the platform"):
        message = Message.objects.create(
            organization_id=organization_id or platform_organization().pk,
            kind=Kind.SECURITY,
            user=user,
            purpose=kind,
            step="only",
            occurrence=uuid.uuid4().hex,
            channel=Channel(channel),
            language=language
            if language in known
            else language.split("-")[0]
            if language.split("-")[0] in known
            else "en",
            state=State.PLANNED,
            due_at=now,
            next_try_at=now,
            useful_until=now + useful_for,
            address_hash=Message.hash_of(address),
            secret={"address": address, "context": dict(context)},
        )
    transaction.on_commit(lambda: _hurry(message.organization_id, message.pk))
    return message


def _hurry(organization_id: int, pk: int) -> None:
    """Ask a worker to send it now. Without a broker the sweep of the next minute does."""
    from apps.messaging.tasks import send_security

    try:
        send_security.apply_async((organization_id, pk), retry=False, ignore_result=True)
    except (OperationalError, OSError):
        logger.warning("the broker does not answer: message %s waits for the next sweep", pk)
