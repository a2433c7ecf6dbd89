"""What is signed refuses to change: by privileges, by triggers, and whoever asks."""

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from apps.access.scope import open_scope, system_scope
from apps.signing.models import Signature
from tests.database import open_connection
from tests.factories.organizations import make_member, make_organization
from tests.factories.signing import make_signature

CHANGES = [
    "UPDATE signing_signature SET printed_name = 'Somebody else'",
    "UPDATE signing_signature SET content = '', erased_at = now()",
    "DELETE FROM signing_signature",
    "INSERT INTO signing_signature SELECT * FROM signing_signature"
    " ON CONFLICT (organization_id, number) DO UPDATE SET printed_name = 'X'",
]


@pytest.mark.django_db
@pytest.mark.parametrize("sql", CHANGES)
@pytest.mark.parametrize("ignore", ["", "{signing_signature:*,signing_signature_sealed}"])
def test_the_running_role_cannot_change_or_delete_a_signature(sql, ignore):
    here = make_organization()
    make_signature(make_member(here))
    for scope in (open_scope(here.pk), system_scope("test")):
        refused = pytest.raises(DatabaseError, match="permission denied")
        with scope, refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [ignore])
            cursor.execute(sql)
    with open_scope(here.pk):
        assert Signature.objects.get().printed_name != "X"


@pytest.mark.django_db
def test_the_running_role_can_neither_switch_the_triggers_off_nor_grant_itself_more():
    for sql in (
        "ALTER TABLE signing_signature DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "DROP TRIGGER signing_signature_sealed ON signing_signature",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.django_db(transaction=True)
def test_the_owner_is_refused_while_the_triggers_stand(owner_connection):
    make_signature(make_member(make_organization()))
    with owner_connection.transaction(force_rollback=True):
        # the suite switches this one off, so that tests with real transactions can empty the tables
        owner_connection.execute("ALTER TABLE signing_signature ENABLE TRIGGER signing_signature_sealed_truncate")
        for sql in (CHANGES[0], CHANGES[2], "TRUNCATE signing_signature CASCADE"):
            with pytest.raises(psycopg.errors.CheckViolation) as refused, owner_connection.transaction():
                owner_connection.execute(sql)
            assert refused.value.diag.constraint_name == "signing_signature_sealed"


@pytest.mark.django_db(transaction=True)
def test_the_owner_may_erase_the_body_once_and_nothing_else(owner_connection):
    make_signature(make_member(make_organization()))
    with pytest.raises(psycopg.errors.CheckViolation):
        owner_connection.execute("UPDATE signing_signature SET erased_at = now()")
    with pytest.raises(psycopg.errors.CheckViolation):
        owner_connection.execute("UPDATE signing_signature SET content = '', erased_at = now(), printed_name = 'X'")
    owner_connection.execute("UPDATE signing_signature SET content = '', erased_at = now()")
    with pytest.raises(psycopg.errors.CheckViolation):
        owner_connection.execute("UPDATE signing_signature SET erased_at = now() + interval '1 day'")


COPY = """
INSERT INTO signing_signature (organization_id, number, previous_hash, hash, kind, schema_version, row_id, version,
    content, content_hash, meaning, signer_id, person_id, printed_name, role, credential, method, signed_at, zone)
SELECT organization_id, number + {step}, {previous}, repeat('a', 64), kind, schema_version, row_id, version + 1,
    {content}, content_hash, meaning, signer_id, person_id, printed_name, role, credential, method, signed_at, zone
FROM signing_signature
"""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("step", "previous", "content"),
    [(2, "hash", "content"), (1, "previous_hash", "content"), (1, "hash", "'other'")],
)
def test_a_planted_signature_that_does_not_carry_on_is_refused(step, previous, content):
    here = make_organization()
    make_signature(make_member(here))
    sql = COPY.format(step=step, previous=previous, content=content)
    with open_scope(here.pk), connection.cursor() as cursor, pytest.raises(IntegrityError) as refused:
        cursor.execute(sql)
    assert refused.value.__cause__.diag.constraint_name == "signing_chain_holds"


@pytest.mark.django_db(transaction=True)
def test_a_signature_of_another_organization_is_neither_read_nor_planted():
    here, there = make_organization(), make_organization()
    make_signature(make_member(there))
    with transaction.atomic(), open_scope(here.pk), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM signing_signature")
        assert cursor.fetchone() == (0,)
    with open_connection("runtime") as raw, raw.transaction():
        raw.execute("SELECT set_config('app.organizations', %s, true)", [f"{{{here.pk}}}"])
        assert raw.execute("SELECT count(*) FROM signing_signature").fetchone() == (0,)
