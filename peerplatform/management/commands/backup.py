"""`backup DIR`: database, files and keys into a new folder."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.access.services import job_run
from peerplatform.backups import BackupError, back_up


class Command(BaseCommand):
    help = "Copies database, files and keys into a new folder, with a manifest. Keep it as safe as the platform."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            manifest = back_up(folder, lambda text: self.stdout.write(text))
        except BackupError as error:
            raise CommandError(str(error)) from error
        with job_run("backup") as run:  # after the copy: what the operator's page calls the last backup
            run.did = sum(manifest["tables"].values())
        rows, files = sum(manifest["tables"].values()), len(manifest["sha256"]) - 2
        self.stdout.write(f"backed up {rows} rows and {files} files to {folder}")
