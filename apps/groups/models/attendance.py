"""Who came to a session: by name, by alias, or only how many."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedForeignKey, ScopedModel, ScopedOneToOneField, keeps_history
from apps.groups.choices import Mark
from apps.groups.models.groups import Session
from apps.organizations.models import Person


@keeps_history()
class Attendance(ScopedModel):
    """Whether somebody came to a session of a group that keeps people. `came` None: not known yet.

    Somebody without a record is an `alias` and no `person`: a first name, or what they like to be called here. Where
    they said beforehand that they can't come, `told_us` says so: nobody asks after them.

    Once the session is held, what is written changes only with a `correction`, the reason in words, and `version`
    rises with it: what was started because of the wrong entry is known by the old version and no longer holds. Triggers
    of the migration hold this, and that a group without names has no such row at all.
    """

    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    session = ScopedForeignKey(Session, related_name="attendances", verbose_name=_("session"))
    person = ScopedForeignKey(Person, null=True, blank=True, related_name="attendances", verbose_name=_("person"))
    alias = models.CharField(_("first name or alias"), max_length=40, blank=True, default="", db_default="")
    came = models.BooleanField(_("came"), null=True, blank=True)
    told_us = models.BooleanField(_("said they can’t come"), default=False, db_default=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    correction = models.CharField(_("why it was corrected"), max_length=200, blank=True, default="", db_default="")
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False)
    noted_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [
            models.UniqueConstraint(fields=["organization", "session", "person"], name="groups_attendance_once"),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(alias=""), name="groups_attendance_of_somebody"
            ),
            models.CheckConstraint(condition=Q(told_us=False) | Q(came=False), name="groups_attendance_told_us"),
        ]

    def __str__(self) -> str:
        return f"{self.person or self.alias}, {self.session}"

    @property
    def mark(self) -> str:
        """What was said of them, as `Mark`."""
        if self.came is None:
            return Mark.UNKNOWN
        return Mark.HERE if self.came else Mark.TOLD_US if self.told_us else Mark.MISSED

    @property
    def occurrence(self) -> str:
        """What messages and tasks about this entry, as it stands now, are known by."""
        return f"attendance:{self.pk}:{self.version}"


@keeps_history()
class HeadCount(ScopedModel):
    """How many people came whom nobody wrote down: all of them in a group without names, walk-ins in another."""

    session = ScopedOneToOneField(Session, related_name="head_count", verbose_name=_("session"))
    people = models.PositiveSmallIntegerField(_("how many"), validators=[MaxValueValidator(999)])
    correction = models.CharField(_("why it was corrected"), max_length=200, blank=True, default="", db_default="")
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False)
    noted_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("head count")
        verbose_name_plural = _("head counts")
        constraints = [models.CheckConstraint(condition=Q(people__lte=999), name="groups_head_count_size")]

    def __str__(self) -> str:
        return f"{self.people}"
