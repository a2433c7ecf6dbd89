"""What `make run` does before it starts anything, in one process: starting Python three times took half of it."""

from __future__ import annotations

import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from peerplatform import logins
from peerplatform.commands import check_roles


class Command(BaseCommand):
    help = "Bring tables, roles and, where it is loaded, the demo up to date."
    requires_system_checks: list[str] = []  # migrate asks those about the database

    def handle(self, *args: Any, **options: Any) -> None:
        check_roles()
        with logins.using("owner"):
            self._step("migrate", interactive=False, skip_checks=False)
        with logins.using("runtime"):
            self._step("sync_roles")
            if settings.DEMO:
                self._step("load_demo")

    def _step(self, name: str, **options: Any) -> None:
        begun = time.monotonic()
        call_command(name, stdout=sys.stderr, **options)
        self.stdout.write(f"{name}: {time.monotonic() - begun:.1f} s")
        self.stdout.flush()
