"""A chain of 100,000 signatures proven: bytes and links in one pass, and the live rows behind it apart.

The chain is of locked supervision notes, each signed by its author and its supervisor. The bare side reads the same
signatures by one plain statement a batch, hashes the bytes that were signed and those of each header, as the database
puts them together, and does nothing else.
"""

from __future__ import annotations

import hashlib
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, models, transaction

from apps.access.actor import Actor
from apps.access.scope import open_scope, system_scope
from apps.organizations.models import Host, Organization, Person
from apps.organizations.services import create_organization
from apps.signing import verification
from apps.signing.canonical import canonical_bytes, sha256_hex
from apps.signing.choices import Meaning, Method
from apps.signing.models import FIRST_LINK, Signature, header_of
from apps.signing.verification import BATCH, Verification
from apps.supervision.choices import NoteState
from apps.supervision.models import KIND, NoteVersion, SupervisionNote, SupervisionPlan, SupervisionSession
from bench.measure import Result, alternate, result

SIGNATURES = 100_000
SAMPLES = 3
MEGABYTE = 1_000_000
SYSTEM = Actor.for_system("a benchmark loads its data")
BEGUN = datetime(2021, 1, 4, 9, tzinfo=UTC)
WORDS = "We looked at how much of their own story helps in a group, and what the person had asked for. " * 3
BARE = (
    "SELECT number, content FROM signing_signature"
    f" WHERE organization_id = %s AND number > %s ORDER BY number LIMIT {BATCH}"
)


def load(signatures: int) -> Organization:
    """A house with a chain of this length; made once, whole or not at all."""
    domain = f"bench-signatures-{signatures}.localhost"
    with transaction.atomic(), system_scope("a benchmark loads its data"):
        host = Host.objects.filter(domain=domain).first()
        house = (
            Organization.objects.get(pk=host.organization_id)
            if host
            else create_organization(
                actor=SYSTEM, domain=domain, name=f"Bench signatures {signatures}", short_name="Bench"
            )
        )
        standing = Signature.objects.filter(organization=house).count()
        if not standing:
            plan = _plan(house, signatures)
    if not standing:
        _fill(plan, signatures // 2)
    return house


def _plan(house: Organization, signatures: int) -> SupervisionPlan:
    people = []
    for name in ("Dana Whitfield", "Ruth Alvarez"):
        email = f"{name.split()[0].lower()}@bench-signatures-{signatures}.example"
        user = get_user_model().objects.create_user(email=email)
        people.append(Person.objects.create(organization=house, name=name, user=user))
    return SupervisionPlan.objects.create(
        organization=house, specialist=people[0], supervisor=people[1], starts_on=date(2020, 1, 1)
    )


def _fill(plan: SupervisionPlan, notes: int) -> None:
    """The rows themselves, by the owner, without their history: the history of a bench is nobody's."""
    from peerplatform import logins

    tables: tuple[type[models.Model], ...] = (SupervisionSession, SupervisionNote, Signature, NoteVersion)
    with logins.connect("owner") as owner, owner.transaction():
        last = {}
        for model in tables:
            table = model._meta.db_table
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            last[model] = (owner.execute(f"SELECT max(id) FROM {table}").fetchone() or (0,))[0] or 0
        rows = _rows(plan, notes, last)
        while some := list(islice(rows, BATCH)):
            for place, model in enumerate(tables):
                _copy(owner, model, (row for each in some for row in each[place]))
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in tables:
            table = model._meta.db_table
            owner.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table})::bigint)"
            )
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    with logins.connect("owner") as owner:
        owner.execute(f"ANALYZE {', '.join(model._meta.db_table for model in tables)}")


def _copy(owner: Any, model: type[models.Model], rows: Iterable[models.Model]) -> None:
    fields = model._meta.concrete_fields
    columns = ", ".join(str(field.column) for field in fields)
    with owner.cursor() as cursor, cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields])


def _rows(plan: SupervisionPlan, notes: int, last: dict[Any, int]) -> Iterator[tuple[list[Any], ...]]:
    """Note after note: its session, itself, its two signatures and its version, as the services would leave them."""
    previous, number = FIRST_LINK, 0
    house = plan.organization_id
    for n in range(1, notes + 1):
        moment = BEGUN + timedelta(minutes=n)
        session = SupervisionSession(
            pk=last[SupervisionSession] + n, organization_id=house, plan=plan, held_on=moment.date(), minutes=60,
            created_at=moment,
        )  # fmt: skip
        note = SupervisionNote(
            pk=last[SupervisionNote] + n, organization_id=house, session=session, state=NoteState.SIGNED, version=1,
            submitted_at=moment, first_submitted_at=moment, signed_at=moment, created_at=moment,
        )  # fmt: skip
        version = NoteVersion(
            pk=last[NoteVersion] + n,
            organization_id=house,
            note=note,
            version=1,
            specialist=plan.specialist,
            specialist_name=plan.specialist.name,
            supervisor=plan.supervisor,
            supervisor_name=plan.supervisor.name,
            details={"strengths": f"Patience {n}.", "competencies": ["growth"]},
            reviewed=f"{n}: {WORDS}",
            decided=f"{n}: {WORDS}",
            actions="Find a quieter place to meet.",
            **{name: getattr(session, name) for name in SupervisionSession.FACTS},
        )
        content = canonical_bytes(version.as_signed())
        signatures = []
        for person, meaning in ((plan.specialist, Meaning.AUTHOR), (plan.supervisor, Meaning.REVIEWED)):
            number += 1
            values: dict[str, Any] = {
                "organization_id": house, "number": number, "previous_hash": previous, "kind": KIND,
                "schema_version": version.schema, "row_id": note.pk, "version": 1, "content_hash": sha256_hex(content),
                "meaning": str(meaning), "signer_id": person.user_id, "person_id": person.pk,
                "printed_name": person.name, "role": "Supervisor", "credential": "", "method": str(Method.PASSWORD),
                "signed_at": moment, "zone": "America/Chicago",
            }  # fmt: skip
            previous = sha256_hex(header_of(values))
            signatures.append(Signature(pk=last[Signature] + number, content=content, hash=previous, **values))
        version.author_signature_id, note.supervisor_signature_id = signatures[0].pk, signatures[1].pk
        note.frozen_id = version.pk
        yield [session], [note], signatures, [version]


def run(scale: float) -> list[Result]:
    """Bytes and links, their memory, and the live rows."""
    wanted = max(5 * BATCH, int(SIGNATURES * scale) // 2 * 2)
    house, small = load(wanted), load(max(3 * BATCH, wanted // 10 // 2 * 2))

    def chain(of: Organization = house) -> Verification:
        found = Verification(str(of.public_id))
        with transaction.atomic(), open_scope(of.pk, work="verify"):
            verification._verify_chain(found, {}, 100)
        return found

    def live(of: Organization = house) -> Verification:
        found = Verification(str(of.public_id))
        with transaction.atomic(), open_scope(of.pk, work="verify"):
            verification._verify_live(found, 100)
        return found

    def bare() -> None:
        after = 0
        with transaction.atomic(), open_scope(house.pk), connection.cursor() as cursor:
            while True:
                cursor.execute(BARE, [house.pk, after])
                rows = cursor.fetchall()
                for _number, content in rows:
                    hashlib.sha256(content).hexdigest()
                if len(rows) < BATCH:
                    return
                after = rows[-1][0]

    bare()
    first, asked_chain = _counted(chain)
    second, asked_live = _counted(live)
    if not (first.holds and second.holds and first.checked == second.compared == wanted):
        raise AssertionError(f"the chain does not hold: {first} {second}")
    note = f"warm, {wanted} signatures, batches of {BATCH}"
    peaks = [_peak(partial(chain, of)) / MEGABYTE for of in (house, small)]
    results = [
        result("memory of a chain against a tenth of it", *peaks, unit="MB", op="<=", bar=1.5, samples=1, note=note)
    ]
    for name, ours, asked, bar in (
        ("bytes and links of a chain", chain, asked_chain, 3),
        ("live rows of a chain", live, asked_live, 20),
    ):
        mine, limit = alternate(ours, bare, samples=SAMPLES, warm_up=0)  # all ran before
        told = f"{note}, {asked / (wanted / BATCH):.1f} queries a batch"
        results.append(
            result(f"{name} against bare hashing", mine, limit, unit="s", op="<=", bar=bar, samples=SAMPLES, note=told)
        )
    return results


def _peak(action: Callable[[], object]) -> int:
    """The most memory that Python held at once while an action ran, above what it held before."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        action()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def _counted(action: Callable[[], Verification]) -> tuple[Verification, int]:
    """What an action found, and how many statements it sent."""
    sent: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        return action(), len(sent)
