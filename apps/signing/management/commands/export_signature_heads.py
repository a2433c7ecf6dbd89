"""Keep the head of every chain outside the database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from apps.access.work import SystemCommand
from apps.organizations.models import Organization
from apps.signing.heads import export_heads


class Command(SystemCommand):
    help = "Write the last signature of every organization's chain to a file, for verify_signatures --heads."
    reason = "the heads of every organization's chain are exported"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="a new file (by default under var/heads)")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            target, count = export_heads(Organization.objects.order_by("pk"), options["file"])
        except FileExistsError as error:
            raise CommandError(f"{options['file']} exists and is not written over") from error
        told = {"file": str(target), "heads": count}
        self.stdout.write(json.dumps(told) if options["json"] else f"{count} heads in {target}")
