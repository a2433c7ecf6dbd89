"""The demo's organizations, places, people and clients."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.scope import open_scope, system_scope
from apps.accounts.models import User
from apps.accounts.services import set_totp
from apps.clients.models import CareTeamMember, ClientRecord, FamilyLink
from apps.organizations.choices import Role
from apps.organizations.models import Host, Location, Membership, Organization, Person, Programme, Room
from apps.organizations.roles import NEEDS_SECOND_FACTOR, ROLE_CAPABILITIES
from apps.organizations.services import create_organization, settle_role_groups
from peerplatform.demo.cast import OPERATOR, PASSWORD, TOTP_SECRET, House

SYSTEM = Actor.for_system("the demo is loaded")


def operator() -> User:
    """The one who runs the platform."""
    return user(OPERATOR, is_operator=True)


@cache
def _password() -> str:
    """The hash of the one password that all of the demo have: half a second of work, and it stands in the README."""
    return make_password(PASSWORD)


def user(email: str, **fields: object) -> User:
    """A demo sign-in, made once."""
    found = User.objects.filter(email=email).first()
    return found or User.objects.create(email=email, password=_password(), **fields)


def organization(house: House) -> Organization:
    """The organization of a house, made once with its host, its places and a programme."""
    host = Host.objects.filter(domain=house.domain).first()
    with system_scope("the demo is loaded"):
        made = (
            Organization.objects.get(pk=host.organization_id)
            if host
            else create_organization(
                actor=SYSTEM,
                domain=house.domain,
                name=house.name,
                short_name=house.short_name,
                zone=house.zone,
                brand=house.brand,
                brand_dark=house.brand_dark,
                phone=house.phone,
                about=house.about,
                how_to_come=house.how_to_come,
                crisis_text=house.crisis_text,
                second_factor=house.second_factor,
            )
        )
    with open_scope(made.pk):
        for place in house.places:
            location, _made = Location.objects.get_or_create(
                organization=made,
                name=place.name,
                defaults={
                    "address": place.address,
                    "zone": place.zone,
                    "directions": place.directions,
                    "access": list(place.access),
                },
            )
            for name, seats in place.rooms:
                Room.objects.get_or_create(organization=made, location=location, name=name, defaults={"seats": seats})
        if not Programme.objects.exists():
            Programme.objects.create(
                organization=made, name={"en": "Peer support", "es": "Apoyo entre pares", "ar": "دعم الأقران"}
            )
    return made


def staff(house: House, made: Organization) -> dict[str, Person]:
    """Those who work there, by mailbox, each with a sign-in."""
    found: dict[str, Person] = {}
    first_place = Location.objects.order_by("pk").first()
    for member in house.staff:
        login = user(f"{member.mailbox}@{house.mail_domain}", language=member.language)
        person, _made = Person.objects.get_or_create(
            organization=made, user=login, defaults={"name": member.name, "language": member.language}
        )
        found[member.mailbox] = person
        for role in (member.role, *member.also):
            Membership.objects.get_or_create(
                organization=made,
                person=person,
                role=role,
                archived_at=None,
                defaults={"starts_on": date(2023, 3, 1), "location": first_place},
            )
        settle_role_groups(user=login)
        if house.second_factor and ROLE_CAPABILITIES[Role(member.role)] & NEEDS_SECOND_FACTOR:
            set_totp(user=login, secret=TOTP_SECRET)
    return found


def clients(house: House, made: Organization, team: dict[str, Person], scale: int) -> list[ClientRecord]:
    """The clients, the first of whom can sign in and has named their mother as family. `scale` multiplies them."""
    places = list(Location.objects.order_by("pk"))
    helpers = [person for mailbox, person in team.items() if _is_peer(house, mailbox)]
    names = [
        (name if turn == 0 else f"{name} {turn + 1}", language)
        for turn in range(scale)
        for name, language in house.clients
    ]
    known = set(Person.objects.filter(client__isnull=False).values_list("name", flat=True))
    today = timezone.localdate()
    people = Person.objects.bulk_create(
        (Person(organization=made, name=name, language=language) for name, language in names if name not in known),
        batch_size=2000,
    )
    records = ClientRecord.objects.bulk_create(
        (
            ClientRecord(
                organization=made,
                person=person,
                location=places[n % len(places)],
                since=today - timedelta(days=20 + (n * 37) % 900),
            )
            for n, person in enumerate(people)
        ),
        batch_size=2000,
    )
    CareTeamMember.objects.bulk_create(
        (
            CareTeamMember(
                organization=made, client=record, person=helpers[n % len(helpers)], leads=True, since=record.since
            )
            for n, record in enumerate(records)
        ),
        batch_size=2000,
    )
    everybody = list(ClientRecord.objects.select_related("person").order_by("pk"))
    _give_sign_in(house, made, everybody[0])
    return everybody


def _is_peer(house: House, mailbox: str) -> bool:
    return any(member.mailbox == mailbox and member.role == Role.PEER_SPECIALIST for member in house.staff)


def _give_sign_in(house: House, made: Organization, record: ClientRecord) -> None:
    """The first client signs in as client@…, and shares with family@… when the next visit is."""
    person = record.person
    if person.user_id is None:
        person.user = user(f"client@{house.mail_domain}", language=person.language)
        person.save()
    relative, _made = Person.objects.get_or_create(
        organization=made,
        user=user(f"family@{house.mail_domain}", language="en"),
        defaults={"name": f"Elvira {person.name.split()[-1]}", "language": "en"},
    )
    FamilyLink.objects.get_or_create(
        organization=made,
        client=record,
        person=relative,
        ended_at=None,
        defaults={"tie": "parent", "shares_appointments": True},
    )
