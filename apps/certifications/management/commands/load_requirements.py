"""Load the sourced catalogue of state requirements."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.certifications import services
from apps.certifications.catalogue import OVERLAY, SHIPPED, CatalogueError, Difference


class Command(BaseCommand):
    help = "Load a catalogue of credentials by state (CSV) with its overlay (TOML), whole or not at all."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=SHIPPED, help="the shipped catalogue unless given")
        parser.add_argument("--overlay", type=Path, default=OVERLAY, help="the shipped overlay unless given")
        parser.add_argument("--no-overlay", action="store_true", help="only what the table says by itself")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, say what would change")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, file: Path, overlay: Path, dry_run: bool = False, **options: Any) -> None:
        try:
            found = services.load_requirements(
                path=file, overlay=None if options["no_overlay"] else overlay, dry_run=dry_run
            )
        except (FileNotFoundError, IsADirectoryError) as error:
            raise CommandError(f"There is no file {error.filename}.") from error
        except CatalogueError as error:
            raise CommandError("Nothing was loaded:\n" + "\n".join(error.problems)) from error
        counts = {
            "added": len(found.added),
            "changed": len(found.changed),
            "retired": len(found.retired),
            "same": found.same,
            "new versions of requirements": len(found.new_sets) + len(found.requirements),
            "own figures to look at": len(found.own_figures),
        }
        if options["json"]:
            self.stdout.write(json.dumps(counts))
            return
        for line in _told(found):
            self.stdout.write(line)
        words = ", ".join(f"{count} {what}" for what, count in counts.items())
        self.stdout.write(f"{words}{' (nothing was written)' if dry_run else ''}")


def _told(found: Difference) -> list[str]:
    """The differences, one a line."""
    lines = [
        f"{' / '.join(key)}: {name}: {old!r} -> {new!r}"
        for key, fields in found.changed.items()
        for name, (old, new) in fields.items()
    ]
    for (place, name, level, version), codes in found.requirements.items():
        where = f"{place} / {name}{f' / {level}' if level else ''}, version {version}"
        lines += [f"{where}: {code}: {old} -> {new}" for code, (old, new) in codes.items()]
        if not codes:
            lines.append(f"{where}: its terms or what it cites change")
    lines += [f"{' / '.join(key)}: no longer in the file" for key in found.retired]
    lines += [f"{' / '.join(key)}: only the overlay speaks of it" for key in found.unused]
    return [*lines, *found.own_figures]
