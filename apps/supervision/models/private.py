"""The supervisor's own part of a note: for nobody else to read, sealed apart from what both sign."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedForeignKey, ScopedModel, ScopedOneToOneField
from apps.signing.choices import Meaning
from apps.signing.models import Signature
from apps.signing.sealing import ClosedWith, Sealed, SignedAs
from apps.supervision.choices import NoteState
from apps.supervision.models.notes import SupervisionNote

PRIVATE = "supervision.private"


def _until_signed(name: str, states: list[str]) -> ClosedWith:
    return ClosedWith(
        name=name,
        table="supervision_supervisionnote",
        table_column="id",
        column="note_id",
        state="state",
        open_states=states,
    )


class PrivateDraft(ScopedModel):
    """What the supervisor writes for themself while a note is not signed. Gone once it is: the sealed part has it."""

    note = ScopedOneToOneField(SupervisionNote, related_name="private_draft")
    text = models.TextField(_("for you alone"), blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("private part being written")
        verbose_name_plural = _("private parts being written")
        constraints = [
            _until_signed("supervision_private_open", [NoteState.DRAFT, NoteState.SUBMITTED, NoteState.RETURNED])
        ]


class PrivatePart(Sealed):
    """The same as it was sealed, by a signature of its own, when the note was signed."""

    erasable = ("text",)

    note = ScopedForeignKey(SupervisionNote, related_name="private_parts")
    version = models.PositiveIntegerField()
    text = models.TextField(_("for you alone"))
    signature = ScopedOneToOneField(Signature, related_name="+")
    erased_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("private part of a note")
        verbose_name_plural = _("private parts of notes")
        constraints = [
            models.UniqueConstraint(fields=["organization", "note"], name="supervision_private_once"),
            _until_signed("supervision_private_sealing", [NoteState.SUBMITTED]),
            SignedAs(
                name="supervision_private_signature",
                key="signature",
                kind=PRIVATE,
                meaning=Meaning.AUTHOR,
                row="note_id",
                version="version",
            ),
        ]

    def as_signed(self) -> dict[str, object]:
        """What its signature signs, in schema version 1."""
        return {"note": self.note_id, "version": self.version, "text": self.text}
