"""What the portal itself keeps: the secret links through which clients' own calendars are read."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedForeignKey, ScopedModel, keeps_history
from apps.organizations.models import Person
from apps.portal.choices import Detail


@keeps_history(exclude=["token_hash"])
class CalendarLink(ScopedModel):
    """A secret address at which a person's calendar program reads what they have planned here.

    Only a hash of it is stored, so it is shown once, when it is made. One stands at a time: a new one ends the old.
    """

    person = ScopedForeignKey(Person, related_name="calendar_links", verbose_name=_("person"))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    detail = models.CharField(_("what it says"), max_length=6, choices=Detail.choices, default=Detail.MASKED)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    class Meta:
        verbose_name = _("calendar link")
        verbose_name_plural = _("calendar links")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at__isnull=True), name="portal_one_calendar_link"
            )
        ]

    def __str__(self) -> str:
        return str(_("Calendar link"))
