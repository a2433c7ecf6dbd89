"""`backup` and `restore` as an operator runs them, on a platform in a folder of its own."""

import hashlib
import json
import os
import stat
import subprocess
import sys

import psycopg
import pytest

from peerplatform.embedded import EmbeddedServices
from peerplatform.embedded.addresses import socket_dir

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


SEND = """
from datetime import timedelta
from django.utils import timezone
from apps.access.actor import Actor
from apps.access.scope import system_scope
from apps.messaging import registry, services
from apps.messaging.registry import Facts, Purpose
from tests.factories.messaging import make_contact_point, plan_for, zone_at
from tests.factories.organizations import make_organization, make_person

def facts(organization_id, messages):
    return {m.pk: Facts({"starts_at": timezone.now(), "zone": "UTC", "place": "", "with_name": ""}) for m in messages}

registry.register_topic("appointments", "your appointments")
purpose = registry.register_purpose(Purpose("test_reminder", "appointments", "appointment_reminder", facts))

def send():
    with system_scope("the test sends"):
        print("claimed", services.send_due().claimed)
"""
PLAN = """
person = make_person(make_organization(zone=zone_at(12)))  # nothing leaves in the night
make_contact_point(person)
plan_for(person, purpose)
"""
RELEASE = """
with system_scope("the test releases"):
    print("released", services.release_sending(actor=Actor.for_system("the test releases")))
"""


class Installation:
    """A migrated platform whose servers run for the length of a test module."""

    def __init__(self, folder):
        self.folder, self.var_dir = folder, folder / "var"
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "REDIS_", "PEER_"))}
        self.environment = kept | {
            "DJANGO_SETTINGS_MODULE": "peerplatform.settings.dev",
            "PEER_VAR_DIR": str(self.var_dir),
        }

    def run(self, *args, **environment):
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, args), "--no-color"],
            env=self.environment | environment,
            capture_output=True,
            text=True,
        )

    def sql(self, query, database="peerplatform"):
        where = {"host": str(socket_dir(self.var_dir)), "dbname": database, "autocommit": True}
        with psycopg.connect(user="peer_owner", **where) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    def domains(self):
        return {domain for (domain,) in self.sql("SELECT domain FROM django_site")}

    def databases(self):
        return {name for (name,) in self.sql("SELECT datname FROM pg_database WHERE NOT datistemplate")}


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    installation = Installation(tmp_path_factory.mktemp("installation"))
    with EmbeddedServices(installation.var_dir, throwaway=True):
        migrated = installation.run("migrate", "--verbosity=0")
        assert migrated.returncode == 0, migrated.stderr
        yield installation


@pytest.fixture(scope="module")
def backup(installation):
    """A backup of one site row, one file and the keys."""
    folder = installation.folder / "backup"
    installation.sql("INSERT INTO django_site (domain, name) VALUES ('kept.example', 'Kept')")
    (installation.var_dir / "files").mkdir()
    (installation.var_dir / "files" / "letter.txt").write_text("Dear Lucía")
    done = installation.run("backup", folder)
    assert done.returncode == 0, done.stderr
    return folder


def copy_of(backup, tmp_path):
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-a", backup, copy], check=True)
    return copy


def test_a_backup_is_readable_by_its_owner_only_and_says_what_it_holds(backup, installation):
    manifest = json.loads((backup / "manifest.json").read_text())
    assert stat.S_IMODE(backup.stat().st_mode) == 0o700
    assert set(manifest["sha256"]) == {"database.dump", "keys.json", "heads.json", "files/letter.txt"}
    assert manifest["tables"]["django_site"] == len(installation.domains())
    assert json.loads((backup / "keys.json").read_text())["SECRET_KEY"]


def test_a_backup_into_a_folder_in_use_is_refused(backup, installation):
    done = installation.run("backup", backup)
    assert done.returncode != 0
    assert "is not empty" in done.stderr


def test_a_restore_over_existing_data_is_refused(backup, installation):
    before = installation.domains()
    done = installation.run("restore", backup)
    assert done.returncode != 0
    assert "--force" in done.stderr
    assert installation.domains() == before


def test_verify_tries_the_backup_and_leaves_the_present_data(backup, installation):
    installation.sql("INSERT INTO django_site (domain, name) VALUES ('later.example', 'Later')")
    done = installation.run("restore", backup, "--verify")
    assert done.returncode == 0, done.stderr
    assert "the backup is good" in done.stdout
    assert "later.example" in installation.domains()
    assert installation.databases() == {"peerplatform", "postgres"}


def test_a_forced_restore_brings_back_rows_files_keys_and_rights(backup, installation):
    installation.sql("INSERT INTO django_site (domain, name) VALUES ('lost.example', 'Lost')")
    (installation.var_dir / "files" / "letter.txt").write_text("overwritten")
    (installation.var_dir / "files" / "more.txt").write_text("made after the backup")
    (installation.var_dir / "secret_key").write_text("another key, long enough to be taken for one, 0123456789")
    done = installation.run("restore", backup, "--force", "--verify")
    assert done.returncode == 0, done.stderr
    assert "kept.example" in installation.domains()
    assert "lost.example" not in installation.domains()
    assert [p.name for p in (installation.var_dir / "files").iterdir()] == ["letter.txt"]
    assert (installation.var_dir / "files" / "letter.txt").read_text() == "Dear Lucía"
    key = json.loads((backup / "keys.json").read_text())["SECRET_KEY"]
    assert (installation.var_dir / "secret_key").read_text() == key
    owners = installation.sql("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    assert owners == [("peer_owner",)]
    assert installation.sql("SELECT has_table_privilege('peer_runtime', 'django_session', 'INSERT')") == [(True,)]
    assert installation.databases() == {"peerplatform", "postgres"}
    assert installation.run("migrate", "--check").returncode == 0


def test_a_restored_platform_sends_nothing_until_it_is_released(installation):
    folder = installation.folder / "waiting"
    planned = installation.run("shell", "-c", SEND + PLAN)
    assert planned.returncode == 0, planned.stderr
    assert installation.run("backup", folder).returncode == 0
    sent = installation.run("shell", "-c", SEND + RELEASE + "send()")  # an earlier restore paused it
    assert "claimed 1" in sent.stdout

    done = installation.run("restore", folder, "--force", "--verify")
    assert done.returncode == 0, done.stderr
    assert "sending is paused, 1 messages wait" in done.stdout
    assert installation.sql("SELECT why FROM messaging_sendingpause WHERE released_at IS NULL")[0][0].startswith(
        "restored"
    )
    assert "claimed 0" in installation.run("shell", "-c", SEND + "send()").stdout
    released = installation.run("shell", "-c", SEND + RELEASE + "send()")
    assert "released 1" in released.stdout
    assert "claimed 1" in released.stdout


def test_a_backup_whose_chain_ends_before_its_head_is_refused(backup, installation, tmp_path):
    copy = copy_of(backup, tmp_path)
    public_id = str(installation.sql("SELECT public_id FROM organizations_organization LIMIT 1")[0][0])
    heads = json.loads((copy / "heads.json").read_text())
    heads["heads"] = [{"organization": public_id, "number": 7, "hash": "0" * 64}]
    (copy / "heads.json").write_text(json.dumps(heads))
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["sha256"]["heads.json"] = hashlib.sha256((copy / "heads.json").read_bytes()).hexdigest()
    (copy / "manifest.json").write_text(json.dumps(manifest))
    done = installation.run("restore", copy, "--verify")
    assert done.returncode != 0
    assert "what was in it does not hold" in done.stderr
    assert installation.databases() == {"peerplatform", "postgres"}


def test_a_restore_while_the_platform_works_is_refused_and_leaves_nothing(backup, installation):
    before = installation.domains()
    where = {"host": str(socket_dir(installation.var_dir)), "dbname": "peerplatform"}
    with psycopg.connect(user="peer_runtime", **where):
        done = installation.run("restore", backup, "--force")
    assert done.returncode != 0
    assert "stop the platform" in done.stderr
    assert installation.domains() == before
    assert installation.databases() == {"peerplatform", "postgres"}


@pytest.mark.parametrize("name", ["database.dump", "keys.json", "heads.json", "files/letter.txt"])
def test_a_backup_with_one_changed_byte_is_refused(backup, installation, tmp_path, name):
    copy = copy_of(backup, tmp_path)
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    done = installation.run("restore", copy, "--verify")
    assert done.returncode != 0
    assert f"{name} is not what was backed up" in done.stderr


def test_an_unfinished_backup_is_refused(backup, installation, tmp_path):
    copy = copy_of(backup, tmp_path)
    (copy / "manifest.json").unlink()
    assert "did not finish" in installation.run("restore", copy, "--verify").stderr


def test_a_backup_for_other_roles_is_refused_with_their_names(backup, installation, tmp_path):
    copy = copy_of(backup, tmp_path)
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["roles"]["runtime"] = "other_app"
    (copy / "manifest.json").write_text(json.dumps(manifest))
    assert "other_app" in installation.run("restore", copy, "--verify").stderr
