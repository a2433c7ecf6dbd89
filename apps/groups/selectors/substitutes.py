"""Who could lead one session in another's place, and why somebody could not."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import unbarred, visible_to
from apps.certifications import selectors as certifications
from apps.groups.choices import SessionState
from apps.groups.models import Attendance, Enrolment, Session, SessionLeader
from apps.groups.selectors.leading import leaders_on, usual_leaders
from apps.organizations.choices import Resource
from apps.organizations.models import Person, StaffProfile
from apps.organizations.selectors import away_on, kept_from, reserved_between, working_on


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who works here on the day of a session. `reason` says in plain words why they can't, else it is ""."""

    person: Person
    is_eligible: bool
    reason: str
    speaks: tuple[str, ...]  # of the group's languages


@dataclass(frozen=True, slots=True)
class _Day:
    """Who works here on a day as far as the actor sees them, and what is true of them all that day, by their keys."""

    people: list[Person]
    lead: set[int]
    away: set[int]
    uncertified: dict[int, str]  # with what is said of it


def substitutes_for(session: Session, actor: Actor) -> list[Candidate]:
    """Who works here on the day of a session and does not lead it yet, as far as the actor may see them.

    Those who can lead it come first, and of these those who speak the group's languages. Left out, and so never
    explained, is whoever must not meet somebody in the group. A constant number of queries.
    """
    return substitutes_for_each([session], actor)[session.pk]


def substitutes_for_each(sessions: Sequence[Session], actor: Actor) -> dict[int, list[Candidate]]:
    """The same for each of several sessions, by its key. The number of queries grows only with their days."""
    if not sessions:
        return {}
    these = Session.objects.filter(pk__in=[session.pk for session in sessions])
    leading = leaders_on(these) | usual_leaders(these)  # those who are replaced among them
    kept_out = _kept_out(these)
    busy = busy_between(min(each.starts_at for each in sessions), max(each.ends_at for each in sessions))
    certified = {session.on for session in sessions if session.group.needs_certified}
    days = {day: _day(day, actor, certified=day in certified) for day in {session.on for session in sessions}}
    everybody = {person.pk for day in days.values() for person in day.people}
    spoken = dict(StaffProfile.objects.filter(person__in=everybody).values_list("person_id", "languages"))
    found: dict[int, list[Candidate]] = {}
    for session in sessions:
        day, rows = days[session.on], []
        persons, users = kept_out[session.pk]
        for person in day.people:
            if (session.pk, person.pk) in leading or person.pk in persons or person.user_id in users:
                continue
            reason = _why_not(session, person, day, busy[person.pk])
            speaks = {person.language, *spoken.get(person.pk, ())}
            shared = tuple(each for each in session.group.languages if each in speaks)
            rows.append(Candidate(person, not reason, reason, shared))
        rows.sort(key=lambda each: (not each.is_eligible, -len(each.speaks), each.person.name, each.person.pk))
        found[session.pk] = rows
    return found


def busy_between(starts: datetime, ends: datetime) -> dict[int, list[tuple[datetime, datetime, int]]]:
    """What staff have to do between two instants, by Person: from, to, and the key of the session they lead, or 0."""
    found: dict[int, list[tuple[datetime, datetime, int]]] = defaultdict(list)
    for person, during in reserved_between(Resource.PERSON, starts, ends):
        found[person].append((during.lower, during.upper, 0))
    led = Session.objects.filter(starts_at__lt=ends, ends_at__gt=starts).exclude(state=SessionState.CANCELLED)
    times = {pk: (begins, over) for pk, begins, over in led.values_list("pk", "starts_at", "ends_at")}
    for session, person in leaders_on(led):
        if session in times:  # one may have been added since
            found[person].append((*times[session], session))
    return found


def standing_substitutes(session: Session, actor: Actor) -> list[SessionLeader]:
    """Who stands in at a session, as far as the actor may see it."""
    rows = visible_to(SessionLeader, actor).filter(session=session, ended_at__isnull=True)
    return list(rows.select_related("person", "instead_of").order_by("created_at", "pk"))


def who_leads_instead(session_id: uuid.UUID, actor: Actor) -> list[str]:
    """What those are called who lead a session in another's place, for the page of a group that the reader sees."""
    rows = SessionLeader.objects.filter(session__public_id=session_id, ended_at__isnull=True)
    people = unbarred(Person.objects.filter(pk__in=rows.values("person_id")), actor)
    return [person.greeting_name for person in people.order_by("name", "pk")]


def _day(day: date, actor: Actor, *, certified: bool) -> _Day:
    people = list(visible_to(working_on(day), actor).order_by())
    return _Day(
        people,
        set(working_on(day, "lead_groups").values_list("pk", flat=True)),
        set(away_on(day).values_list("person_id", flat=True)),
        _uncertified({person.pk for person in people}, day, actor) if certified else {},
    )


def _uncertified(people: set[int], day: date, actor: Actor) -> dict[int, str]:
    without = certifications.without_valid(people, day)
    # whose certification ended is told to those who arrange groups or see certifications, and to nobody else
    if not actor.can_any("manage_groups", "view_certifications"):
        return dict.fromkeys(without, _("Can’t lead this group on that day."))
    lapsed = certifications.holders(without)
    ended = _("Their certification does not hold on that day.")
    never = _("This group needs a certification, and none of theirs is written down.")
    return {pk: ended if pk in lapsed else never for pk in without}


def _why_not(session: Session, person: Person, day: _Day, busy: Sequence[tuple[datetime, datetime, int]]) -> str:
    if person.pk not in day.lead:
        return _("Leading groups is not part of their role.")
    if person.pk in day.away:
        return _("Is away on that day.")
    if any(a < session.ends_at and b > session.starts_at and led != session.pk for a, b, led in busy):
        return _("Has something else at that time.")
    return day.uncertified.get(person.pk, "") if session.group.needs_certified else ""


def _kept_out(sessions: QuerySet[Session]) -> dict[int, tuple[set[int], set[int]]]:
    """Who must not see somebody who is in the group or in the session, by session: Persons, and users."""
    sessions = sessions.order_by()
    inside = Enrolment.objects.filter(group__in=sessions.values("group"), ended_at__isnull=True).order_by()
    came = Attendance.objects.filter(session__in=sessions.values("pk"), person__isnull=False).order_by()
    in_group = set(inside.values_list("group_id", "person_id"))
    in_session = set(came.values_list("session_id", "person_id"))
    closed = kept_from({person for _where, person in in_group | in_session})
    found = {}
    for session, group in sessions.values_list("pk", "group_id"):
        here = [who for one, who in closed.items() if (group, one) in in_group or (session, one) in in_session]
        found[session] = (set().union(*(who[0] for who in here)), set().union(*(who[1] for who in here)))
    return found
