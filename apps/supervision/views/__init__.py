"""Pages of supervision."""

from apps.supervision.views.beginning import new_note
from apps.supervision.views.cases import references
from apps.supervision.views.logs import check_page, log_file, log_page
from apps.supervision.views.meetings import meeting_page, meetings, plan_meeting
from apps.supervision.views.moving import change_meeting
from apps.supervision.views.notes import home, note_page, version_page
from apps.supervision.views.plans import due_page, table_file, table_page
from apps.supervision.views.reviews import review_page, reviews_page

__all__ = [
    "change_meeting",
    "check_page",
    "due_page",
    "home",
    "log_file",
    "log_page",
    "meeting_page",
    "meetings",
    "new_note",
    "note_page",
    "plan_meeting",
    "references",
    "review_page",
    "reviews_page",
    "table_file",
    "table_page",
    "version_page",
]
