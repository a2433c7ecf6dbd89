"""The demo's visits: eight weeks of them behind, today's, and the coming days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from apps.access.actor import Actor
from apps.care import services
from apps.care.choices import Outcome
from apps.care.models import Appointment, FollowUpTask
from apps.clients.models import CareTeamMember, ClientRecord
from apps.organizations.models import Location, Organization, Person
from peerplatform.demo.cast import House

SYSTEM = Actor.for_system("the demo is loaded")
WEEKS = 8
REGULARS = 10  # clients with a visit every week; the others come now and then


def visits(house: House, made: Organization, peers: list[Person], everybody: list[ClientRecord]) -> None:
    """Weekly visits of ten clients, and a day in the life of the first specialist around now."""
    if Appointment.objects.exists():
        return
    location = Location.objects.get(name=house.places[0].name)
    lead = dict(CareTeamMember.objects.filter(leads=True).values_list("client_id", "person_id"))
    people = {person.pk: person for person in peers}
    today = timezone.now().astimezone(ZoneInfo(location.zone)).date()
    for number, client in enumerate(everybody[:REGULARS]):
        for week in range(-WEEKS, 2):
            day = today + timedelta(weeks=week, days=(number % 5) - today.weekday())
            if abs((day - today).days) < 2:
                continue
            at = time(9 + number // 5 * 2, 30 * (number % 2))
            _visit(client, people[lead[client.pk]], location, day, at, missed=(number + week) % 9 == 0, today=today)
    _around_now(peers[0], [client for client in everybody if lead[client.pk] == peers[0].pk], location)


def _visit(
    client: ClientRecord, staff: Person, location: Location, day: date, at: time, *, missed: bool, today: date
) -> None:
    booked = services.book_appointment(
        client=client, staff=staff, location=location, day=day, starts=at, minutes=45, actor=SYSTEM
    )
    if day >= today:
        return
    if not missed:
        services.mark_kept(appointment=booked, actor=SYSTEM)
        return
    services.mark_missed(appointment=booked, actor=SYSTEM)
    for task in FollowUpTask.objects.filter(appointment=booked):
        services.close_follow_up(task=task, outcome=Outcome.REACHED, actor=SYSTEM)


def _around_now(peer: Person, own: list[ClientRecord], location: Location) -> None:
    """One visit that is over and not yet recorded, one that was missed yesterday, one soon, one tomorrow."""
    now = timezone.now().astimezone(ZoneInfo(location.zone))
    soon = _quarter(now + timedelta(minutes=40))
    if soon.hour >= 20 or soon.hour < 8:
        soon = datetime.combine(now.date() + timedelta(days=soon.hour >= 20), time(9), now.tzinfo)
    earlier = _quarter(now - timedelta(hours=3))
    if earlier.date() != now.date():
        earlier = datetime.combine(now.date() - timedelta(days=1), time(15), now.tzinfo)
    yesterday = datetime.combine(now.date() - timedelta(days=1), time(11), now.tzinfo)
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time(14), now.tzinfo)
    plan = [(own[0], tomorrow), (own[1], earlier), (own[2], yesterday), (own[3], soon)]
    for client, at in plan:
        booked = services.book_appointment(
            client=client,
            staff=peer,
            location=location,
            day=at.date(),
            starts=at.time().replace(tzinfo=None),
            minutes=45,
            actor=SYSTEM,
        )
        if at is yesterday:
            services.mark_missed(appointment=booked, actor=SYSTEM)


def _quarter(moment: datetime) -> datetime:
    """The quarter of an hour that the moment lies in."""
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
