"""The demo's groups, with eight weeks behind them and people in them: most weekly, three started from a template."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django.utils import timezone

from apps.access.actor import Actor
from apps.clients.models import ClientRecord
from apps.groups.choices import AttendanceMode, Format, Frequency, Rhythm, SessionState, Visibility
from apps.groups.models import Attendance, Session, SupportGroup
from apps.groups.services import add_group, enrol, plan_sessions, set_facilitator, start_group_from_template
from apps.groups.shipped import shipped_kinds
from apps.organizations.models import Location, Organization, Person
from peerplatform.demo.cast import House
from peerplatform.demo.texts import GROUPS

SYSTEM = Actor.for_system("the demo is loaded")
WEEKS = 8
FAMILY = {"en": "Family and friends", "es": "Familia y amistades", "ar": "العائلة والأصدقاء"}


def groups(house: House, made: Organization, peers: list[Person], everybody: list[ClientRecord]) -> None:
    """Twelve groups, who leads them, and who is in those that keep names. The wellness circle has one place left."""
    places = [Location.objects.get(name=place.name) for place in house.places]
    first_day = timezone.localdate() - timedelta(weeks=WEEKS)
    known = {str(group.name.text("en")): group for group in SupportGroup.objects.all()}
    for number, told in enumerate(GROUPS):
        if told["name"].get("en") in known:  # type: ignore[attr-defined]  # the literal's value is a dict
            continue
        group = _add(made, places, told, first_day)
        for person in {peers[number % len(peers)], peers[(number + 1) % len(peers)]}:
            set_facilitator(group=group, person=person, actor=SYSTEM, starts_on=first_day)
        if group.takes_enrolments:
            wanted = min(9, (group.capacity or 10) - 1)
            chosen = [everybody[(number * 7 + n * 3) % min(60, len(everybody))] for n in range(wanted)]
            if number == 4 and everybody[0] not in chosen:
                chosen[0] = everybody[0]
            for client in dict.fromkeys(chosen):
                enrol(group=group, person=client.person, actor=SYSTEM)
    plan_sessions(actor=SYSTEM, since=first_day)


def _add(made: Organization, places: list[Location], told: dict[str, Any], first_day: Any) -> SupportGroup:
    location = places[told["place"]]
    rooms = list(location.rooms.order_by("pk"))
    room = rooms[min(told["room"], len(rooms) - 1)] if told["room"] is not None and rooms else None
    hour, minute = told["at"].split(":")
    online = bool(told.get("online"))
    values = {
        "name": told["name"],
        "description": told["description"],
        "audience": FAMILY if told.get("audience") == "family" else {},
        "location": location,
        "room": None if online else room,
        "format": Format.ONLINE if online else Format.IN_PERSON,
        "join_link": "https://meet.example/circle" if online else "",
        "languages": [told.get("language", "en")],
        "has_captions": bool(told.get("captions")),
        "has_asl": bool(told.get("asl")),
        "capacity": told["capacity"],
        "visibility": Visibility.MEMBERS if told.get("restricted") else Visibility.PUBLIC,
        "attendance_mode": told.get("attendance", AttendanceMode.NAMED),
        "starts": time(int(hour), int(minute)),
        "minutes": told["minutes"],
    }
    if "kind" in told:
        first_day += timedelta(days=(told["weekday"] - first_day.weekday()) % 7)
        values |= {"starts_on": first_day, "times": None, "rhythm": told.get("rhythm", Rhythm.AS_SAID)}
        template = shipped_kinds()[told["kind"]].template
        return start_group_from_template(template=template, actor=SYSTEM, organization_id=made.pk, **values)
    if "positions" in told:
        values |= {"frequency": Frequency.MONTHLY, "positions": told["positions"]}
    values |= {"weekday": told["weekday"] + 1, "starts_on": first_day}
    return add_group(actor=SYSTEM, organization_id=made.pk, **values)


def attendance() -> None:
    """Who came to the meetings of the last eight weeks: most of them, most of the time."""
    past = Session.objects.filter(starts_at__lt=timezone.now(), state=SessionState.PLANNED)
    ids = list(past.values_list("pk", "group_id"))
    members: dict[int, list[int]] = {}
    for group in SupportGroup.objects.filter(attendance_mode=AttendanceMode.NAMED):
        members[group.pk] = list(group.enrolments.filter(ended_at__isnull=True).values_list("person_id", flat=True))
    organization_id = SupportGroup.objects.values_list("organization_id", flat=True).first()
    Attendance.objects.bulk_create(
        (
            Attendance(
                organization_id=organization_id, session_id=session, person_id=person, came=(session + person) % 5 != 0
            )
            for session, group in ids
            for person in members.get(group, ())
        ),
        ignore_conflicts=True,
    )
    past.update(state=SessionState.HELD)
