"""That a second person read a signed note, and what came of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedForeignKey, ScopedOneToOneField
from apps.organizations.models import Person
from apps.signing.sealing import Sealed
from apps.supervision.choices import ReviewOutcome
from apps.supervision.models.notes import SupervisionNote


class NoteReview(Sealed):
    """One signed note, read once more by somebody who is neither its author nor its supervisor."""

    erasable = ("words",)

    note = ScopedOneToOneField(SupervisionNote, related_name="review")
    version = models.PositiveIntegerField(_("version"))
    reviewer = ScopedForeignKey(Person, related_name="+", verbose_name=_("read by"))
    outcome = models.CharField(_("what came of it"), max_length=10, choices=ReviewOutcome.choices)
    words = models.TextField(_("in a sentence"), blank=True)
    reviewed_at = models.DateTimeField(_("read at"))
    erased_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("review of a note")
        verbose_name_plural = _("reviews of notes")
        ordering = ["-reviewed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome=ReviewOutcome.FINE)
                | Q(Q(outcome=ReviewOutcome.TALK) & (~Q(words="") | Q(erased_at__isnull=False))),
                name="supervision_review_outcome",
                violation_error_message=_("Say in a sentence what to talk about."),
            )
        ]

    def __str__(self) -> str:
        return str(self.get_outcome_display())
