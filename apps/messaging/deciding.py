"""Deciding again, at the moment of sending, whether each claimed message may go, where to, and what it says."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.access.scope import open_scope
from apps.kit.walltime import next_sending_time
from apps.messaging.choices import Channel, Kind, LedgerChannel, Reason, State
from apps.messaging.models import ContactPoint, Message, OptOut, SendingRules
from apps.messaging.registry import Facts, Withdraw, purpose_called, recipient_refusals
from apps.messaging.rendering import Written, write
from apps.organizations.models import Host

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 8


@dataclass(frozen=True)
class Settle:
    """The message ends here."""

    state: str
    reason: str
    detail: str = ""


@dataclass(frozen=True)
class GiveBack:
    """The message waits until `at`, and is looked at again."""

    at: datetime
    reason: str
    detail: str = ""


Verdict = Written | Settle | GiveBack


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many tries: 1, 2, 4 … minutes, an hour at most."""
    return timedelta(minutes=min(60, 2 ** max(0, attempts - 1)))


def opening(message: Message, rules: SendingRules, at: datetime) -> datetime | None:
    """`at`, or the next instant inside the person's sending hours; None where they have none."""
    point, person = message.contact_point, message.person
    opens, closes = rules.hours_from, rules.hours_to
    if point is not None and point.hours_from is not None and point.hours_to is not None:
        opens, closes = max(opens, point.hours_from), min(closes, point.hours_to)
    if opens >= closes:
        return None
    zone = (person.zone if person else "") or message.organization.zone
    return next_sending_time(at, zone, opens, closes)


def wait_until(message: Message, at: datetime | None, reason: str, detail: str = "") -> Verdict:
    """Give the message back until `at`, or end it where that would be too late to be useful."""
    if at is None or at >= message.useful_until:
        return Settle(State.EXPIRED, Reason.TOO_LATE, detail or reason)
    return GiveBack(at, reason, detail)


def decide(messages: Iterable[Message], errors: list[str]) -> dict[int, Verdict]:
    """What becomes of each of these claimed messages. Set-based: some queries for each organization, none a message.

    Needs a system scope and a transaction. What goes wrong with one purpose or one text is appended to `errors` and
    ends nothing but its own messages' turn.
    """
    by_organization: dict[int, list[Message]] = defaultdict(list)
    for message in messages:
        by_organization[message.organization_id].append(message)
    domains = dict(
        Host.objects.filter(organization_id__in=by_organization, is_primary=True).values_list(
            "organization_id", "domain"
        )
    )
    verdicts: dict[int, Verdict] = {}
    for organization_id, rows in by_organization.items():
        with open_scope(organization_id, task="apps.messaging.send"):
            turn = _Turn(organization_id, rows, domains.get(organization_id, ""), errors)
            verdicts.update(turn.verdicts())
    return verdicts


class _Turn:
    """The messages of one organization in one claimed batch."""

    def __init__(self, organization_id: int, rows: list[Message], domain: str, errors: list[str]) -> None:
        self.organization_id = organization_id
        self.domain = domain
        self.errors = errors
        self.now = timezone.now()
        self.security = [row for row in rows if row.kind == Kind.SECURITY]
        self.ordinary = [row for row in rows if row.kind == Kind.ORDINARY]

    def verdicts(self) -> Iterator[tuple[int, Verdict]]:
        for row in self.security:
            yield row.pk, self._passed(row) or self._security(row)
        if self.ordinary:
            yield from self._ordinary()

    def _passed(self, row: Message) -> Verdict | None:
        if row.useful_until <= self.now:
            return Settle(State.EXPIRED, Reason.TOO_LATE)
        if row.attempts > MOST_ATTEMPTS:
            return Settle(State.FAILED, Reason.GAVE_UP, row.detail)
        return None

    def _security(self, row: Message) -> Verdict:
        secret = row.secret
        return self._written(row, f"security/{row.purpose}", secret["address"], secret.get("context", {}))

    def _ordinary(self) -> Iterator[tuple[int, Verdict]]:
        rules = SendingRules.objects.filter(organization_id=self.organization_id).first() or SendingRules(
            hours_from=time(8), hours_to=time(21)
        )
        recipients = _Recipients(self.organization_id, {row.person_id for row in self.ordinary if row.person_id})
        going: dict[str, list[Message]] = defaultdict(list)
        for row in self.ordinary:
            verdict = self._passed(row) or recipients.refusal(row)
            if verdict is None:
                at = opening(row, rules, self.now)
                if at is None or at > self.now:
                    verdict = wait_until(row, at, Reason.HOURS)
            if verdict is not None:
                yield row.pk, verdict
            else:
                going[row.purpose].append(row)
        for name, rows in going.items():
            yield from self._by_purpose(name, rows)

    def _by_purpose(self, name: str, rows: list[Message]) -> Iterator[tuple[int, Verdict]]:
        purpose = purpose_called(name)
        try:
            if purpose is None:
                raise LookupError(f"no app registers the purpose {name}")
            with transaction.atomic():  # a failing query must not end the others' turn
                found = purpose.facts(self.organization_id, rows)
        except Exception as error:  # one purpose's fault must not hold up the others
            logger.exception("facts of %s could not be looked up", name)
            self.errors.append(f"facts of {name}: {type(error).__name__}")
            for row in rows:
                at = self.now + pause_after(row.attempts)
                yield row.pk, wait_until(row, at, Reason.FACTS, type(error).__name__)
            return
        for row in rows:
            facts = found.get(row.pk, Withdraw())
            if isinstance(facts, Facts):
                point = row.contact_point
                address = point.address if point else ""
                yield row.pk, self._written(row, purpose.template, address, facts.context)
            else:
                yield row.pk, Settle(State.WITHDRAWN, facts.reason)

    def _written(self, row: Message, template: str, address: str, facts: Any) -> Verdict:
        try:
            with transaction.atomic():
                return write(row, template=template, address=address, domain=self.domain, facts=facts)
        except Exception as error:  # one text that can't be made must not hold up the others
            logger.exception("message %s could not be written", row.pk)
            self.errors.append(f"message {row.pk} could not be written: {type(error).__name__}")
            if row.attempts >= MOST_ATTEMPTS:
                return Settle(State.FAILED, Reason.NOT_WRITTEN, type(error).__name__[:40])
            at = self.now + pause_after(row.attempts)
            return wait_until(row, at, Reason.RETRY, type(error).__name__[:40])


class _Recipients:
    """Where the persons of a batch may be written to now: safety, consent, requests to stop, what higher apps say."""

    def __init__(self, organization_id: int, persons: set[int]) -> None:
        self.points: dict[int, list[ContactPoint]] = defaultdict(list)
        for point in ContactPoint.objects.filter(person_id__in=persons).order_by("-is_preferred", "pk"):
            self.points[point.person_id].append(point)
        self.stops: dict[int, list[OptOut]] = defaultdict(list)
        for stop in OptOut.objects.filter(Q(person_id__in=persons), ended_at__isnull=True):
            self.stops[stop.person_id].append(stop)
        self.refused = recipient_refusals(organization_id, persons)

    def refusal(self, row: Message) -> Verdict | None:
        """Why this message may not go, or None; then `row.contact_point` is where it goes.

        Where its address is no longer to be used, another one of the same channel takes its place.
        """
        person = row.person
        if person is None or person.archived_at is not None:
            return Settle(State.REFUSED, Reason.ARCHIVED)
        if person.pk in self.refused:
            return Settle(State.REFUSED, self.refused[person.pk] or Reason.RECIPIENT)
        points = [point for point in self.points[person.pk] if point.channel == row.channel]
        points.sort(key=lambda point: point.pk != row.contact_point_id)  # stable: its own first
        reason = ""
        for point in points:
            why = self._why_not(row, point)
            if not why:
                row.contact_point = point
                return None
            reason = reason or why
        return Settle(State.REFUSED, reason or Reason.ARCHIVED)

    def _why_not(self, row: Message, point: ContactPoint) -> str:
        if point.archived_at is not None:
            return Reason.ARCHIVED
        if not point.safe_to_send:
            return Reason.NOT_SAFE
        if point.channel == Channel.SMS and point.consent_at is None:
            return Reason.NO_CONSENT
        for stop in self.stops[point.person_id]:
            if (
                stop.topic in ("", row.topic)
                and stop.channel in ("", row.channel)
                and stop.contact_point_id in (None, point.pk)
            ):
                return Reason.OPTED_OUT
        return ""


def budget_verdict(message: Message, rules: SendingRules, now: datetime) -> Verdict | None:
    """Whether the person had enough messages this way in the last day or week: then wait, else None.

    Counted over the last 24 hours and 7 days, so that no midnight lets two through at once. Needs the person's lock.
    """
    if message.channel == LedgerChannel.SMS:
        limits = ((1, rules.texts_a_day), (7, rules.texts_a_week))
    else:
        limits = ((1, rules.mails_a_day), (7, rules.mails_a_week))
    sent = list(
        Message.objects.filter(
            person_id=message.person_id,
            channel=message.channel,
            kind=Kind.ORDINARY,
            sent_at__gt=now - timedelta(days=7),
        )
        .order_by("-sent_at")
        .values_list("sent_at", flat=True)
    )
    free_at = now
    for days, limit in limits:
        if limit == 0:
            return Settle(State.REFUSED, Reason.BUDGET)
        if len(sent) >= limit:
            free_at = max(free_at, sent[limit - 1] + timedelta(days=days))
    return wait_until(message, opening(message, rules, free_at), Reason.BUDGET) if free_at > now else None
