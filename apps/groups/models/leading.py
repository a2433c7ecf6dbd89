"""Who leads one session in somebody's place."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedForeignKey, ScopedModel, keeps_history
from apps.groups.models.groups import Session
from apps.organizations.models import Person


@keeps_history()
class SessionLeader(ScopedModel):
    """Somebody who leads this one session in another's place. Who leads the group stays as it is.

    `instead_of` is whom they stand in for, where that is known: that one does not lead this session. It opens the
    group's list to them on the session's day and no longer.
    """

    session = ScopedForeignKey(Session, related_name="substitutes", verbose_name=_("session"))
    person = ScopedForeignKey(Person, related_name="leads_sessions", verbose_name=_("who leads it this time"))
    instead_of = ScopedForeignKey(
        Person, null=True, blank=True, related_name="+", verbose_name=_("in the place of"), editable=False
    )
    note = models.CharField(_("what they should know"), max_length=300, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("substitute")
        verbose_name_plural = _("substitutes")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "session", "person"],
                condition=Q(ended_at__isnull=True),
                name="groups_substitute_once",
                violation_error_message=_("This person leads the session already."),
            ),
            models.CheckConstraint(
                condition=Q(instead_of__isnull=True) | ~Q(instead_of=F("person")), name="groups_substitute_another"
            ),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(ended_at__isnull=True), name="groups_substitute_person"),
        ]

    def __str__(self) -> str:
        return str(self.person)
