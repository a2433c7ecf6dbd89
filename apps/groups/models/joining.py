"""How people come into a group: the waiting list with its offers, a guardian's yes, and who comes to one session."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedForeignKey, ScopedModel, keeps_history
from apps.groups.choices import OPEN_ENTRIES, EntryState
from apps.groups.models.groups import Session, SupportGroup
from apps.kit.calling import called
from apps.organizations.models import Person


@keeps_history()
class WaitlistEntry(ScopedModel):
    """Somebody who wants to be in a group and is not: they wait, have an offer, or the office talks to them first.

    The order is (`rank`, key), so it is strict whoever writes. An offer holds the numbered `place` until `offer_until`:
    a trigger keeps one number from being held twice, by an offer and somebody in the group, and one person from being
    in the group and on its list. `asked_at` says that the office was asked first, and stays when that has ended:
    whoever asked once does not find out by asking again. Why is written nowhere.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    group = ScopedForeignKey(SupportGroup, related_name="waiting", verbose_name=called("group", _("group")))
    person = ScopedForeignKey(Person, related_name="waits_for", verbose_name=_("person"))
    state = models.CharField(_("state"), max_length=11, choices=EntryState.choices)
    rank = models.BigIntegerField(editable=False)
    place = models.PositiveSmallIntegerField(_("place"), null=True, editable=False)
    entered_at = models.DateTimeField(_("since"), auto_now_add=True)
    asked_at = models.DateTimeField(null=True, editable=False)
    offered_at = models.DateTimeField(_("offered"), null=True, editable=False)
    offer_until = models.DateTimeField(_("offer ends"), null=True, editable=False)
    reason = models.CharField(
        _("why the office changed it"), max_length=200, blank=True, help_text=_("Only the office reads this.")
    )
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    class Meta:
        verbose_name = _("waiting list entry")
        verbose_name_plural = _("waiting list")
        ordering = ["group", "rank", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "group", "person"],
                condition=Q(ended_at__isnull=True),
                name="groups_waits_once",
                violation_error_message=_("This person is on the list already."),
            ),
            models.UniqueConstraint(
                fields=["group", "place"], condition=Q(state="offered"), name="groups_place_offered_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_ENTRIES, ended_at__isnull=True)
                | (~Q(state__in=OPEN_ENTRIES) & Q(ended_at__isnull=False)),
                name="groups_waiting_ended",
            ),
            models.CheckConstraint(
                condition=Q(state="offered", offered_at__isnull=False, offer_until__gt=F("offered_at"))
                | (~Q(state="offered") & Q(place__isnull=True)),
                name="groups_waiting_offer",
            ),
            models.CheckConstraint(
                condition=~Q(state="asked") | Q(asked_at__isnull=False), name="groups_waiting_asked"
            ),
        ]
        indexes = [
            models.Index(fields=["group", "rank", "id"], condition=Q(ended_at__isnull=True), name="groups_waiting_open")
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.group}"

    @property
    def is_open(self) -> bool:
        """Whether it still leads somewhere."""
        return self.ended_at is None

    @property
    def offer_stands(self) -> bool:
        """Whether there is an offer that can be taken now."""
        return self.state == EntryState.OFFERED and self.offer_until is not None and self.offer_until > timezone.now()


@keeps_history()
class Rsvp(ScopedModel):
    """What somebody who is in a group says about one session: they come, or not. Nobody asks why."""

    session = ScopedForeignKey(Session, related_name="rsvps", verbose_name=_("session"))
    person = ScopedForeignKey(Person, related_name="rsvps", verbose_name=_("person"))
    is_coming = models.BooleanField(_("comes"))
    said_at = models.DateTimeField(_("said"), auto_now=True)

    class Meta:
        verbose_name = _("reply to a session")
        verbose_name_plural = _("replies to sessions")
        constraints = [models.UniqueConstraint(fields=["organization", "session", "person"], name="groups_reply_once")]

    def __str__(self) -> str:
        return f"{self.person}, {self.session}"


@keeps_history()
class GuardianConsent(ScopedModel):
    """That a parent or guardian agrees to one group for somebody under 18: here, or on paper that the office has seen.

    It holds for this group alone and ends at any time. `recorded_by` is who in the office wrote it down, empty where
    the guardian said so themself.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    group = ScopedForeignKey(SupportGroup, related_name="consents", verbose_name=called("group", _("group")))
    person = ScopedForeignKey(Person, related_name="guardian_consents", verbose_name=_("for whom"))
    guardian = ScopedForeignKey(
        Person,
        null=True,
        blank=True,
        related_name="consents_given",
        verbose_name=_("parent or guardian"),
        help_text=_("Empty where it is on paper and the guardian is not written down here."),
    )
    on_paper = models.BooleanField(_("on paper"), default=False)
    agreed_on = models.DateField(_("agreed on"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    class Meta:
        verbose_name = _("guardian’s consent")
        verbose_name_plural = _("guardians’ consents")
        ordering = ["-agreed_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "group", "person"],
                condition=Q(ended_at__isnull=True),
                name="groups_one_consent",
                violation_error_message=_("A consent stands already."),
            ),
            models.CheckConstraint(
                condition=Q(guardian__isnull=False) | Q(on_paper=True),
                name="groups_consent_from_somebody",
                violation_error_message=_("Say who agreed, or that it is on paper."),
            ),
            models.CheckConstraint(
                condition=Q(guardian__isnull=True) | ~Q(guardian=F("person")),
                name="groups_consent_not_ones_own",
                violation_error_message=_("Somebody else has to agree."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.group}"
