"""The sending itself: claim, decide again, hand over, record each answer at once.

What can go wrong where: a process that dies between claiming and handing over leaves a claim that runs out, and the
message goes later. One that dies between handing over and recording leaves a message that did go: its claim runs out
too, and a second copy goes under the same Message-ID. That is the only way to a second copy, since the row stays locked
while it is handed over.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from apps.access.actor import Actor
from apps.messaging.carriers import Down, MailCarrier, Never, NoAnswer, NotNow, TextCarrier
from apps.messaging.choices import OPEN_STATES, Channel, Kind, OptOutHow, Reason, State
from apps.messaging.deciding import (
    MOST_ATTEMPTS,
    GiveBack,
    Settle,
    Verdict,
    budget_verdict,
    decide,
    pause_after,
    wait_until,
)
from apps.messaging.models import Message, SendingRules
from apps.messaging.rendering import Written
from apps.messaging.selectors import standing_pause
from apps.messaging.services.optouts import opt_out

logger = logging.getLogger(__name__)

BATCH = 100
DOWN_FOR = timedelta(minutes=1)


@dataclass
class Outcome:
    """What one run found due and what became of it."""

    claimed: int = 0
    sent: int = 0
    settled: int = 0
    given_back: int = 0
    paused: bool = False
    errors: list[str] = field(default_factory=list)


def lease() -> timedelta:
    """How long a claim holds. Two sends at their slowest fit into half of it."""
    return timedelta(seconds=settings.MESSAGING_LEASE_SECONDS)


def send_due(*, seconds: float = 50.0) -> Outcome:
    """Send what is due, in batches, until nothing is or `seconds` have passed. Needs a system scope.

    Any number of these may run at once, anywhere. While sending is paused only sign-in and security messages go.
    """
    outcome = Outcome()
    end = time.monotonic() + seconds
    while True:
        with transaction.atomic():
            outcome.paused = standing_pause() is not None
        full = False
        for kind in (Kind.SECURITY, Kind.ORDINARY):
            if kind == Kind.ORDINARY and outcome.paused:
                continue
            holder = uuid.uuid4()
            claimed = _claim(Q(kind=kind, next_try_at__lte=timezone.now()), holder)
            _send_batch(claimed, holder, outcome)
            full = full or len(claimed) == BATCH
        if not full or time.monotonic() > end:
            return outcome


def send_one(*, pk: int) -> Outcome:
    """Send one sign-in or security message now, if nobody else does. Needs a scope that covers it."""
    outcome, holder = Outcome(), uuid.uuid4()
    _send_batch(_claim(Q(pk=pk, kind=Kind.SECURITY, state=State.PLANNED), holder), holder, outcome)
    return outcome


@transaction.atomic
def _claim(which: Q, holder: uuid.UUID) -> list[int]:
    """Take up to a batch of messages that are due, or whose former holder's claim ran out."""
    now = timezone.now()
    taken = list(
        Message.objects.filter(which, state__in=OPEN_STATES)
        .order_by("next_try_at", "pk")
        .select_for_update(skip_locked=True)
        .values_list("pk", flat=True)[:BATCH]
    )
    Message.objects.filter(pk__in=taken).update(
        state=State.CLAIMED,
        claimed_by=holder,
        claimed_at=now,
        next_try_at=now + lease(),
        attempts=F("attempts") + 1,
    )
    return taken


def _send_batch(claimed: Sequence[int], holder: uuid.UUID, outcome: Outcome) -> None:
    """Carry each claimed message as far as it goes now. One message's fault never ends the batch."""
    if not claimed:
        return
    began = time.monotonic()
    outcome.claimed += len(claimed)
    with transaction.atomic():
        rows = {
            row.pk: row
            for row in Message.objects.filter(pk__in=claimed).select_related("organization", "person", "contact_point")
        }
        verdicts = decide(rows.values(), outcome.errors)
        rules = {row.organization_id: row for row in SendingRules.objects.filter(
            organization_id__in={row.organization_id for row in rows.values()})}  # fmt: skip
    carriers = _Carriers()
    try:
        for pk in claimed:
            row, verdict = rows[pk], verdicts[pk]
            if isinstance(verdict, Written) and time.monotonic() - began > lease().total_seconds() / 2:
                verdict = GiveBack(timezone.now(), row.reason)  # too slow: the claim must not run out under us
            try:
                _carry(row, verdict, holder, carriers, rules.get(row.organization_id) or SendingRules(), outcome)
            except Exception as error:  # one bad row never ends a run; its claim runs out and it is tried again
                logger.exception("message %s stays claimed", pk)
                outcome.errors.append(f"message {pk}: {type(error).__name__}")
    finally:
        carriers.close()


class _Carriers:
    """Both ways out, and which of them is down for the rest of this batch."""

    def __init__(self) -> None:
        self.mail = MailCarrier()
        self._text: TextCarrier | None = None
        self.down: dict[str, str] = {}

    def send(self, written: Written) -> str:
        if written.channel in self.down:
            raise Down(self.down[written.channel])
        try:
            if written.mail is not None:
                return self.mail.send(written.mail)
            if self._text is None:
                self._text = TextCarrier()
            return self._text.send(written.address, written.text)
        except Down as error:
            self.down[written.channel] = error.detail
            raise

    def close(self) -> None:
        self.mail.close()
        if self._text is not None:
            self._text.close()


def _carry(
    row: Message, verdict: Verdict, holder: uuid.UUID, carriers: _Carriers, rules: SendingRules, outcome: Outcome
) -> None:
    """Hand one message over and record the answer, in one short transaction that keeps its row locked."""
    with transaction.atomic():
        if row.person_id is not None:
            _lock_person(row.person_id)
        still_ours = (
            Message.objects.filter(pk=row.pk, state=State.CLAIMED, claimed_by=holder)
            .select_for_update(of=("self",))
            .exists()
        )
        if not still_ours:  # withdrawn meanwhile, or taken over
            return
        if isinstance(verdict, Written) and row.kind == Kind.ORDINARY:
            verdict = budget_verdict(row, rules, timezone.now()) or verdict
        if isinstance(verdict, Written):
            verdict = _hand_over(row, verdict, carriers)
        _record(row, verdict, outcome)
        if verdict == Settle(State.REFUSED, Reason.OPTED_OUT, "21610") and row.person is not None:
            _stopped_at_the_carrier(row)


def _lock_person(person_id: int) -> None:
    """One message to a person at a time, so that two senders can't both find room for one more today."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('messaging.person', %s))", [person_id])


def _hand_over(row: Message, written: Written, carriers: _Carriers) -> Settle | GiveBack:
    now = timezone.now()
    try:
        row.provider_id = carriers.send(written)[:64]
    except Down as error:
        row.attempts -= 1  # nothing was tried with this one
        return _again(row, now + DOWN_FOR, error.detail)
    except NotNow as error:
        if row.attempts >= MOST_ATTEMPTS:
            return Settle(State.FAILED, Reason.GAVE_UP, error.detail)
        return _again(row, now + pause_after(row.attempts), error.detail)
    except Never as error:
        state = State.REFUSED if error.reason == Reason.OPTED_OUT else State.FAILED
        return Settle(state, error.reason, error.detail)
    except NoAnswer as error:
        return Settle(State.DOUBTFUL, Reason.NO_ANSWER, error.detail)
    row.address_hash = Message.hash_of(written.address)
    row.sent_at = timezone.now()
    return Settle(State.SENT, Reason.ACCEPTED)


def _again(row: Message, at: Any, detail: str) -> Settle | GiveBack:
    verdict = wait_until(row, at, Reason.RETRY, detail)
    assert not isinstance(verdict, Written)  # waiting writes nothing
    return verdict


def _record(row: Message, verdict: Verdict, outcome: Outcome) -> None:
    assert not isinstance(verdict, Written)  # it was handed over, and is an answer by now
    values: dict[str, Any] = {"reason": verdict.reason, "detail": verdict.detail[:40], "attempts": row.attempts}
    if isinstance(verdict, GiveBack):
        values |= {"state": State.PLANNED, "next_try_at": verdict.at, "claimed_by": None, "claimed_at": None}
        outcome.given_back += 1
    else:
        values |= {"state": verdict.state, "ended_at": timezone.now(), "secret": {}}
        if verdict.state == State.SENT:
            values |= {"sent_at": row.sent_at, "provider_id": row.provider_id, "address_hash": row.address_hash}
            values |= {"contact_point_id": row.contact_point_id}
            outcome.sent += 1
        else:
            outcome.settled += 1
    Message.objects.filter(pk=row.pk).update(**values)


def _stopped_at_the_carrier(row: Message) -> None:
    """The person told their phone company to stop: keep to it for every message to that number."""
    assert row.person is not None  # asked by the caller
    opt_out(
        person=row.person,
        actor=Actor.for_system("the carrier says that the person stopped texts", row.organization_id),
        how=OptOutHow.CARRIER,
        channel=Channel.SMS,
        contact_point=row.contact_point,
    )
