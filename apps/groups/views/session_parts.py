"""What belongs to a session besides its list: walk-ins, who leads it this time, notes and materials, an alias."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.access.actor import Actor, actor_of
from apps.access.policy import visible_to
from apps.clients.models import ClientRecord
from apps.groups import selectors, services
from apps.groups.leading_forms import WHOLE, AliasForm, MaterialForm, NoteForm, SubstituteForm, WalkInForm
from apps.groups.models import Session, SessionMaterial, SessionNote, SupportGroup
from apps.groups.views.changing import blame
from apps.groups.views.leading import about, session_to_lead
from apps.kit.once import AlreadyUsed, use_once
from apps.materials.selectors import best_text, materials_for


@login_required
@require_http_methods(["GET", "POST"])
def walk_in(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write down somebody who is not in the group: a client found by name, or a first name without a record."""
    actor, session = session_to_lead(request, public_id)
    if not session.group.takes_enrolments:
        raise Http404
    context = about(session)
    form = WalkInForm(request.POST or None, is_held=context["is_held"])
    back = reverse("groups:session", args=[public_id])
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        client = None
        if told["client"]:
            client = get_object_or_404(visible_to(ClientRecord, actor), public_id=told["client"])
        try:
            with transaction.atomic():
                used = use_once(told["once"], user_id=actor.user_id)
                services.add_walk_in(
                    session=session, actor=actor, client=client, alias=told["alias"], reason=told.get("reason", "")
                )
                used.leads_to(back)
            messages.success(request, _("They are on the list."))
            return redirect(back)
        except AlreadyUsed:
            return redirect(back)
        except ValidationError as refused:
            blame(form, refused)
    words = request.GET.get("q", "")
    context |= {
        "form": form,
        "words": words,
        "found": selectors.clients_for_walk_in(session, actor, words),
        "finds": actor.can_any("view_clients", "give_care"),
    }
    return render(request, "groups/walk_in.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def substitute(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Who could lead this one session, who can't and why; and choosing one."""
    actor, session = session_to_lead(request, public_id)
    candidates = selectors.substitutes_for(session, actor)
    able = {str(each.person.public_id): each for each in candidates if each.is_eligible}
    choices = [(key, _said(each)) for key, each in able.items()]
    form = SubstituteForm(request.POST or None, choices=choices)
    here = reverse("groups:substitute", args=[public_id])
    standing = selectors.standing_substitutes(session, actor)
    if request.method == "POST" and request.POST.get("person") in {str(row.person.public_id) for row in standing}:
        return redirect(here)  # the first click did it: the page says so
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            with transaction.atomic():
                used = use_once(told["once"], user_id=actor.user_id)
                services.set_substitute(
                    session=session, person=able[told["person"]].person, actor=actor, note=told["note"]
                )
                used.leads_to(here)
            messages.success(request, _("They lead it this time."))
            return redirect(here)
        except AlreadyUsed:
            return redirect(here)
        except ValidationError as refused:
            blame(form, refused)
    context = about(session) | {
        "form": form,
        "able": able,
        "unable": [each for each in candidates if not each.is_eligible],
        "standing": standing,
    }
    return render(request, "groups/substitute.html", context, status=422 if form.errors else 200)


def _said(each: selectors.Candidate) -> str:
    return _("%(name)s, speaks the group’s language") % {"name": each.person.name} if each.speaks else each.person.name


@login_required
@require_POST
def end_substitute(request: HttpRequest, public_id: uuid.UUID, number: int) -> HttpResponse:
    """Take a substitute back; `number` counts those of the session as its page lists them."""
    actor, session = session_to_lead(request, public_id)
    standing = selectors.standing_substitutes(session, actor)
    if not 0 < number <= len(standing):
        raise Http404
    services.end_substitute(substitute=standing[number - 1], actor=actor)
    messages.success(request, _("The usual leader leads it."))
    return redirect("groups:substitute", public_id=public_id)


@login_required
@require_http_methods(["GET", "POST"])
def notes(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Notes on a session for whoever leads the next one, and materials for it."""
    actor, session = session_to_lead(request, public_id)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _written(actor, session, form):
        messages.success(request, _("Your note is kept."))
        return redirect("groups:notes", public_id=public_id)
    return _notes_page(request, actor, session, form)


def _written(actor: Actor, session: Session, form: NoteForm, note: SessionNote | None = None) -> bool:
    """Whether the note of a valid form is written now, or was by the first click."""
    told = form.cleaned_data
    words = {name: told[name] for name in ("done", "used", "for_next")}
    try:
        with transaction.atomic():
            use_once(told["once"], user_id=actor.user_id)
            services.write_note(session=session, actor=actor, note=note, version=told["version"], **words)
    except AlreadyUsed:
        return True
    except ValidationError as refused:
        blame(form, refused)
        return False
    return True


def _notes_page(
    request: HttpRequest, actor: Actor, session: Session, form: NoteForm, give: MaterialForm | None = None
) -> HttpResponse:
    standing = list(selectors.notes_of(session, actor).select_related("author", "session"))
    readable = materials_for(actor)
    language = get_language() or "en"
    wrong = form.errors or (give is not None and give.errors)
    context = about(session) | {
        "form": form,
        "notes": [{"note": each, "open": selectors.is_note_open(each)} for each in standing],
        "before": selectors.note_before(session, actor),
        "given": [
            {"given": each, "text": best_text(each.material, language)}
            for each in selectors.materials_of(session.group, actor, session)
        ],
        "give": give or MaterialForm(materials=readable),
    }
    return render(request, "groups/notes.html", context, status=422 if wrong else 200)


@login_required
@require_http_methods(["GET", "POST"])
def change_note(request: HttpRequest, public_id: uuid.UUID, note: uuid.UUID) -> HttpResponse:
    """Change a note in the week after its session. Where somebody else changed it meanwhile, both texts are shown."""
    actor, session = session_to_lead(request, public_id)
    row = get_object_or_404(selectors.notes_of(session, actor).select_related("session"), public_id=note)
    form: Any = NoteForm(request.POST or None, instance=row, initial={"version": row.version})
    stood = {"done": row.done, "used": row.used, "for_next": row.for_next}
    if request.method == "POST" and form.is_valid() and _written(actor, session, form, row):
        messages.success(request, _("Your note is kept."))
        return redirect("groups:notes", public_id=public_id)
    if request.method == "POST" and form.data.get("version") != str(row.version):
        form.data = form.data.copy()
        form.data["version"] = str(row.version)  # read by now: sending it again means it
        stood["is_other"] = "yes"
    context = about(session) | {"form": form, "stood": stood}
    return render(request, "groups/change_note.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def give_material(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give a material to the group or to this session."""
    actor, session = session_to_lead(request, public_id)
    form = MaterialForm(request.POST, materials=materials_for(actor))
    if not form.is_valid():
        return _notes_page(request, actor, session, NoteForm(), form)
    told = form.cleaned_data
    try:
        with transaction.atomic():
            use_once(told["once"], user_id=actor.user_id)
            services.give_material(
                group=session.group,
                material=told["material"],
                actor=actor,
                session=None if told["scope"] == WHOLE else session,
            )
        messages.success(request, _("It is there. Whoever may read it finds it on the group’s page."))
    except AlreadyUsed:
        pass  # the first click did it: the page says so
    return redirect(reverse("groups:notes", args=[public_id]) + "#materials")


@login_required
@require_POST
def take_material(request: HttpRequest, public_id: uuid.UUID, material: uuid.UUID) -> HttpResponse:
    """Take a material back from this session and its group."""
    actor, session = session_to_lead(request, public_id)
    here = visible_to(SessionMaterial, actor, "change").filter(
        group=session.group_id, material__public_id=material, ended_at__isnull=True
    )
    rows = [row for row in here if row.session_id in (None, session.pk)]
    if not rows:
        raise Http404
    for row in rows:
        services.take_material(given=row, actor=actor)
    messages.success(request, _("It is taken back."))
    return redirect(reverse("groups:notes", args=[public_id]) + "#materials")


@login_required
@require_http_methods(["GET", "POST"])
def alias(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the reader is called in a group of aliases that they are in: they choose."""
    actor = actor_of(request)
    group = get_object_or_404(visible_to(SupportGroup, actor), public_id=public_id)
    enrolment = selectors.standing_enrolment(group, actor)
    if enrolment is None or not group.uses_aliases:
        raise Http404
    form: Any = AliasForm(request.POST or None, initial={"alias": enrolment.alias})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                use_once(form.cleaned_data["once"], user_id=actor.user_id)
                services.set_alias(enrolment=enrolment, actor=actor.in_own_matters(), alias=form.cleaned_data["alias"])
            messages.success(request, _("That is what you are called here now."))
            return redirect("groups:group", public_id=public_id)
        except AlreadyUsed:
            return redirect("groups:group", public_id=public_id)
        except ValidationError as refused:
            blame(form, refused)
    context = {"group": group, "form": form}
    return render(request, "groups/alias.html", context, status=422 if form.errors else 200)
