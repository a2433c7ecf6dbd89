"""Stopping messages at a person's word, and starting them again."""

from __future__ import annotations

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.policy import may, may_add
from apps.messaging.choices import OPEN_STATES, OptOutHow, Reason, State
from apps.messaging.models import ContactPoint, Message, OptOut
from apps.organizations.models import Person

_SALT = "messaging.stop"


@transaction.atomic
def opt_out(
    *,
    person: Person,
    actor: Actor,
    how: str,
    topic: str = "",
    channel: str = "",
    contact_point: ContactPoint | None = None,
) -> OptOut:
    """Stop messages to a person at once: of one topic or all, in one way or all. Doing it again changes nothing.

    What is planned and has not left is refused. Raises PermissionDenied for anybody but the person, who may record it,
    and system work.
    """
    if not (actor.system or may_add(actor, OptOut) or (actor.user_id and actor.user_id == person.user_id)):
        raise PermissionDenied
    which = {
        "organization_id": person.organization_id,
        "person": person,
        "topic": topic,
        "channel": channel,
        "contact_point": contact_point,
        "ended_at": None,
    }
    row, made = OptOut.objects.get_or_create(**which, defaults={"how": how, "recorded_by_id": actor.user_id})
    if made:
        planned = Message.objects.filter(person=person, state__in=OPEN_STATES, kind="ordinary")
        if topic:
            planned = planned.filter(topic=topic)
        if channel:
            planned = planned.filter(channel=channel)
        if contact_point:
            planned = planned.filter(contact_point=contact_point)
        planned.update(state=State.WITHDRAWN, reason=Reason.OPTED_OUT, ended_at=timezone.now())
    return row


@transaction.atomic
def opt_back_in(*, opt_out: OptOut, actor: Actor) -> OptOut:
    """End a request to stop, at the person's own word. Raises PermissionDenied. Ending it twice changes nothing."""
    if not (actor.system or may(actor, "change", opt_out)):
        raise PermissionDenied
    if opt_out.ended_at is None:
        opt_out.ended_at = timezone.now()
        opt_out.save(update_fields=["ended_at"])
    return opt_out


def stop_token(message: Message) -> str:
    """What the stop link of a message carries: nothing but the message, signed."""
    return signing.Signer(salt=_SALT).sign(message.public_id.hex).replace(":", ".")


def message_of_token(token: str) -> Message | None:
    """The message of a stop link in this scope, or None where the link is not ours or the message is elsewhere's."""
    try:
        public_id = signing.Signer(salt=_SALT).unsign(token.replace(".", ":", 1))
    except signing.BadSignature:
        return None
    return Message.objects.select_related("person", "contact_point").filter(public_id=public_id).first()


@transaction.atomic
def stop_by_token(*, token: str, everything: bool = False) -> OptOut | None:
    """Stop what the message of this link was about, or everything, for its person. None where the link is not ours.

    Whoever holds the link acts, without signing in: it was sent to the person alone (RFC 8058). Doing it again changes
    nothing.
    """
    message = message_of_token(token)
    if message is None or message.person is None:
        return None
    actor = Actor.for_system("the person followed the stop link of a message", message.organization_id)
    return opt_out(person=message.person, actor=actor, how=OptOutHow.LINK, topic="" if everything else message.topic)
