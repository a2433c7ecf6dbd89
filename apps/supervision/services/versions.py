"""What every step of a note's way shares: its lock, the version that was frozen, and signing that version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.organizations.models import Person
from apps.signing.choices import Meaning
from apps.signing.services import sign
from apps.supervision.models import KIND, NoteVersion, SupervisionNote
from apps.supervision.selectors import credential_text, day_of, role_text


class NotEligible(ValidationError):  # noqa: N818  an answer with its reasons, as NoteMovedOn is
    """The organization's rules do not let this person sign today; the messages say why."""


class NoteMovedOn(ValidationError):  # noqa: N818  being second is an answer, not an error
    """Somebody else, or the same person in another tab, was faster; nothing was written."""


def lock(note: SupervisionNote) -> SupervisionNote:
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


def frozen_of(note: SupervisionNote) -> NoteVersion:
    """The version that its author signed last."""
    assert note.frozen is not None, "only a draft has none"
    return note.frozen


def sign_version(
    note: SupervisionNote,
    person: Person,
    version: NoteVersion,
    *,
    meaning: str,
    actor: Actor,
    method: str,
    at: datetime | None,
) -> Any:
    """Sign a version of a note as one person, with the role and the credential that they have today."""
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
