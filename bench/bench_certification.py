"""Where 10,000 people stand with three states, against the bare SQL that fetches the same rows.

The bare side runs the very statements that ours sent, through a plain cursor, and does nothing with their rows.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection, transaction

from apps.access.actor import Actor
from apps.access.scope import open_scope, system_scope
from apps.certifications import selectors, services
from apps.certifications.catalogue import SHIPPED
from apps.certifications.models import CatalogueCredential
from apps.organizations.models import Host, Organization, Person
from apps.organizations.services import create_organization
from bench.measure import Result, alternate, result

PEOPLE = 10_000
FEW = 10
SAMPLES = 9
DAY = date(2026, 11, 22)
SYSTEM = Actor.for_system("a benchmark evaluates")
STATES = (
    ("TX", "Mental Health Peer Specialist"),
    ("OH", "Certified Peer Recovery Supporter"),
    ("WA", "Certified Peer Support Specialist"),
)
PERSONS = """
INSERT INTO organizations_person
    (organization_id, public_id, name, called, language, zone, pronouns, search, created_at)
SELECT %(house)s, gen_random_uuid(), 'Person ' || n, '', 'en', '', '', ' person ' || n, now()
FROM generate_series(%(begun)s::int, %(people)s::int - 1) AS n
"""
FRESH = """
FROM organizations_person p
WHERE p.organization_id = %(house)s
AND NOT EXISTS (SELECT 1 FROM {table} r WHERE r.person_id = p.id)
"""
ENTRIES = """
INSERT INTO certifications_evidenceentry
    (organization_id, public_id, person_id, kind, title, topic, amount, unit, ended_on, jurisdiction, state,
     entered_at, decided_at)
SELECT p.organization_id, gen_random_uuid(), p.id, e.kind, e.title, e.topic, e.amount, e.unit,
    date '2026-01-01' + (p.id %% 300)::int, '', 'confirmed', now(), now()
FROM (SELECT p.id, p.organization_id {fresh}) p
CROSS JOIN (VALUES
    ('training', 'Core', 'core', 19.5, 'hours'), ('training', 'Supplemental', 'supplemental', 40, 'hours'),
    ('training', 'e-Based', 'e_based_academy', 16, 'hours'), ('work', 'Work in spring', '', 180, 'hours'),
    ('work', 'Work in summer', '', 200, 'hours'), ('supervision', 'Supervision', '', 25, 'hours'),
    ('exam', 'Examination', 'written', 1, 'pieces'), ('education', 'Diploma', 'high_school', 1, 'pieces')
) AS e (kind, title, topic, amount, unit)
"""
ATTESTATIONS = """
INSERT INTO certifications_staffattestation
    (organization_id, person_id, kind, at_least, jurisdiction, paper, attested_on, created_at)
SELECT p.organization_id, p.id, e.kind, e.at_least, '', '', '2026-01-01', now()
FROM (SELECT p.id, p.organization_id {fresh}) p
CROSS JOIN (VALUES ('lived_experience', NULL::int), ('age', 18)) AS e (kind, at_least)
"""


def load(people: int) -> Organization:
    """A house with this many people and what they did, made once by statements over whole sets."""
    domain = "bench-certification.localhost"
    with transaction.atomic(), system_scope("a benchmark loads its data"):
        host = Host.objects.filter(domain=domain).first()
        house = (
            Organization.objects.get(pk=host.organization_id)
            if host
            else create_organization(actor=SYSTEM, domain=domain, name="Bench certification", short_name="Bench")
        )
        services.load_requirements(path=SHIPPED)
        standing = Person.objects.filter(organization=house).count()
    if standing < people:
        _fill(house, standing, people)
    return house


def _fill(house: Organization, begun: int, people: int) -> None:
    """The rows themselves, by the owner, without their history: the history of a bench is nobody's."""
    from peerplatform import logins

    values = {"house": house.pk, "begun": begun, "people": people}
    rows = (
        ("organizations_person", PERSONS),
        ("certifications_evidenceentry", ENTRIES),
        ("certifications_staffattestation", ATTESTATIONS),
    )
    with logins.connect("owner") as owner, owner.transaction():
        for table, statement in rows:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            owner.execute(statement.replace("{fresh}", FRESH.replace("{table}", table)), values)
            owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    with logins.connect("owner") as owner:
        owner.execute("ANALYZE certifications_evidenceentry, certifications_staffattestation, organizations_person")


def run(scale: float) -> list[Result]:
    """Everybody's standing with three states, in a constant number of queries."""
    wanted = max(FEW * 2, int(PEOPLE * scale))
    house = load(wanted)
    with transaction.atomic(), system_scope("a benchmark reads the catalogue"):
        credentials = [
            CatalogueCredential.objects.get(jurisdiction=place, credential_name=name).pk for place, name in STATES
        ]
        keys = list(Person.objects.filter(organization=house).order_by("pk").values_list("pk", flat=True)[:wanted])

    def ours(people: list[int]) -> int:
        with transaction.atomic(), open_scope(house.pk):
            return sum(progress.met for progress in selectors.standings(people, credentials, DAY))

    statements = _sent(lambda: ours(keys))
    few = len(_sent(lambda: ours(keys[:FEW])))
    if len(statements) != few:
        raise AssertionError(f"{few} queries for {FEW} people and {len(statements)} for {len(keys)}")

    def bare() -> None:
        with transaction.atomic(), open_scope(house.pk), connection.cursor() as cursor:
            for sql, params in statements:
                cursor.execute(sql, params)
                cursor.fetchall()

    mine, limit = alternate(lambda: ours(keys), bare, samples=SAMPLES, warm_up=1)
    note = f"warm, {len(keys)} people, 3 states, {few} queries for any number"
    name = "evaluating people against bare SQL"
    return [result(name, mine, limit, unit="s", op="<=", bar=6, samples=SAMPLES, note=note)]


def _sent(action: Callable[[], object]) -> list[tuple[str, Any]]:
    """The statements that an action sends to read rows, with their parameters."""
    sent: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT") and "set_config" not in sql:
            sent.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        action()
    return sent
