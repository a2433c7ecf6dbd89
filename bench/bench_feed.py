"""A calendar feed of 5,000 events: made and answered, against icalendar writing the same events; and a 304."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import icalendar
from django.core.handlers.base import BaseHandler
from django.db import connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.scope import open_scope, system_scope
from apps.groups.models import Session, SupportGroup
from apps.groups.selectors import public_sessions
from apps.groups.services import add_group
from apps.organizations.models import Host, Location, Organization
from apps.organizations.services import create_organization
from bench.measure import Result, alternate, result

HOST = "bench-feed.localhost"
EVENTS = 5000
A_GROUP = 50  # events of each group: those planned, and made ones beside them
SAMPLES = 8
SYSTEM = Actor.for_system("the benchmark's data is loaded")


def _load(events: int) -> Organization:
    """An organization with that many sessions in its public calendar; kept between runs."""
    host = Host.objects.filter(domain=HOST).first()
    with transaction.atomic(), system_scope("the benchmark's data is loaded"):
        organization = (
            Organization.objects.get(pk=host.organization_id)
            if host
            else create_organization(actor=SYSTEM, domain=HOST, name="Feed", short_name="Feed", zone="America/Chicago")
        )
    with transaction.atomic(), open_scope(organization.pk):
        location = Location.objects.filter(name="House").first() or Location.objects.create(
            organization=organization, name="House", address="1200 Main Street, Springfield", zone="America/Chicago"
        )
        for number in range(SupportGroup.objects.count(), max(events // A_GROUP, 1)):
            group = add_group(
                actor=SYSTEM,
                organization_id=organization.pk,
                name={"en": f"Support group {number}, for all", "es": f"Grupo de apoyo {number}"},
                location=location,
                weekday=number % 7 + 1,
                starts=time(9 + number % 11, 30),
                starts_on=timezone.localdate(),
            )
            _fill(group)
    return organization


def _fill(group: SupportGroup) -> None:
    """More sessions of a group, as a longer horizon would make them."""
    rows = list(group.sessions.order_by("on"))
    last = rows[-1]
    Session.objects.bulk_create(
        Session(
            organization_id=group.organization_id,
            group=group,
            on=last.on + timedelta(days=n),
            slot=last.on + timedelta(days=n),
            starts_at=last.starts_at + timedelta(days=n),
            ends_at=last.ends_at + timedelta(days=n),
        )
        for n in range(1, A_GROUP - len(rows) + 1)
    )


def _events_in(body: bytes) -> list[dict[str, Any]]:
    """The properties of each event of our feed, as plain values: what the limit then writes again."""
    whole: Any = icalendar.Calendar.from_ical(body)
    return [
        {
            "uid": str(event["UID"]),
            "dtstamp": event["DTSTAMP"].dt,
            "last-modified": event["LAST-MODIFIED"].dt,
            "sequence": int(event["SEQUENCE"]),
            "dtstart": event["DTSTART"].dt,
            "dtend": event["DTEND"].dt,
            "status": str(event["STATUS"]),
            "transp": str(event["TRANSP"]),
            "summary": str(event["SUMMARY"]),
            "location": str(event["LOCATION"]),
            "url": str(event["URL"]),
        }
        for event in whole.walk("VEVENT")
    ]


def _bare(rows: list[dict[str, Any]]) -> bytes:
    """icalendar, with nothing around it."""
    whole = icalendar.Calendar()
    whole.add("prodid", "-//bench//")
    whole.add("version", "2.0")
    for row in rows:
        event = icalendar.Event()
        for name, value in row.items():
            event.add(name, value)
        whole.add_component(event)
    return bytes(whole.to_ical())


def run(scale: float) -> list[Result]:
    """Warm; ours goes through every middleware and the database, the limit has its values in hand."""
    organization = _load(max(100, int(EVENTS * scale)))
    handler = BaseHandler()
    handler.load_middleware()

    def ask(**headers: str) -> Any:
        request = RequestFactory(headers={"host": HOST, **headers}).get("/schedule/calendar.ics")
        return handler.get_response(request)

    whole = ask()
    rows = _events_in(whole.content)
    with transaction.atomic(), open_scope(organization.pk):
        expected = public_sessions(Actor(None, organization.pk)).count()
    if len(rows) != expected or whole.status_code != 200:
        raise RuntimeError(f"the feed has {len(rows)} events of {expected}")
    mine, limit = alternate(ask, lambda: _bare(rows), samples=SAMPLES, warm_up=1)
    first = result(
        f"a calendar feed of {len(rows)} events", mine, limit, unit="s", op="<=", bar=2, samples=SAMPLES,
        note="warm, whole request against icalendar alone",
    )  # fmt: skip

    tag = whole["ETag"]
    with CaptureQueriesContext(connection) as asked:
        unchanged = ask(**{"if-none-match": tag})
    touched = [query["sql"] for query in asked if "groups_session" in query["sql"]]
    if unchanged.status_code != 304 or touched:
        raise RuntimeError(f"an unchanged feed answered {unchanged.status_code} and read {len(touched)} times")
    quick, page = alternate(lambda: ask(**{"if-none-match": tag}), lambda: _one_row(organization), samples=40)
    second = result(
        "an unchanged calendar feed (304)", quick, page, unit="s", op="<=", bar=1, plus=0.02, samples=40,
        note="warm, against one query in the scope; 20 ms for the middleware and its queries",
    )  # fmt: skip
    return [first, second]


def _one_row(organization: Organization) -> datetime | None:
    with transaction.atomic(), open_scope(organization.pk):
        found: datetime | None = SupportGroup.objects.values_list("created_at", flat=True).first()
        return found
