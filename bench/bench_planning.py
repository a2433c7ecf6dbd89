"""Planning 100,000 occurrences: our one statement against a bare INSERT … SELECT of the same rows."""

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.scope import system_scope
from apps.messaging import services
from apps.messaging.models import ContactPoint, Message
from apps.messaging.registry import Purpose
from apps.organizations.models import Host, Organization, Person
from apps.organizations.services import create_organization
from bench.measure import Result, alternate, result

ROWS = 100_000
PERSONS = 2_000
SAMPLES = 5
DOMAIN = "bench-planning.localhost"
SYSTEM = Actor.for_system("a benchmark plans")
PURPOSE = Purpose("bench", "appointments", "appointment_reminder", lambda organization_id, messages: {})
SOURCE = (
    "SELECT p.organization_id, p.id, 'visit:' || p.id || ':' || n, %s::timestamptz + n * interval '7 hours',"
    " %s::timestamptz + n * interval '7 hours' + interval '2 days'"
    " FROM organizations_person p CROSS JOIN generate_series(1, %s) n WHERE p.organization_id = %s"
)
BARE = (
    "INSERT INTO messaging_message (public_id, organization_id, kind, person_id, contact_point_id, address_hash,"
    " purpose, topic, step, occurrence, channel, language, state, reason, detail, planned_at, due_at, useful_until,"
    " next_try_at, attempts, provider_id, secret)"
    " SELECT gen_random_uuid(), q.organization_id, 'ordinary', q.person_id, c.id, '', 'bench', 'appointments', 'only',"
    " q.occurrence, c.channel, 'en', 'planned', '', '', now(), q.due_at, q.useful_until, q.due_at, 0, '', '{{}}'"
    " FROM ({source}) AS q (organization_id, person_id, occurrence, due_at, useful_until)"
    " JOIN messaging_contactpoint c ON c.person_id = q.person_id"
)


class _Undo(Exception):  # noqa: N818  carries nothing: it takes a sample back
    """Takes the rows of a sample back."""


def load() -> Organization:
    """An organization with people who can be reached, made once."""
    standing = Host.objects.filter(domain=DOMAIN).first()
    if standing is not None:
        return Organization.objects.get(pk=standing.organization_id)
    house = create_organization(actor=SYSTEM, domain=DOMAIN, name="Bench planning", short_name="Bench")
    people = Person.objects.bulk_create(Person(organization=house, name=f"Person {n}") for n in range(PERSONS))
    ContactPoint.objects.bulk_create(
        ContactPoint(
            organization=house, person=person, channel="email", address=f"p{person.pk}@example.org", safe_to_send=True
        )
        for person in people
    )
    return house


def run(scale: float) -> list[Result]:
    """Both write all rows, indexes and foreign keys included, and are rolled back; then planning with nothing new."""
    with transaction.atomic(), system_scope("a benchmark loads its data"):
        house = load()
    each = max(1, int(ROWS * scale / PERSONS))
    start = timezone.now() + timedelta(days=1)
    params: list[Any] = [start, start, each, house.pk]

    def measured(write: object) -> None:
        try:
            with transaction.atomic(), system_scope("a benchmark plans"):
                write()  # type: ignore[operator]  # one of the two below
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # the checks that a commit would make
                assert Message.objects.filter(purpose=PURPOSE.name).count() == each * PERSONS
                raise _Undo
        except _Undo:
            return

    def ours() -> None:
        services.plan(purpose=PURPOSE, step="only", rows=(SOURCE, params), actor=SYSTEM)

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(BARE.format(source=SOURCE), params)

    mine, limit = alternate(lambda: measured(ours), lambda: measured(bare), samples=SAMPLES, warm_up=1)
    note = f"warm, {each * PERSONS} rows, checks of foreign keys included"
    name = "planning against a bare INSERT … SELECT"
    return [result(name, mine, limit, unit="s", op="<=", bar=3, samples=SAMPLES, note=note)]
