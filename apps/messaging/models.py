"""How people may be reached, what they asked us to stop, and the ledger of everything that leaves."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import time
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.access.constraints import AppendOnly
from apps.access.scoped import ScopedForeignKey, ScopedModel, keeps_history
from apps.messaging.choices import (
    LEFT_STATES,
    OPEN_STATES,
    TRANSITIONS,
    Channel,
    Kind,
    LedgerChannel,
    OptOutHow,
    Reason,
    State,
)
from apps.organizations.models import Person

__all__ = ["ContactPoint", "Message", "OptOut", "SendingPause", "SendingRules"]


# How a row may begin; every other state is reached from one of these.
_BIRTHS = (State.PLANNED, State.UNREACHABLE)


class NeverDeleted(AppendOnly):
    """The running roles may not delete rows of the ledger, only carry them on."""

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        return "REVOKE DELETE, TRUNCATE ON {table} FROM {runtime}, {system}".format(**self._names(model, schema_editor))

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        return "GRANT DELETE ON {table} TO {runtime}, {system}".format(**self._names(model, schema_editor))

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        return "apps.messaging.models.NeverDeleted", (), {"name": self.name}


@keeps_history()
class ContactPoint(ScopedModel):
    """One way to reach one person, and whether it is safe to use it.

    Somebody else may read a person's mail or answer their phone, so safety is asked for each address by itself, and as
    long as it is not known to be safe nothing is sent there (45 CFR 164.522(b): people choose how they are reached and
    need not say why).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = ScopedForeignKey(Person, related_name="contact_points", verbose_name=_("person"))
    channel = models.CharField(_("way"), max_length=10, choices=Channel.choices)
    address = models.CharField(
        _("address or number"), max_length=320, help_text=_("An e-mail address, a phone number, or a postal address.")
    )
    alias = models.CharField(
        _("name to use there"),
        max_length=60,
        blank=True,
        help_text=_("What to call the person, or who to ask for, where others may see or hear it."),
    )
    safe_to_send = models.BooleanField(
        _("safe to write or call"),
        default=False,
        help_text=_("Tick only when the person said so. Nothing is sent as long as it is not known."),
    )
    safe_to_leave_message = models.BooleanField(_("safe to leave a message"), default=False)
    is_preferred = models.BooleanField(_("preferred"), default=False)
    hours_from = models.TimeField(_("not before"), null=True, blank=True)
    hours_to = models.TimeField(_("not after"), null=True, blank=True)
    consent_at = models.DateTimeField(_("agreed to text messages on"), null=True, blank=True)
    consent_wording_version = models.CharField(_("wording they agreed to"), max_length=40, blank=True)
    consent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("recorded by"),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("way to reach a person")
        verbose_name_plural = _("ways to reach a person")
        ordering = ["-is_preferred", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "person", "channel", "address"],
                condition=Q(archived_at__isnull=True),
                name="messaging_one_point_an_address",
                violation_error_message=_("This address is already there."),
            ),
            models.UniqueConstraint(
                fields=["organization", "person"],
                condition=Q(archived_at__isnull=True, is_preferred=True),
                name="messaging_one_preferred_point",
                violation_error_message=_("Another way is already the preferred one."),
            ),
            models.CheckConstraint(
                condition=Q(hours_from__isnull=True, hours_to__isnull=True) | Q(hours_from__lt=F("hours_to")),
                name="messaging_point_hours",
                violation_error_message=_("“Not before” comes earlier than “not after”; give both or neither."),
            ),
            models.CheckConstraint(
                condition=Q(consent_at__isnull=True) | ~Q(consent_wording_version=""),
                name="messaging_consent_has_wording",
                violation_error_message=_("Say which wording the person agreed to."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.address}"


@keeps_history()
class OptOut(ScopedModel):
    """A person asked us to stop: one topic or everything, in one way or all, at one address or anywhere."""

    person = ScopedForeignKey(Person, related_name="opt_outs", verbose_name=_("person"))
    contact_point = ScopedForeignKey(
        ContactPoint, null=True, blank=True, related_name="opt_outs", verbose_name=_("only there")
    )
    topic = models.CharField(_("topic"), max_length=40, blank=True, help_text=_("Empty: everything."))
    channel = models.CharField(_("way"), max_length=10, blank=True, choices=Channel.choices)
    how = models.CharField(_("how they told us"), max_length=10, choices=OptOutHow.choices)
    at = models.DateTimeField(_("when"), default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    ended_at = models.DateTimeField(_("taken back"), null=True, editable=False)

    class Meta:
        verbose_name = _("request to stop")
        verbose_name_plural = _("requests to stop")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "person", "contact_point", "topic", "channel"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="messaging_one_opt_out",
            )
        ]
        indexes = [models.Index(fields=["person"], condition=Q(ended_at__isnull=True), name="messaging_opt_out_person")]


class Message(ScopedModel):
    """One line of the ledger: one message to one person about one occurrence, at one step, in one way.

    The row is planned before anything is sent and carried to an end that says its reason; it is its own history. What
    an ordinary message said is not kept, it is written at the moment of sending. `secret` holds the address and the
    contents of a sign-in or security message until it has left, and is empty from then on.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.ORDINARY)
    person = ScopedForeignKey(Person, null=True, blank=True, related_name="messages", verbose_name=_("person"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    contact_point = ScopedForeignKey(ContactPoint, null=True, blank=True, related_name="messages")
    address_hash = models.CharField(max_length=64, blank=True)
    purpose = models.CharField(_("what for"), max_length=60)
    topic = models.CharField(_("topic"), max_length=40, blank=True)
    step = models.CharField(_("step"), max_length=40)
    occurrence = models.CharField(_("about"), max_length=120)
    channel = models.CharField(_("way"), max_length=10, choices=LedgerChannel.choices)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PLANNED)
    reason = models.CharField(_("reason"), max_length=20, blank=True, choices=Reason.choices, default="")
    detail = models.CharField(_("what the carrier said"), max_length=40, blank=True)
    planned_at = models.DateTimeField(_("planned"), auto_now_add=True)
    due_at = models.DateTimeField(_("due"))
    useful_until = models.DateTimeField(_("useful until"))
    next_try_at = models.DateTimeField(_("next look"))
    claimed_by = models.UUIDField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    ended_at = models.DateTimeField(_("settled"), null=True, blank=True)
    provider_id = models.CharField(_("the carrier's number"), max_length=64, blank=True)
    secret = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "person", "purpose", "occurrence", "step", "channel"],
                nulls_distinct=False,
                name="messaging_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES) | (~Q(reason="") & Q(ended_at__isnull=False)),
                name="messaging_end_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=LEFT_STATES) | Q(sent_at__isnull=False), name="messaging_sent_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.CLAIMED) | Q(claimed_by__isnull=False, claimed_at__isnull=False),
                name="messaging_claim_has_holder",
            ),
            models.CheckConstraint(
                condition=Q(secret={}) | Q(kind=Kind.SECURITY, state__in=OPEN_STATES), name="messaging_secret_blanked"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.SECURITY, contact_point__isnull=True)
                | Q(kind=Kind.ORDINARY, person__isnull=False, channel=LedgerChannel.NONE, state=State.UNREACHABLE)
                | (
                    Q(kind=Kind.ORDINARY, person__isnull=False, contact_point__isnull=False)
                    & ~Q(channel=LedgerChannel.NONE)
                ),
                name="messaging_has_recipient",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state__in=OPEN_STATES), name="messaging_due"),
            models.Index(fields=["purpose", "occurrence"], name="messaging_occurrence"),
            models.Index(
                fields=["person", "sent_at"], condition=Q(sent_at__isnull=False), name="messaging_person_sent"
            ),
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="messaging_provider"),
        ]
        triggers = [
            pgtrigger.FSM(name="life", field="state", transitions=[(str(a), str(b)) for a, b in TRANSITIONS]),
            pgtrigger.Protect(
                name="starts_planned",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__state__in=[s.value for s in State if s not in _BIRTHS]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.step}"

    @classmethod
    def walls(cls) -> Iterable[Any]:
        yield from super().walls()
        yield NeverDeleted(name="messaging_message_kept")

    @property
    def message_id(self) -> str:
        """The Message-ID (RFC 5322, 3.6.4) of every copy of this message.

        It follows from the row, so that a copy sent again, where a process died between sending and recording, carries
        the same one and mail programs show it once.
        """
        domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
        return f"<{self.public_id}@{domain}>"

    @staticmethod
    def hash_of(address: str) -> str:
        """What is kept of an address: enough to recognise it, not to read it."""
        return hashlib.sha256(f"peer-platform-address:{address}".encode()).hexdigest()


class SendingPause(models.Model):
    """A stop of all ordinary sending on this platform; at most one stands. Belongs to no organization.

    Set by a restore, so that a copy of yesterday's ledger does not write to people again before an operator has looked.
    """

    since = models.DateTimeField(default=timezone.now)
    why = models.CharField(max_length=200)
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    class Meta:
        verbose_name = _("pause of all sending")
        verbose_name_plural = _("pauses of all sending")
        constraints = [
            models.UniqueConstraint(fields=["released_at"], nulls_distinct=False, name="messaging_one_pause"),
        ]


@keeps_history()
class SendingRules(ScopedModel):
    """When and how often one organization writes to people, in each person's own time zone.

    The hours are those of 47 CFR 64.1200(c)(1); an organization may only narrow them. E-mail keeps them too.
    """

    hours_from = models.TimeField(_("not before"), default=time(8))
    hours_to = models.TimeField(_("not after"), default=time(21))
    texts_a_day = models.PositiveSmallIntegerField(_("text messages a day"), default=1)
    texts_a_week = models.PositiveSmallIntegerField(_("text messages a week"), default=3)
    mails_a_day = models.PositiveSmallIntegerField(_("e-mails a day"), default=3)
    mails_a_week = models.PositiveSmallIntegerField(_("e-mails a week"), default=10)

    class Meta:
        verbose_name = _("sending hours and limits")
        verbose_name_plural = _("sending hours and limits")
        constraints = [
            models.UniqueConstraint(fields=["organization"], name="messaging_one_set_of_rules"),
            models.CheckConstraint(
                condition=Q(hours_from__gte=time(8), hours_to__lte=time(21), hours_from__lt=F("hours_to")),
                name="messaging_hours_within_law",
                violation_error_message=_("Choose hours between 8 in the morning and 9 in the evening."),
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
