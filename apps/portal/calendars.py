"""What stands in a client's own calendar: their visits and the sessions of the groups that they are in."""

from __future__ import annotations

import hashlib
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.access.actor import Actor
from apps.care import selectors as care
from apps.clients.models import ClientRecord
from apps.groups import selectors as groups
from apps.kit.ical import Event, calendar
from apps.organizations.selectors import link_to
from apps.portal.choices import Detail
from apps.portal.models import CalendarLink
from apps.portal.services import hash_of

VERSION = 1  # of how an event is written: rises with the code


def link_behind(token: str) -> CalendarLink | None:
    """The calendar link with this secret, if it stands and its person still is a client here. One query."""
    return (
        CalendarLink.objects.filter(
            token_hash=hash_of(token),
            ended_at__isnull=True,
            person__archived_at__isnull=True,
            person__client__archived_at__isnull=True,
            person__client__isnull=False,
        )
        .select_related("person__client", "person__user")
        .first()
    )


def standing_link(client: ClientRecord) -> CalendarLink | None:
    """A client's own calendar link, or None."""
    return CalendarLink.objects.filter(person=client.person_id, ended_at__isnull=True).first()


def state_of(link: CalendarLink, organization: Any) -> str:
    """A word that changes whenever the calendar would: from marks alone, no visit and no session is looked at."""
    person = link.person
    marks = groups.feed_state(
        topics={
            "person": [person.pk],
            "client": [person.client.pk],
            "group": groups.groups_of_person(person.pk),
        }
    )
    told = (VERSION, link.pk, link.detail, _language(link, organization), organization.name, timezone.now().date())
    return hashlib.sha256("|".join(map(str, (*told, marks))).encode()).hexdigest()[:32]


def _language(link: CalendarLink, organization: Any) -> str:
    return str(link.person.language or organization.language)


def written(link: CalendarLink, organization: Any) -> bytes:
    """The calendar. How much it says is what the client chose; it never names a client, nor a confidential place."""
    language = _language(link, organization)
    with override(language):
        masked = _("Appointment") if link.detail == Detail.MASKED else ""
        events = sorted(
            [*_visits(link, organization, masked), *_sessions(link, organization, masked, language)],
            key=lambda event: event.starts_at,
        )
        name = _("Appointments") if masked else str(organization.name)
        return calendar(name, events, language=language, uid=f"{link.person.public_id}")


def _sessions(link: CalendarLink, organization: Any, masked: str, language: str) -> list[Event]:
    person = link.person
    actor = Actor(person.user_id, organization.pk, own=True)
    key = "00000000-0000-0000-0000-000000000000"
    return groups.session_events(
        groups.sessions_of_person(person.pk, actor),
        language=language,
        masked=masked,
        with_place=link.detail == Detail.FULL,
        address_of=link_to(organization, reverse("groups:group", args=[key])[:-37]),
        is_private=True,
    )


def _visits(link: CalendarLink, organization: Any, masked: str) -> list[Event]:
    actor = Actor(link.person.user_id, organization.pk, own=True)
    now = timezone.now()
    rows = list(
        care.appointments_for(actor).filter(
            client=link.person.client, starts_at__gt=now - groups.PAST, starts_at__lt=now + groups.COMING
        )
    )
    touched = groups.last_touched("appointment", [row.pk for row in rows])
    events = []
    for row in rows:
        is_off = row.state == "cancelled"
        title = masked or _("Visit with %(name)s") % {"name": row.staff.greeting_name}
        place = row.location
        hidden = masked or link.detail != Detail.FULL or place.is_confidential or place.is_online
        changed = [at for at in (row.booked_at, row.recorded_at, row.corrected_at, touched.get(row.pk)) if at]
        events.append(
            Event(
                uid=str(row.public_id),
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                changed_at=max(changed),
                # its version rises when it is moved; calling it off stands between two versions
                sequence=2 * (row.version - 1) + (1 if is_off else 0),
                title=_("Cancelled: %(name)s") % {"name": title} if is_off else title,
                place="" if hidden else ", ".join(part for part in (place.name, place.address) if part),
                url="" if masked else link_to(organization, reverse("own_visit", args=[row.public_id])),
                is_cancelled=is_off,
                is_private=True,
            )
        )
    return events
