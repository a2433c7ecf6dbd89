"""`make run` from outside: ready, killed in every way, ready again, and nothing left."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from peerplatform.embedded.addresses import socket_dir
from peerplatform.supervisor import free_port, marked_processes

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
READY_SECONDS = 60
FIRST_SECONDS = 280  # of a fresh folder, which migrates everything: the contract says under five minutes


class Platform:
    """One run of the supervisor over a folder of its own."""

    def __init__(self, var_dir):
        self.var_dir, self.port = var_dir, free_port(0)
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "REDIS_", "PEER_"))}
        self.environment = kept | {
            "DJANGO_SETTINGS_MODULE": "peerplatform.settings.dev",
            "PEER_VAR_DIR": str(var_dir),
            "PORT": str(self.port),
            "DEMO": "0",
        }
        self.said = var_dir.parent / "said.txt"
        self.process = None

    def start(self):
        first = self.process is None
        with self.said.open("w") as handle:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "peerplatform.supervisor"], env=self.environment, stdout=handle, stderr=handle
            )
        self.wait_to_hear(f"ready http://localhost:{self.port}", FIRST_SECONDS if first else READY_SECONDS)

    def wait_to_hear(self, text, seconds=READY_SECONDS):
        end = time.monotonic() + seconds
        while text not in self.said.read_text():
            assert self.process.poll() is None, self.said.read_text()
            assert time.monotonic() < end, self.said.read_text()
            time.sleep(0.1)

    def healthy(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=10) as answer:
            return answer.status == 200

    def children(self, *words):
        """The numbers of its marked processes whose command line has all the words."""
        found = []
        for process in marked_processes(str(self.var_dir.resolve())):
            command = Path(f"/proc/{process}/cmdline").read_text()
            if all(word in command for word in words):
                found.append(process)
        return found

    def kill_everything(self):
        database = int((self.var_dir / "postgres" / "postmaster.pid").read_text().split()[0])
        for process in [self.process.pid, *self.children(), database]:
            os.kill(process, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@pytest.fixture
def platform(tmp_path):
    platform = Platform(tmp_path / "var")
    yield platform
    if platform.process is not None and platform.process.poll() is None:
        platform.stop()
    folder = socket_dir(tmp_path / "var")
    if folder.is_dir():
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


def test_a_stopped_run_leaves_no_process(platform):
    platform.start()
    assert platform.healthy()
    assert platform.stop() == 0
    assert platform.children() == []


def test_after_a_kill_of_everything_the_next_run_is_ready(platform):
    platform.start()
    platform.kill_everything()
    platform.start()
    assert platform.healthy()


def test_after_a_kill_of_the_supervisor_alone_the_next_run_is_ready(platform):
    platform.start()
    platform.process.kill()
    platform.process.wait()
    platform.start()
    assert platform.healthy()


def test_a_child_that_dies_is_brought_back_and_said(platform):
    platform.start()
    (beat,) = platform.children("celery", "beat")
    os.kill(beat, signal.SIGKILL)
    platform.wait_to_hear("beat ended with -9, starting again in 1 s", seconds=10)
    end = time.monotonic() + 20
    while not platform.children("celery", "beat"):
        assert time.monotonic() < end
        time.sleep(0.1)
    assert platform.healthy()


def test_a_second_run_in_the_same_folder_is_refused(platform):
    platform.start()
    second = subprocess.run(
        [sys.executable, "-m", "peerplatform.supervisor"],
        env=platform.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert second.returncode == 1
    assert "already runs" in second.stdout
    assert platform.healthy()


def test_a_taken_port_is_said_with_a_way_out(platform):
    platform.start()
    other = Platform(platform.var_dir.parent / "other")
    other.environment["PORT"] = str(platform.port)
    second = subprocess.run(
        [sys.executable, "-m", "peerplatform.supervisor"],
        env=other.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert second.returncode == 1
    assert f"port {platform.port} is taken" in second.stdout
