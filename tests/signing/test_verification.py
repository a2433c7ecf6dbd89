"""Verification finds what an owner of the database can do with the triggers off, and names the first broken link."""

import json
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from apps.access.scope import system_scope
from apps.signing.heads import export_heads, read_heads
from apps.signing.models import HEADER_FIELDS
from apps.signing.tasks import export_signature_heads
from apps.signing.verification import Head, verify
from tests.factories.organizations import make_member, make_organization
from tests.factories.signing import make_signature

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def triggers_off(owner):
    owner.execute("ALTER TABLE signing_signature DISABLE TRIGGER USER")
    try:
        yield
    finally:
        owner.execute("ALTER TABLE signing_signature ENABLE TRIGGER USER")
        owner.execute("ALTER TABLE signing_signature DISABLE TRIGGER signing_signature_sealed_truncate")


@pytest.fixture
def chain():
    organization = make_organization()
    people = [make_member(organization, name=f"Person {n}") for n in range(5)]
    for person in people:
        make_signature(person)
    return organization


def check(organization, heads=()):
    with transaction.atomic():
        return verify(organization, heads)


def test_an_untouched_chain_holds(chain):
    found = check(chain)
    assert found.holds
    assert (found.checked, found.compared, found.head.number) == (5, 5, 5)


@pytest.mark.parametrize("byte", [0, -1])
def test_one_byte_of_signed_content_flipped_by_the_owner_is_found_and_named(chain, owner_connection, byte):
    with triggers_off(owner_connection):
        owner_connection.execute(
            "UPDATE signing_signature SET content = set_byte(content, p, get_byte(content, p) # 1)"
            " FROM (SELECT (%s + length(content)) %% length(content) AS p FROM signing_signature WHERE number = 3) AS q"
            " WHERE number = 3",
            [byte],
        )
    found = check(chain)
    assert [(p.number, p.what) for p in found.chain] == [(3, "content")]
    assert [(p.number, p.what) for p in found.live] == [(3, "live")]


CHANGED = {
    "organization_id": None,  # it would be missing from the chain, as in the test of the gap
    "signed_at": "signed_at + interval '1 microsecond'",
    "zone": "'Europe/Paris'",
    "person_id": "(SELECT min(id) FROM organizations_person WHERE id <> person_id)",
    "signer_id": "(SELECT min(id) FROM accounts_user WHERE id <> signer_id)",
    "number": "6",
    "meaning": "'attested'",
}


def test_any_changed_field_of_a_signature_is_found_and_named(chain, owner_connection):
    run = owner_connection.execute
    run("CREATE TEMP TABLE kept AS TABLE signing_signature")
    kinds = dict(
        run("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'signing_signature'")
    )
    for field in (*HEADER_FIELDS, "hash"):
        default = f"{field} + 1" if "int" in kinds[field] else f"overlay({field} || 'x' placing 'y' from 1)"
        if "hash" in field:
            default = f"overlay({field} placing (CASE left({field}, 1) WHEN '0' THEN '1' ELSE '0' END) from 1 for 1)"
        change = CHANGED.get(field, default)
        if change is None:
            continue
        with triggers_off(owner_connection):
            run(f"UPDATE signing_signature SET {field} = {change} WHERE number = 3")
        found = check(chain)
        assert found.chain, field
        assert found.chain[0].number == (4 if field == "number" else 3), field
        with triggers_off(owner_connection), owner_connection.transaction():
            run("DELETE FROM signing_signature")
            run("INSERT INTO signing_signature SELECT * FROM kept ORDER BY number")
        assert check(chain).holds


def test_two_signatures_that_changed_places_are_found(chain, owner_connection):
    with triggers_off(owner_connection):
        for was, becomes in ((2, 99), (3, 2), (99, 3)):
            owner_connection.execute("UPDATE signing_signature SET number = %s WHERE number = %s", [becomes, was])
    assert check(chain).chain[0].number == 2


def test_a_removed_signature_leaves_a_gap_that_is_named(chain, owner_connection):
    with triggers_off(owner_connection):
        owner_connection.execute("DELETE FROM signing_signature WHERE number = 2")
    found = check(chain)
    assert [(p.number, p.what) for p in found.chain] == [(3, "gap"), (3, "link")]
    assert "2 is missing" in found.chain[0].words


def test_a_removed_last_signature_is_found_with_an_exported_head(chain, owner_connection, tmp_path):
    with transaction.atomic(), system_scope("test"):
        file, count = export_heads([chain], tmp_path / "heads.json")
    assert count == 1
    heads = read_heads(file)
    assert check(chain, heads).holds
    with triggers_off(owner_connection):
        owner_connection.execute("DELETE FROM signing_signature WHERE number = 5")
    assert check(chain).holds, "without the head nothing tells"
    found = check(chain, heads)
    assert [(p.number, p.what) for p in found.chain] == [(5, "head")]


def test_a_chain_that_was_rewritten_whole_is_found_with_an_exported_head(chain, owner_connection):
    head = check(chain).head
    assert check(chain, [head, Head("another organization", 3, "x")]).holds
    other = Head(head.organization, 4, head.hash)
    assert [(p.number, p.what) for p in check(chain, [other]).chain] == [(4, "head")]


def test_a_live_row_that_says_something_else_is_reported_apart(chain, owner_connection):
    owner_connection.execute("UPDATE organizations_person SET name = 'Changed' WHERE name = 'Person 3'")
    found = check(chain)
    assert found.chain == []
    assert [(p.number, p.what) for p in found.live] == [(4, "live")]
    assert not found.holds


def test_an_erased_body_keeps_the_chain_and_is_counted(chain, owner_connection):
    owner_connection.execute("UPDATE signing_signature SET content = '', erased_at = now() WHERE number = 3")
    found = check(chain)
    assert found.holds
    assert (found.erased, found.compared) == (1, 4)


def test_comparing_needs_a_constant_number_of_queries(chain, django_assert_num_queries):
    with transaction.atomic():
        verify(chain)
        with django_assert_num_queries(4):
            verify(chain)


def test_the_command_says_that_all_holds(chain, capsys):
    call_command("verify_signatures")
    assert f"holds   {chain.name}: 5 signatures" in capsys.readouterr().out


def test_the_command_names_the_first_broken_link_and_exits_with_1(chain, owner_connection, capsys):
    with triggers_off(owner_connection):
        owner_connection.execute("UPDATE signing_signature SET printed_name = 'X' WHERE number IN (2, 4)")
    with pytest.raises(CommandError) as refused:
        call_command("verify_signatures")
    assert refused.value.returncode == 1
    out = capsys.readouterr().out
    assert "first broken link: signature 2 itself was changed" in out
    assert "and 1 more" in out
    with pytest.raises(CommandError):
        call_command("verify_signatures", json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["organizations"][0]["chain"][0]["number"] == 2


def test_the_command_checks_exported_heads(chain, owner_connection, capsys, tmp_path):
    file = tmp_path / "heads.json"
    call_command("export_signature_heads", str(file))
    with pytest.raises(CommandError):
        call_command("export_signature_heads", str(file))
    call_command("verify_signatures", heads=[file])
    with triggers_off(owner_connection):
        owner_connection.execute("DELETE FROM signing_signature WHERE number = 5")
    with pytest.raises(CommandError):
        call_command("verify_signatures", heads=[file])
    assert "signature 5 was exported as head and is gone" in capsys.readouterr().out
    (tmp_path / "other.json").write_text("{}")
    with pytest.raises(CommandError, match="not a file of chain heads"):
        call_command("verify_signatures", heads=[tmp_path / "other.json"])


def test_the_task_keeps_the_heads_once_a_day_however_often_it_is_asked(chain, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    export_signature_heads()
    export_signature_heads()
    files = sorted((tmp_path / "heads").iterdir())
    assert len(files) == 1
    assert [head.number for head in read_heads(files[0])] == [5]
