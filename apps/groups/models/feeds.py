"""What tells a calendar feed that something in it changed, without looking at its events."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from apps.access.scoped import ScopedModel


class FeedMark(ScopedModel):
    """One change of something that calendars show: `topic` and `subject` say of what.

    Written by triggers, once a statement, in the transaction of the change, and never locked by anybody: two people
    who change the same group do not wait for each other here. The state of a feed is how many marks of its subjects
    there are, and the newest; an hourly task puts one fresh mark in the place of many.
    """

    topic = models.CharField(max_length=12)  # group, person, client or appointment
    subject = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["organization", "topic", "subject", "id"], name="groups_feedmark_state")]

    def __str__(self) -> str:
        return f"{self.topic} {self.subject}"
