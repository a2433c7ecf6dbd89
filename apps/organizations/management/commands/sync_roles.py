"""Carry the literal role table into the database."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandError

from apps.access.work import SystemCommand
from apps.organizations.models import Organization
from apps.organizations.services import sync_roles


class Command(SystemCommand):
    help = (
        "Make each organization's roles what apps/organizations/roles.py says. "
        "Exit status 1 when --check finds a difference."
    )
    reason = "roles are synchronised in every organization"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing, say what differs")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        differences = [
            difference
            for organization in Organization.objects.all()
            for difference in sync_roles(organization=organization, check=check)
        ]
        self.stdout.write(json.dumps(differences) if options["json"] else "\n".join(differences) or "nothing differs")
        if check and differences:
            raise CommandError(f"{len(differences)} differences", returncode=1)
