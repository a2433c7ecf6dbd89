"""Appointments, follow-up tasks, and days on which somebody is out or a house is closed."""

from apps.care.models.disruptions import Disruption, DisruptionItem, DisruptionNotice
from apps.care.models.visits import Appointment, FollowUpTask

__all__ = ["Appointment", "Disruption", "DisruptionItem", "DisruptionNotice", "FollowUpTask"]
