"""`restore DIR [--verify] [--force]`: bring a backup back, or only try it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.access.services import job_run
from peerplatform.backups import BackupError, restore


class Command(BaseCommand):
    help = (
        "Restores a backup into a database of its own, checks it, and puts it in place with sending paused. Over "
        "existing data only with --force; --verify also checks the signatures, and without --force leaves "
        "existing data as it is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--verify", action="store_true", help="check rows and signatures of what was restored")
        parser.add_argument("--force", action="store_true", help="replace the present data")

    def handle(self, *, folder: Path, verify: bool, force: bool, **options: Any) -> None:
        try:
            replaced = restore(folder, force=force, verify=verify, say=lambda text: self.stdout.write(text))
        except BackupError as error:
            raise CommandError(str(error)) from error
        if verify:
            with job_run("restore.verify") as run:  # what the operator's page calls the last restore tried
                run.did = 1
        if replaced:
            self.stdout.write("restored; nothing is sent until an operator releases it")
        else:
            self.stdout.write("the backup is good; the present data was left as it is (--force replaces it)")
