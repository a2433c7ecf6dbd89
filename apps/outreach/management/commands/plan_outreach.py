"""`plan_outreach`: one run of the planner, now or as of another time."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.access.actor import Actor
from apps.access.work import SystemCommand
from apps.outreach import services


class Command(SystemCommand):
    """Plan what is due; exit status 1 where a step could not be planned."""

    help = "Put on the ledger what is due within a day, and take back what no longer holds."
    reason = "what is due is planned for every organization in one statement a step"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", help="plan what is due around this time (ISO 8601; without a zone it is UTC)")
        parser.add_argument("--json", action="store_true", help="write the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        done = services.plan(actor=Actor.for_system("plan_outreach was run"), at=_instant(options["at"]))
        if options["json"]:
            result = {"planned": done.planned, "withdrawn": done.withdrawn, "errors": done.errors}
            self.stdout.write(json.dumps(result))
        else:
            for what, many in done.planned.items():
                self.stdout.write(f"planned {many}: {what}")
            for what, many in done.withdrawn.items():
                self.stdout.write(f"taken back {many}: {what}")
            if not done.did:
                self.stdout.write("nothing was due that is not planned already")
        if done.errors:
            self.stderr.write("\n".join(done.errors))
            raise SystemExit(1)


def _instant(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    if at is None:
        raise CommandError(f"{text} is no time; write one like 2026-11-24T17:30:00+00:00")
    return at if timezone.is_aware(at) else at.replace(tzinfo=timezone.get_fixed_timezone(0))
