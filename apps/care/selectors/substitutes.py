"""Who could take over what somebody who is out leaves behind, best first, and why others can't."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.care.selectors.disruptions import Touched
from apps.care.selectors.visits import who_give_care
from apps.certifications import selectors as certifications
from apps.clients.models import CareTeamMember
from apps.groups import selectors as groups
from apps.groups.choices import SessionState
from apps.groups.models import Enrolment, Session
from apps.organizations.choices import Resource
from apps.organizations.models import Absence, Bar, Person, Reservation, Seal, StaffProfile
from apps.organizations.selectors import active_memberships, staff, staff_who_can


@dataclass(frozen=True)
class StandIn:
    """Somebody who could take something over. `reason` says why they can't, else it is ""; `notes` speak for them."""

    person: Person
    reason: str = ""
    notes: tuple[str, ...] = ()
    weight: int = 0


@dataclass
class _Known:
    """What is known of those who work here, looked up once for everything that is touched."""

    people: list[Person] = field(default_factory=list)
    gives_care: set[int] = field(default_factory=set)
    leads: set[int] = field(default_factory=set)
    busy: dict[int, list[tuple[datetime, datetime, int]]] = field(default_factory=lambda: defaultdict(list))
    away: dict[int, list[tuple[date, date]]] = field(default_factory=lambda: defaultdict(list))
    speaks: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    works_at: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    team: dict[tuple[int, int], bool] = field(default_factory=dict)
    kept_from: dict[int, tuple[set[int], set[int]]] = field(default_factory=dict)
    custodian: dict[int, int] = field(default_factory=dict)
    in_group: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    led_by: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    uncertified: dict[date, set[int]] = field(default_factory=dict)


def offer_stand_ins(things: Iterable[Touched], actor: Actor, instead_of: Person) -> None:
    """Set each thing's `stand_ins` (who can take it over, the best first; then the others with why) and `beside`.

    For a visit: whoever meets clients here, is free and not away then; those of the client's care team come first, then
    who works in that house and speaks the client's language. For a session: who leads groups, is free, not away, and
    holds a certification where the group needs one. Whoever must not meet somebody concerned is left out, unexplained.
    The number of queries grows only with the days on which a certification counts.
    """
    rows = list(things)
    if not rows:
        return
    known = _look_up(rows, actor, instead_of)
    for thing in rows:
        if thing.session is not None:
            thing.beside = [person for person in known.people if person.pk in known.led_by[thing.session.pk]]
        found = [each for person in known.people if (each := _for_one(thing, person, known, actor)) is not None]
        thing.stand_ins = sorted(
            found, key=lambda each: (bool(each.reason), -each.weight, each.person.name, each.person.pk)
        )


def _look_up(things: list[Touched], actor: Actor, instead_of: Person) -> _Known:
    known = _Known()
    pool: QuerySet[Person] = visible_to(staff(), actor).exclude(pk=instead_of.pk)
    if instead_of.user_id is not None:
        pool = pool.exclude(user_id=instead_of.user_id)
    known.people = list(pool.order_by("name", "pk"))
    keys = {person.pk for person in known.people}
    known.gives_care = set(who_give_care().values_list("pk", flat=True))
    known.leads = set(staff_who_can("lead_groups").values_list("pk", flat=True))
    starts, ends = min(each.starts_at for each in things), max(each.ends_at for each in things)
    _look_up_times(known, starts, ends)
    for person in known.people:
        known.speaks[person.pk].add(person.language)
    for pk, languages in StaffProfile.objects.filter(person__in=keys).values_list("person_id", "languages"):
        known.speaks[pk].update(languages)
    for pk, place in active_memberships().filter(person__in=keys).values_list("person_id", "location_id"):
        known.works_at[pk].add(place)
    visits = [each.visit for each in things if each.visit is not None]
    team = CareTeamMember.objects.filter(client__in={row.client_id for row in visits}, ended_at__isnull=True)
    known.team = {(client, pk): leads for client, pk, leads in team.values_list("client_id", "person_id", "leads")}
    sessions = [each.session for each in things if each.session is not None]
    inside = Enrolment.objects.filter(group__in={row.group_id for row in sessions}, ended_at__isnull=True)
    for group, pk in inside.values_list("group_id", "person_id"):
        known.in_group[group].add(pk)
    _look_up_rules(known, {row.client.person_id for row in visits} | set().union(*known.in_group.values(), set()))
    for day in {row.on for row in sessions if row.group.needs_certified}:
        known.uncertified[day] = set(certifications.without_valid(keys, day))
    return known


def _look_up_times(known: _Known, starts: datetime, ends: datetime) -> None:
    taken = Reservation.objects.filter(kind=Resource.PERSON, ended_at__isnull=True, during__overlap=(starts, ends))
    for key, during in taken.values_list("resource_key", "during"):
        known.busy[key.lower // 4].append((during.lower, during.upper, 0))
    led = Session.objects.filter(state=SessionState.PLANNED, starts_at__lt=ends, ends_at__gt=starts)
    times = {pk: (a, b) for pk, a, b in led.values_list("pk", "starts_at", "ends_at")}
    for session, person in groups.leaders_on(led):
        if session in times:
            known.busy[person].append((*times[session], session))
            known.led_by[session].add(person)
    days = (starts.date(), ends.date())
    for pk, first, last in Absence.objects.filter(
        archived_at__isnull=True, starts_on__lte=days[1], ends_on__gte=days[0]
    ).values_list("person_id", "starts_on", "ends_on"):
        known.away[pk].append((first, last))


def _look_up_rules(known: _Known, subjects: set[int]) -> None:
    """Who must not meet these people, by Person and by user; and to whom alone a sealed record is open."""
    bars = Bar.objects.filter(subject__in=subjects, ended_at__isnull=True)
    for subject, barred, user in bars.values_list("subject_id", "barred_id", "barred__user_id"):
        persons, users = known.kept_from.setdefault(subject, (set(), set()))
        persons.add(barred)
        if user is not None:
            users.add(user)
    seals = Seal.objects.filter(subject__in=subjects, ended_at__isnull=True)
    known.custodian = dict(seals.values_list("subject_id", "custodian_id"))


def _for_one(thing: Touched, person: Person, known: _Known, actor: Actor) -> StandIn | None:
    """What one of the staff is for one thing, or None where nothing may be said."""
    whom: set[int]
    if thing.visit is not None:
        client = thing.visit.client.person
        if person.pk == client.pk or (person.user_id is not None and person.user_id == client.user_id):
            return None
        if known.custodian.get(client.pk, person.pk) != person.pk:
            return None
        whom = {client.pk}
    else:
        assert thing.session is not None  # noqa: S101  one of the two is always there
        whom = known.in_group[thing.session.group_id]
        if person in thing.beside or person.pk in whom:
            return None
    for subject in whom:
        persons, users = known.kept_from.get(subject, (set(), set()))
        if person.pk in persons or person.user_id in users:
            return None
    reason = _why_not(thing, person, known, actor)
    notes, weight = _what_speaks(thing, person, known)
    return StandIn(person, reason, notes, weight)


def _why_not(thing: Touched, person: Person, known: _Known, actor: Actor) -> str:
    able = known.gives_care if thing.visit is not None else known.leads
    if person.pk not in able:
        if thing.visit is not None:
            return _("Meeting clients is not part of their role.")
        return _("Leading groups is not part of their role.")
    day = thing.session.on if thing.session else thing.starts_at.astimezone(ZoneInfo(thing.zone)).date()
    if any(first <= day <= last for first, last in known.away[person.pk]):
        return _("Is away on that day.")
    own = thing.session.pk if thing.session else -1
    if any(a < thing.ends_at and b > thing.starts_at and held != own for a, b, held in known.busy[person.pk]):
        return _("Has something else at that time.")
    if thing.session and thing.session.group.needs_certified and person.pk in known.uncertified.get(day, ()):
        # whose certification ended is told to those who arrange groups or see certifications, and to nobody else
        if actor.can_any("manage_groups", "view_certifications"):
            return _("No certification of theirs holds on that day.")
        return _("Can’t lead this group on that day.")
    return ""


def _what_speaks(thing: Touched, person: Person, known: _Known) -> tuple[tuple[str, ...], int]:
    notes, weight = [], 0
    languages: Any = set()
    if thing.visit is not None:
        leads = known.team.get((thing.visit.client_id, person.pk))
        if leads is not None:
            notes.append(_("Knows them: on their care team"))
            weight += 8 if leads else 6
        place = thing.visit.location_id
        languages = {thing.visit.client.person.language}
    else:
        assert thing.session is not None  # noqa: S101  one of the two is always there
        place = thing.session.location_id or thing.session.group.location_id
        languages = set(thing.session.group.languages)
    if place in known.works_at[person.pk]:
        notes.append(_("Works in that house"))
        weight += 2
    shared = languages & known.speaks[person.pk]
    if shared - {"en"}:
        notes.append(_("Speaks the language"))
    return tuple(notes), weight + len(shared) * 3
