"""Who may do what in supervision. Importing it registers every policy."""

from apps.supervision.access import meetings, notes

__all__ = ["meetings", "notes"]
