"""Writing down that a second person read a signed note."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.services import log_reads
from apps.organizations.selectors import staff_person
from apps.supervision import reviews
from apps.supervision.models import NoteReview, SupervisionNote


@transaction.atomic
def review_note(*, note: SupervisionNote, actor: Actor, outcome: str, words: str = "") -> NoteReview:
    """Write down what a second reading of a signed note came to; never changed, and once for a note.

    Raises PermissionDenied for the two people of the note and whoever may not read it, or ValidationError.
    """
    person = staff_person(actor)
    if person is None or not reviews.reviewable_by(actor).filter(pk=note.pk).exists():
        raise PermissionDenied
    row = NoteReview(
        organization_id=note.organization_id,
        note=note,
        version=note.version,
        reviewer=person,
        outcome=outcome,
        words=words.strip(),
        reviewed_at=timezone.now(),
    )
    row.full_clean(exclude=["note"])
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ValidationError(_("Somebody has read this note already.")) from error
    log_reads(SupervisionNote.objects.filter(pk=note.pk), actor=actor, action="review")
    return row
