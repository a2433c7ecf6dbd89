"""What lives on after a note is locked: co-signatures, next steps and how they ended, addenda. Appended and signed."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedForeignKey, ScopedOneToOneField
from apps.organizations.models import Person
from apps.signing.choices import Meaning
from apps.signing.models import Signature
from apps.signing.sealing import ClosedWith, Sealed, SignedAs
from apps.supervision.choices import AddendumKind, NoteState
from apps.supervision.models.notes import KIND, SupervisionNote

ADDENDUM, CLOSURE = "supervision.addendum", "supervision.closure"


def _while(name: str, state: str) -> ClosedWith:
    """Rows come only while their note is in one state."""
    return ClosedWith(
        name=name,
        table="supervision_supervisionnote",
        table_column="id",
        column="note_id",
        state="state",
        open_states=[state],
    )


class CoSignature(Sealed):
    """The clinical supervisor signed a locked note as well, as its plan asks."""

    note = ScopedOneToOneField(SupervisionNote, related_name="co_signature")
    version = models.PositiveIntegerField(_("version"))
    signature = ScopedOneToOneField(Signature, related_name="+")

    class Meta:
        verbose_name = _("co-signature")
        verbose_name_plural = _("co-signatures")
        constraints = [
            _while("supervision_cosign_locked", NoteState.SIGNED),
            SignedAs(
                name="supervision_cosign_signature",
                key="signature",
                kind=KIND,
                meaning=Meaning.CO_SIGNED,
                row="note_id",
                version="version",
            ),
        ]


class NextStep(Sealed):
    """Something that was agreed in a note: who does what by when. It comes with the supervisor's signature."""

    erasable = ("what",)

    note = ScopedForeignKey(SupervisionNote, related_name="steps")
    number = models.PositiveSmallIntegerField()
    what = models.TextField(_("what"))
    owner = ScopedForeignKey(Person, related_name="+", verbose_name=_("who"))
    due_on = models.DateField(_("by"), null=True, blank=True)
    erased_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("next step")
        verbose_name_plural = _("next steps")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "note", "number"], name="supervision_step_once"),
            _while("supervision_step_locked", NoteState.SUBMITTED),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def number_text(self) -> str:
        """Its number, as an address has it."""
        return str(self.number)


class StepClosure(Sealed):
    """How a next step ended, with what shows it, signed by whoever says so. A step ends once."""

    erasable = ("evidence",)

    step = ScopedOneToOneField(NextStep, related_name="closure")
    version = models.PositiveSmallIntegerField(default=1)
    done_on = models.DateField(_("day"))
    evidence = models.TextField(_("what shows it"))
    signature = ScopedOneToOneField(Signature, related_name="+")
    erased_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("end of a next step")
        verbose_name_plural = _("ends of next steps")
        constraints = [
            models.CheckConstraint(
                condition=~Q(evidence="") | Q(erased_at__isnull=False), name="supervision_closure_evidence"
            ),
            SignedAs(
                name="supervision_closure_signature",
                key="signature",
                kind=CLOSURE,
                meaning=Meaning.ATTESTED,
                row="step_id",
                version="version",
            ),
        ]

    def as_signed(self) -> dict[str, object]:
        """What its signature signs, in schema version 1."""
        return {"step": self.step_id, "what": self.step.what, "done_on": self.done_on, "evidence": self.evidence}


class Addendum(Sealed):
    """Something added to a locked note by one of its two people, signed by them, then by the other.

    `minutes` says how long the session really was; it counts once the other has signed too.
    """

    erasable = ("text",)

    note = ScopedForeignKey(SupervisionNote, related_name="addenda")
    number = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=20, choices=AddendumKind.choices, default=AddendumKind.ADDENDUM)
    text = models.TextField(_("what is added"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), null=True, blank=True, validators=[MinValueValidator(5), MaxValueValidator(12 * 60)]
    )
    author = ScopedForeignKey(Person, related_name="+")
    signature = ScopedOneToOneField(Signature, related_name="+")
    erased_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "note", "number"], name="supervision_addendum_once"),
            models.CheckConstraint(
                condition=~Q(text="") | Q(erased_at__isnull=False), name="supervision_addendum_text"
            ),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__gte=5, minutes__lte=720),
                name="supervision_addendum_minutes",
            ),
            models.CheckConstraint(condition=Q(kind__in=AddendumKind.values), name="supervision_addendum_kind"),
            _while("supervision_addendum_locked", NoteState.SIGNED),
            SignedAs(
                name="supervision_addendum_signature",
                key="signature",
                kind=ADDENDUM,
                meaning=Meaning.AUTHOR,
                row="note_id",
                version="number",
            ),
        ]

    @property
    def number_text(self) -> str:
        """Its number, as an address has it."""
        return str(self.number)

    @property
    def review_or_none(self) -> AddendumReview | None:
        """The reading of it by the other, where there is one."""
        return getattr(self, "review", None)

    def as_signed(self) -> dict[str, object]:
        """What a signature on it signs, in schema version 1."""
        return {
            "note": self.note_id,
            "number": self.number,
            "kind": self.kind,
            "text": self.text,
            "minutes": self.minutes,
            "author": self.author_id,
        }


class AddendumReview(Sealed):
    """The other of the two people read an addendum and signed it in turn."""

    addendum = ScopedOneToOneField(Addendum, related_name="review")
    note = ScopedForeignKey(SupervisionNote, related_name="+")
    number = models.PositiveIntegerField()
    signature = ScopedOneToOneField(Signature, related_name="+")

    class Meta:
        verbose_name = _("review of an addendum")
        verbose_name_plural = _("reviews of addenda")
        constraints = [
            _while("supervision_addendum_review_locked", NoteState.SIGNED),
            SignedAs(
                name="supervision_addendum_reviewed",
                key="signature",
                kind=ADDENDUM,
                meaning=Meaning.REVIEWED,
                row="note_id",
                version="number",
            ),
        ]


class NoteNudge(Sealed):
    """A supervisor reminded the author of a returned note, once a day at most."""

    note = ScopedForeignKey(SupervisionNote, related_name="nudges")
    version = models.PositiveIntegerField(_("version"))
    on = models.DateField(_("day"))
    nudged_at = models.DateTimeField()
    nudged_by = ScopedForeignKey(Person, related_name="+")

    class Meta:
        verbose_name = _("reminder about a note")
        verbose_name_plural = _("reminders about notes")
        constraints = [
            models.UniqueConstraint(fields=["organization", "note", "on"], name="supervision_nudge_once_a_day"),
            _while("supervision_nudge_returned", NoteState.RETURNED),
        ]
