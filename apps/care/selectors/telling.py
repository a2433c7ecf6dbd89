"""Who hears of a day out or closed: by message where they allow one, else by a call that somebody makes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.care.choices import CALL_ENDS, CALL_TOLD, NoticePart
from apps.care.models import Disruption, DisruptionItem, DisruptionNotice
from apps.care.selectors.hearing import names_for
from apps.kit.occurrences import key_in, keys_named, occurrence_of, version_in
from apps.messaging.choices import LEFT_STATES, OPEN_STATES, Channel
from apps.messaging.models import ContactPoint, Message, OptOut
from apps.organizations.models import Person

# What these messages are known by in the ledger; outreach registers what they say.
DAY_CHANGE = "day_change"
DAY_DECISION = "day_decision"
AT_ONCE = "at_once"
PURPOSE_OF = {NoticePart.CONCERNED: DAY_CHANGE, NoticePart.DECIDES: DAY_DECISION}
# Who asked for no messages about one of these gets none that may speak of it, and is called.
STOPS = ("appointments", "groups")
MARGIN = timedelta(minutes=15)  # a message that leaves later than this before the first thing is no use alone
STUCK = timedelta(minutes=10)  # due for so long and not gone: sending is paused, or something is broken


# ---- messages
def to_write_to(part: str) -> QuerySet[Any, Any]:
    """Who is to be written to: all who have to hear and whom no call has told, but those who stopped such messages."""
    rows = DisruptionNotice.objects.filter(part=part, withdrawn_at__isnull=True).exclude(outcome__in=CALL_TOLD)
    stopped = OptOut.objects.filter(person_id=OuterRef("person_id"), topic__in=STOPS, ended_at__isnull=True)
    if part == NoticePart.CONCERNED:
        rows = rows.filter(~Exists(stopped))
    facts = {"due_at": F("opened_at"), "useful_until": F("last_at"), "zone": F("disruption__zone")}
    return rows.order_by().annotate(about=occurrence_of("notice", "pk", "version"), **facts)


def notices_between(part: str, since: datetime, until: datetime) -> QuerySet[Any, Any]:
    """The same as outreach takes it: a row a person, due when it was decided, useful until the last thing begins."""
    rows = to_write_to(part).filter(opened_at__gt=since, opened_at__lte=until)
    return rows.values("organization_id", "person_id", "due_at", "useful_until", "zone", occurrence=F("about"))


def no_longer_to_tell() -> Any:
    """True for ledger rows whose notice was told otherwise, taken back, or told anew since."""
    standing = DisruptionNotice.objects.filter(pk=key_in(), version=version_in(), withdrawn_at__isnull=True)
    return ~Exists(standing.exclude(outcome__in=CALL_TOLD))


def notices_behind(occurrences: Iterable[str]) -> dict[str, DisruptionNotice]:
    """The notices that these occurrences speak of and that still are to be told so. One query."""
    keys = keys_named(occurrences, "notice")
    rows = DisruptionNotice.objects.filter(pk__in=keys, withdrawn_at__isnull=True).exclude(outcome__in=CALL_TOLD)
    rows = rows.select_related("disruption", "person")
    return {row.occurrence: row for row in rows if keys[row.pk] == row.occurrence}


def stopped(persons: Iterable[int]) -> set[int]:
    """Which of these people asked for no messages about visits or groups."""
    rows = OptOut.objects.filter(person__in=list(persons), topic__in=STOPS, ended_at__isnull=True)
    return set(rows.values_list("person_id", flat=True))


def told_of_sessions() -> Any:
    """True for rows whose `occurrence` is a change of a session that everybody hears of in one of these messages."""
    items = DisruptionItem.objects.annotate(about=occurrence_of("session", "session_id", "notice"))
    return Exists(items.filter(about=OuterRef("occurrence")))


# ---- calls
def _messages() -> QuerySet[Message]:
    """The ledger's lines about the notice of an outer query, as it stands."""
    about = occurrence_of("notice", OuterRef("pk"), OuterRef("version"))
    return Message.objects.filter(purpose=DAY_CHANGE, occurrence=about)


def is_told() -> Any:
    """True for notices whose person got a message."""
    return Exists(_messages().filter(state__in=LEFT_STATES))


def to_call(rows: QuerySet[DisruptionNotice] | None = None) -> QuerySet[DisruptionNotice]:
    """Who has to be called: no message reached them, and none is on its way that leaves in time.

    Nobody comes off by the clock alone: only a message that left, or an outcome that somebody wrote down, ends it.
    """
    now = timezone.now()
    found = DisruptionNotice.objects.all() if rows is None else rows
    on_its_way = _messages().filter(
        state__in=OPEN_STATES, next_try_at__gt=now - STUCK, next_try_at__lt=OuterRef("first_at") - MARGIN
    )
    return (
        found.filter(part=NoticePart.CONCERNED, withdrawn_at__isnull=True)
        .exclude(outcome__in=CALL_ENDS)
        .filter(~is_told(), ~Exists(on_its_way))
        .select_related("person", "disruption__person", "disruption__location")
        .order_by("first_at", "pk")
    )


def calls_for(actor: Actor) -> QuerySet[DisruptionNotice]:
    """Whom somebody has to call, as far as the actor makes these calls, the soonest first."""
    return visible_to(to_call(), actor, "change")


def calls_made(actor: Actor, days: int = 2) -> QuerySet[DisruptionNotice]:
    """Calls of the last days with what came of them, the last one first."""
    rows = visible_to(DisruptionNotice, actor, "change").filter(
        outcome__in=CALL_ENDS, outcome_at__gt=timezone.now() - timedelta(days=days)
    )
    return rows.select_related("person", "disruption", "outcome_by").order_by("-outcome_at", "-pk")


def ways_to_call(persons: Sequence[Person], actor: Actor) -> dict[int, list[ContactPoint]]:
    """The phone numbers of these people that are safe to call, the preferred one first, as far as the actor sees them.

    Numbers that are for texts are phone numbers too. What is not known to be safe is left out. One query.
    """
    points = visible_to(ContactPoint, actor).filter(
        person__in=[person.pk for person in persons],
        channel__in=[Channel.PHONE, Channel.SMS],
        safe_to_send=True,
        archived_at__isnull=True,
    )
    found: dict[int, list[ContactPoint]] = defaultdict(list)
    for point in points.order_by("-is_preferred", "channel", "pk"):
        if point.address not in {each.address for each in found[point.person_id]}:
            found[point.person_id].append(point)
    return found


@dataclass(frozen=True)
class Told:
    """How one person hears of it: the ledger's channel, or "" where no message was planned."""

    notice: DisruptionNotice
    name: str
    channel: str
    state: str

    @property
    def is_sent(self) -> bool:
        """Whether a message has left."""
        return self.state in LEFT_STATES


def how_told(disruption: Disruption, actor: Actor) -> tuple[list[Told], dict[str, int]]:
    """How those whom the actor may see hear of it; and of all, how many by which channel ("call" for the rest)."""
    rows = DisruptionNotice.objects.filter(
        disruption=disruption, part=NoticePart.CONCERNED, withdrawn_at__isnull=True
    ).select_related("person")
    rows = list(rows.order_by("person__name", "pk"))
    calls = set(to_call(DisruptionNotice.objects.filter(disruption=disruption)).values_list("pk", flat=True))
    names = {row.occurrence: row.pk for row in rows}
    written = {
        names[about]: (channel, state)
        for about, channel, state in Message.objects.filter(purpose=DAY_CHANGE, occurrence__in=names)
        .exclude(channel="none")
        .order_by("pk")
        .values_list("occurrence", "channel", "state")
    }
    seen = set(visible_to(DisruptionNotice, actor).filter(disruption=disruption).values_list("pk", flat=True))
    counts: dict[str, int] = defaultdict(int)
    told = []
    names_of = names_for(rows)
    for row in rows:
        channel, state = written.get(row.pk, ("", ""))
        called = row.pk in calls or row.is_done
        counts["call" if called else channel or "call"] += 1
        if row.pk in seen:
            told.append(Told(row, names_of[row.pk], "call" if called else channel or "call", "" if called else state))
    return told, dict(counts)
