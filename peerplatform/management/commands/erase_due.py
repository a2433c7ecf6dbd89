"""`erase_due`: what was kept long enough and may be forgotten, under the owner's login."""

from typing import Any

from django.core.management.base import CommandError

from apps.access.work import SystemCommand
from peerplatform import due, logins


class Command(SystemCommand):
    help = (
        "Erases the records whose erasure two people have approved, and lines of the log of reads whose time of "
        "keeping is over. Needs the owner's login; run it daily where the workers don't have it. Twice changes nothing."
    )
    reason = "what was kept long enough is forgotten in every organization"
    atomic = False

    def handle(self, **options: Any) -> None:
        if not logins.has_owner():
            raise CommandError("DATABASE_OWNER_URL is not set: only the owner of the tables may erase")
        self.stdout.write(f"{due.erase_records()} records erased")
        self.stdout.write(f"{due.forget_reads()} lines of the log of reads forgotten")
