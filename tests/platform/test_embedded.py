"""Embedded servers: started, shared, killed, and started again."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from peerplatform.embedded import EmbeddedError, EmbeddedServices, broker_url, local_secret
from peerplatform.embedded.addresses import socket_dir
from peerplatform.embedded.processes import CAP_DAC_READ_SEARCH

HOLD = """
import sys, time
from pathlib import Path
from peerplatform.embedded import EmbeddedServices
with EmbeddedServices(Path(sys.argv[1]), throwaway=True) as services:
    child = services.servers[0].child
    print("owned" if services.owned else "attached", child and child.pid)
    sys.stdout.flush()
    time.sleep(120)
"""


@pytest.fixture
def var_dir(tmp_path):
    yield tmp_path / "var"
    folder = socket_dir(tmp_path / "var")
    if folder.is_dir():
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


@pytest.fixture
def holder(var_dir):
    """Starts a process that holds the servers of `var_dir`; gives (process, what it said)."""
    started = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(var_dir)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
        )
        started.append(process)
        return process, process.stdout.readline().split()

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def write_and_count(var_dir):
    with psycopg.connect(host=str(socket_dir(var_dir)), user="peer_owner", dbname="peerplatform") as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (at timestamptz DEFAULT now())")
        connection.execute("INSERT INTO kept DEFAULT VALUES")
        return connection.execute("SELECT count(*) FROM kept").fetchone()[0]


def test_what_was_written_is_there_after_a_stop_and_a_start(var_dir):
    for expected in (1, 2):
        with EmbeddedServices(var_dir, throwaway=True):
            assert write_and_count(var_dir) == expected


def test_a_second_process_uses_the_servers_of_the_first(var_dir, holder):
    with EmbeddedServices(var_dir, throwaway=True):
        _, said = holder()
        assert said[0] == "attached"
        assert write_and_count(var_dir) == 1


def test_a_killed_holder_leaves_a_folder_that_starts(var_dir, holder):
    process, said = holder()
    assert said[0] == "owned"
    assert write_and_count(var_dir) == 1
    process.kill()
    process.wait()
    with EmbeddedServices(var_dir, throwaway=True) as services:
        assert services.owned
        assert write_and_count(var_dir) == 2


def test_a_holder_and_its_server_killed_together_leave_a_folder_that_starts(var_dir, holder):
    process, said = holder()
    write_and_count(var_dir)
    os.kill(int(said[1]), signal.SIGKILL)
    process.kill()
    process.wait()
    with EmbeddedServices(var_dir, throwaway=True):
        assert write_and_count(var_dir) == 2


@pytest.mark.parametrize(
    "content", ["", "not a number\n", f"{os.getpid()}\n/nowhere\n1\n5432\n/tmp\n\n"], ids=["empty", "words", "ours"]
)
def test_a_stale_pid_file_does_not_stop_a_start(var_dir, content):
    with EmbeddedServices(var_dir, redis=False, throwaway=True):
        owner = (var_dir / "postgres" / "PG_VERSION").stat()
    pid_file = var_dir / "postgres" / "postmaster.pid"
    pid_file.write_text(content)
    os.chown(pid_file, owner.st_uid, owner.st_gid)
    with EmbeddedServices(var_dir, redis=False, throwaway=True):
        assert write_and_count(var_dir) == 1


def test_a_half_made_folder_is_made_again(var_dir):
    (var_dir / "postgres.new" / "base").mkdir(parents=True)
    with EmbeddedServices(var_dir, redis=False, throwaway=True):
        assert write_and_count(var_dir) == 1


def test_a_server_that_died_is_brought_back(var_dir):
    with EmbeddedServices(var_dir, throwaway=True) as services:
        assert write_and_count(var_dir) == 1
        for server in services.servers:
            server.child.kill()
            server.child.wait()
        assert services.revive() == ["Postgres", "Redis"]
        assert write_and_count(var_dir) == 2
        assert services.revive() == []


def test_a_folder_of_an_older_major_version_is_refused_with_the_way_up(var_dir):
    data = var_dir / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("15\n")
    with (
        pytest.raises(EmbeddedError, match=r"PostgreSQL 15.*backup DIR.*restore DIR"),
        EmbeddedServices(var_dir, redis=False),
    ):
        pass


def test_a_running_platform_refuses_a_second_one_in_its_folder(var_dir, monkeypatch):
    monkeypatch.setattr("peerplatform.embedded.services.FORMER_OWNER_SECONDS", 0.2)
    first, second = EmbeddedServices(var_dir), EmbeddedServices(var_dir)
    first.take()
    try:
        with pytest.raises(EmbeddedError, match=f"already runs .*process {os.getpid()}"):
            second.take()
    finally:
        first.stop()


def test_the_local_secret_is_made_once_and_read_by_its_owner_only(tmp_path):
    secret = local_secret(tmp_path)
    assert len(secret) > 50
    assert local_secret(tmp_path) == secret
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize(
    ("address", "broker"),
    [
        ("unix:///tmp/x/redis.sock?db=0", "redis+socket:///tmp/x/redis.sock?virtual_host=0"),
        ("redis://cache.example:6379/1", "redis://cache.example:6379/1"),
    ],
)
def test_the_broker_is_named_as_celery_spells_it(address, broker):
    assert broker_url(address) == broker


def test_nothing_listens_on_a_network_port(var_dir):
    with EmbeddedServices(var_dir, throwaway=True) as services:
        for server in services.servers:
            sockets = {str(fd.readlink()) for fd in Path(f"/proc/{server.child.pid}/fd").iterdir()}
            inodes = {name[8:-1] for name in sockets if name.startswith("socket:")}
            for table in ("tcp", "tcp6"):
                rows = Path(f"/proc/{server.child.pid}/net/{table}").read_text().splitlines()[1:]
                assert not inodes & {row.split()[9] for row in rows if row.split()[3] == "0A"}


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's server runs as that user")
def test_under_root_the_server_is_another_user_with_one_right_at_most(var_dir):
    with EmbeddedServices(var_dir, redis=False, throwaway=True) as services:
        status = Path(f"/proc/{services.servers[0].child.pid}/status").read_text().splitlines()
        fields = dict(line.split(":", 1) for line in status)
        assert fields["Uid"].split()[0] != "0"
        assert int(fields["CapEff"], 16) in (0, 1 << CAP_DAC_READ_SEARCH)
        assert int(fields["CapPrm"], 16) == int(fields["CapEff"], 16)
