"""A catalogue file and its overlay, read and checked together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from apps.certifications.catalogue.overlay import plain, read_overlay
from apps.certifications.catalogue.rows import Key, read_rows
from apps.certifications.catalogue.specs import CredentialSpec
from apps.certifications.models import CatalogueCredential

DATA = Path(__file__).resolve().parents[1] / "data"
SHIPPED = DATA / "us_peer_certification.csv"
OVERLAY = DATA / "us_peer_certification.toml"


@dataclass(frozen=True)
class Catalogue:
    """The rows and what is said of each; `unused` are rows that only the overlay speaks of."""

    rows: dict[Key, CatalogueCredential]
    specs: dict[Key, CredentialSpec]
    unused: list[Key]


def read(path: Path, overlay: Path | None = OVERLAY) -> Catalogue:
    """Read a table and its overlay (None: none). Raises CatalogueError that names every bad line."""
    rows, _lines = read_rows(path)
    if overlay is None:
        return Catalogue(rows, plain(rows), [])
    specs, unused = read_overlay(overlay, rows)
    return Catalogue(rows, specs, unused)
