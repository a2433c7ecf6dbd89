"""Writes of notes and their way from draft to locked."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may_add, require
from apps.organizations.models import Person
from apps.signing.choices import Meaning
from apps.signing.services import sign
from apps.supervision.choices import PARTS, NoteState
from apps.supervision.models import (
    KIND,
    NoteDraft,
    NoteReturn,
    NoteVersion,
    SupervisionNote,
    SupervisionPlan,
    SupervisionSession,
)
from apps.supervision.selectors import credential_text, role_text


class NoteMovedOn(ValidationError):  # noqa: N818  being second is an answer, not an error
    """Somebody else, or the same person in another tab, was faster; nothing was written."""


@transaction.atomic
def start_note(
    *, plan: SupervisionPlan, actor: Actor, facts: Mapping[str, Any], parts: Mapping[str, str]
) -> SupervisionNote:
    """Write down that supervision took place and begin its note. Only for the actor's own supervision.

    `facts` are those of `SupervisionSession.FACTS`, `parts` texts by `PARTS`. Raises PermissionDenied, or
    ValidationError by field.
    """
    own = plan.specialist.user_id is not None and plan.specialist.user_id == actor.user_id
    if not may_add(actor, SupervisionNote) or not (own or actor.system):
        raise PermissionDenied
    session = SupervisionSession(plan=plan, organization_id=plan.organization_id)
    _set_facts(session, facts)
    note = SupervisionNote.objects.create(session=session, organization_id=plan.organization_id)
    NoteDraft.objects.create(note=note, organization_id=plan.organization_id, **_text(parts))
    ensure_still_visible(actor, note)
    return note


@transaction.atomic
def change_draft(
    *, note: SupervisionNote, actor: Actor, revision: int, facts: Mapping[str, Any], parts: Mapping[str, str]
) -> NoteDraft:
    """Keep what the author wrote. `revision` is that of the draft they started from.

    Raises NoteMovedOn where another tab saved or submitted in between, PermissionDenied, or ValidationError by field.
    """
    require(actor, "change", note)
    note = _lock(note)
    draft = _open_draft(note, revision)
    _set_facts(note.session, facts)
    for name, text in _text(parts).items():
        setattr(draft, name, text)
    draft.revision += 1
    draft.save()
    return draft


@transaction.atomic
def submit_note(
    *, note: SupervisionNote, actor: Actor, revision: int, method: str, at: datetime | None = None
) -> SupervisionNote:
    """Freeze the draft as the next version by its author's signature, and hand it to the supervisor.

    `method` is how the author has just shown that it is them (`accounts.services.confirm_identity`); `at` is for system
    work only. Raises NoteMovedOn where another tab was faster, PermissionDenied, or ValidationError where nothing was
    written yet.
    """
    require(actor, "change", note)
    note = _lock(note)
    draft = _open_draft(note, revision)
    if not any(draft.parts.values()):
        raise ValidationError({"reviewed": _("Write what you looked at first.")})
    plan, session = note.plan, note.session
    version = NoteVersion(
        organization_id=note.organization_id,
        note=note,
        version=note.version + 1,
        specialist=plan.specialist,
        specialist_name=plan.specialist.name,
        supervisor=plan.supervisor,
        supervisor_name=plan.supervisor.name,
        **{name: getattr(session, name) for name in SupervisionSession.FACTS},
        **draft.parts,
    )
    version.author_signature = _sign(
        note, plan.specialist, version, meaning=Meaning.AUTHOR, actor=actor, method=method, at=at
    )
    version.save()
    draft.delete()
    note.state = NoteState.SUBMITTED
    note.version, note.frozen = version.version, version
    note.submitted_at = version.author_signature.signed_at
    note.first_submitted_at = note.first_submitted_at or note.submitted_at
    note.save()
    return note


@transaction.atomic
def return_note(
    *, note: SupervisionNote, actor: Actor, version: int, reason: str, at: datetime | None = None
) -> SupervisionNote:
    """Give a submitted version back with what to add or change. Its signature stays; the next version starts from it.

    Raises NoteMovedOn where that version no longer waits, PermissionDenied, or ValidationError {"reason"}.
    """
    require(actor, "sign", note)
    note = _lock(note)
    _require_waiting(note, version)
    reason = unicodedata.normalize("NFC", reason).strip()
    if not reason:
        raise ValidationError({"reason": _("Say what to add or change.")})
    NoteReturn.objects.create(
        organization_id=note.organization_id,
        note=note,
        version=note.version,
        reason=reason,
        returned_by=note.plan.supervisor,
        returned_at=(at if actor.system else None) or timezone.now(),
    )
    note.state = NoteState.RETURNED
    note.save()
    NoteDraft.objects.create(organization_id=note.organization_id, note=note, **_frozen(note).parts)
    return note


@transaction.atomic
def sign_note(
    *, note: SupervisionNote, actor: Actor, version: int, method: str, at: datetime | None = None
) -> SupervisionNote:
    """Sign a submitted version as the supervisor: from then on the database refuses to change it.

    `version` is the one that was read; `method` and `at` as for `submit_note`. Raises NoteMovedOn where that version no
    longer waits, PermissionDenied for anybody but the plan's supervisor and for one's own supervision.
    """
    require(actor, "sign", note)
    note = _lock(note)
    _require_waiting(note, version)
    plan = note.plan
    if plan.supervisor.user_id == plan.specialist.user_id:
        raise PermissionDenied
    signature = _sign(note, plan.supervisor, _frozen(note), meaning=Meaning.REVIEWED, actor=actor, method=method, at=at)
    note.state = NoteState.SIGNED
    note.supervisor_signature, note.signed_at = signature, signature.signed_at
    note.save()
    return note


def _lock(note: SupervisionNote) -> SupervisionNote:
    """The note as it stands now, locked to the end of the transaction."""
    return (
        SupervisionNote.objects.select_for_update(of=("self",))
        .select_related("session__plan__specialist", "session__plan__supervisor", "organization", "frozen")
        .get(pk=note.pk)
    )


def _frozen(note: SupervisionNote) -> NoteVersion:
    """The version that its author signed last."""
    assert note.frozen is not None, "only a draft has none"
    return note.frozen


def _open_draft(note: SupervisionNote, revision: int) -> NoteDraft:
    if not note.is_open:
        raise NoteMovedOn(_("This note was submitted in the meantime. What you see below is what was signed."))
    draft = NoteDraft.objects.get(note=note)
    if draft.revision != revision:
        raise NoteMovedOn(_("This note was saved somewhere else in the meantime. Compare both before you go on."))
    return draft


def _require_waiting(note: SupervisionNote, version: int) -> None:
    if note.state == NoteState.SIGNED:
        raise NoteMovedOn(_("This note has been signed in the meantime. Nothing was changed."))
    if note.state == NoteState.RETURNED:
        raise NoteMovedOn(_("This note has been returned in the meantime. Nothing was changed."))
    if note.state != NoteState.SUBMITTED or note.version != version:
        raise NoteMovedOn(_("A newer version came in. Please read it first."))


def _today(plan: SupervisionPlan) -> date:
    """The day that the calendar on the organization's wall shows."""
    return timezone.now().astimezone(ZoneInfo(str(plan.organization.zone))).date()


def _set_facts(session: SupervisionSession, facts: Mapping[str, Any]) -> None:
    for name in SupervisionSession.FACTS:
        if name in facts:
            setattr(session, name, facts[name])
    plan = session.plan
    if session.held_on is not None:
        if session.held_on < plan.starts_on or (plan.ends_on is not None and session.held_on > plan.ends_on):
            raise ValidationError({"held_on": _("Your plan with this supervisor does not cover that day.")})
        if session.held_on > _today(plan):
            raise ValidationError({"held_on": _("That day is still to come. Write the note once you have met.")})
    session.full_clean()
    session.save()


def _text(parts: Mapping[str, str]) -> dict[str, str]:
    """The parts as they are kept: normal form C, one kind of line end, no blanks around."""
    return {
        name: unicodedata.normalize("NFC", parts.get(name, "")).replace("\r\n", "\n").replace("\x00", "").strip()
        for name in PARTS
    }


def _sign(
    note: SupervisionNote,
    person: Person,
    version: NoteVersion,
    *,
    meaning: str,
    actor: Actor,
    method: str,
    at: datetime | None,
) -> Any:
    return sign(
        record=note,
        kind=KIND,
        version=version.version,
        content=version.as_signed(),
        meaning=meaning,
        actor=actor,
        person=person,
        method=method,
        role=role_text(person, note.organization),
        credential=credential_text(person, _today(note.plan)),
        at=at,
    )
