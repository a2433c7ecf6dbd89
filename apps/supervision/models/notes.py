"""The sessions that were held, and the notes that both sign."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedForeignKey, ScopedModel, ScopedOneToOneField, keeps_history
from apps.organizations.models import Person
from apps.signing.choices import Meaning
from apps.signing.models import Signature
from apps.signing.sealing import ClosedWith, Fixed, Sealed, SignedAs, StateMachine
from apps.supervision.choices import MOVES, OPEN_STATES, PARTS, Mode, NoteState, Place, SessionForm
from apps.supervision.models.plans import SupervisionPlan

KIND = "supervision.note"

case_reference = RegexValidator(
    r"^(?=.*[0-9])[0-9A-Za-z]+(-[0-9A-Za-z]+)*$",
    _("A reference has letters, numbers and dashes, like 4-K7. Never a name."),
)


@keeps_history()
class SupervisionSession(ScopedModel):
    """One time that the people of a plan met. Stands still while its note waits, and for ever once it is signed."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = ScopedForeignKey(SupervisionPlan, related_name="sessions")
    held_on = models.DateField(_("day"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(5), MaxValueValidator(12 * 60)]
    )
    mode = models.CharField(_("kind"), max_length=20, choices=Mode.choices, default=Mode.INDIVIDUAL)
    place = models.CharField(_("where"), max_length=20, choices=Place.choices, default=Place.IN_PERSON)
    form = models.CharField(
        _("form"), max_length=20, choices=SessionForm.choices, default=SessionForm.STRUCTURED, db_default="structured"
    )
    case_reference = models.CharField(
        _("case reference"),
        max_length=30,
        blank=True,
        validators=[case_reference],
        help_text=_("If you looked at one person’s path. Never a name."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("supervision session")
        verbose_name_plural = _("supervision sessions")
        ordering = ["-held_on", "-pk"]
        indexes = [models.Index(fields=["organization", "plan", "held_on"], name="supervision_session_day")]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=720), name="supervision_minutes"),
            Fixed(name="supervision_session_plan", columns=["plan_id", "public_id"]),
            ClosedWith(
                name="supervision_session_closed",
                table="supervision_supervisionnote",
                table_column="session_id",
                column="id",
                state="state",
                open_states=OPEN_STATES,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan.specialist}, {self.held_on}"

    FIRST_FACTS = ("held_on", "minutes", "mode", "place", "case_reference")  # what schema version 1 knew
    FACTS = (*FIRST_FACTS, "form")


@keeps_history()
class SupervisionNote(ScopedModel):
    """The note of one session and where it stands. What it says is in its draft while written, then in versions."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = ScopedOneToOneField(SupervisionSession, related_name="note")
    state = models.CharField(_("state"), max_length=20, choices=NoteState.choices, default=NoteState.DRAFT)
    version = models.PositiveIntegerField(_("version"), default=0)
    frozen = ScopedOneToOneField("NoteVersion", null=True, related_name="+")
    first_submitted_at = models.DateTimeField(_("first submitted"), null=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    supervisor_signature = ScopedOneToOneField(Signature, null=True, related_name="+")
    signed_at = models.DateTimeField(_("signed"), null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("supervision note")
        verbose_name_plural = _("supervision notes")
        indexes = [
            models.Index(fields=["organization", "state", "first_submitted_at"], name="supervision_note_waiting")
        ]
        constraints = [
            StateMachine(name="supervision_note_states", field="state", starts=NoteState.DRAFT, moves=MOVES),
            Fixed(name="supervision_note_session", columns=["session_id", "public_id"]),
            models.CheckConstraint(
                condition=Q(
                    state=NoteState.DRAFT,
                    version=0,
                    frozen__isnull=True,
                    submitted_at__isnull=True,
                    first_submitted_at__isnull=True,
                )
                | Q(
                    ~Q(state=NoteState.DRAFT),
                    version__gte=1,
                    frozen__isnull=False,
                    submitted_at__isnull=False,
                    first_submitted_at__isnull=False,
                ),
                name="supervision_note_frozen",
            ),
            models.CheckConstraint(
                condition=Q(state=NoteState.SIGNED, supervisor_signature__isnull=False, signed_at__isnull=False)
                | Q(~Q(state=NoteState.SIGNED), supervisor_signature__isnull=True, signed_at__isnull=True),
                name="supervision_note_signed",
            ),
            models.CheckConstraint(condition=Q(state__in=NoteState.values), name="supervision_note_state"),
            SignedAs(
                name="supervision_note_signature",
                key="supervisor_signature",
                kind=KIND,
                meaning=Meaning.REVIEWED,
                row="id",
                version="version",
            ),
        ]

    def __str__(self) -> str:
        return str(self.session)

    @property
    def is_open(self) -> bool:
        """Whether its author can write in it."""
        return self.state in OPEN_STATES

    @property
    def plan(self) -> SupervisionPlan:
        return self.session.plan

    @property
    def asks_for_second(self) -> bool:
        """Whether a second one signs it as well: their plan says so, or both supervised together."""
        plan = self.session.plan
        return plan.clinical_signs or (
            plan.clinical_supervisor_id is not None and self.session.mode == Mode.CO_SUPERVISION
        )

    def waited(self, now: datetime, zone: str) -> int:
        """How many midnights of `zone` have passed since it was first submitted, as its page counts them."""
        place = ZoneInfo(zone)
        first = self.first_submitted_at
        return (now.astimezone(place).date() - first.astimezone(place).date()).days if first else 0


class NoteDraft(ScopedModel):
    """What the author is writing. Gone once it is submitted: the frozen version holds it then.

    `revision` counts up with each save, so that two tabs never write over each other unseen.
    """

    note = ScopedOneToOneField(SupervisionNote, related_name="draft")
    reviewed = models.TextField(PARTS["reviewed"], blank=True)
    decided = models.TextField(PARTS["decided"], blank=True)
    actions = models.TextField(PARTS["actions"], blank=True)
    details = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            ClosedWith(
                name="supervision_draft_closed",
                table="supervision_supervisionnote",
                table_column="id",
                column="note_id",
                state="state",
                open_states=OPEN_STATES,
            )
        ]

    @property
    def parts(self) -> dict[str, str]:
        """The texts by part."""
        return {name: getattr(self, name) for name in PARTS}


class NoteVersion(Sealed):
    """One version of a note as its author signed it: the facts of the session, its people, and the text."""

    erasable = ("reviewed", "decided", "actions", "details", "shared")

    note = ScopedForeignKey(SupervisionNote, related_name="versions")
    version = models.PositiveIntegerField(_("version"))
    specialist = ScopedForeignKey(Person, related_name="+")
    specialist_name = models.CharField(max_length=150)
    supervisor = ScopedForeignKey(Person, related_name="+")
    supervisor_name = models.CharField(max_length=150)
    held_on = models.DateField(_("day"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    mode = models.CharField(_("kind"), max_length=20, choices=Mode.choices)
    place = models.CharField(_("where"), max_length=20, choices=Place.choices)
    case_reference = models.CharField(_("case reference"), max_length=30, blank=True)
    reviewed = models.TextField(PARTS["reviewed"], blank=True)
    decided = models.TextField(PARTS["decided"], blank=True)
    actions = models.TextField(PARTS["actions"], blank=True)
    schema = models.PositiveSmallIntegerField(default=2, db_default=1)
    form = models.CharField(
        max_length=20, choices=SessionForm.choices, default=SessionForm.STRUCTURED, db_default="structured"
    )
    details = models.JSONField(default=dict, db_default={}, blank=True)
    shared = models.TextField(default="", db_default="", blank=True)
    specialist_credential = models.CharField(max_length=200, default="", db_default="", blank=True)
    supervisor_credential = models.CharField(max_length=200, default="", db_default="", blank=True)
    author_signature = ScopedOneToOneField(Signature, related_name="+")
    erased_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("version of a note")
        verbose_name_plural = _("versions of notes")
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "note", "version"], name="supervision_version_once"),
            SignedAs(
                name="supervision_version_signature",
                key="author_signature",
                kind=KIND,
                meaning=Meaning.AUTHOR,
                row="note_id",
                version="version",
            ),
            ClosedWith(
                name="supervision_version_closed",
                table="supervision_supervisionnote",
                table_column="id",
                column="note_id",
                state="state",
                open_states=OPEN_STATES,
            ),
        ]

    @property
    def parts(self) -> dict[str, str]:
        """The texts by part."""
        return {name: getattr(self, name) for name in PARTS}

    def as_signed(self) -> dict[str, Any]:
        """What a signature on this version signs, in the schema version that it was written in."""
        facts = SupervisionSession.FIRST_FACTS if self.schema == 1 else SupervisionSession.FACTS
        content: dict[str, Any] = {
            "version": self.version,
            "specialist": {"person": self.specialist_id, "name": self.specialist_name},
            "supervisor": {"person": self.supervisor_id, "name": self.supervisor_name},
            "session": {name: getattr(self, name) for name in facts},
            "text": self.parts,
        }
        if self.schema > 1:
            content["specialist"]["credential"] = self.specialist_credential
            content["supervisor"]["credential"] = self.supervisor_credential
            content |= {"details": self.details, "shared": self.shared}
        return content


class NoteReturn(Sealed):
    """The supervisor gave a version back, and said what to add or change."""

    note = ScopedForeignKey(SupervisionNote, related_name="returns")
    version = models.PositiveIntegerField(_("version"))
    reason = models.TextField(_("reason"))
    returned_by = ScopedForeignKey(Person, related_name="+")
    returned_at = models.DateTimeField()

    class Meta:
        verbose_name = _("return of a note")
        verbose_name_plural = _("returns of notes")
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "note", "version"], name="supervision_return_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="supervision_return_reason"),
            ClosedWith(
                name="supervision_return_closed",
                table="supervision_supervisionnote",
                table_column="id",
                column="note_id",
                state="state",
                open_states=[NoteState.SUBMITTED],
            ),
        ]
