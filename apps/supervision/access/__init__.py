"""Who may do what in supervision. Importing it registers every policy."""

from apps.supervision.access import meetings, notes, rules

__all__ = ["meetings", "notes", "rules"]
