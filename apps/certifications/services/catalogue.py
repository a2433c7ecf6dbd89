"""Every write to the catalogue."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from apps.certifications import catalogue


@transaction.atomic
def load_requirements(
    *, path: Path, overlay: Path | None = catalogue.OVERLAY, dry_run: bool = False
) -> catalogue.Difference:
    """Load a catalogue file with its overlay whole or not at all, and say what changed.

    Loading it again changes nothing. An organization's own figures are told where they rest on one that changes, and
    never touched. Raises CatalogueError, by line and reason, where a row is bad.
    """
    read = catalogue.read(path, overlay)
    difference = catalogue.compare(read)
    if not dry_run:
        catalogue.write(read, difference)
    return difference
