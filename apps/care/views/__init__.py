"""Pages of the care app."""

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
    "follow_up_detail",
    "follow_up_list",
]
