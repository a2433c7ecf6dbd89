"""Pages of supervision: what waits, writing a note, reading and signing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.access.actor import Actor, actor_of
from apps.access.policy import may, require, visible_to
from apps.access.services import log_reads
from apps.accounts.services import confirm_identity, reauthentication_form
from apps.certifications.selectors import lapsed_of
from apps.organizations.selectors import staff_person
from apps.supervision import selectors, services
from apps.supervision.changes import changed_parts
from apps.supervision.choices import DETAILS, PARTS, NoteState
from apps.supervision.forms import NoteForm, ReturnForm, refuse
from apps.supervision.models import NoteDraft, NoteReturn, NoteVersion, SupervisionNote, SupervisionSession
from apps.supervision.services import NoteMovedOn
from apps.supervision.views.after import AFTER, after_context, follow
from apps.supervision.views.autosave import autosave, seal_of
from apps.supervision.words import texts_of, waiting_words

PAGE_SIZE = 25
QUEUE_SIZE = 8
READS = ("write_supervision", "sign_supervision", "read_supervision")


def _zone(request: HttpRequest) -> str:
    """The zone in which this reader lives."""
    person = staff_person(actor_of(request))
    organization = request.organization  # type: ignore[attr-defined]  # set by the middleware
    return str((person.zone if person else "") or organization.zone)


def _rows(notes: Any, zone: str) -> list[dict[str, Any]]:
    now = timezone.now()
    return [{"note": note, "second": waiting_words(note, now, zone)} for note in notes]


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me, what waits on others, my own notes, or, for those who audit, all of them."""
    actor = actor_of(request)
    if not actor.can_any(*READS):
        raise PermissionDenied
    lists: dict[str, tuple[str, Any]] = {}
    if actor.can("sign_supervision"):
        lists["for-me"] = (_("For me"), selectors.waiting_for(actor))
        lists["on-others"] = (_("Waiting on them"), selectors.waiting_on_others(actor))
    co_sign = selectors.to_co_sign(actor)
    if co_sign.exists():
        lists["co-sign"] = (_("To co-sign"), co_sign)
    if actor.can("read_supervision"):
        lists["all"] = (_("All notes"), selectors.notes_for(actor))
    plans = selectors.own_plans(actor) if actor.can("write_supervision") else None
    if plans is not None and (plans.exists() or not lists):
        lists["mine"] = (_("My own"), selectors.own_notes(actor))
    shown = request.GET.get("show", "")
    shown = shown if shown in lists else next(iter(lists))
    rows, by_person = lists[shown][1], request.GET.get("by") == "person"
    if by_person:
        rows = rows.order_by(
            "session__plan__specialist__name", "session__plan__specialist_id", "first_submitted_at", "pk"
        )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "tabs": [(key, label, rows.count(), key == shown) for key, (label, rows) in lists.items()],
        "shown": shown,
        "own_notes": shown == "mine",
        "by_person": by_person,
        "not_by_person": not by_person,
        "may_sort": shown in ("for-me", "on-others", "all"),
        "page_obj": page,
        "rows": _rows(page, _zone(request)),
        "has_meetings": actor.can_any("write_supervision", "sign_supervision"),
        "may_write": plans is not None and plans.exists(),
        "supervised": selectors.supervised_by(actor, timezone.localdate()) if "for-me" in lists else [],
    }
    return render(request, "supervision/home.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def note_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One note: its author writes and submits it, its supervisor signs or returns it, others read."""
    actor = actor_of(request)
    note = get_object_or_404(selectors.notes_for(actor).select_related("frozen"), public_id=public_id)
    if request.method == "POST":
        if request.POST.get("do") in ("sign", "return"):
            require(actor, "sign", note)
            return _sign(request, note) if request.POST["do"] == "sign" else _return(request, note)
        if request.POST.get("do") in AFTER:
            return follow(request, note, _read_page)
        require(actor, "change", note)
        return autosave(request, note) if request.POST.get("do") == "autosave" else _write(request, note)
    if note.is_open and may(actor, "change", note):
        return _write_page(request, note)
    return _read_page(request, note)


@login_required
@require_safe
def version_page(request: HttpRequest, public_id: UUID, version: int) -> HttpResponse:
    """One earlier or present version as its author signed it."""
    actor = actor_of(request)
    note = get_object_or_404(selectors.notes_for(actor), public_id=public_id)
    row = get_object_or_404(visible_to(NoteVersion, actor), note=note, version=version)
    log_reads(NoteVersion.objects.filter(pk=row.pk), actor=actor)
    context = {
        "note": note,
        "version": row,
        "parts": [(label, _texts(row)[name]) for name, label in (*PARTS.items(), *DETAILS.items())],
        "signatures": selectors.signatures_of(note).filter(version=version),
        "returned": NoteReturn.objects.filter(note=note, version=version).first(),
        "zone": _zone(request),
    }
    return render(request, "supervision/version.html", context)


# ---- the author
def _write(request: HttpRequest, note: SupervisionNote) -> HttpResponse:
    """Keep what was written; with `do=submit` also sign it over to the supervisor."""
    actor = actor_of(request)
    draft = NoteDraft.objects.filter(note=note).first()
    form = NoteForm(
        request.POST, asks=selectors.questions_for(note.plan, note), details=draft.details if draft else None
    )
    if not note.is_open:
        moved = NoteMovedOn(_("This note was submitted in the meantime. What you see below is what was signed."))
        return moved_on(request, note, form, moved)
    confirm = reauthentication_form(request, request.POST)
    if not form.is_valid():
        return _write_page(request, note, form=form, confirm=confirm, status=422)
    revision = int(request.POST["revision"]) if request.POST.get("revision", "").isdigit() else 0
    submits = request.POST.get("do") == "submit" or bool(request.POST.get("send_code"))
    try:
        draft = services.change_draft(
            note=note, actor=actor, revision=revision, facts=form.facts, parts=form.parts, details=form.details
        )
    except NoteMovedOn as moved:
        return moved_on(request, note, form, moved)
    except ValidationError as error:
        refuse(form, error)
        return _write_page(request, note, form=form, confirm=confirm, status=422)
    if not submits:
        messages.success(request, _("Kept. Nobody else reads it until you submit it."))
        return redirect("supervision:note", public_id=note.public_id)
    try:
        method = confirm_identity(request, request.POST)
    except ValidationError as error:
        confirm = reauthentication_form(request, request.POST)
        refuse(confirm, error)
        return _write_page(request, note, form=form, confirm=confirm, status=422)
    try:
        note = services.submit_note(note=note, actor=actor, revision=draft.revision, method=method)
    except NoteMovedOn as moved:
        return moved_on(request, note, form, moved)
    except ValidationError as error:
        refuse(form, error)
        return _write_page(request, note, form=form, confirm=confirm, status=422)
    words = _("Signed and sent to %(name)s. You will see here when it is signed or comes back.")
    messages.success(request, words % {"name": note.plan.supervisor})
    return redirect("supervision:note", public_id=note.public_id)


def _write_page(
    request: HttpRequest,
    note: SupervisionNote,
    *,
    form: NoteForm | None = None,
    confirm: Any = None,
    moved: NoteMovedOn | None = None,
    status: int = 200,
) -> HttpResponse:
    draft = NoteDraft.objects.get(note=note)
    facts = {name: getattr(note.session, name) for name in SupervisionSession.FACTS}
    returned = NoteReturn.objects.filter(note=note).order_by("-version").first()
    context = {
        "note": note,
        "form": form
        or NoteForm(
            initial={**facts, **draft.parts},
            asks=selectors.questions_for(note.plan, note),
            details=draft.details,
        ),
        "carried": selectors.open_steps(note.plan),
        "has_references": actor_of(request).can("give_care"),
        "seal": seal_of(request, note),
        "confirm": confirm or reauthentication_form(request),
        "draft": draft,
        "meeting": selectors.meeting_behind(note.session_id),
        "moved": moved,
        "elsewhere": _told(note, draft) if moved else [],
        "returned": returned,
        "changes": changed_parts(_texts(note.frozen), _draft_texts(note, draft)) if note.frozen else [],
        "signatures": selectors.signatures_of(note),
        "lapsed": lapsed_of(note.plan.specialist_id, timezone.localdate()),
        "zone": _zone(request),
    }
    return render(request, "supervision/write.html", context, status=status)


def _texts(version: NoteVersion) -> dict[str, str]:
    return texts_of(version.parts, version.details)


def _draft_texts(note: SupervisionNote, draft: NoteDraft) -> dict[str, str]:
    return texts_of(draft.parts, services.frozen_details(note, draft.details))


def _told(note: SupervisionNote, draft: NoteDraft) -> list[tuple[Any, str]]:
    """What a draft says, part by part."""
    texts = _draft_texts(note, draft)
    return [(label, texts[name]) for name, label in (*PARTS.items(), *DETAILS.items()) if texts[name]]


def moved_on(request: HttpRequest, note: SupervisionNote, form: NoteForm, moved: NoteMovedOn) -> HttpResponse:
    """Another tab was faster: say so, show what stands now, and keep what was typed here."""
    note = selectors.notes_for(actor_of(request)).select_related("frozen").get(pk=note.pk)
    if note.is_open:
        return _write_page(request, note, form=form, moved=moved, status=409)
    return _read_page(request, note, moved=moved, typed=form, status=409)


# ---- the supervisor
def _sign(request: HttpRequest, note: SupervisionNote) -> HttpResponse:
    """Sign the version that was read, and open the next one that waits."""
    actor = actor_of(request)
    try:
        method = confirm_identity(request, request.POST)
    except ValidationError as error:
        confirm = reauthentication_form(request, request.POST)
        refuse(confirm, error)
        return _read_page(request, note, confirm=confirm, status=422)
    following = _following(actor, note)
    try:
        services.sign_note(note=note, actor=actor, version=_version(request), method=method)
    except NoteMovedOn as moved:
        note = selectors.notes_for(actor).select_related("frozen").get(pk=note.pk)
        return _read_page(request, note, moved=moved, status=409)
    except services.NotEligible as reasons:
        return _read_page(request, note, moved=reasons, status=422)
    messages.success(request, _("Signed and locked."))
    if following is not None:
        return redirect("supervision:note", public_id=following.public_id)
    return redirect("supervision:home")


def _return(request: HttpRequest, note: SupervisionNote) -> HttpResponse:
    """Give the version that was read back to its author."""
    actor, form = actor_of(request), ReturnForm(request.POST)
    following = _following(actor, note)
    try:
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        services.return_note(note=note, actor=actor, version=_version(request), reason=reason)
    except NoteMovedOn as moved:
        note = selectors.notes_for(actor).select_related("frozen").get(pk=note.pk)
        return _read_page(request, note, moved=moved, return_form=form, status=409)
    except ValidationError as error:
        refuse(form, error)
        return _read_page(request, note, return_form=form, status=422)
    messages.success(request, _("Returned to %(name)s.") % {"name": note.plan.specialist})
    if following is not None:
        return redirect("supervision:note", public_id=following.public_id)
    return redirect("supervision:home")


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else 0


def _following(actor: Actor, note: SupervisionNote) -> SupervisionNote | None:
    """The next note that waits for this supervisor: the one after this, else the oldest other."""
    waiting = selectors.waiting_for(actor).exclude(pk=note.pk)
    return waiting.filter(first_submitted_at__gte=note.first_submitted_at).first() or waiting.first()


def _read_page(
    request: HttpRequest,
    note: SupervisionNote,
    *,
    confirm: Any = None,
    return_form: ReturnForm | None = None,
    moved: ValidationError | None = None,
    act: dict[str, Any] | None = None,
    typed: NoteForm | None = None,
    status: int = 200,
) -> HttpResponse:
    actor, zone = actor_of(request), _zone(request)
    log_reads(SupervisionNote.objects.filter(pk=note.pk), actor=actor)
    signs = note.state == NoteState.SUBMITTED and may(actor, "sign", note)
    assert note.frozen is not None, "a note that is read has a version; a draft is its author's alone"
    before = NoteVersion.objects.filter(note=note, version=note.version - 1).first()
    parts = changed_parts(_texts(before or note.frozen), _texts(note.frozen))
    waiting = list(selectors.waiting_for(actor)) if actor.can("sign_supervision") else []
    place = next((n for n, row in enumerate(waiting) if row.pk == note.pk), None)
    person = selectors.signer_for(actor, note.plan) if signs else None
    context = {
        "note": note,
        "version": note.frozen,
        "before": before,
        "changed": [part for part in parts if part.changed],
        "same": [part for part in parts if not part.changed and part.text],
        "returned": NoteReturn.objects.filter(note=note).order_by("-version").first(),
        "signatures": selectors.signatures_of(note),
        "standing": waiting_words(note, timezone.now(), zone),
        "signs": signs,
        "confirm": (confirm or reauthentication_form(request)) if signs else None,
        "why_not": selectors.why_not_sign(person, note.plan) if person else [],
        **after_context(request, note, act),
        "return_form": return_form or ReturnForm(),
        "role": selectors.role_text(person, person.organization) if person else "",
        "credential": selectors.credential_text(person, timezone.localdate()) if person else "",
        "lapsed": lapsed_of(person.pk, timezone.localdate()) if person else None,
        "person": person,
        "now": timezone.now(),
        "queue": _rows(waiting[:QUEUE_SIZE], zone) if place is not None else [],
        "place": None if place is None else place + 1,
        "waiting": len(waiting),
        "following": _following(actor, note) if place is not None else None,
        "moved": moved,
        "typed": [(part.label, part.value()) for part in typed.part_fields] if typed else [],
        "zone": zone,
    }
    return render(request, "supervision/note.html", context, status=status)
