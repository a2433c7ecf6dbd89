"""Writes of a note's author: beginning it, keeping the draft, and submitting a version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may_add, require
from apps.signing.choices import Meaning
from apps.supervision.choices import PARTS, MeetingState, NoteState
from apps.supervision.models import (
    MeetingPerson,
    NoteDraft,
    NoteVersion,
    SupervisionMeeting,
    SupervisionNote,
    SupervisionPlan,
    SupervisionSession,
)
from apps.supervision.selectors import credential_text, day_of
from apps.supervision.services.details import clean_details, frozen_details, tidy
from apps.supervision.services.versions import NoteMovedOn, lock, sign_version


@transaction.atomic
def start_note(
    *,
    plan: SupervisionPlan,
    actor: Actor,
    facts: Mapping[str, Any],
    parts: Mapping[str, str],
    details: Mapping[str, Any] | None = None,
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
    NoteDraft.objects.create(
        note=note, organization_id=plan.organization_id, details=clean_details(details or {}), **tidied(parts)
    )
    ensure_still_visible(actor, note)
    return note


@transaction.atomic
def change_draft(
    *,
    note: SupervisionNote,
    actor: Actor,
    revision: int,
    facts: Mapping[str, Any],
    parts: Mapping[str, str],
    details: Mapping[str, Any] | None = None,
) -> NoteDraft:
    """Keep what the author wrote. `revision` is that of the draft they started from; without `details` those stay.

    Raises NoteMovedOn where another tab saved or submitted in between, PermissionDenied, or ValidationError by field.
    """
    require(actor, "change", note)
    note = lock(note)
    draft = _open_draft(note, revision)
    planned = MeetingPerson.objects.filter(session=note.session).exists()
    # the day and the minutes of a meeting are its leader's to write down
    _set_facts(note.session, {k: v for k, v in facts.items() if not planned or k == "case_reference"})
    for name, text in tidied(parts).items():
        setattr(draft, name, text)
    if details is not None:
        draft.details = clean_details(details)
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
    note = lock(note)
    draft = _open_draft(note, revision)
    if not any(draft.parts.values()) and not draft.details.get("answers"):
        raise ValidationError({"reviewed": _("Write what you looked at first.")})
    plan, session = note.plan, note.session
    meeting = _meeting_of(note)
    version = NoteVersion(
        organization_id=note.organization_id,
        note=note,
        version=note.version + 1,
        specialist=plan.specialist,
        specialist_name=plan.specialist.name,
        supervisor=plan.supervisor,
        supervisor_name=plan.supervisor.name,
        specialist_credential=credential_text(plan.specialist, session.held_on),
        supervisor_credential=credential_text(plan.supervisor, session.held_on),
        details=frozen_details(note, draft.details),
        shared=meeting.shared if meeting else "",
        **{name: getattr(session, name) for name in SupervisionSession.FACTS},
        **draft.parts,
    )
    version.author_signature = sign_version(
        note, plan.specialist, version, meaning=Meaning.AUTHOR, actor=actor, method=method, at=at
    )
    version.save()
    draft.delete()
    if meeting is not None and meeting.state == MeetingState.HELD:
        meeting.state = MeetingState.FROZEN
        meeting.save()
    note.state = NoteState.SUBMITTED
    note.version, note.frozen = version.version, version
    note.submitted_at = version.author_signature.signed_at
    note.first_submitted_at = note.first_submitted_at or note.submitted_at
    note.save()
    return note


def _meeting_of(note: SupervisionNote) -> SupervisionMeeting | None:
    """The meeting that a note's session came from, locked to the end of the transaction; None where there is none."""
    found = SupervisionMeeting.objects.filter(
        pk__in=MeetingPerson.objects.filter(session=note.session).values("meeting")
    )
    return found.select_for_update(of=("self",)).first()


def _open_draft(note: SupervisionNote, revision: int) -> NoteDraft:
    if not note.is_open:
        raise NoteMovedOn(_("This note was submitted in the meantime. What you see below is what was signed."))
    draft = NoteDraft.objects.get(note=note)
    if draft.revision != revision:
        raise NoteMovedOn(_("This note was saved somewhere else in the meantime. Compare both before you go on."))
    return draft


def _set_facts(session: SupervisionSession, facts: Mapping[str, Any]) -> None:
    for name in SupervisionSession.FACTS:
        if name in facts:
            setattr(session, name, facts[name])
    plan = session.plan
    if session.held_on is not None:
        if session.held_on < plan.starts_on or (plan.ends_on is not None and session.held_on > plan.ends_on):
            raise ValidationError({"held_on": _("Your plan with this supervisor does not cover that day.")})
        if session.held_on > day_of(plan):
            raise ValidationError({"held_on": _("That day is still to come. Write the note once you have met.")})
    session.full_clean()
    session.save()


def tidied(parts: Mapping[str, str]) -> dict[str, str]:
    """The parts as they are kept: normal form C, one kind of line end, no blanks around."""
    return {name: tidy(parts.get(name, "")) for name in PARTS}
