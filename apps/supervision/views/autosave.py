"""Keeping a note while it is typed: the answer for the script, and the key that seals what could not be sent."""

from __future__ import annotations

import base64

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from apps.access.actor import actor_of
from apps.supervision import selectors, services
from apps.supervision.forms import NoteForm
from apps.supervision.models import NoteDraft, SupervisionNote
from apps.supervision.services import NoteMovedOn


def seal_of(request: HttpRequest, note: SupervisionNote | None) -> str:
    """The key with which this person's browser seals what it could not send. Another person's page has another one.

    Without a note it is that of the one they begin.
    """
    assert request.user.pk is not None, "these pages ask for a sign-in"
    value = f"{request.user.pk}:{note.public_id if note else 'new'}"
    digest = salted_hmac("supervision.autosave", value, algorithm="sha256").digest()
    return base64.b64encode(digest).decode()


def autosave(request: HttpRequest, note: SupervisionNote) -> JsonResponse:
    """Keep what was typed: the draft's new revision, or what stands instead where another tab was faster (409)."""
    draft = NoteDraft.objects.filter(note=note).first()
    if not note.is_open or draft is None:
        return JsonResponse({"state": "closed", "words": _("This note was submitted in the meantime.")}, status=409)
    form = NoteForm(request.POST, asks=selectors.questions_for(note.plan, note), details=draft.details)
    if not form.is_valid():
        return JsonResponse({"state": "invalid", "words": _("Not kept yet: one field needs another look.")}, status=422)
    revision = int(request.POST["revision"]) if request.POST.get("revision", "").isdigit() else 0
    try:
        kept = services.change_draft(
            note=note,
            actor=actor_of(request),
            revision=revision,
            facts=form.facts,
            parts=form.parts,
            details=form.details,
        )
    except NoteMovedOn as moved:
        return JsonResponse({"state": "conflict", "words": moved.messages[0]}, status=409)
    except ValidationError as error:
        return JsonResponse({"state": "invalid", "words": error.messages[0]}, status=422)
    return JsonResponse({"state": "kept", "revision": kept.revision, "words": _("Kept just now.")})
