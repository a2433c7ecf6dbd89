"""Beginning a note: by the button, or by itself once something is typed, and then gone on with at its own address."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.access.actor import Actor, actor_of
from apps.kit.once import AlreadyUsed, use_once
from apps.supervision import selectors, services
from apps.supervision.forms import NewNoteForm, NoteForm, refuse
from apps.supervision.models import NoteDraft, SupervisionNote
from apps.supervision.services import NoteMovedOn
from apps.supervision.views.autosave import seal_of
from apps.supervision.views.notes import moved_on


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_note(request: HttpRequest) -> HttpResponse:
    """Write down that supervision took place, and begin its note."""
    actor = actor_of(request)
    if not actor.can("write_supervision"):
        raise PermissionDenied
    by_itself = request.POST.get("do") == "autosave"
    plans = selectors.own_plans(actor)
    asks = selectors.questions_for(plans[0]) if plans else []
    form = NewNoteForm(
        request.POST if request.method == "POST" else None, initial={"held_on": timezone.localdate()}, asks=asks
    )
    if form.is_bound and form.is_valid():
        if by_itself and not _says_something(form):
            return JsonResponse({"state": "nothing", "words": ""})
        try:
            with transaction.atomic():
                used = use_once(form.cleaned_data["once"], user_id=actor.user_id)
                note = _begin(actor, form)
                address = reverse("supervision:note", args=[note.public_id])
                used.leads_to(address)
            return _begun(request, note, 1) if by_itself else redirect(address)
        except AlreadyUsed as already:
            return _go_on(request, already.result, by_itself)
        except ValidationError as error:
            refuse(form, error)
    if by_itself:
        return JsonResponse({"state": "invalid", "words": _("Not kept yet: one field needs another look.")}, status=422)
    context = {"form": form, "has_plan": bool(plans), "seal": seal_of(request, None)}
    return render(request, "supervision/new.html", context, status=422 if form.is_bound else 200)


def _says_something(form: NewNoteForm) -> bool:
    """Whether there is anything yet that would be lost: a day and a length alone begin no note."""
    said = form.details
    typed = [*form.parts.values(), *said["answers"].values(), said["strengths"], form.facts["case_reference"]]
    return any(text.strip() for text in [*typed, *(step["what"] for step in said["steps"])])


def _begin(actor: Actor, form: NoteForm) -> SupervisionNote:
    plan = selectors.own_plans(actor, on=form.cleaned_data["held_on"]).first()
    if plan is None:
        raise ValidationError({"held_on": _("No plan says who supervised you on that day.")})
    return services.start_note(plan=plan, actor=actor, facts=form.facts, parts=form.parts, details=form.details)


def _begun(request: HttpRequest, note: SupervisionNote, revision: int) -> JsonResponse:
    """For the script: where the note is now, and the key that seals what can't be sent there."""
    address = reverse("supervision:note", args=[note.public_id])
    told: dict[str, Any] = {"state": "kept", "revision": revision, "words": _("Kept just now.")}
    return JsonResponse({**told, "address": address, "note": str(note.public_id), "seal": seal_of(request, note)})


def _go_on(request: HttpRequest, address: str, by_itself: bool) -> HttpResponse:
    """The key began a note before: what was typed since goes into it, unless that was gone on with elsewhere."""
    actor = actor_of(request)
    try:
        found = selectors.own_open_notes(actor).filter(public_id=resolve(address).kwargs.get("public_id"))
    except Resolver404:
        found = SupervisionNote.objects.none()
    note = found.select_related("frozen").first()
    draft = NoteDraft.objects.filter(note=note).select_related("note__session").first() if note else None
    if note is None or draft is None:
        closed = {"state": "closed", "words": _("This note was submitted in the meantime.")}
        return JsonResponse(closed, status=409) if by_itself else redirect(address or "supervision:home")
    form = NoteForm(request.POST, asks=selectors.questions_for(note.plan, note), details=draft.details)
    if not form.is_valid():
        return redirect(address)
    try:
        if not _is_kept(draft, form):
            draft = services.change_draft(
                note=note, actor=actor, revision=1, facts=form.facts, parts=form.parts, details=form.details
            )
    except NoteMovedOn as moved:
        if by_itself:
            told = {"state": "conflict", "words": moved.messages[0], "address": address}
            return JsonResponse({**told, "note": str(note.public_id), "seal": seal_of(request, note)}, status=409)
        return moved_on(request, note, form, moved)
    except ValidationError:
        return redirect(address)
    return _begun(request, note, draft.revision) if by_itself else redirect(address)


def _is_kept(draft: NoteDraft, form: NoteForm) -> bool:
    """Whether the draft says already what was typed."""
    facts = {name: getattr(draft.note.session, name) for name in form.facts}
    said = (services.tidied(form.parts), services.clean_details(form.details), form.facts)
    return (draft.parts, draft.details, facts) == said
