"""A page of 25 clients by name with their count, as grants, a role and a relation open them, against hand-written SQL.

In houses of 10,000, 100,000 and 1,000,000 clients, under the runtime login. Guardian's own `get_objects_for_user`
answers the question about grants in the same run and stands in the note: it knows neither a share's end nor a bar.
"""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.utils import timezone
from guardian.shortcuts import get_objects_for_user

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.access.scope import open_scope, system_scope
from apps.access.scoped import ScopedManager
from apps.accounts.models import User
from apps.clients.models import CareTeamMember, ClientRecord, ClientRecordGrant
from apps.organizations.models import Bar, Host, Membership, Organization, Person
from apps.organizations.services import add_membership, add_person, create_organization
from bench.measure import Result, alternate, result

# clients of the house -> samples of each measurement
HOUSES = {10_000: 60, 100_000: 60, 1_000_000: 15}
GRANTS = (50, 5_000)
ON_TEAM = 40
SYSTEM = Actor.for_system("a benchmark loads its data")

# One row in ten is barred from each reader of grants, one bar in five has ended, as has one grant in five.
HEAD = (
    "FROM clients_clientrecord c JOIN organizations_person p ON p.id = c.person_id WHERE c.organization_id = %(house)s"
)
BARS = """
AND c.person_id NOT IN (
    SELECT b.subject_id FROM organizations_bar b JOIN organizations_person me ON me.id = b.barred_id
    WHERE b.organization_id = %(house)s AND me.user_id = %(user)s AND b.ended_at IS NULL
)
"""
GRANTED = """
    SELECT g.content_object_id FROM clients_clientrecordgrant g
    WHERE g.organization_id = %(house)s AND g.user_id = %(user)s
    AND g.permission_id = (SELECT id FROM auth_permission WHERE codename = 'view_clientrecord')
    AND (g.until IS NULL OR g.until > now())
    UNION ALL
    SELECT own.id FROM clients_clientrecord own JOIN organizations_person o ON o.id = own.person_id
    WHERE o.organization_id = %(house)s AND o.user_id = %(user)s
"""
ON_TEAMS = """
    UNION ALL
    SELECT t.client_id FROM clients_careteammember t JOIN organizations_person m ON m.id = t.person_id
    WHERE t.organization_id = %(house)s AND m.user_id = %(user)s AND t.ended_at IS NULL
"""
QUESTIONS = {
    "role": HEAD + BARS,
    "relation": f"{HEAD} AND c.id IN ({GRANTED}{ON_TEAMS}) {BARS}",
    **{f"{many} grants": f"{HEAD} AND c.id IN ({GRANTED}) {BARS}" for many in GRANTS},
}

PEOPLE = """
INSERT INTO organizations_person
    (organization_id, public_id, name, called, language, zone, pronouns, search, created_at)
SELECT %(house)s, gen_random_uuid(), made.name, '', 'en', '', '', ' ' || lower(made.name), now()
FROM (
    SELECT (ARRAY['Maya','Luis','Amina','Trung','Li','Grace','Omar','Ruth','Dana','Hoa'])[n * 7 %% 10 + 1] || ' '
        || (ARRAY['Ortiz','Nguyen','Haddad','Chen','Brown','Okafor','Silva','Moore','Lopez','Tran'])[n * 3 %% 10 + 1]
        || ' ' || (n::bigint * 7919 %% 1000003) AS name
    FROM generate_series(%(begun)s::int, %(clients)s::int - 1) AS n
) made
"""
CLIENTS = """
INSERT INTO clients_clientrecord (organization_id, public_id, person_id, since, created_at)
SELECT p.organization_id, gen_random_uuid(), p.id, '2025-01-01', now()
FROM organizations_person p
WHERE p.organization_id = %(house)s AND p.user_id IS NULL
AND NOT EXISTS (SELECT 1 FROM clients_clientrecord c WHERE c.person_id = p.id)
"""


def load(clients: int) -> Organization:
    """A house with this many clients and a reader of each kind; made once, by statements over whole sets."""
    domain = f"bench-visible-{clients}.localhost"
    with transaction.atomic(), system_scope("a benchmark loads its data"):
        host = Host.objects.filter(domain=domain).first()
        house = (
            Organization.objects.get(pk=host.organization_id)
            if host
            else create_organization(actor=SYSTEM, domain=domain, name=f"Bench {clients}", short_name="Bench")
        )
        standing = ClientRecord.objects.filter(organization=house).count()
    if standing < clients:
        _fill(house, standing, clients)
    with transaction.atomic(), open_scope(house.pk):
        for many in GRANTS:
            _grants(house, many, clients)
        _reader(house, "role", "coordinator")
        if specialist := _reader(house, "relation", "peer_specialist"):
            keys = _every(clients // ON_TEAM, house)
            CareTeamMember.objects.bulk_create(
                CareTeamMember(organization=house, client_id=key, person=specialist, since=date(2025, 1, 1))
                for key, _person in keys[:ON_TEAM]
            )
    return house


def _fill(house: Organization, begun: int, clients: int) -> None:
    """The rows themselves, by the owner, without their history: the history of a bench is nobody's."""
    from peerplatform import logins

    values = {"house": house.pk, "begun": begun, "clients": clients}
    with logins.connect("owner") as owner, owner.transaction():
        for table, statement in (("organizations_person", PEOPLE), ("clients_clientrecord", CLIENTS)):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            owner.execute(statement, values)
            owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _every(step: int, house: Organization) -> list[tuple[int, int]]:
    """(client, person) of every so many clients of a house, spread over its names."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, person_id FROM (SELECT id, person_id, row_number() OVER (ORDER BY id) AS n"
            " FROM clients_clientrecord WHERE organization_id = %s) numbered WHERE n %% %s = 0",
            [house.pk, max(1, step)],
        )
        return list(cursor.fetchall())


def _reader(house: Organization, what: str, role: str = "") -> Person | None:
    """Somebody who reads, in this role; None where they stand already."""
    email = _email(house, what)
    if User.objects.filter(email=email).exists():
        return None
    user = User.objects.create_user(email=email, password=None)
    person = Person.objects.create(organization=house, user=user, name=f"Reader by {what}")
    if role:
        add_membership(actor=SYSTEM, person=person, role=role, starts_on=date(2025, 1, 1))
    return person


def _email(house: Organization, what: str) -> str:
    return f"{what.replace(' ', '-')}-{house.pk}@bench.example"


def _grants(house: Organization, many: int, clients: int) -> None:
    person = _reader(house, f"{many} grants")
    if person is None:
        return
    permission = Permission.objects.get(codename="view_clientrecord", content_type__app_label="clients")
    chosen = _every(clients // many, house)[:many]
    now = timezone.now()
    untils = [now - timedelta(days=1), None, now + timedelta(days=3650), None, None]
    ClientRecordGrant.objects.bulk_create(
        ClientRecordGrant(
            organization=house,
            user=person.user,
            permission=permission,
            content_object_id=client,
            until=untils[n % 5],
        )
        for n, (client, _person) in enumerate(chosen)
    )
    Bar.objects.bulk_create(
        Bar(organization=house, barred=person, subject_id=subject, ended_at=now if n % 5 == 0 else None)
        for n, (_client, subject) in enumerate(chosen[1::10])
    )


def run(scale: float) -> list[Result]:
    """Both under the runtime login, in a transaction and a scope of their own, warm."""
    sizes = {max(GRANTS[-1], int(clients * scale)): samples for clients, samples in HOUSES.items()}
    houses = {clients: load(clients) for clients in sizes}
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        login = cursor.fetchone()[0]
    _analyze()
    found = [
        _measured(house, what, clients, sizes[clients], login)
        for clients, house in houses.items()
        for what in QUESTIONS
    ]
    small, *_between = houses.values()
    middle = houses[sorted(houses)[min(1, len(houses) - 1)]]
    return [*found, _member_added(small, middle, sorted(houses)[min(1, len(houses) - 1)])]


def _analyze() -> None:
    """Fresh statistics, as autovacuum gives a database that has stood for a minute; only the owner may."""
    from peerplatform import logins

    with logins.connect("owner") as owner:
        for model in (ClientRecord, ClientRecordGrant, CareTeamMember, Membership, Bar, Person, User):
            owner.execute(f"VACUUM ANALYZE {model._meta.db_table}")


def _measured(house: Organization, what: str, clients: int, samples: int, login: str) -> Result:
    with system_scope("a benchmark finds its reader"), transaction.atomic():
        user = User.objects.get(email=_email(house, what))
    values = {"house": house.pk, "user": user.pk}
    page_sql = f"SELECT c.*, p.* {QUESTIONS[what]} ORDER BY p.name, c.id LIMIT 25"
    count_sql = f"SELECT count(*) {QUESTIONS[what]}"
    answers: dict[str, Any] = {}
    actor = Actor(user.pk, house.pk)  # a request has one, which asks once for its capabilities

    def ours() -> None:
        with transaction.atomic(), open_scope(house.pk, user_id=user.pk):
            rows = visible_to(ClientRecord, actor).select_related("person")
            page = list(rows.order_by("person__name", "pk")[:25])
            answers["ours"] = ([row.pk for row in page], rows.count())

    def by_hand() -> None:
        with transaction.atomic(), open_scope(house.pk, user_id=user.pk), connection.cursor() as cursor:
            cursor.execute(page_sql, values)
            page = cursor.fetchall()
            cursor.execute(count_sql, values)
            answers["by hand"] = ([row[0] for row in page], cursor.fetchone()[0])

    mine, limit = alternate(ours, by_hand, samples=samples)
    assert answers["ours"] == answers["by hand"], "both answer the same question"
    note = f"warm, {answers['ours'][1]} visible of {clients}, as {login}"
    if "grants" in what:
        note += f"; guardian {_guardian(house, user) * 1000:.0f} ms"
    name = f"may view, {what}, {clients} rows"
    return result(name, mine * 1000, limit * 1000, unit="ms", op="<=", bar=1.5, plus=5, samples=samples, note=note)


def _guardian(house: Organization, user: User) -> float:
    """The best of three pages with their count by guardian's own shortcut, in seconds."""
    times = []
    for _again in range(3):
        begun = time.perf_counter()
        # guardian asks the grants' manager, which here is the scope's and not its own
        asked = patch.object(ScopedManager, "is_generic", lambda manager: False, create=True)
        with asked, transaction.atomic(), open_scope(house.pk, user_id=user.pk):
            rows = get_objects_for_user(
                user,
                "clients.view_clientrecord",
                ClientRecord.objects.all(),
                accept_global_perms=False,
                with_superuser=False,
            ).select_related("person")
            list(rows.order_by("person__name", "pk")[:25])
            rows.count()
        times.append(time.perf_counter() - begun)
    return min(times)


def _member_added(small: Organization, large: Organization, clients: int) -> Result:
    """Rows written when somebody joins who may see every client: as many in a large house as in a small one."""
    written = [_written_by_joining(house) for house in (large, small)]
    return result(
        f"rows written for a new member of {clients} clients",
        written[0],
        written[1],
        unit="rows",
        op="<=",
        bar=1,
        samples=1,
        note="against the smallest house; undone",
    )


def _written_by_joining(house: Organization) -> int:
    asked = "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables"
    with transaction.atomic(), open_scope(house.pk), connection.cursor() as cursor:
        cursor.execute(asked)
        before = cursor.fetchone()[0]
        person = add_person(actor=SYSTEM, organization_id=house.pk, name="New Coordinator")
        person.user = User.objects.create_user(email=f"new-{house.pk}@bench.example", password=None)
        person.save()
        add_membership(actor=SYSTEM, person=person, role="coordinator", starts_on=date(2025, 1, 1))
        cursor.execute(asked)
        after = cursor.fetchone()[0]
        transaction.set_rollback(True)
    return int(after - before)
