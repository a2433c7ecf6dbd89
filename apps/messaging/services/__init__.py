"""Every write to how people are reached and to the ledger, and the sending itself."""

from apps.messaging.services.contact import (
    add_contact_point,
    archive_contact_point,
    change_contact_point,
    change_sending_rules,
    normalised,
    record_consent,
)
from apps.messaging.services.optouts import opt_back_in, opt_out, stop_by_token
from apps.messaging.services.pause import pause_sending, release_sending
from apps.messaging.services.planning import plan, plan_each, withdraw
from apps.messaging.services.security import deliver
from apps.messaging.services.sending import send_due, send_one

__all__ = [
    "add_contact_point",
    "archive_contact_point",
    "change_contact_point",
    "change_sending_rules",
    "deliver",
    "normalised",
    "opt_back_in",
    "opt_out",
    "pause_sending",
    "plan",
    "plan_each",
    "record_consent",
    "release_sending",
    "send_due",
    "send_one",
    "stop_by_token",
    "withdraw",
]
