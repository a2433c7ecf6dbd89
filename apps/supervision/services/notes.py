"""Writes of notes and their way from draft to locked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may_add, require
from apps.organizations.models import Person
from apps.signing.choices import Meaning
from apps.signing.services import sign
from apps.supervision.choices import PARTS, MeetingState, NoteState
from apps.supervision.models import (
    KIND,
    PRIVATE,
    CoSignature,
    MeetingPerson,
    NextStep,
    NoteDraft,
    NoteNudge,
    NoteReturn,
    NoteVersion,
    PrivateDraft,
    PrivatePart,
    SupervisionMeeting,
    SupervisionNote,
    SupervisionPlan,
    SupervisionSession,
)
from apps.supervision.selectors import credential_text, day_of, role_text, signer_for, why_not_sign
from apps.supervision.services.details import clean_details, frozen_details, thawed_details, tidy


class NotEligible(ValidationError):  # noqa: N818  an answer with its reasons, as NoteMovedOn is
    """The organization's rules do not let this person sign today; the messages say why."""


class NoteMovedOn(ValidationError):  # noqa: N818  being second is an answer, not an error
    """Somebody else, or the same person in another tab, was faster; nothing was written."""


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
        note=note, organization_id=plan.organization_id, details=clean_details(details or {}), **_text(parts)
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
    note = _lock(note)
    draft = _open_draft(note, revision)
    planned = MeetingPerson.objects.filter(session=note.session).exists()
    # the day and the minutes of a meeting are its leader's to write down
    _set_facts(note.session, {k: v for k, v in facts.items() if not planned or k == "case_reference"})
    for name, text in _text(parts).items():
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
    note = _lock(note)
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
    version.author_signature = _sign(
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
    last = _frozen(note)
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
    note = _lock(note)
    _require_waiting(note, version)
    plan = note.plan
    person = _signer(actor, plan)
    if person.user_id == plan.specialist.user_id:
        raise PermissionDenied
    if not actor.system and (reasons := why_not_sign(person, plan)):
        raise NotEligible(reasons)
    frozen = _frozen(note)
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
    signature = _sign(note, person, frozen, meaning=Meaning.REVIEWED, actor=actor, method=method, at=at)
    if private is not None:
        _seal_private(note, person, private, actor=actor, method=method, at=at)
    note.state = NoteState.SIGNED
    note.supervisor_signature, note.signed_at = signature, signature.signed_at
    note.save()
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
    note = _lock(note)
    standing = CoSignature.objects.filter(note=note).first()
    if standing is not None:
        return standing
    person = note.plan.clinical_supervisor
    assert person is not None, "the policy asks for one"
    if person.user_id in (note.plan.specialist.user_id, note.plan.supervisor.user_id):
        raise PermissionDenied
    signature = _sign(note, person, _frozen(note), meaning=Meaning.CO_SIGNED, actor=actor, method=method, at=at)
    return CoSignature.objects.create(
        organization_id=note.organization_id, note=note, version=note.version, signature=signature
    )


@transaction.atomic
def keep_private(*, note: SupervisionNote, actor: Actor, text: str) -> None:
    """Keep what the supervisor writes for themself alone; it is sealed when they sign. Empty text takes it away.

    Raises PermissionDenied for anybody but the plan's supervisor, NoteMovedOn once the note is signed.
    """
    require(actor, "keep_private", note)
    note = _lock(note)
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
    note = _lock(note)
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


def _lock(note: SupervisionNote) -> SupervisionNote:
    """The note as it stands now, locked to the end of the transaction."""
    return (
        SupervisionNote.objects.select_for_update(of=("self",))
        .select_related(
            "session__plan__specialist",
            "session__plan__supervisor",
            "session__plan__clinical_supervisor",
            "session__plan__organization",
            "organization",
            "frozen",
        )
        .get(pk=note.pk)
    )


def _meeting_of(note: SupervisionNote) -> SupervisionMeeting | None:
    """The meeting that a note's session came from, locked to the end of the transaction; None where there is none."""
    found = SupervisionMeeting.objects.filter(
        pk__in=MeetingPerson.objects.filter(session=note.session).values("meeting")
    )
    return found.select_for_update(of=("self",)).first()


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


def _text(parts: Mapping[str, str]) -> dict[str, str]:
    """The parts as they are kept: normal form C, one kind of line end, no blanks around."""
    return {name: tidy(parts.get(name, "")) for name in PARTS}


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
        role=_role(person, note, meaning),
        credential=credential_text(person, day_of(note.plan)),
        at=at,
    )


def _role(person: Person, note: SupervisionNote, meaning: str) -> str:
    """The signer's role; who signs for a supervisor who is away says so, in the organization's language."""
    role = role_text(person, note.organization)
    if meaning != Meaning.REVIEWED or person.pk == note.plan.supervisor_id:
        return role
    with translation.override(note.organization.language):
        return _("%(role)s, for %(name)s, who is away") % {"role": role, "name": note.plan.supervisor.name}
