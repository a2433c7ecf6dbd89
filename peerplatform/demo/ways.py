"""How the demo's people may be reached: clients mostly by mail, some by text, some by neither; staff by mail."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from apps.clients.models import ClientRecord
from apps.messaging.choices import Channel
from apps.messaging.models import ContactPoint
from apps.organizations.models import Organization, Person
from peerplatform.demo.cast import House


def contact_points(house: House, made: Organization, everybody: list[ClientRecord]) -> None:
    """Every tenth client can't be reached safely, every third has agreed to texts, the others get mail."""
    known = set(ContactPoint.objects.values_list("person_id", flat=True))
    agreed = timezone.now() - timedelta(days=30)
    points = []
    for number, client in enumerate(everybody):
        if client.person_id in known:
            continue
        text = number % 3 == 1
        points.append(
            ContactPoint(
                organization=made,
                person=client.person,
                channel=Channel.SMS if text else Channel.EMAIL,
                # 555-01xx is kept free for stories; the number before it keeps each client's own.
                address=f"+1{(200 + number // 100) % 800:03d}555{100 + number % 100:04d}"
                if text
                else (f"client@{house.mail_domain}" if number == 0 else f"client{number}@{house.mail_domain}"),
                safe_to_send=number % 10 != 9,
                is_preferred=True,
                consent_at=agreed if text else None,
                consent_wording_version="2026-01" if text else "",
            )
        )
    ContactPoint.objects.bulk_create(points, batch_size=2000)


def staff_points(made: Organization, people: list[Person]) -> None:
    """Those who work here and are told something by mail: at the address they sign in with."""
    known = set(ContactPoint.objects.values_list("person_id", flat=True))
    ContactPoint.objects.bulk_create(
        ContactPoint(
            organization=made,
            person=person,
            channel=Channel.EMAIL,
            address=person.user.email,
            safe_to_send=True,
            is_preferred=True,
        )
        for person in people
        if person.pk not in known and person.user is not None and person.user.email
    )
