"""Every write to appointments, follow-up tasks, and to days on which somebody is out or a house is closed."""

from apps.care.services.visits import (
    EARLY,
    LONGEST,
    LOOK_BACK,
    book_appointment,
    cancel_appointment,
    close_follow_up,
    correct_missed,
    hand_over_appointment,
    hand_over_follow_up,
    mark_kept,
    mark_missed,
    move_appointment,
    one_at_a_time,
    settle_follow_ups,
    take_back_appointment,
)

__all__ = [
    "EARLY",
    "LONGEST",
    "LOOK_BACK",
    "book_appointment",
    "cancel_appointment",
    "close_follow_up",
    "correct_missed",
    "hand_over_appointment",
    "hand_over_follow_up",
    "mark_kept",
    "mark_missed",
    "move_appointment",
    "one_at_a_time",
    "settle_follow_ups",
    "take_back_appointment",
]
