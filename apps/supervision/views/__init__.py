"""Pages of supervision."""

from apps.supervision.views.cases import references
from apps.supervision.views.meetings import meeting_page, meetings, plan_meeting
from apps.supervision.views.notes import home, new_note, note_page, version_page

__all__ = ["home", "meeting_page", "meetings", "new_note", "note_page", "plan_meeting", "references", "version_page"]
