"""Writes of those who sign a note: returning it, signing, co-signing, the private part, and a nudge to its author."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import require
from apps.organizations.models import Person
from apps.signing.choices import Meaning
from apps.signing.services import sign
from apps.supervision.choices import NoteState
from apps.supervision.models import (
    PRIVATE,
    CoSignature,
    NextStep,
    NoteDraft,
    NoteNudge,
    NoteReturn,
    PrivateDraft,
    PrivatePart,
    SupervisionNote,
    SupervisionPlan,
)
from apps.supervision.selectors import day_of, role_text, signer_for, why_not_sign
from apps.supervision.services.details import thawed_details, tidy
from apps.supervision.services.versions import NotEligible, NoteMovedOn, frozen_of, lock, sign_version


@transaction.atomic
def return_note(
    *, note: SupervisionNote, actor: Actor, version: int, reason: str, at: datetime | None = None
) -> SupervisionNote:
    """Give a submitted version back with what to add or change. Its signature stays; the next version starts from it.

    Raises NoteMovedOn where that version no longer waits, PermissionDenied, or ValidationError {"reason"}.
    """
    require(actor, "sign", note)
    note = lock(note)
    _require_waiting(note, version)
    reason = tidy(reason)
    if not reason:
        raise ValidationError({"reason": _("Say what to add or change.")})
    NoteReturn.objects.create(
        organization_id=note.organization_id,
        note=note,
        version=note.version,
        reason=reason,
        returned_by=_signer(actor, note.plan),
        returned_at=(at if actor.system else None) or timezone.now(),
    )
    note.state = NoteState.RETURNED
    note.save()
    last = frozen_of(note)
    NoteDraft.objects.create(
        organization_id=note.organization_id, note=note, details=thawed_details(last), **last.parts
    )
    return note


@transaction.atomic
def sign_note(
    *, note: SupervisionNote, actor: Actor, version: int, method: str, at: datetime | None = None
) -> SupervisionNote:
    """Sign a submitted version as the supervisor: from then on the database refuses to change it.

    `version` is the one that was read; `method` and `at` as for `submit_note`. Raises NoteMovedOn where that version no
    longer waits, PermissionDenied for anybody but the plan's supervisor, or who covers for them while they are away,
    and for one's own supervision, NotEligible with the reasons where the organization's rules do not let them sign.
    """
    require(actor, "sign", note)
    note = lock(note)
    _require_waiting(note, version)
    plan = note.plan
    person = _signer(actor, plan)
    if person.user_id == plan.specialist.user_id:
        raise PermissionDenied
    if not actor.system and (reasons := why_not_sign(person, plan)):
        raise NotEligible(reasons)
    frozen = frozen_of(note)
    for number, step in enumerate(frozen.details.get("steps", []), 1):
        NextStep.objects.create(
            organization_id=note.organization_id,
            note=note,
            number=number,
            what=step["what"],
            owner_id=step["person"],
            due_on=step["due"] or None,
        )
    private = None
    if person.pk == plan.supervisor_id:
        private = PrivateDraft.objects.filter(note=note).exclude(text="").first()
    # every other lock was taken above: the chain's comes last
    signature = sign_version(note, person, frozen, meaning=Meaning.REVIEWED, actor=actor, method=method, at=at)
    if private is not None:
        _seal_private(note, person, private, actor=actor, method=method, at=at)
    note.state = NoteState.SIGNED
    note.supervisor_signature, note.signed_at = signature, signature.signed_at
    note.save(update_fields=["state", "supervisor_signature", "signed_at"])
    return note


def _seal_private(
    note: SupervisionNote, person: Person, private: PrivateDraft, *, actor: Actor, method: str, at: datetime | None
) -> None:
    part = PrivatePart(organization_id=note.organization_id, note=note, version=note.version, text=private.text)
    part.signature = sign(
        record=note,
        kind=PRIVATE,
        version=note.version,
        content=part.as_signed(),
        meaning=Meaning.AUTHOR,
        actor=actor,
        person=person,
        method=method,
        role=role_text(person, note.organization),
        at=at,
    )
    part.save()
    private.delete()


@transaction.atomic
def co_sign_note(*, note: SupervisionNote, actor: Actor, method: str, at: datetime | None = None) -> CoSignature:
    """Co-sign a locked note as the plan's clinical supervisor. Once: a second time gives the first one's answer.

    Raises PermissionDenied for anybody else, where the plan does not ask for it, and before the supervisor signed.
    """
    require(actor, "co_sign", note)
    note = lock(note)
    standing = CoSignature.objects.filter(note=note).first()
    if standing is not None:
        return standing
    person = note.plan.clinical_supervisor
    assert person is not None, "the policy asks for one"
    if person.user_id in (note.plan.specialist.user_id, note.plan.supervisor.user_id):
        raise PermissionDenied
    signature = sign_version(
        note, person, frozen_of(note), meaning=Meaning.CO_SIGNED, actor=actor, method=method, at=at
    )
    return CoSignature.objects.create(
        organization_id=note.organization_id, note=note, version=note.version, signature=signature
    )


@transaction.atomic
def keep_private(*, note: SupervisionNote, actor: Actor, text: str) -> None:
    """Keep what the supervisor writes for themself alone; it is sealed when they sign. Empty text takes it away.

    Raises PermissionDenied for anybody but the plan's supervisor, NoteMovedOn once the note is signed.
    """
    require(actor, "keep_private", note)
    note = lock(note)
    if note.state == NoteState.SIGNED:
        raise NoteMovedOn(_("This note has been signed in the meantime. Nothing was changed."))
    text = tidy(text)
    if text:
        PrivateDraft.objects.update_or_create(
            note=note, defaults={"text": text}, create_defaults={"text": text, "organization_id": note.organization_id}
        )
    else:
        PrivateDraft.objects.filter(note=note).delete()


@transaction.atomic
def nudge_author(*, note: SupervisionNote, actor: Actor) -> bool:
    """Remind the author of a returned note by a message, once a day at most; False where today's went out already.

    Raises PermissionDenied for anybody but its supervisor or who covers, NoteMovedOn where it no longer waits on them.
    """
    require(actor, "sign", note)
    note = lock(note)
    if note.state != NoteState.RETURNED:
        raise NoteMovedOn(_("This note came back in the meantime."))
    today = day_of(note.plan)
    if NoteNudge.objects.filter(note=note, on=today).exists():
        return False
    NoteNudge.objects.create(
        organization_id=note.organization_id,
        note=note,
        version=note.version,
        on=today,
        nudged_at=timezone.now(),
        nudged_by=_signer(actor, note.plan),
    )
    return True


def _signer(actor: Actor, plan: SupervisionPlan) -> Person:
    """As whom the actor acts as supervisor today."""
    person = signer_for(actor, plan)
    if person is None:
        raise PermissionDenied
    return person


def _require_waiting(note: SupervisionNote, version: int) -> None:
    if note.state == NoteState.SIGNED:
        raise NoteMovedOn(_("This note has been signed in the meantime. Nothing was changed."))
    if note.state == NoteState.RETURNED:
        raise NoteMovedOn(_("This note has been returned in the meantime. Nothing was changed."))
    if note.state != NoteState.SUBMITTED or note.version != version:
        raise NoteMovedOn(_("A newer version came in. Please read it first."))
