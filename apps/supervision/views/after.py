"""What is done on a note's page beside writing and signing: the private part, and what follows a locked note."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor, actor_of
from apps.access.policy import may, require, visible_to
from apps.accounts.services import confirm_identity, reauthentication_form
from apps.supervision import selectors, services
from apps.supervision.choices import NoteState
from apps.supervision.forms import AddendumForm, CloseForm, PrivateForm, refuse
from apps.supervision.models import (
    Addendum,
    CoSignature,
    NextStep,
    NoteNudge,
    PrivateDraft,
    PrivatePart,
    SupervisionNote,
)

AFTER = ("nudge", "private", "co_sign", "addend", "review", "close")


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 6 else 0


def _step(actor: Actor, note: SupervisionNote, text: str) -> NextStep | None:
    rows = visible_to(NextStep, actor, "close").filter(note=note, number=_number(text), closure__isnull=True)
    return rows.select_related("owner").first()


def _addendum(actor: Actor, note: SupervisionNote, text: str) -> Addendum | None:
    """The addendum with this number, where the actor is the one who reads and signs it in turn."""
    rows = visible_to(Addendum, actor, "review").filter(note=note, number=_number(text), review__isnull=True)
    return rows.exclude(author__user_id=actor.user_id).first()


def _asked(request: HttpRequest, note: SupervisionNote) -> dict[str, Any] | None:
    """The one form of these that the page was asked to open, where it may be."""
    actor, do = actor_of(request), request.GET.get("do", "")
    if do == "addend" and may(actor, "add_to", note):
        return {"do": do, "form": AddendumForm()}
    if do == "close" and (step := _step(actor, note, request.GET.get("step", ""))):
        return {"do": do, "form": CloseForm(initial={"done_on": timezone.localdate()}), "step": step}
    if do == "review" and (addendum := _addendum(actor, note, request.GET.get("addendum", ""))):
        return {"do": do, "addendum": addendum}
    if do == "co_sign" and may(actor, "co_sign", note):
        return {"do": do}
    return None


def after_context(request: HttpRequest, note: SupervisionNote, act: dict[str, Any] | None) -> dict[str, Any]:
    """What the reading page shows of all this. `act` is a form that was refused."""
    actor = actor_of(request)
    act = act or _asked(request, note)
    if act is not None and "confirm" not in act:
        act["confirm"] = reauthentication_form(request)
    locked = note.state == NoteState.SIGNED
    private = None
    if may(actor, "keep_private", note):
        if locked:
            private = visible_to(PrivatePart, actor).filter(note=note).first()
        else:
            draft = visible_to(PrivateDraft, actor).filter(note=note).first()
            private = PrivateForm(initial={"text": draft.text if draft else ""})
    rules = selectors.signing_rules(note.organization_id)
    co_signature = CoSignature.objects.filter(note=note).first() if locked else None
    steps = visible_to(NextStep, actor).filter(note=note).select_related("owner", "closure__signature")
    addenda = (
        list(visible_to(Addendum, actor).filter(note=note).select_related("author", "signature", "review__signature"))
        if locked
        else []
    )
    is_own = note.plan.specialist.user_id == actor.user_id or note.plan.supervisor.user_id == actor.user_id
    returned = note.state == NoteState.RETURNED and may(actor, "sign", note)
    return {
        "may_nudge": returned,
        "nudged": NoteNudge.objects.filter(note=note).order_by("-on").first() if returned else None,
        "act": act,
        "locked": locked,
        "private": private,
        "late": selectors.is_late(note, rules, timezone.now()),
        "late_after": rules.late_after,
        "steps": list(steps) if locked else [],
        "addenda": addenda,
        "own_user": actor.user_id,
        "may_add": locked and may(actor, "add_to", note),
        "may_close": locked and is_own,
        "co_signature": co_signature,
        "may_co_sign": co_signature is None and may(actor, "co_sign", note),
        "awaits_co_signature": locked and co_signature is None and note.asks_for_second,
        "case": selectors.behind_reference(actor, note.frozen.case_reference) if note.frozen else None,
    }


def follow(request: HttpRequest, note: SupervisionNote, page: Callable[..., HttpResponse]) -> HttpResponse:
    """Carry out one of `AFTER`; `page` renders the note again where something was refused."""
    actor, do = actor_of(request), request.POST["do"]
    if do == "nudge":
        require(actor, "sign", note)
        try:
            sent = services.nudge_author(note=note, actor=actor)
        except services.NoteMovedOn as moved:
            return page(request, note, moved=moved, status=409)
        words = _("They get a message.") if sent else _("They were reminded today already. Tomorrow you can again.")
        messages.success(request, words)
        return redirect("supervision:note", public_id=note.public_id)
    if do == "private":
        return _private(request, note, page)
    act: dict[str, Any] = {"do": do}
    try:
        work, words = _work(request, note, act)
        method = confirm_identity(request, request.POST)
    except ValidationError as error:
        act["confirm"] = reauthentication_form(request, request.POST)
        refuse(act["confirm"], error)
        return page(request, note, act=act, status=422)
    try:
        work(method)
    except services.NoteMovedOn as moved:
        return page(request, note, moved=moved, status=409)
    except ValidationError as error:
        if "form" not in act:
            raise
        refuse(act["form"], error)
        return page(request, note, act=act, status=422)
    messages.success(request, words)
    assert actor.user_id is not None, "these pages ask for a sign-in"
    return redirect("supervision:note", public_id=note.public_id)


def _work(request: HttpRequest, note: SupervisionNote, act: dict[str, Any]) -> tuple[Callable[[str], object], str]:
    """What is to be done once it is clear who does it. Raises ValidationError with nothing more for a bad form."""
    actor, do = actor_of(request), act["do"]
    if do == "co_sign":
        require(actor, "co_sign", note)
        return lambda method: services.co_sign_note(note=note, actor=actor, method=method), _("Co-signed.")
    if do == "review":
        addendum = _addendum(actor, note, request.POST.get("addendum", ""))
        if addendum is None:
            raise PermissionDenied
        act["addendum"] = addendum
        return lambda method: services.review_addendum(addendum=addendum, actor=actor, method=method), _("Signed.")
    if do == "addend":
        require(actor, "add_to", note)
        form = act["form"] = AddendumForm(request.POST)
        if not form.is_valid():
            raise ValidationError(_("Look at the fields that are marked."))
        values = form.cleaned_data
        return (
            lambda method: services.add_addendum(note=note, actor=actor, method=method, **values),
            _("Added and signed. The other of you signs it in turn."),
        )
    step = _step(actor, note, request.POST.get("step", ""))
    if step is None:
        if not visible_to(NextStep, actor, "close").filter(note=note).exists():
            raise PermissionDenied
        raise Http404
    ending = act["form"] = CloseForm(request.POST)
    act["step"] = step
    if not ending.is_valid():
        raise ValidationError(_("Look at the fields that are marked."))
    said = ending.cleaned_data
    return (
        lambda method: services.close_step(step=step, actor=actor, method=method, **said),
        _("Ended and signed."),
    )


def _private(request: HttpRequest, note: SupervisionNote, page: Callable[..., HttpResponse]) -> HttpResponse:
    actor, form = actor_of(request), PrivateForm(request.POST)
    require(actor, "keep_private", note)
    try:
        if not form.is_valid():
            raise ValidationError(_("That is too long."))
        services.keep_private(note=note, actor=actor, text=form.cleaned_data["text"])
    except ValidationError as refused:
        return page(request, note, moved=refused, status=409)
    messages.success(request, _("Kept for you alone."))
    return redirect("supervision:note", public_id=note.public_id)
