"""Days on which somebody is out or a house is closed: what that touched, what was decided, and who is told."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedForeignKey, ScopedModel, keeps_history
from apps.care.choices import (
    CALL_ENDS,
    DISRUPTION_TRANSITIONS,
    CallOutcome,
    Decision,
    DisruptionKind,
    DisruptionState,
    NoticePart,
)
from apps.care.models.visits import Appointment
from apps.groups.models import Closure, Session
from apps.kit.walltime import TimeZoneField
from apps.organizations.models import Absence, Location, Person


def _once(name: str, of: str, kind: str) -> ExclusionConstraint:
    """Two that stand never overlap for one person, or one house."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            (Func(F(of), F(of), Value("[]"), function="int8range", output_field=BigIntegerRangeField()),
             RangeOperators.OVERLAPS),
            (Func(F("starts_at"), F("ends_at"), function="tstzrange", output_field=DateTimeRangeField()),
             RangeOperators.OVERLAPS),
        ],
        condition=Q(kind=kind, state=DisruptionState.STANDS),
        violation_error_message=_("This is written down already for some of that time."),
    )  # fmt: skip


@keeps_history()
class Disruption(ScopedModel):
    """A span of time in which somebody is out, or a house is closed. Why is nobody's to write down.

    `asked` is the word of somebody who works here about themself; a coordinator decides. While it stands, nothing new
    is booked there. `zone` is where its days and hours are read.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("what"), max_length=10, choices=DisruptionKind.choices)
    person = ScopedForeignKey(Person, null=True, blank=True, related_name="disruptions", verbose_name=_("who is out"))
    location = ScopedForeignKey(
        Location, null=True, blank=True, related_name="disruptions", verbose_name=_("which house")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    zone = TimeZoneField(_("time zone"))
    state = models.CharField(_("state"), max_length=10, choices=DisruptionState.choices, default=DisruptionState.ASKED)
    absence = ScopedForeignKey(Absence, null=True, blank=True, related_name="disruptions", editable=False)
    closure = ScopedForeignKey(Closure, null=True, blank=True, related_name="disruptions", editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    ended_at = models.DateTimeField(_("taken back"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("day out or closed")
        verbose_name_plural = _("days out or closed")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="care_disruption_span"),
            models.CheckConstraint(
                condition=Q(
                    kind=DisruptionKind.OUT,
                    person__isnull=False,
                    location__isnull=True,
                    closure__isnull=True,
                )
                | Q(
                    kind=DisruptionKind.CLOSED,
                    person__isnull=True,
                    location__isnull=False,
                    absence__isnull=True,
                ),
                name="care_disruption_of_one",
            ),
            models.CheckConstraint(
                condition=Q(state=DisruptionState.ASKED, decided_at__isnull=True, ended_at__isnull=True)
                | Q(state=DisruptionState.STANDS, decided_at__isnull=False, ended_at__isnull=True)
                | Q(state=DisruptionState.ENDED, ended_at__isnull=False),
                name="care_disruption_said_when",
            ),
            _once("care_out_once", "person", "out"),
            _once("care_closed_once", "location", "closed"),
        ]
        indexes = [models.Index(fields=["organization", "ends_at"], name="care_disruption_when")]
        triggers = [
            pgtrigger.FSM(
                name="life", field="state", transitions=[(str(a), str(b)) for a, b in DISRUPTION_TRANSITIONS]
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_asked(self) -> bool:
        return self.state == DisruptionState.ASKED

    @property
    def stands(self) -> bool:
        return self.state == DisruptionState.STANDS

    @property
    def is_out(self) -> bool:
        return self.kind == DisruptionKind.OUT


@keeps_history()
class DisruptionItem(ScopedModel):
    """One visit or session that a disruption touched, and what was decided about it.

    `was_at` and `was_until` are when it would have been. `notice` is the session's own count of changes after the
    deed: of that change this tells everybody, and no other message does. `rebooked` is the visit that was booked anew
    when the disruption was taken back.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    disruption = ScopedForeignKey(Disruption, related_name="items", verbose_name=_("day out or closed"))
    session = ScopedForeignKey(Session, null=True, blank=True, related_name="disruptions", verbose_name=_("session"))
    appointment = ScopedForeignKey(
        Appointment, null=True, blank=True, related_name="disruptions", verbose_name=_("appointment")
    )
    decision = models.CharField(_("what was decided"), max_length=10, choices=Decision.choices)
    substitute = ScopedForeignKey(
        Person, null=True, blank=True, related_name="+", verbose_name=_("who does it instead")
    )
    rebooked = ScopedForeignKey(Appointment, null=True, blank=True, related_name="+", editable=False)
    was_at = models.DateTimeField(editable=False)
    was_until = models.DateTimeField(editable=False)
    notice = models.PositiveIntegerField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    restored_at = models.DateTimeField(_("taken back"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("what a day out or closed touches")
        verbose_name_plural = _("what days out or closed touch")
        ordering = ["was_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(session__isnull=False, appointment__isnull=True)
                | Q(session__isnull=True, appointment__isnull=False, notice__isnull=True),
                name="care_item_of_one",
            ),
            models.UniqueConstraint(fields=["organization", "disruption", "session"], name="care_item_once_a_session"),
            models.UniqueConstraint(
                fields=["organization", "disruption", "appointment"], name="care_item_once_a_visit"
            ),
            models.CheckConstraint(
                condition=Q(decision=Decision.SUBSTITUTE, substitute__isnull=False)
                | (~Q(decision=Decision.SUBSTITUTE) & Q(substitute__isnull=True)),
                name="care_item_substitute",
            ),
            models.CheckConstraint(
                condition=Q(decision=Decision.OPEN, decided_at__isnull=True)
                | (~Q(decision=Decision.OPEN) & Q(decided_at__isnull=False)),
                name="care_item_decided",
            ),
            models.CheckConstraint(
                condition=Q(rebooked__isnull=True) | Q(restored_at__isnull=False), name="care_item_rebooked"
            ),
        ]
        indexes = [
            models.Index(fields=["session", "notice"], name="care_item_session"),
            models.Index(fields=["organization"], condition=Q(decision="open"), name="care_item_open"),
        ]

    def __str__(self) -> str:
        return self.get_decision_display()

    @property
    def is_open(self) -> bool:
        return self.decision == Decision.OPEN

    @property
    def changes_something(self) -> bool:
        """Whether somebody has to hear of it."""
        return self.decision not in (Decision.OPEN, Decision.LEFT)


@keeps_history()
class DisruptionNotice(ScopedModel):
    """Somebody who has to hear of a disruption, once for all that it changes for them.

    Told by a message where the person allows one; else by a call, whose outcome is written down here. `version` rises
    when there is something to tell anew: messages are known by it. `told_at` is when they are known to have heard of
    the version before. `first_at` is the first thing that changes: until then they should know.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    disruption = ScopedForeignKey(Disruption, related_name="notices", verbose_name=_("day out or closed"))
    person = ScopedForeignKey(Person, related_name="disruption_notices", verbose_name=_("person"))
    part = models.CharField(_("why"), max_length=10, choices=NoticePart.choices, default=NoticePart.CONCERNED)
    version = models.PositiveIntegerField(default=1, editable=False)
    first_at = models.DateTimeField(editable=False)
    last_at = models.DateTimeField(editable=False)
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    told_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    outcome = models.CharField(_("what came of the call"), max_length=20, choices=CallOutcome.choices, blank=True)
    outcome_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    outcome_at = models.DateTimeField(_("written down"), null=True, blank=True, editable=False)
    tries = models.PositiveSmallIntegerField(_("calls"), default=0, editable=False)

    class Meta:
        verbose_name = _("somebody to tell")
        verbose_name_plural = _("people to tell")
        ordering = ["first_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "disruption", "person", "part"], name="care_notice_once_a_person"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", outcome_at__isnull=True) | (~Q(outcome="") & Q(outcome_at__isnull=False)),
                name="care_notice_outcome_said_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "first_at"],
                condition=Q(withdrawn_at__isnull=True) & ~Q(outcome__in=[str(each) for each in CALL_ENDS]),
                name="care_notice_open",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def occurrence(self) -> str:
        """What messages about this, as it stands now, are known by."""
        return f"notice:{self.pk}:{self.version}"

    @property
    def is_done(self) -> bool:
        return self.outcome in CALL_ENDS

    def spans(self, moments: list[datetime]) -> dict[str, Any]:
        """The first and the last of some moments, as fields of this row."""
        return {"first_at": min(moments), "last_at": max(moments)}
