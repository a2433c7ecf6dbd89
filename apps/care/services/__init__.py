"""Every write to appointments, follow-up tasks, and to days on which somebody is out or a house is closed."""

from apps.care.services.deeds import (
    Choice,
)
from apps.care.services.disruptions import (
    ask_out,
    decide_item,
    disrupt,
)
from apps.care.services.looking import (
    Look,
    look_at,
)
from apps.care.services.restoring import (
    end_disruption,
)
from apps.care.services.telling import (
    note_call,
)
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
    settle_follow_ups,
    take_back_appointment,
)

__all__ = [
    "Choice",
    "EARLY",
    "LONGEST",
    "LOOK_BACK",
    "Look",
    "ask_out",
    "book_appointment",
    "cancel_appointment",
    "close_follow_up",
    "correct_missed",
    "decide_item",
    "disrupt",
    "end_disruption",
    "hand_over_appointment",
    "hand_over_follow_up",
    "look_at",
    "mark_kept",
    "mark_missed",
    "move_appointment",
    "note_call",
    "settle_follow_ups",
    "take_back_appointment",
]
