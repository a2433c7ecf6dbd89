"""Chain heads kept outside the database: who deletes or rewrites the end of a chain can't rewrite these."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from apps.organizations.models import Organization
from apps.signing.verification import Head, heads_of

__all__ = ["export_heads", "heads_folder", "read_heads", "write_heads"]

FORMAT = "peer-platform-heads/1"


def heads_folder() -> Path:
    """Where the daily export goes; copy it to a machine that the database's owner can't write to."""
    return Path(settings.VAR_DIR) / "heads"


def export_heads(organizations: Iterable[Organization], target: Path | None = None) -> tuple[Path, int]:
    """Write the present heads to `target` (by default a file named for this moment) and say where and how many.

    An existing file is never written over.
    """
    now = timezone.now()
    target = target or heads_folder() / f"heads-{now:%Y-%m-%dT%H%M%S%f}Z.json"
    heads = heads_of(organizations)
    write_heads(heads, target)
    return target, len(heads)


def write_heads(heads: Iterable[Head], target: Path) -> None:
    """Write these heads to a new file that `read_heads` reads."""
    told = {"format": FORMAT, "exported_at": timezone.now().isoformat(), "heads": [asdict(head) for head in heads]}
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("x") as file:
        json.dump(told, file, indent=1)
        file.write("\n")


def read_heads(source: Path) -> list[Head]:
    """The heads in a file that `export_heads` wrote. Raises ValueError for anything else."""
    try:
        told = json.loads(source.read_text())
        if told["format"] != FORMAT:
            raise ValueError
        return [Head(str(h["organization"]), int(h["number"]), str(h["hash"])) for h in told["heads"]]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{source} is not a file of chain heads") from error
