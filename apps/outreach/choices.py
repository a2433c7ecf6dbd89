"""The steps every organization begins with."""

from __future__ import annotations

from dataclasses import dataclass

DAY = 24 * 60


@dataclass(frozen=True)
class DefaultStep:
    """A step as an organization first has it; its administrator may change times and switch it off."""

    source: str
    purpose: str
    name: str
    offset_minutes: int
    useful_minutes: int | None = None


# Three days and one day before: misses 4.4 % with both, 5.8 and 5.3 % with either alone (trial of 54,066, AJMC 2018).
# The first is no longer useful once the second is due, so that a late booking brings one message and not two. After a
# miss one message on day 0 to 1; the rest is a person's work (see care's follow-up tasks).
DEFAULT_STEPS = (
    DefaultStep("appointments", "appointment_reminder", "3_days_before", -3 * DAY, 2 * DAY),
    DefaultStep("appointments", "appointment_reminder", "1_day_before", -1 * DAY),
    DefaultStep("missed_appointments", "appointment_missed", "same_day", 0, DAY),
    # A group's session that was called off or put elsewhere within a week of its time: at once, while it matters.
    DefaultStep("session_changes", "session_change", "at_once", 0),
    # A place that is held for somebody: at once, as long as it is held.
    DefaultStep("place_offers", "place_offered", "at_once", 0),
    # Somebody is out, or a house is closed: at once, one message for all that it changes for a person.
    DefaultStep("day_changes", "day_change", "at_once", 0),
    DefaultStep("day_decisions", "day_decision", "at_once", 0),
    DefaultStep("late_signatures", "signature_late", "late", 0, 14 * DAY),
    DefaultStep("late_signatures_office", "signature_late_office", "late", 0, 14 * DAY),
    DefaultStep("returned_notes", "note_returned", "asked", 0, 2 * DAY),
    # Supervision that is planned: the day before; and at once where it is moved or called off within a week.
    DefaultStep("supervision_meetings", "supervision_meeting", "a_day_before", -1 * DAY),
    DefaultStep("supervision_changes", "supervision_change", "at_once", 0),
    # 90, 60, 30, 14 and 7 days ahead, on the last day, and after it; each is useful until the next one is due, so that
    # a certification that is written down late brings one message and not five.
    *(
        DefaultStep(source, purpose, name, offset * DAY, useful * DAY)
        for source, purpose in (
            ("certifications", "certification_ending"),
            ("certifications_office", "certification_ending_office"),
        )
        for name, offset, useful in (
            ("90_days_before", -90, 30),
            ("60_days_before", -60, 30),
            ("30_days_before", -30, 16),
            ("14_days_before", -14, 7),
            ("7_days_before", -7, 7),
            ("last_day", 0, 1),
            ("ended", 1, 30),
        )
    ),
    # Two days before a week or month ends that still lacks supervision, and on the day after where it went without.
    DefaultStep("supervision", "supervision_due", "2_days_before", -2 * DAY, 2 * DAY),
    DefaultStep("supervision", "supervision_due", "missed", DAY, 6 * DAY),
)
