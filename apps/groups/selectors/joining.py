"""Whether somebody may join a group, said kindly; who waits, who is kept apart, who has a guardian's yes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.clients.models import ClientRecord, KeepApart
from apps.clients.selectors import pairs_apart, wards_of
from apps.groups.choices import AnswerKind, EntryState, SessionState
from apps.groups.models import (
    Enrolment,
    GroupFacilitator,
    GuardianConsent,
    Rsvp,
    Session,
    SessionLeader,
    SupportGroup,
    WaitlistEntry,
)
from apps.groups.selectors.schedule import active_enrolments
from apps.kit.walltime import LocalDate
from apps.organizations.models import Person

OF_AGE = 18


@dataclass(frozen=True)
class Answer:
    """What somebody hears who wants to be in a group, and what stands already."""

    kind: str
    words: str = ""
    enrolment: Enrolment | None = None
    entry: WaitlistEntry | None = None
    waits: bool = False  # all places are taken, or others wait: the same for everybody

    @property
    def may_press(self) -> bool:
        """Whether there is something to press: what comes of it is said only then, and to everybody alike."""
        return self.kind in (AnswerKind.JOIN, AnswerKind.WAIT, AnswerKind.ASK)


def open_entries() -> QuerySet[WaitlistEntry]:
    """People who want to be in a group and are not: they wait, have an offer, or the office talks to them."""
    return WaitlistEntry.objects.filter(ended_at__isnull=True)


def to_talk_to() -> QuerySet[WaitlistEntry]:
    """Whom the office told that it talks to them about a group, and has not yet."""
    return open_entries().filter(state=EntryState.ASKED, group__archived_at__isnull=True)


def entry_of(group: SupportGroup, person: Person) -> WaitlistEntry | None:
    """What this person waits for in this group now, or None."""
    return open_entries().filter(group=group, person=person).first()


def places_free(group: SupportGroup) -> int | None:
    """Places that nobody has and nobody is offered; None where they are not counted."""
    if group.capacity is None:
        return None
    taken = active_enrolments().filter(group=group).count()
    return max(group.capacity - taken - open_entries().filter(group=group, state=EntryState.OFFERED).count(), 0)


def is_over(group: SupportGroup) -> bool:
    """Whether the group was put away, or its last day is past by the calendar at its place."""
    return group.archived_at is not None or (group.ends_on is not None and group.ends_on < today_at(group))


def today_at(group: SupportGroup) -> date:
    """The day that the calendar at the group's place shows."""
    return timezone.localdate(timezone=ZoneInfo(str(group.location.zone)))


def age_of(person: Person, day: date) -> int | None:
    """How old somebody is on a day, or None where it is not known."""
    born = ClientRecord.objects.filter(person=person).values_list("born_on", flat=True).first()
    return None if born is None else _years(born, day)


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def may_join(group: SupportGroup, person: Person | None, actor: Actor) -> Answer:
    """What this person hears who wants to be in this group; `person` None is somebody whom nobody knows here yet.

    The page and the service ask the same. What is said of the group is the same for everybody: that it keeps no names,
    is over, is full. Their own age is told to them alone. All else ends in one and the same answer: the office talks to
    them. It has the same bytes whether the group takes nobody new, an age is not known, a guardian has not agreed,
    somebody asked before, or two people are kept apart; nobody can tell these from each other.
    """
    if person is not None:
        enrolment = active_enrolments().filter(group=group, person=person).first()
        if enrolment is not None:
            return Answer(AnswerKind.IN, enrolment=enrolment)
        entry = entry_of(group, person)
        if entry is not None:
            return _standing(entry)
    if not group.takes_enrolments:
        return Answer(AnswerKind.NO, _("Nobody’s name is written down in this group. Just come."))
    if is_over(group):
        return Answer(AnswerKind.NO, _("This group is over. The schedule shows the others."))
    free = places_free(group)
    if free == 0 and not group.has_waitlist:
        return Answer(AnswerKind.NO, _("All places in this group are taken right now."))
    waits = free == 0 or (free is not None and open_entries().filter(group=group, state=EntryState.WAITING).exists())
    if person is not None:
        age = age_of(person, today_at(group)) if _asks_age(group) else None
        if age is not None and not _fits(group, age):
            return Answer(AnswerKind.NO, ages_said(group))
        if office_talks(group, person, age):
            return Answer(AnswerKind.ASK, talk_words(), waits=waits)
    return Answer(AnswerKind.WAIT if waits else AnswerKind.JOIN, waits=waits)


def talk_words() -> str:
    """The one answer behind which nobody can look."""
    return _("Someone from the office will talk to you about this group.")


def _standing(entry: WaitlistEntry) -> Answer:
    if entry.state == EntryState.ASKED:
        return Answer(AnswerKind.ASKED, talk_words(), entry=entry)
    if entry.offer_stands:
        return Answer(AnswerKind.OFFERED, _("A place is free for you."), entry=entry)
    return Answer(AnswerKind.WAITING, _("You are on the waiting list."), entry=entry)


def _asks_age(group: SupportGroup) -> bool:
    return group.youngest is not None or group.oldest is not None or group.needs_guardian_consent


def _fits(group: SupportGroup, age: int) -> bool:
    return not (
        (group.youngest is not None and age < group.youngest) or (group.oldest is not None and age > group.oldest)
    )


def ages_said(group: SupportGroup) -> str:
    """For which ages a group is, as its page and its answer say it; "" where for all."""
    values = {"youngest": group.youngest, "oldest": group.oldest}
    if group.youngest is not None and group.oldest is not None:
        return _("This group is for people from %(youngest)d to %(oldest)d years. The schedule shows others.") % values
    if group.youngest is not None:
        return _("This group is for people from %(youngest)d years on. The schedule shows others.") % values
    if group.oldest is not None:
        return _("This group is for people up to %(oldest)d years. The schedule shows others.") % values
    return ""


def office_talks(group: SupportGroup, person: Person, age: int | None) -> bool:
    """Whether the office talks to this person before they come in. Which of the reasons it is, is told to nobody."""
    if not group.takes_new or (age is None and _asks_age(group)):
        return True
    if needs_guardian(group, person, age) or apart_in(group, person, strict=True).exists():
        return True
    last = WaitlistEntry.objects.filter(group=group, person=person).order_by("-entered_at", "-pk").first()
    return last is not None and last.asked_at is not None and last.state != EntryState.JOINED


def needs_guardian(group: SupportGroup, person: Person, age: int | None) -> bool:
    """Whether a parent or guardian has yet to agree. Without a known age nobody under 18 is assumed."""
    if not group.needs_guardian_consent or age is None or age >= OF_AGE:
        return False
    return not GuardianConsent.objects.filter(group=group, person=person, ended_at__isnull=True).exists()


def talk_hints(group: SupportGroup, entry: WaitlistEntry, agreed: set[int]) -> list[str]:
    """For the office: what is to be cleared up with somebody, by their age and a guardian's consent. No query.

    `entry` is one of `waitlist`, `agreed` are the Persons for whom a consent stands. Who is kept apart: `apart_told`.
    """
    if not _asks_age(group):
        return []
    born = entry.person.client.born_on if hasattr(entry.person, "client") else None
    if born is None:
        return [_("Their age is not known here.")]
    age, found = _years(born, today_at(group)), []
    if not _fits(group, age):
        found.append(_("Their age does not fit this group."))
    if group.needs_guardian_consent and age < OF_AGE and entry.person_id not in agreed:
        found.append(_("A parent or guardian has not agreed yet."))
    return found


# ---- kept apart
def _here(group: SupportGroup, ahead_of: WaitlistEntry | None = None) -> Q:
    """True for Persons who are in this group, have an offer, wait (of those ahead of an entry alone), or lead it,
    also in another's place at a session to come."""
    entries = open_entries().filter(group=group)
    if ahead_of is None:
        entries = entries.exclude(state=EntryState.ASKED)
    else:
        ahead = Q(rank__lt=ahead_of.rank) | Q(rank=ahead_of.rank, pk__lt=ahead_of.pk)
        entries = entries.filter(Q(state=EntryState.OFFERED) | (ahead & Q(state=EntryState.WAITING)))
        entries = entries.exclude(pk=ahead_of.pk)
    today = LocalDate(Now(), "group__location__zone")
    leads = GroupFacilitator.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), group=group)
    instead = SessionLeader.objects.filter(session__group=group, session__ends_at__gt=Now(), ended_at__isnull=True)
    enrolled = active_enrolments().filter(group=group).order_by().values("person_id")
    found = (enrolled, *(rows.order_by().values("person_id") for rows in (entries, leads, instead)))
    return reduce(or_, (Q(pk__in=rows) for rows in found))


def _twins(persons: QuerySet[Person]) -> QuerySet[Person, Any]:
    """The keys of these Persons and of the same people under their other names here."""
    users = persons.filter(user__isnull=False).order_by().values("user_id")
    return Person.objects.filter(Q(pk__in=persons.order_by().values("pk")) | Q(user__in=users)).values("pk")


def apart_in(
    group: SupportGroup, person: Person, *, strict: bool = False, ahead_of: WaitlistEntry | None = None
) -> QuerySet[KeepApart]:
    """The pairs that keep this person from somebody who is in the group, waits, has an offer, or leads it.

    With `ahead_of`, of those who wait only who comes before that entry. Not for showing: see `apart_told`.
    """
    theirs = _twins(Person.objects.filter(pk=person.pk))
    others = _twins(Person.objects.filter(_here(group, ahead_of)).exclude(pk__in=theirs))
    pairs = pairs_apart().filter(
        Q(person_a__in=theirs, person_b__in=others) | Q(person_b__in=theirs, person_a__in=others)
    )
    return pairs.filter(is_strict=True) if strict else pairs


def pairs_among(waiting: QuerySet[WaitlistEntry]) -> QuerySet[KeepApart]:
    """The strict pairs of which one waits here: where there is none, nobody is held back."""
    people = _twins(Person.objects.filter(pk__in=waiting.order_by().values("person_id")))
    return pairs_apart().filter(Q(person_a__in=people) | Q(person_b__in=people), is_strict=True)


def apart_told(group: SupportGroup, actor: Actor) -> list[KeepApart]:
    """The pairs of which both have to do with this group now, as far as this reader may see the pair and both."""
    entries = open_entries().filter(group=group).order_by().values("person_id")
    involved = _twins(Person.objects.filter(_here(group) | Q(pk__in=entries)))
    pairs = visible_to(pairs_apart(), actor).filter(person_a__in=involved, person_b__in=involved)
    return list(pairs.select_related("person_a", "person_b").order_by("pk"))


# ---- lists
def waitlist(group: SupportGroup, actor: Actor) -> QuerySet[WaitlistEntry]:
    """Who wants to be in a group, in order, as far as this reader may see it; whom the office talks to comes last."""
    rows = visible_to(open_entries(), actor).filter(group=group).select_related("person__client")
    return rows.order_by("rank", "pk")


def before_them(entry: WaitlistEntry) -> int:
    """How many wait before this one. A whole number, counted without bars."""
    ahead = Q(rank__lt=entry.rank) | Q(rank=entry.rank, pk__lt=entry.pk)
    return open_entries().filter(ahead, group_id=entry.group_id, state=EntryState.WAITING).count()


def before_words(entry: WaitlistEntry) -> str:
    """How many wait before this one, in words."""
    count = before_them(entry)
    if count == 0:
        return _("You are next.")
    return ngettext("%d person waits before you.", "%d people wait before you.", count) % count


def own_entries(actor: Actor) -> QuerySet[WaitlistEntry]:
    """What somebody waits for themself, offers first."""
    if actor.user_id is None:
        return WaitlistEntry.objects.none()
    rows = open_entries().filter(person__user_id=actor.user_id, group__archived_at__isnull=True)
    return rows.select_related("group__location").order_by("-offer_until", "entered_at", "pk")


def own_enrolments(actor: Actor) -> QuerySet[Enrolment]:
    """The groups that somebody is in themself."""
    if actor.user_id is None:
        return Enrolment.objects.none()
    rows = active_enrolments().filter(person__user_id=actor.user_id, group__archived_at__isnull=True)
    return rows.select_related("group__location").order_by("group__weekday", "group__starts", "pk")


def consents(group: SupportGroup, actor: Actor) -> QuerySet[GuardianConsent]:
    """The consents that stand for a group, as far as this reader may see them."""
    rows = visible_to(GuardianConsent, actor).filter(group=group, ended_at__isnull=True)
    return rows.select_related("person", "guardian").order_by("person__name", "pk")


def asks_guardian(actor: Actor) -> list[WaitlistEntry]:
    """What a parent or guardian is asked for now: of those under 18 who named them, and asked to be in such a group."""
    born = {link.client.person_id: link.client.born_on for link in wards_of(actor)}
    rows = open_entries().filter(person__in=born, group__needs_guardian_consent=True, group__archived_at__isnull=True)
    agreed = GuardianConsent.objects.filter(
        group=OuterRef("group_id"), person=OuterRef("person_id"), ended_at__isnull=True
    )
    rows = rows.filter(~Exists(agreed)).select_related("group__location", "person").order_by("entered_at", "pk")
    return [entry for entry in rows if (day := born[entry.person_id]) and _years(day, today_at(entry.group)) < OF_AGE]


def given_consents(actor: Actor) -> QuerySet[GuardianConsent]:
    """What a parent or guardian agreed to and has not taken back."""
    if actor.user_id is None:
        return GuardianConsent.objects.none()
    rows = GuardianConsent.objects.filter(guardian__user_id=actor.user_id, ended_at__isnull=True)
    return rows.select_related("group", "person").order_by("-agreed_on", "-pk")


def has_agreed(actor: Actor, public_id: uuid.UUID) -> bool:
    """Whether this guardian agreed to what this entry asked for."""
    about = WaitlistEntry.objects.filter(public_id=public_id, group=OuterRef("group_id"), person=OuterRef("person_id"))
    return given_consents(actor).filter(Exists(about)).exists()


# ---- replies to sessions
def rsvps_of(session: Session) -> QuerySet[Any]:
    """Who of those in the group now said that they come to this session, or that they do not.

    For whoever runs the group: the caller asks `visible_to`, as the rows name people.
    """
    members = active_enrolments().filter(group=session.group_id).order_by().values("person_id")
    return session.rsvps.filter(person__in=members).select_related("person").order_by("person__name", "pk")


def is_to_come(session: Session) -> bool:
    """Whether a session is planned and not over."""
    return session.state == SessionState.PLANNED and session.ends_at > timezone.now()


def own_replies(enrolment: Enrolment | None, sessions: Iterable[uuid.UUID]) -> dict[uuid.UUID, bool]:
    """What somebody said about these sessions themself, by session. One query."""
    if enrolment is None:
        return {}
    rows = Rsvp.objects.filter(person=enrolment.person_id, session__public_id__in=list(sessions))
    return dict(rows.values_list("session__public_id", "is_coming"))


def staying_away(group: SupportGroup, actor: Actor, sessions: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many said that they do not come to these sessions, of those whom this reader may see. One query."""
    members = active_enrolments().filter(group=group).order_by().values("person_id")
    rows = visible_to(Rsvp, actor).filter(session__public_id__in=list(sessions), is_coming=False, person__in=members)
    return dict(
        rows.order_by().values("session__public_id").annotate(n=Count("pk")).values_list("session__public_id", "n")
    )
