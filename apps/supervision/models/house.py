"""What an organization decides for its own supervision: topics to tick, and its rules of signing."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedModel, keeps_history
from apps.kit.text import TranslatedTextField

LATE_AFTER = 7  # days, unless the organization says otherwise


@keeps_history()
class SupervisionTopic(ScopedModel):
    """Something that is talked about in supervision here. Old notes keep the words it had then."""

    name = TranslatedTextField(_("name"), max_length=80, required_languages=("en",))
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("topic of supervision")
        verbose_name_plural = _("topics of supervision")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(self.name)


@keeps_history()
class SigningRules(ScopedModel):
    """Who may sign here, and from when on a signature is late. Without a row: 7 days, and nothing more is asked."""

    late_after = models.PositiveSmallIntegerField(
        _("a signature is late after (days)"),
        default=LATE_AFTER,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
    )
    needs_certification = models.BooleanField(
        _("who signs is certified that day"),
        default=False,
        help_text=_("A supervisor whose certification does not hold on the day of signing can't sign."),
    )
    two_tiers = models.BooleanField(
        _("who signs is supervised too"),
        default=False,
        help_text=_("A supervisor signs only while somebody supervises them, by a plan of that day."),
    )

    class Meta:
        verbose_name = _("rules of signing")
        verbose_name_plural = _("rules of signing")
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                name="supervision_signing_rules_once",
                violation_error_message=_("Your rules are written down already. Change those."),
            ),
            models.CheckConstraint(condition=Q(late_after__gte=1, late_after__lte=90), name="supervision_late_after"),
        ]

    def __str__(self) -> str:
        return str(_("rules of signing"))
