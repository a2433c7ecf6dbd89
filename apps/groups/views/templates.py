"""The gallery of templates, one template, and a group that starts from it after a look at what that makes."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.actor import Actor, actor_of
from apps.access.policy import may_add, visible_to
from apps.groups import selectors, services
from apps.groups.models import GroupTemplate, SupportGroup, lines_of
from apps.groups.services.templates import StartLook
from apps.groups.shipped import Kind, shipped_kinds
from apps.groups.showing import words_in
from apps.groups.start_form import StartForm
from apps.groups.views.changing import blame
from apps.groups.wording import ages_words, leaders_words, rule_words, shape_words
from apps.kit.listing import listed
from apps.kit.once import AlreadyUsed, OnceForm, use_once
from apps.organizations.models import Location, Room
from apps.organizations.selectors import staff_who_can

MOST_SEARCHED = 100


def _allowed(request: HttpRequest) -> Actor:
    """The actor, who may make groups; 403 for anybody else."""
    actor = actor_of(request)
    if actor.organization_id is None or not may_add(actor, GroupTemplate):
        raise PermissionDenied
    return actor


def _kind(key: str) -> Kind:
    kind = shipped_kinds().get(key)
    if kind is None:
        raise Http404
    return kind


def _card(template: GroupTemplate, url: str) -> dict[str, Any]:
    """A template in the gallery: its name, whom it is for, how often and how long."""
    language = get_language() or settings.LANGUAGE_CODE
    name, lang, _direction = words_in(template.name, language)
    return {
        "name": name,
        "lang": lang,
        "url": url,
        "audience": template.audience,
        "shape": shape_words(template),
        "minutes": template.minutes,
        "attendance": template.get_attendance_mode_display(),
    }


@login_required
@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """The gallery: the organization's own, the eight commonest, and more behind them; or what a search finds."""
    actor = _allowed(request)
    words = request.GET.get("q", "").strip()[:MOST_SEARCHED]
    own = [
        _card(row, reverse("groups:template", args=[row.public_id])) for row in selectors.own_templates(actor, words)
    ]
    common: list[dict[str, Any]] = []
    more: list[dict[str, Any]] = []
    for kind in selectors.kinds_found(words):
        card = _card(kind.template, reverse("groups:kind", args=[kind.key]))
        (common if kind.common or words else more).append(card)
    return render(request, "groups/templates.html", {"own": own, "common": common, "more": more, "words": words})


@login_required
@require_safe
def template_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One of the organization's own templates, also one that was put away."""
    actor = actor_of(request)
    template = get_object_or_404(visible_to(GroupTemplate, actor), public_id=public_id)
    start = reverse("groups:start_from_template", args=[public_id]) if template.archived_at is None else ""
    change = reverse("admin:groups_grouptemplate_change", args=[template.pk]) if actor.can("enter_admin") else ""
    return render(request, "groups/template.html", _told(template) | {"start_url": start, "change_url": change})


@login_required
@require_safe
def kind_page(request: HttpRequest, key: str) -> HttpResponse:
    """One of the shipped kinds."""
    _allowed(request)
    kind = _kind(key)
    start, take = reverse("groups:start_from_kind", args=[key]), reverse("groups:take_kind", args=[key])
    return render(request, "groups/template.html", _told(kind.template) | {"start_url": start, "take_url": take})


def _told(template: GroupTemplate) -> dict[str, Any]:
    """What a template's page says of it."""
    return {
        "template": template,
        "shape": shape_words(template),
        "leaders": leaders_words(template),
        "ages": ages_words(template),
        "languages": listed(str(dict(settings.LANGUAGES)[code]) for code in template.languages),
        "topics": lines_of(template.topics),
        "questions": lines_of(template.feedback_questions),
    }


@login_required
@require_POST
def take_kind(request: HttpRequest, key: str) -> HttpResponse:
    """Copy a shipped kind into the organization's own, to change it there."""
    actor = _allowed(request)
    kind, form = _kind(key), OnceForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("That did not reach us whole. Please try again."))
        return redirect("groups:kind", key=key)
    try:
        used = use_once(form.cleaned_data["once"], user_id=actor.user_id)
    except AlreadyUsed as already:
        return redirect(already.result or "groups:templates")
    row = services.take_kind(kind=kind, actor=actor, organization_id=actor.organization_id or 0)
    page = reverse("groups:template", args=[row.public_id])
    used.leads_to(page)
    messages.success(request, _("It is yours now. Change it as you like."))
    return redirect(page)


@login_required
@require_http_methods(["GET", "POST"])
def start_from_template(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Start a group from one of the organization's own templates."""
    rows = visible_to(GroupTemplate, actor_of(request)).filter(archived_at__isnull=True)
    template = get_object_or_404(rows, public_id=public_id)
    return _start(request, template, reverse("groups:template", args=[public_id]))


@login_required
@require_http_methods(["GET", "POST"])
def start_from_kind(request: HttpRequest, key: str) -> HttpResponse:
    """Start a group from a shipped kind."""
    _allowed(request)
    return _start(request, _kind(key).template, reverse("groups:kind", args=[key]))


def _start(request: HttpRequest, template: GroupTemplate, back: str) -> HttpResponse:
    """Ask where and when, show what that makes and what to mind, and start the group after a yes."""
    actor = actor_of(request)
    if actor.organization_id is None or not may_add(actor, SupportGroup):
        raise PermissionDenied
    language = request.organization.language  # type: ignore[attr-defined]  # the host middleware sets it
    form = StartForm(
        request.POST or None,
        template=template,
        language=language,
        locations=visible_to(Location, actor).filter(archived_at__isnull=True).order_by("name"),
        rooms=visible_to(Room, actor)
        .filter(archived_at__isnull=True, location__archived_at__isnull=True)
        .select_related("location")
        .order_by("location__name", "name"),
        people=visible_to(staff_who_can("lead_groups"), actor),
    )
    context: dict[str, Any] = {"form": form, "template": template, "back": back, "shape": shape_words(template)}
    if request.method == "POST" and form.is_valid():
        asked = {"actor": actor, "organization_id": actor.organization_id, **form.values()}
        if request.POST.get("step") == "do":
            try:
                with transaction.atomic():
                    used = use_once(form.cleaned_data["once"], user_id=actor.user_id)
                    group = services.start_group_from_template(**asked)
                    page = reverse("groups:group", args=[group.public_id])
                    used.leads_to(page)
                messages.success(request, _("The group is there, and its sessions are planned."))
                return redirect(page)
            except AlreadyUsed as already:
                return redirect(already.result or "groups:templates")
            except ValidationError as refused:
                blame(form, refused)
        elif request.POST.get("step") != "back":
            look = services.look_at_start(**asked)
            if look.problem is None and look.group is not None:
                told: dict[str, Any] = {
                    "look": look,
                    "rule": rule_words(look.group),
                    "zone": str(look.group.location.zone),
                }
                told |= {"closes_later": not template.takes_new, "follow": len(look.sessions) < (look.group.times or 0)}
                return render(request, "groups/start_look.html", context | told)
            if look.problem is not None:
                blame(form, look.problem)
    return render(request, "groups/start.html", context, status=422 if form.errors else 200)


def _looked(look: StartLook, group: SupportGroup, template: GroupTemplate) -> dict[str, Any]:
    """What the look's page says beside the look itself."""
    return {
        "look": look,
        "rule": rule_words(group),
        "zone": str(group.location.zone),
        "closes_later": not template.takes_new,
        "follow": len(look.sessions) < (group.times or 0),
    }
