"""Every write to the erasure of a record: asked by one, agreed to by another, carried out once."""

from __future__ import annotations

import json
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connections, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import may, require
from apps.accounts.selectors import ways_to_reach
from apps.clients import erasing, selectors
from apps.clients.choices import ErasureState
from apps.clients.models import ERASURE_DAYS, ClientRecord, Erasure
from apps.kit.dates import format_day
from apps.kit.search import fold
from apps.messaging.services import deliver
from apps.organizations.selectors import link_to, standing_seal

USEFUL_FOR = timedelta(days=2)  # the mail may wait that long for its way; the first page of the administration stays


def _ensure_erasable(client: ClientRecord, actor: Actor, name: str, own: bool = False) -> None:
    """Refuse whoever may not, a name that is not this record's, and a record whose time of keeping is not over."""
    if not own and not actor.can("erase_records"):
        raise PermissionDenied
    require(actor, "view", client)
    if fold(name) != fold(client.person.name):
        raise ValidationError({"name": _("This is not the name on this record. Look whether it is the right one.")})
    first = erasing.erasable_from(client)
    if erasing.today_at(client) < first:
        day = format_day(first, style="dated")
        raise ValidationError(_("It must be kept until then: it can be erased from %(day)s.") % {"day": day})
    if erasing.is_open(client):
        raise ValidationError(_("Something about this person is still open. End it first."))


@transaction.atomic
def ask_erasure(*, client: ClientRecord, actor: Actor, reason: str, name: str) -> Erasure:
    """Ask as the first of two that a record is erased. It waits 30 days for the second; who may be that is told.

    `name` is the record's own, typed anew. Raises PermissionDenied; ValidationError for another name, before the time
    of keeping is over, while something about the person is open, and where it was asked already.
    """
    _ensure_erasable(client, actor, name)
    if actor.user_id is None:
        raise PermissionDenied
    now = timezone.now()
    Erasure.objects.filter(client=client, state=ErasureState.ASKED, expires_at__lte=now).update(
        state=ErasureState.ENDED, ended_at=now
    )
    erasure = Erasure(
        organization_id=client.organization_id,
        client=client,
        reason=reason,
        asked_by_id=actor.user_id,
        asked_at=now,
        expires_at=now + timedelta(days=ERASURE_DAYS),
    )
    erasure.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            erasure.save()
    except IntegrityError as error:
        raise ValidationError(_("This was asked already. Another administrator approves it.")) from error
    _tell_seconds(erasure)
    return erasure


def _tell_seconds(erasure: Erasure) -> None:
    """Write to everybody who may be the second, in the transaction that asks: once for each asking, never again.

    It goes to the sign-in, past hours and opt-outs, for it guards against one person erasing alone. It names nobody.
    """
    sealed = standing_seal(erasure.client.person) is not None
    path = reverse("clients:agree_erasure") if sealed else reverse("clients:erase", args=[erasure.client.public_id])
    context = {"url": link_to(erasure.organization, path), "own": sealed}
    for user in selectors.seconds_of(erasure):
        for channel, address in ways_to_reach(user)[:1]:
            deliver("erasure_waits", user, channel, address, context, erasure.organization_id, useful_for=USEFUL_FOR)


@transaction.atomic
def approve_erasure(*, erasure: Erasure, actor: Actor, name: str) -> Erasure:
    """Approve as the second of two. What only the owner's login may do is carried out after that.

    The second is another administrator; of a sealed record, whose it is, in their own matters: nobody else sees it, and
    it need not be opened first. Raises PermissionDenied; ValidationError as `ask_erasure`, for the first of the two,
    and where it waits no more.
    """
    own = may(actor, "agree", erasure)
    if not own:
        require(actor, "change", erasure)
    erasure = Erasure.objects.select_for_update(of=("self",)).select_related("client__person").get(pk=erasure.pk)
    if erasure.asked_by_id == actor.user_id:
        raise ValidationError(_("You asked for this. Somebody else has to approve it."))
    if not erasure.waits:
        raise ValidationError(_("This does not wait any more. It can be asked anew."))
    _ensure_erasable(erasure.client, actor, name, own)
    erasure.state, erasure.approved_by_id, erasure.approved_at = ErasureState.APPROVED, actor.user_id, timezone.now()
    erasure.save(update_fields=["state", "approved_by", "approved_at"])
    return erasure


@transaction.atomic
def end_erasure(*, erasure: Erasure, actor: Actor) -> Erasure:
    """Take it back, approved or not, while it is not carried out. Again, and after that, it changes nothing."""
    if not may(actor, "agree", erasure):
        require(actor, "change", erasure)
    erasure = Erasure.objects.select_for_update().get(pk=erasure.pk)
    if erasure.state in (ErasureState.ASKED, ErasureState.APPROVED):
        erasure.state, erasure.ended_at, erasure.ended_by_id = ErasureState.ENDED, timezone.now(), actor.user_id
        erasure.save(update_fields=["state", "ended_at", "ended_by"])
    return erasure


def carry_out_erasure(*, erasure_id: int, using: str) -> bool:
    """Erase what two have approved, on the connection of the owner's login. All of it or nothing, and once.

    False where another does it, where it was taken back, and where the record may not be erased (any more): somebody
    came back meanwhile, or the organization keeps records longer now. Then it waits. For a system scope.
    """
    with transaction.atomic(using=using):
        told = json.dumps({"system": "an approved erasure is carried out", "erasure": erasure_id})
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT set_config('pghistory.context_metadata', %s, true)", [told])
        waiting = Erasure.objects.using(using).select_for_update(of=("self",), skip_locked=True)
        erasure = waiting.filter(pk=erasure_id, state=ErasureState.APPROVED).first()
        if erasure is None:
            return False
        client = ClientRecord.objects.using(using).select_related("organization").get(pk=erasure.client_id)
        erasing.hold(client, using)
        if erasing.today_at(client) < erasing.erasable_from(client, using) or erasing.is_open(client, using):
            return False
        erasure.counts = erasing.blank(client, using)
        erasure.state, erasure.done_at = ErasureState.DONE, timezone.now()
        erasure.save(using=using, update_fields=["state", "done_at", "counts"])
    return True
