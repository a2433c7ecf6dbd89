"""Who somebody is here, and what each first screen is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from apps.access.actor import Actor, actor_of
from apps.access.compiled import CompiledQuery
from apps.access.policy import visible_to
from apps.care import selectors as care
from apps.care.models import Appointment
from apps.clients.models import ClientRecord, FamilyLink
from apps.clients.selectors import family_links_of
from apps.groups import selectors as groups
from apps.groups.selectors import ScheduleRow, active_enrolments
from apps.organizations.choices import Feature
from apps.organizations.models import Location, Membership, Organization, Person
from apps.organizations.selectors import has_feature

SOON = timedelta(days=14)


def address(name: str, *args: Any) -> str:
    """The address of a page by its name, or "" where no room has such a page (its part is then absent)."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class Hats:
    """What the signed-in person of a request is here. Somebody may have several hats; a visitor has none."""

    works: bool = False
    administers: bool = False
    client: bool = False
    family: bool = False
    operates: bool = False

    @property
    def several(self) -> bool:
        return self.works + self.client + self.family > 1


def hats_of(request: HttpRequest) -> Hats:
    """The hats of a request's person, looked up once a request: two queries for who is signed in, else none.

    Family is whoever a client named, now or ever, and whoever is known here as neither client nor staff: so no page
    tells by opening or not whether somebody still shares something.
    """
    known: Hats | None = getattr(request, "_hats", None)
    if known is None:
        known = _hats(request)
        request._hats = known  # type: ignore[attr-defined]  # remembered on the request it belongs to
    return known


def _hats_held(user_id: int) -> QuerySet[Person, tuple[bool, bool, bool, bool]]:
    """For each Person that a user is here: is a client, was one, was named by one, worked here."""
    mine = {"person_id": OuterRef("pk")}
    return (
        Person.objects.filter(user_id=user_id, archived_at__isnull=True)
        .annotate(
            is_client=Exists(ClientRecord.objects.filter(archived_at__isnull=True, **mine)),
            was_client=Exists(ClientRecord.objects.filter(**mine)),
            was_named=Exists(FamilyLink.objects.filter(**mine)),
            worked=Exists(Membership.objects.filter(**mine)),
        )
        .order_by()
        .values_list("is_client", "was_client", "was_named", "worked")
    )


_hats_now = CompiledQuery(_hats_held)


def _hats(request: HttpRequest) -> Hats:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Hats()
    actor = actor_of(request).at_work()
    if actor.organization_id is None:
        return Hats(operates=bool(getattr(user, "is_operator", False)))
    persons = _hats_now.rows(user_id=user.pk)
    leads_work = actor.can_any("give_care", "lead_groups", "sign_supervision")
    return Hats(
        works=bool(actor.capabilities),
        administers=actor.can("manage_organization") and not leads_work,
        client=any(is_client for is_client, *_rest in persons),
        family=has_feature(request, Feature.FAMILY)
        and any(named or not (was or worked) for _is, was, named, worked in persons),
    )


# ---- what a client or a family member sees
@dataclass(frozen=True)
class Thing:
    """One thing that comes: an appointment or a session of a group, in the words a client's page needs."""

    starts_at: datetime
    ends_at: datetime
    zone: str
    visit: Appointment | None = None
    session: ScheduleRow | None = None

    @property
    def is_today(self) -> bool:
        """Whether it begins on the day that the calendar on the wall there shows."""
        place = ZoneInfo(self.zone)
        return timezone.localdate(self.starts_at, place) == timezone.localdate(timezone=place)


def coming_things(client: ClientRecord, actor: Actor, limit: int = 6) -> list[Thing]:
    """A client's next appointments and sessions, those called off left out, in order of time. Two queries."""
    visits = [Thing(row.starts_at, row.ends_at, row.zone, visit=row) for row in care.coming_for_client(client)[:limit]]
    sessions = [
        Thing(row.starts_at, row.ends_at, row.zone, session=row)
        for row in groups.upcoming_for_person(client.person, actor, limit)
        if not row.is_cancelled
    ]
    return sorted([*visits, *sessions], key=lambda thing: thing.starts_at)[:limit]


def groups_this_week(actor: Actor, limit: int = 4) -> list[ScheduleRow]:
    """The next sessions that this person may come to and is not in yet. One query."""
    now = timezone.now()
    rows = groups.schedule(actor, now, now + timedelta(days=7))
    return [row for row in rows if not (row.is_cancelled or row.is_mine or row.places_left == 0)][:limit]


def family_groups(actor: Actor, limit: int = 4) -> list[ScheduleRow]:
    """The next sessions of groups that say they are for family, in the words of whoever made them. One query."""
    now = timezone.now()
    rows = groups.schedule(actor, now, now + SOON)
    return [row for row in rows if not row.is_cancelled and "family" in row.audience.text("en").lower()][:limit]


@dataclass
class Shared:
    """What one client lets this family member know now."""

    person: Person
    visits: list[dict[str, Any]] = field(default_factory=list)
    sessions: list[ScheduleRow] = field(default_factory=list)


def shared_with_family(actor: Actor) -> list[Shared]:
    """What clients share with this actor now, by client: when visits are, and which open groups they go to.

    Empty whether nobody ever shared, sharing ended, or the person is no client: nothing tells these apart.
    """
    found: dict[int, Shared] = {}
    for row in care.shared_times(actor):
        found.setdefault(row["person"].pk, Shared(row["person"])).visits.append(row)
    links = family_links_of(actor).filter(shares_groups=True, client__archived_at__isnull=True)
    people = {link.client.person_id: link.client.person for link in links}
    goes_to = active_enrolments().filter(person__in=people).values_list("person_id", "group__public_id")
    now = timezone.now()
    rows = {row.group_id: row for row in reversed(groups.schedule(actor, now, now + SOON)) if not row.is_cancelled}
    for person_id, group_id in goes_to:
        if group_id in rows:
            found.setdefault(person_id, Shared(people[person_id])).sessions.append(rows[group_id])
    for each in found.values():
        each.visits = each.visits[:3]
        each.sessions.sort(key=lambda session: session.starts_at)
    return sorted(found.values(), key=lambda each: (each.person.greeting_name, each.person.pk))


# ---- what staff see
@dataclass(frozen=True)
class Entry:
    """One line of a day: an appointment or a group's session."""

    starts_at: datetime
    ends_at: datetime
    zone: str
    visit: Appointment | None = None
    session: ScheduleRow | None = None
    is_next: bool = False

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()


def entries(visits: Iterable[Appointment], sessions: Iterable[ScheduleRow]) -> list[Entry]:
    """A day's appointments and sessions together, in order of time."""
    lines = [Entry(row.starts_at, row.ends_at, row.zone, visit=row) for row in visits]
    lines += [Entry(row.starts_at, row.ends_at, row.zone, session=row) for row in sessions]
    return sorted(lines, key=lambda line: line.starts_at)


def by_place(visits: Iterable[Appointment], sessions: Iterable[ScheduleRow]) -> list[tuple[str, list[Entry]]]:
    """A day's entries by the name of the location where they are, in order of the names."""
    places: dict[str, list[Entry]] = {}
    for line in entries(visits, sessions):
        name = line.visit.location.name if line.visit else (line.session.place if line.session else "")
        places.setdefault(name, []).append(line)
    return sorted(places.items())


def public_places(actor: Actor) -> list[Location]:
    """The locations that everybody may know, for the public home."""
    return list(visible_to(Location, actor).filter(archived_at__isnull=True, is_confidential=False).order_by("name"))


def organizations_with_hosts() -> list[Organization]:
    """Every organization with its hosts, for the operator. Needs a system scope; names and addresses, no records."""
    rows = Organization.objects.filter(kind="peer_run").prefetch_related("hosts").order_by("name", "pk")
    return list(rows)
