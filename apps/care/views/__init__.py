"""Pages of the care app."""

from apps.care.views.calls import call_done, call_list
from apps.care.views.days import out_today, out_today_one, site_closed
from apps.care.views.visits import (
    appointment_detail,
    appointment_list,
    appointment_move,
    appointment_new,
    follow_up_detail,
    follow_up_list,
)

__all__ = [
    "appointment_detail",
    "appointment_list",
    "appointment_move",
    "appointment_new",
    "call_done",
    "call_list",
    "follow_up_detail",
    "follow_up_list",
    "out_today",
    "out_today_one",
    "site_closed",
]
