"""Pages that compose the rest."""

from apps.portal.views.brand import brand_stylesheet
from apps.portal.views.calendars import calendar_detail, calendar_feed, end_calendar, own_calendar
from apps.portal.views.family import family
from apps.portal.views.home import home
from apps.portal.views.me import cannot_come, me, own_visit, stop_sharing
from apps.portal.views.operator import operator, release_sending
from apps.portal.views.staff import record_visit, staff_today

__all__ = [
    "brand_stylesheet",
    "calendar_detail",
    "calendar_feed",
    "cannot_come",
    "end_calendar",
    "family",
    "home",
    "me",
    "operator",
    "own_calendar",
    "own_visit",
    "record_visit",
    "release_sending",
    "staff_today",
    "stop_sharing",
]
