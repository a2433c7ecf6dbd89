"""Reads a catalogue file with its overlay, says what it would change, and stores it whole or not at all."""

from apps.certifications.catalogue.problems import CatalogueError
from apps.certifications.catalogue.reading import OVERLAY, SHIPPED, Catalogue, read
from apps.certifications.catalogue.storing import Difference, compare, write

__all__ = [
    "OVERLAY",
    "SHIPPED",
    "Catalogue",
    "CatalogueError",
    "Difference",
    "compare",
    "read",
    "said_in_catalogue",
    "write",
]
