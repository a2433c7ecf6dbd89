"""A day with visits and a group, on which somebody can be out, for tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.scope import open_scope
from apps.care import selectors, services
from apps.care.choices import Decision
from apps.care.models import Appointment, Disruption
from apps.care.services import Choice
from apps.groups.models import Session, SupportGroup
from apps.organizations.models import Location, Organization, Person
from tests.factories.care import make_appointment
from tests.factories.clients import make_client
from tests.factories.groups import make_enrolment, make_facilitator, make_group
from tests.factories.messaging import make_contact_point, zone_at
from tests.factories.organizations import actor_for, make_location, make_member, make_organization, make_person


@dataclass
class Day:
    """A house where it is midday: Maya has a visit with Ana at 3 and leads a group at 5, with Ben in it."""

    here: Organization
    desk: Person
    maya: Person
    house: Location
    visit: Appointment
    group: SupportGroup
    session: Session
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        return actor_for(self.desk)

    def at(self, hour: int, days: int = 0) -> datetime:
        """An instant by the clock in the house, today or `days` later."""
        zone = ZoneInfo(self.here.zone)
        day = timezone.now().astimezone(zone).date() + timedelta(days=days)
        return datetime.combine(day, time(hour), zone)

    def span(self, *, person: Person | None = None, location: Location | None = None, **more: Any) -> selectors.Span:
        """Today, whole, of Maya unless told otherwise."""
        today = timezone.now().astimezone(ZoneInfo(self.here.zone)).date()
        whose = {"location": location} if location else {"person": person or self.maya}
        return selectors.span_of(**{"zone": self.here.zone, "first": today, "last": today, **whose, **more})

    def choices(self, span: selectors.Span, actor: Actor | None = None, **chosen: Choice) -> dict[str, Choice]:
        """A choice for everything that it touches: `visits` and `sessions`, called off unless told otherwise."""
        off = Choice(Decision.CALLED_OFF)
        return {
            thing.key: chosen.get("visits" if thing.visit else "sessions", off)
            for thing in selectors.touched_by(span, actor or self.actor, "change").things
        }

    def out(self, actor: Actor | None = None, **chosen: Choice) -> Disruption:
        """Maya is out today."""
        with open_scope(self.here.pk), transaction.atomic():
            span = self.span()
            return services.disrupt(
                span=span, choices=self.choices(span, actor, **chosen), actor=actor or self.actor, words={"en": "Off"}
            )


def make_quiet_day(here: Organization) -> Day:
    """Today in a house with Dee at its desk and Maya, where nothing is planned, whatever the time is there."""
    house = make_location(here, zone=here.zone, name="Elm house", address="12 Elm Street")
    desk = make_member(here, "coordinator", name="Dee Desk")
    maya = make_member(here, "peer_specialist", name="Maya Out")
    return Day(here, desk, maya, house, None, None, None)  # type: ignore[arg-type]  # there is none


def make_day() -> Day:
    """Today in a house where it is midday now. Everybody has a safe mail address."""
    day = make_quiet_day(make_organization(zone=zone_at(12)))
    here, maya, house = day.here, day.maya, day.house
    with open_scope(here.pk), transaction.atomic():
        client = make_client(here, name="Ana Client")
        ben = make_person(here, name="Ben Member")
    day.visit = make_appointment(client, staff=maya, location=house, starts_at=day.at(15))
    weekday = day.at(17).isoweekday()
    day.group = make_group(here, name={"en": "Grief circle"}, weekday=weekday, starts=time(17), location=house)
    make_facilitator(day.group, maya)
    make_enrolment(day.group, ben)
    for person in (client.person, ben):
        make_contact_point(person)
    with open_scope(here.pk), transaction.atomic():
        day.session = day.group.sessions.get(on=day.at(17).date())
    day.people = {"ana": client.person, "ben": ben}
    return day
