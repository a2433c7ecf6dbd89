"""Who hears of a day out or closed: by message where they allow one, else by a call that somebody makes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db.models import BigIntegerField, CharField, Exists, F, Func, IntegerField, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.care.choices import CALL_ENDS, CALL_TOLD, AppointmentState, Decision, NoticePart
from apps.care.models import Disruption, DisruptionItem, DisruptionNotice
from apps.care.selectors.disruptions import ITEM_ROWS
from apps.groups import selectors as groups
from apps.groups.choices import Format, SessionState
from apps.groups.models import Enrolment, Session
from apps.kit.dates import format_instant
from apps.messaging.choices import LEFT_STATES, OPEN_STATES, Channel
from apps.messaging.models import ContactPoint, Message, OptOut
from apps.organizations.models import Location, Person

# What these messages are known by in the ledger; outreach registers what they say.
DAY_CHANGE = "day_change"
DAY_DECISION = "day_decision"
AT_ONCE = "at_once"
PURPOSE_OF = {NoticePart.CONCERNED: DAY_CHANGE, NoticePart.DECIDES: DAY_DECISION}
# Who asked for no messages about one of these gets none that may speak of it, and is called.
STOPS = ("appointments", "groups")
MARGIN = timedelta(minutes=15)  # a message that leaves later than this before the first thing is no use alone
STUCK = timedelta(minutes=10)  # due for so long and not gone: sending is paused, or something is broken


# ---- who hears of what
def who_hears(items: Iterable[DisruptionItem], persons: Iterable[int] | None = None) -> dict[int, list[DisruptionItem]]:
    """Of what was decided, what changes something for whom, by the keys of Persons; of these `persons` alone if given.

    A visit: its client, who does it instead, and where a house is closed its staff member. A session: who is in the
    group now and who leads it, but only its substitute where all that changes is who leads. Four queries.
    """
    rows = [item for item in items if item.changes_something]
    found: dict[int, list[DisruptionItem]] = defaultdict(list)
    for item in rows:
        if item.substitute_id:
            found[item.substitute_id].append(item)
        if item.appointment is not None:
            found[item.appointment.client.person_id].append(item)
            if not item.disruption.is_out:
                found[item.appointment.staff_id].append(item)
    whole = {item.session_id: item for item in rows if item.session is not None and not item.substitute_id}
    if whole:
        by_group: dict[int, list[DisruptionItem]] = defaultdict(list)
        for item in whole.values():
            assert item.session is not None  # noqa: S101  picked above
            by_group[item.session.group_id].append(item)
        inside = Enrolment.objects.filter(group__in=by_group, ended_at__isnull=True, person__archived_at__isnull=True)
        if persons is not None:
            inside = inside.filter(person__in=list(persons))
        for group, person in inside.values_list("group_id", "person_id"):
            found[person].extend(by_group[group])
        for session, person in groups.leaders_on(Session.objects.filter(pk__in=whole)):
            found[person].append(whole[session])
    for item in rows:
        if item.disruption.person_id in found and item.disruption.is_out:
            del found[item.disruption.person_id]  # who is out said so
    wanted = found.keys() if persons is None else found.keys() & set(persons)
    return {person: sorted(set(found[person]), key=lambda item: (item.was_at, item.pk)) for person in wanted}


@dataclass(frozen=True)
class Line:
    """One thing as its reader needs it. `what`: off, now, with, place, remote, on, yours or not_yours."""

    what: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    was_at: datetime
    place: str = ""
    with_name: str = ""

    @property
    def words(self) -> str:
        """The whole sentence, in the language that is active when it is read."""
        return self._said("long")

    @property
    def short(self) -> str:
        """The sentence for a text message."""
        return self._said("short")

    def _said(self, style: Literal["long", "short"]) -> str:
        when = format_instant(self.starts_at, self.zone, style=style)
        when = when[:1].upper() + when[1:]
        was = format_instant(self.was_at, self.zone, style=style)
        said = {
            "off": _("%(when)s does not take place."),
            "now": _("%(was)s is now %(when)s."),
            "with": _("%(when)s: it is with %(name)s this time."),
            "remote": _("%(when)s: this time it is by phone or online."),
            "place": _("%(when)s: this time it is at %(place)s.")
            if self.place
            else _("%(when)s: this time it is at another place. Call us to hear where."),
            "on": _("%(when)s takes place after all."),
            "yours": _("%(when)s: you take over."),
            "not_yours": _("%(when)s: you do not need to take over any more."),
        }[self.what]
        if self.what == "now":
            was, when = was[:1].upper() + was[1:], format_instant(self.starts_at, self.zone, style=style)
        return said % {"when": when, "was": was, "name": self.with_name, "place": self.place}


def line_for(item: DisruptionItem, person_id: int, since: datetime | None) -> Line | None:
    """What one person reads about one thing, as it stands now; None where there is nothing (any more) to say.

    Never a group's or a client's name, nor a place that is confidential. What was taken back is told to those alone who
    had heard of it (`since`).
    """
    back = item.restored_at is not None
    if back and (since is None or item.decided_at is None or item.decided_at > since):
        return None
    zone = ""
    if item.session is not None:
        starts_at, ends_at, place = item.session.starts_at, item.session.ends_at, _place_of(item.session)
        is_on = item.session.state == SessionState.PLANNED
        with_name = ""
    else:
        visit = item.rebooked or item.appointment
        assert visit is not None  # noqa: S101  an item is of one of the two
        starts_at, ends_at, place = visit.starts_at, visit.ends_at, visit.location
        is_on, with_name = visit.state == AppointmentState.BOOKED, visit.staff.greeting_name
        if person_id == visit.client.person_id:  # the client reads it by their own clock, as their reminders
            zone = visit.client.person.zone or zone
    if item.was_at <= timezone.now() and starts_at <= timezone.now():
        return None
    said = {"starts_at": starts_at, "ends_at": ends_at, "zone": zone or str(place.zone), "was_at": item.was_at}
    if person_id == item.substitute_id:
        return Line("not_yours" if back or not is_on else "yours", **said)
    if item.decision == Decision.CALLED_OFF and not back:
        return None if is_on else Line("off", **{**said, "starts_at": item.was_at, "ends_at": item.was_until})
    if not is_on:  # called off or over since, and told as such where it was
        return None
    if back:
        return Line("on", **said, with_name=with_name)
    if item.decision == Decision.SUBSTITUTE:
        return Line("with", **said, with_name=with_name)
    remote = place.is_online or (
        item.session is not None and item.session.group.format in (Format.ONLINE, Format.PHONE)
    )
    where = "" if remote or place.is_confidential else place.address
    if item.decision == Decision.MOVED:
        return Line("now", **said, place=where)
    return Line("remote" if remote else "place", **said, place=where)


def _place_of(session: Session) -> Location:
    return session.location or session.group.location


def lines_for(notices: Iterable[DisruptionNotice]) -> dict[int, list[Line]]:
    """What each of these people reads or is told on the phone, by the notice's key, in order of time. Five queries."""
    rows = list(notices)
    items = DisruptionItem.objects.filter(disruption__in={row.disruption_id for row in rows}).select_related(*ITEM_ROWS)
    by_disruption: dict[int, list[DisruptionItem]] = defaultdict(list)
    for item in items.order_by("was_at", "pk"):
        by_disruption[item.disruption_id].append(item)
    heard = who_hears([item for each in by_disruption.values() for item in each], {row.person_id for row in rows})
    found: dict[int, list[Line]] = {}
    for row in rows:
        own = [item for item in heard.get(row.person_id, []) if item.disruption_id == row.disruption_id]
        lines = [line for item in own if (line := line_for(item, row.person_id, row.told_at)) is not None]
        found[row.pk] = sorted(lines, key=lambda line: line.starts_at)
    return found


# ---- messages
def _occurrence() -> Any:
    """`DisruptionNotice.occurrence` in SQL."""
    return Concat(
        Value("notice:"), Cast("pk", CharField()), Value(":"), Cast("version", CharField()), output_field=CharField()
    )


def to_write_to(part: str) -> QuerySet[DisruptionNotice]:
    """Who is to be written to: all who have to hear and whom no call has told, but those who stopped such messages."""
    rows = DisruptionNotice.objects.filter(part=part, withdrawn_at__isnull=True).exclude(outcome__in=CALL_TOLD)
    stopped = OptOut.objects.filter(person_id=OuterRef("person_id"), topic__in=STOPS, ended_at__isnull=True)
    if part == NoticePart.CONCERNED:
        rows = rows.filter(~Exists(stopped))
    return rows.annotate(
        about=_occurrence(), due=F("opened_at"), useful=F("last_at"), read_in=F("disruption__zone")
    ).order_by("pk")


def notices_between(part: str, since: datetime, until: datetime) -> QuerySet[Any, Any]:
    """The same as outreach takes it: a row a person, due when it was decided, useful until the last thing begins."""
    rows = to_write_to(part).filter(opened_at__gt=since, opened_at__lte=until)
    facts = {"occurrence": F("about"), "due_at": F("due"), "useful_until": F("useful"), "zone": F("read_in")}
    return (
        rows.order_by()
        .annotate(**facts)
        .values("organization_id", "person_id", "occurrence", "due_at", "useful_until", "zone")
    )


def no_longer_to_tell() -> Any:
    """True for ledger rows whose notice was told otherwise, taken back, or told anew since."""
    part = _part_of_occurrence
    return ~Exists(
        DisruptionNotice.objects.filter(
            pk=Cast(part(2), BigIntegerField()), version=Cast(part(3), IntegerField()), withdrawn_at__isnull=True
        ).exclude(outcome__in=CALL_TOLD)
    )


def _part_of_occurrence(number: int) -> Any:
    return Func(OuterRef("occurrence"), Value(":"), Value(number), function="split_part", output_field=CharField())


def notices_behind(occurrences: Iterable[str]) -> dict[str, DisruptionNotice]:
    """The notices that these occurrences speak of and that still are to be told so. One query."""
    keys = {}
    for name in occurrences:
        kind, _colon, rest = name.partition(":")
        pk, _colon, version = rest.partition(":")
        if kind == "notice" and pk.isdigit() and version.isdigit():
            keys[int(pk)] = name
    rows = DisruptionNotice.objects.filter(pk__in=keys, withdrawn_at__isnull=True).exclude(outcome__in=CALL_TOLD)
    rows = rows.select_related("disruption", "person")
    return {row.occurrence: row for row in rows if keys[row.pk] == row.occurrence}


def stopped(persons: Iterable[int]) -> set[int]:
    """Which of these people asked for no messages about visits or groups."""
    rows = OptOut.objects.filter(person__in=list(persons), topic__in=STOPS, ended_at__isnull=True)
    return set(rows.values_list("person_id", flat=True))


def told_of_sessions() -> Any:
    """True for rows whose `occurrence` is a change of a session that everybody hears of in one of these messages."""
    about = Concat(
        Value("session:"), Cast("session_id", CharField()), Value(":"), Cast("notice", CharField()),
        output_field=CharField(),
    )  # fmt: skip
    return Exists(DisruptionItem.objects.annotate(about=about).filter(about=OuterRef("occurrence")))


# ---- calls
def _messages(of: str = "pk") -> QuerySet[Message]:
    """The ledger's lines about the notice of an outer query, as it stands."""
    about = Concat(
        Value("notice:"), Cast(OuterRef(of), CharField()), Value(":"), Cast(OuterRef("version"), CharField()),
        output_field=CharField(),
    )  # fmt: skip
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
    for row in rows:
        channel, state = written.get(row.pk, ("", ""))
        called = row.pk in calls or row.is_done
        counts["call" if called else channel or "call"] += 1
        if row.pk in seen:
            told.append(Told(row, "call" if called else channel or "call", "" if called else state))
    return told, dict(counts)
