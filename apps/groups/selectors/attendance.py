"""Reads for whoever leads a session: their sessions of today, who is on its list, and what was noted."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.access.services import log_rows
from apps.clients.models import ClientRecord
from apps.groups.choices import Mark, SessionState
from apps.groups.models import (
    Attendance,
    Enrolment,
    Rsvp,
    Session,
    SessionLeader,
    SessionMaterial,
    SessionNote,
    SupportGroup,
)
from apps.groups.selectors.leading import leading_today, standing_in_today
from apps.kit.search import matches
from apps.kit.text import TranslatedText
from apps.kit.walltime import LocalDate
from apps.materials.models import Material
from apps.materials.selectors import materials_for
from apps.organizations.choices import Resource
from apps.organizations.models import Person
from apps.organizations.selectors import reserved_between

NOTE_OPEN = timedelta(days=7)  # how long after a session its leaders still change a note on it


def sessions_to_lead(actor: Actor) -> QuerySet[Session]:
    """The sessions that this reader sees, each with whether they run it (`runs`): for the pages of a leader."""
    runs = visible_to(Session, actor, "change").filter(pk=OuterRef("pk")).order_by()
    rows = visible_to(Session, actor).filter(ended_with_group=False).annotate(runs=Exists(runs))
    return rows.select_related("group__location", "group__room", "location", "room", "head_count")


def own_sessions_today(person: Person, actor: Actor) -> QuerySet[Session]:
    """The sessions that this person leads today, in another's place too, and not those somebody else leads for them."""
    today = LocalDate(Now(), "group__location__zone")
    usual = Q(group__in=leading_today().filter(person=person).values("group_id"), on=today)
    replaced = SessionLeader.objects.filter(session=OuterRef("pk"), instead_of=person, ended_at__isnull=True)
    instead = Q(pk__in=standing_in_today().filter(person=person).values("session_id"))
    return sessions_to_lead(actor).filter((usual & ~Exists(replaced)) | instead).order_by("starts_at", "pk")


def lately_led(person: Person, actor: Actor) -> QuerySet[Session]:
    """The sessions of the last two weeks in groups that this person leads, the latest first; not those of today."""
    ago = timezone.now() - timedelta(days=14)
    today = LocalDate(Now(), "group__location__zone")
    led = Q(group__in=leading_today().filter(person=person).values("group_id"), on__lt=today)
    rows = sessions_to_lead(actor).filter(led, ends_at__lt=timezone.now(), starts_at__gt=ago)
    return rows.exclude(state=SessionState.CANCELLED).order_by("-starts_at", "-pk")[:20]


def rooms_taken(sessions: Sequence[Session]) -> set[int]:
    """The keys of those of these sessions in whose room something else is at that time. One query."""
    rooms = {}
    for session in sessions:
        room = session.room_id or (session.group.room_id if session.location_id is None else None)
        if room is not None:
            rooms[session.pk] = room
    spans = [(session.starts_at, session.ends_at) for session in sessions if session.pk in rooms]
    if not spans:
        return set()
    whole = (min(starts for starts, _ends in spans), max(ends for _starts, ends in spans))
    taken = reserved_between(Resource.ROOM, *whole)
    return {
        session.pk
        for session in sessions
        for room, during in taken
        if rooms.get(session.pk) == room and during.lower < session.ends_at and during.upper > session.starts_at
    }


def name_on_list(session: Session, entry: Attendance) -> str:
    """What one entry's person is called on the list: never by name in a group of aliases."""
    if not session.group.uses_aliases:
        return entry.person.name if entry.person is not None else entry.alias
    row = Enrolment.objects.filter(group=session.group_id, person=entry.person_id).order_by("-pk").first()
    return entry.alias or (known_as([row], session.group)[0] if row and entry.person_id else _("Guest"))


@dataclass(slots=True)
class Line:
    """One line of a roster. `enrolment` or `entry` names it in a form; `said` is what they said beforehand.

    `is_walk_in` is true of somebody who is not in the group.
    """

    name: str
    mark: str
    enrolment: uuid.UUID | None = None
    entry: uuid.UUID | None = None
    is_walk_in: bool = False
    has_record: bool = True
    correction: str = ""
    said: str = ""

    @property
    def is_here(self) -> bool:
        return self.mark == Mark.HERE

    @property
    def key(self) -> str:
        """A word that is one in the page: where the line is put back when it has changed."""
        return f"line-{self.enrolment or self.entry}"

    @property
    def mark_words(self) -> str:
        return str(Mark(self.mark).label)


@dataclass(slots=True)
class Roster:
    """Who is on the list of a session, and how many came. `counted` are those whom nobody wrote down."""

    lines: list[Line] = field(default_factory=list)
    counted: int = 0

    @property
    def here(self) -> int:
        return sum(line.is_here for line in self.lines)

    @property
    def came(self) -> int:
        """Everybody who came: those on the list, and those who were only counted."""
        return self.here + self.counted

    @property
    def unmarked(self) -> int:
        return sum(line.mark == Mark.UNKNOWN for line in self.lines)


def roster_of(session: Session, actor: Actor) -> Roster:
    """The roster of a session as this reader may see it: who is in the group by name, then who came besides.

    In a group of aliases names are never read. Each line leaves one in the log of reads. A constant number of queries.
    """
    counted = getattr(session, "head_count", None)
    found = Roster(counted=counted.people if counted else 0)
    group = session.group
    if not group.takes_enrolments:
        return found
    there = Q(ended_at__isnull=True) | Q(ended_at__gt=session.starts_at)
    noted_here = Attendance.objects.filter(session=session, person_id=OuterRef("person_id"))
    by_then = Q(enrolled_at__lte=session.ends_at) | Q(Exists(noted_here))
    replies = Rsvp.objects.filter(session=session, person_id=OuterRef("person_id")).values("is_coming")
    enrolments = visible_to(Enrolment, actor).filter(there, by_then, group=group)
    enrolments = enrolments.annotate(says_coming=Subquery(replies[:1]))
    entries = visible_to(Attendance, actor).filter(session=session).order_by("noted_at", "pk")
    if not group.uses_aliases:
        enrolments, entries = enrolments.select_related("person"), entries.select_related("person")
    rows = list(enrolments.order_by("person_id", "-pk").distinct("person_id"))
    noted = list(entries)
    by_person = {each.person_id: each for each in noted if each.person_id is not None}
    guests = _guests(rows, group)
    found.lines = [line_in_group(row, by_person.pop(row.person_id, None), group, guests) for row in rows]
    found.lines.sort(key=lambda line: line.name.casefold())
    besides = [each for each in noted if each.person_id is None or each.person_id in by_person]
    found.lines += [line_besides(each, group) for each in besides]
    log_rows(rows, actor=actor)
    log_rows([each for each in besides if each.person_id is not None], actor=actor)
    return found


def line_in_group(
    row: Enrolment, entry: Attendance | None, group: SupportGroup, guests: dict[int, str] | None = None
) -> Line:
    """The line of somebody who is in the group, with what was noted of them."""
    if group.uses_aliases:
        name = row.alias or (guests if guests is not None else _guests([row], group)).get(row.pk, "")
    else:
        name = row.person.name
    return Line(
        name=name,
        mark=entry.mark if entry else Mark.UNKNOWN,
        said=_reply_words(getattr(row, "says_coming", None)) if entry is None or entry.mark == Mark.UNKNOWN else "",
        enrolment=row.public_id,
        entry=entry.public_id if entry else None,
        correction=entry.correction if entry else "",
    )


def _reply_words(says_coming: bool | None) -> str:
    """What somebody said themself about this session; "" where nothing."""
    if says_coming is None:
        return ""
    return _("Says they come") if says_coming else _("Says they can’t come")


def line_besides(entry: Attendance, group: SupportGroup) -> Line:
    """The line of somebody who came and is not in the group."""
    known = entry.person if entry.person_id is not None and not group.uses_aliases else None
    return Line(
        name=known.name if known else entry.alias or _("Guest"),
        mark=entry.mark,
        entry=entry.public_id,
        is_walk_in=True,
        has_record=entry.person_id is not None,
        correction=entry.correction,
    )


def _guests(rows: Sequence[Enrolment], group: SupportGroup) -> dict[int, str]:
    """What those who chose no alias are called, by their keys: a number that stays, of all who ever joined."""
    if not group.uses_aliases or all(row.alias for row in rows):
        return {}
    ever = Enrolment.objects.filter(group=group).order_by("pk").values_list("pk", flat=True)
    return {pk: _("Guest %(n)d") % {"n": n} for n, pk in enumerate(ever, 1)}


def came_under_alias(group: SupportGroup) -> bool:
    """Whether anybody with a record ever joined this group or came to it."""
    came = Attendance.objects.filter(session__group=group, person__isnull=False)
    return Enrolment.objects.filter(group=group).exists() or came.exists()


def known_as(rows: Sequence[Enrolment], group: SupportGroup) -> list[str]:
    """What people in a group are called on its pages: by alias where the group uses them, else by name."""
    if not group.uses_aliases:
        return [row.person.name for row in rows]
    guests = _guests(rows, group)
    return [row.alias or guests[row.pk] for row in rows]


def clients_for_walk_in(session: Session, actor: Actor, words: str) -> list[ClientRecord]:
    """The clients of that name whom this reader may see and who are not here yet, at most ten; none without words."""
    if not words.strip():
        return []
    here = Attendance.objects.filter(session=session, came=True, person_id=OuterRef("person_id"))
    rows = visible_to(ClientRecord, actor).filter(matches(words, "person__search"), archived_at__isnull=True)
    rows = rows.filter(~Exists(here)).select_related("person").order_by("person__name", "pk")[:10]
    found = list(rows)
    log_rows(found, actor=actor, action="list")
    return found


def notes_of(session: Session, actor: Actor) -> QuerySet[SessionNote]:
    """The notes on a session, the oldest first, as far as the reader may see them."""
    return visible_to(SessionNote, actor).filter(session=session).select_related("author").order_by("created_at", "pk")


def note_before(session: Session, actor: Actor) -> SessionNote | None:
    """The latest note on an earlier session of the same group, for whoever leads this one."""
    rows = visible_to(SessionNote, actor).filter(
        session__group=session.group_id, session__starts_at__lt=session.starts_at
    )
    return rows.select_related("author", "session").order_by("-session__starts_at", "-created_at").first()


@dataclass(frozen=True, slots=True)
class Given:
    """A material of a group as its reader finds it: the link, in their language where there is one."""

    row: SessionMaterial
    material: Material
    titles: TranslatedText


def materials_of(group: SupportGroup, actor: Actor, session: Session | None = None) -> list[Given]:
    """What was given to a group, and to one session of it, of what this reader may read. Three queries."""
    scope = Q(session__isnull=True) if session is None else Q(session__isnull=True) | Q(session=session)
    rows = list(visible_to(SessionMaterial, actor).filter(scope, group=group, ended_at__isnull=True).order_by("pk"))
    if not rows:
        return []
    readable = {each.pk: each for each in materials_for(actor).filter(pk__in=[row.material_id for row in rows])}
    return [
        Given(row, readable[row.material_id], readable[row.material_id].titles)
        for row in rows
        if row.material_id in readable
    ]


def is_note_open(note: SessionNote) -> bool:
    """Whether the leaders of its session may still change a note."""
    return timezone.now() <= note.session.ends_at + NOTE_OPEN
