"""What is sent when: the steps of outreach, each organization its own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedModel, keeps_history


@keeps_history()
class OutreachStep(ScopedModel):
    """One message about each thing of a source, due some time before or after the thing's own moment.

    Whole days are counted on the calendar where the thing is (a reminder a day before a visit at 9 is due at 9, also in
    the night when clocks change), what is left over in minutes that pass.
    """

    source = models.CharField(_("about"), max_length=40, editable=False)
    purpose = models.CharField(_("message"), max_length=60, editable=False)
    name = models.CharField(_("step"), max_length=40, editable=False)
    offset_minutes = models.IntegerField(
        _("minutes after"), help_text=_("Before: with a minus. A day is 1440 minutes.")
    )
    useful_minutes = models.PositiveIntegerField(
        _("useful for so many minutes"),
        null=True,
        blank=True,
        help_text=_("A message that could not leave by then is not sent. Empty: as long as what it is about lasts."),
    )
    enabled = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("outreach step")
        verbose_name_plural = _("outreach steps")
        ordering = ["purpose", "offset_minutes", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "purpose", "name"], name="outreach_one_step_a_name"),
            models.CheckConstraint(
                condition=Q(offset_minutes__gte=-129600, offset_minutes__lte=43200),
                name="outreach_step_in_reach",
                violation_error_message=_("Choose a time at most 90 days before and 30 days after."),
            ),
            models.CheckConstraint(
                condition=Q(useful_minutes__isnull=True) | Q(useful_minutes__gt=0, useful_minutes__lte=43200),
                name="outreach_step_useful",
                violation_error_message=_("Choose a time within 30 days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}, {self.name}"
