"""Who could take over what somebody who is out leaves behind, best first, and why others can't."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.care.selectors.disruptions import Touched
from apps.care.selectors.visits import who_give_care
from apps.clients.models import CareTeamMember
from apps.groups import selectors as groups
from apps.groups.models import Session
from apps.organizations.models import Absence, Person, Seal, StaffProfile
from apps.organizations.selectors import active_memberships, kept_from, staff


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

    people: list[Person]
    speaks: dict[int, set[str]]
    works_at: dict[int, set[int]]


@dataclass
class _KnownForVisits:
    """What counts besides where somebody would take over a visit."""

    gives_care: set[int]
    busy: dict[int, list[tuple[datetime, datetime, int]]]
    away: dict[int, list[tuple[date, date]]]
    team: dict[tuple[int, int], bool]
    kept_from: dict[int, tuple[set[int], set[int]]]
    custodian: dict[int, int]


def offer_stand_ins(things: Iterable[Touched], actor: Actor, instead_of: Person) -> None:
    """Set each thing's `stand_ins` (who can take it over, the best first; then the others with why) and `beside`.

    For a visit: whoever meets clients here, is free and not away then; those of the client's care team come first, then
    who works in that house and speaks the client's language. For a session it is as `groups.substitutes_for` says.
    Whoever must not meet somebody concerned is left out, unexplained. The number of queries grows only with the days
    of the sessions.
    """
    rows = list(things)
    if not rows:
        return
    known = _look_up(actor, instead_of)
    _offer_for_visits([each for each in rows if each.visit is not None], known)
    sessions = [each.session for each in rows if each.session is not None]
    candidates = groups.substitutes_for_each(sessions, actor)
    leading = groups.leaders_on(Session.objects.filter(pk__in=[session.pk for session in sessions]))
    for thing in rows:
        if (session := thing.session) is None:
            continue
        thing.beside = [person for person in known.people if (session.pk, person.pk) in leading]
        thing.stand_ins = _best_first(
            StandIn(each.person, each.reason, *_what_speaks(thing, each.person, known))
            for each in candidates[session.pk]
            if not _is_same(each.person, instead_of)
        )


def _offer_for_visits(things: list[Touched], known: _Known) -> None:
    if not things:
        return
    facts = _look_up_for_visits(things, known)
    for thing in things:
        found = (_for_visit(thing, person, known, facts) for person in known.people)
        thing.stand_ins = _best_first(each for each in found if each is not None)


def _best_first(rows: Iterable[StandIn]) -> list[StandIn]:
    return sorted(rows, key=lambda each: (bool(each.reason), -each.weight, each.person.name, each.person.pk))


def _is_same(person: Person, other: Person) -> bool:
    return person == other or (other.user_id is not None and person.user_id == other.user_id)


def _look_up(actor: Actor, instead_of: Person) -> _Known:
    everybody = visible_to(staff(), actor).order_by("name", "pk")
    people = [person for person in everybody if not _is_same(person, instead_of)]
    known = _Known(people, defaultdict(set), defaultdict(set))
    for pk, languages in StaffProfile.objects.values_list("person_id", "languages"):
        known.speaks[pk].update(languages)
    for pk, place in active_memberships().values_list("person_id", "location_id"):
        known.works_at[pk].add(place)
    return known


def _look_up_for_visits(things: list[Touched], known: _Known) -> _KnownForVisits:
    clients = {each.visit.client_id: each.visit.client.person_id for each in things if each.visit is not None}
    starts, ends = min(each.starts_at for each in things), max(each.ends_at for each in things)
    away: dict[int, list[tuple[date, date]]] = defaultdict(list)
    first, last = starts.date() - timedelta(days=1), ends.date() + timedelta(days=1)  # days on the wall of any zone
    absences = Absence.objects.filter(archived_at__isnull=True, starts_on__lte=last, ends_on__gte=first)
    for pk, *days in absences.values_list("person_id", "starts_on", "ends_on"):
        away[pk].append((days[0], days[1]))
    team = CareTeamMember.objects.filter(client__in=clients, ended_at__isnull=True)
    # to whom alone a sealed record is open
    seals = Seal.objects.filter(subject__in=set(clients.values()), ended_at__isnull=True)
    return _KnownForVisits(
        gives_care=set(who_give_care().values_list("pk", flat=True)),
        busy=groups.busy_between(starts, ends),
        away=away,
        team={(client, pk): leads for client, pk, leads in team.values_list("client_id", "person_id", "leads")},
        kept_from=kept_from(set(clients.values())),
        custodian=dict(seals.values_list("subject_id", "custodian_id")),
    )


def _for_visit(thing: Touched, person: Person, known: _Known, facts: _KnownForVisits) -> StandIn | None:
    """What one of the staff is for one visit, or None where nothing may be said."""
    assert thing.visit is not None  # noqa: S101  only visits are asked about
    client = thing.visit.client.person
    if person.pk == client.pk or (person.user_id is not None and person.user_id == client.user_id):
        return None
    if facts.custodian.get(client.pk, person.pk) != person.pk:
        return None
    persons, users = facts.kept_from.get(client.pk, (set(), set()))
    if person.pk in persons or person.user_id in users:
        return None
    notes, weight = _what_speaks(thing, person, known)
    leads = facts.team.get((thing.visit.client_id, person.pk))
    if leads is not None:
        notes, weight = (_("Knows them: on their care team"), *notes), weight + (8 if leads else 6)
    return StandIn(person, _why_not(thing, person, facts), notes, weight)


def _why_not(thing: Touched, person: Person, facts: _KnownForVisits) -> str:
    if person.pk not in facts.gives_care:
        return _("Meeting clients is not part of their role.")
    day = thing.starts_at.astimezone(ZoneInfo(thing.zone)).date()
    if any(first <= day <= last for first, last in facts.away[person.pk]):
        return _("Is away on that day.")
    if any(a < thing.ends_at and b > thing.starts_at for a, b, _led in facts.busy[person.pk]):
        return _("Has something else at that time.")
    return ""


def _what_speaks(thing: Touched, person: Person, known: _Known) -> tuple[tuple[str, ...], int]:
    """What speaks for somebody, in words and as a number: they work in that house, they speak the language."""
    notes, weight = [], 0
    languages: set[str]
    if thing.visit is not None:
        place, languages = thing.visit.location_id, {thing.visit.client.person.language}
    else:
        assert thing.session is not None  # noqa: S101  one of the two is always there
        place = thing.session.location_id or thing.session.group.location_id
        languages = set(thing.session.group.languages)
    if place in known.works_at[person.pk]:
        notes.append(_("Works in that house"))
        weight += 2
    shared = languages & (known.speaks[person.pk] | {person.language})
    if shared - {"en"}:
        notes.append(_("Speaks the language"))
    return tuple(notes), weight + len(shared) * 3
