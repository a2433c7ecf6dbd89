"""Who may do what in supervision. Importing it registers every policy."""

from apps.supervision.access import notes

__all__ = ["notes"]
