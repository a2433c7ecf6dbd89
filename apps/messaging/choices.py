"""Literal lists of the messaging app."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """A way to reach somebody. Only the first two are used by the platform itself; people use the others."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    PHONE = "phone", _("Phone call")
    POST = "post", _("Letter")


class LedgerChannel(models.TextChoices):
    """How a message went, or that there was no way."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    NONE = "none", _("No way to reach them")


class Kind(models.TextChoices):
    """Ordinary messages obey hours, limits, opt-outs and the pause; sign-in codes and security notices do not."""

    ORDINARY = "ordinary", _("Ordinary")
    SECURITY = "security", _("Sign-in and security")


class State(models.TextChoices):
    """Where a message is in its life. Every state but the first two is an end, and says its reason."""

    PLANNED = "planned", _("Planned")
    CLAIMED = "claimed", _("Being sent")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Too late to be useful")
    REFUSED = "refused", _("Not allowed")
    FAILED = "failed", _("Could not be delivered")
    DOUBTFUL = "doubtful", _("No answer whether it arrived")
    UNREACHABLE = "unreachable", _("No safe way to reach them")


OPEN_STATES = (State.PLANNED, State.CLAIMED)
LEFT_STATES = (State.SENT, State.DELIVERED)

TRANSITIONS = [
    (State.PLANNED, State.CLAIMED),
    (State.PLANNED, State.WITHDRAWN),
    (State.PLANNED, State.EXPIRED),
    (State.CLAIMED, State.PLANNED),  # given back: postponed, or to be tried again
    (State.CLAIMED, State.SENT),
    (State.CLAIMED, State.WITHDRAWN),
    (State.CLAIMED, State.EXPIRED),
    (State.CLAIMED, State.REFUSED),
    (State.CLAIMED, State.FAILED),
    (State.CLAIMED, State.DOUBTFUL),
    (State.SENT, State.DELIVERED),
    (State.SENT, State.FAILED),  # the carrier said so later
    (State.DOUBTFUL, State.DELIVERED),
]


class Reason(models.TextChoices):
    """Why a message is where it is."""

    NOT_DUE = "", _("Waiting for its time")
    # waiting
    HOURS = "hours", _("Waiting for the person's sending hours")
    BUDGET = "budget", _("Waiting: the person had enough messages for now")
    RETRY = "retry", _("The last try did not go through; it is tried again")
    FACTS = "facts", _("What it says could not be looked up; it is tried again")
    # gone
    ACCEPTED = "accepted", _("Taken over by the carrier")
    CONFIRMED = "confirmed", _("The carrier says that it arrived")
    # ended before it left
    NO_LONGER_TRUE = "no_longer_true", _("What it would have said was no longer so")
    CANCELLED = "cancelled", _("What it was about was called off")
    CORRECTED = "corrected", _("What started it was a mistake and was corrected")
    ANSWERED = "answered", _("The person answered before")
    TOO_LATE = "too_late", _("It would have come too late to be useful")
    NOT_SAFE = "not_safe", _("It is not known to be safe to write there")
    NO_CONSENT = "no_consent", _("The person has not agreed to text messages")
    OPTED_OUT = "opted_out", _("The person asked not to get these messages")
    ARCHIVED = "archived", _("The person or their address was put away")
    NOT_REACHABLE = "not_reachable", _("No address that is safe, agreed to and in use")
    RECIPIENT = "recipient", _("The person's record says not to write to them")
    # ended by the carrier
    BAD_ADDRESS = "bad_address", _("There is no such address")
    REFUSED_THERE = "refused_there", _("The other side refused it for good")
    GAVE_UP = "gave_up", _("It was tried many times")
    NOT_WRITTEN = "not_written", _("Its text could not be made")
    NO_ANSWER = "no_answer", _("The connection broke before the carrier answered")


class OptOutHow(models.TextChoices):
    """How somebody told us to stop. Any reasonable way counts (47 CFR 64.1200(a)(10), 2024)."""

    LINK = "link", _("By the link in a message")
    REPLY = "reply", _("By answering a text message")
    CARRIER = "carrier", _("Through their phone company")
    SPOKEN = "spoken", _("They told a member of staff")
    SELF = "self", _("On their own page")
