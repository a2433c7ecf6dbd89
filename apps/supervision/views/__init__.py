"""Pages of supervision."""

from apps.supervision.views.notes import home, new_note, note_page, version_page

__all__ = ["home", "new_note", "note_page", "version_page"]
