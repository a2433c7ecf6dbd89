"""Restoring a lost second factor: two different people say so, and it opens one sign-in."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedForeignKey, ScopedModel, keeps_history
from apps.organizations.models.people import Person

RESTORING_HOURS = 24


@keeps_history()
class SecondFactorRestoring(ScopedModel):
    """One administrator asks, another confirms, and the person signs in once without the second step, within a day.

    The factor itself stays until that sign-in, so a restoring that nobody takes up changes nothing.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = ScopedForeignKey(Person, related_name="restorings", verbose_name=_("person"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("how you know that it is them"), max_length=200)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("restoring of a second factor")
        verbose_name_plural = _("restorings of a second factor")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | (Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & ~Q(confirmed_by=F("asked_by"))),
                name="organizations_restoring_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=F("user")) & (Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("user"))),
                name="organizations_restoring_not_oneself",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(confirmed_at__isnull=False, used_at__lte=F("expires_at")),
                name="organizations_restoring_used_after_two",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("asked_at") + timedelta(hours=RESTORING_HOURS)),
                name="organizations_restoring_a_day",
            ),
            models.UniqueConstraint(
                fields=["organization", "person"],
                condition=Q(used_at__isnull=True, ended_at__isnull=True),
                name="organizations_one_restoring_a_person",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)
