"""One group: what it is, when and where, who leads it; joining it and leaving it."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.access.actor import Actor, actor_of
from apps.access.policy import may, visible_to
from apps.access.services import log_reads
from apps.groups import selectors, services
from apps.groups.choices import AnswerKind, SessionState
from apps.groups.models import SupportGroup, lines_of
from apps.groups.showing import Shown, ages_words, reader_zone, words_in
from apps.groups.wording import rule_words
from apps.kit.dates import format_range
from apps.kit.listing import listed
from apps.kit.once import AlreadyUsed, OnceForm, use_once
from apps.kit.walltime import zone_label
from apps.organizations.choices import AccessFact


def _group(actor: Actor, public_id: uuid.UUID) -> SupportGroup:
    """The group, or 404 for one that this reader may not see and for one that never was."""
    rows = visible_to(SupportGroup, actor).select_related("location", "room")
    return get_object_or_404(rows, public_id=public_id)


@require_safe
def group_page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A group's page, for everybody who may see it."""
    actor = actor_of(request)
    group = _group(actor, public_id)
    language = get_language() or settings.LANGUAGE_CODE
    shown = Shown(reader_zone(request, actor), language, request.organization.language, actor)  # type: ignore[attr-defined]  # the host middleware sets it
    enrolment = selectors.standing_enrolment(group, actor)
    leads = selectors.leads(actor, group)
    rows = selectors.sessions_of(group, actor)
    changes = leads or actor.can("manage_groups")
    said = selectors.own_replies(enrolment, [row.public_id for row in rows])
    away = selectors.staying_away(group, actor, [row.public_id for row in rows]) if leads else {}
    topics = selectors.topics_by_session(group)
    coming = [
        _session(row, shown, changes)
        | {"topic": topics.get(row.public_id), "said": said.get(row.public_id), "away": away.get(row.public_id)}
        for row in rows
    ]
    next_one = next((each for each in coming if not each["cancelled"]), None)
    name, lang, _direction = words_in(group.name, language)
    knows_place = not group.location.is_confidential or enrolment is not None or leads or actor.can("view_places")
    person = enrolment.person if enrolment else selectors.person_to_enrol(actor)
    answer = selectors.may_join(group, person, actor)
    roster = None
    if leads or actor.can("view_enrolments"):
        standing = selectors.roster(group, actor)
        roster = selectors.known_as(list(standing), group)
        log_reads(standing.order_by(), actor=actor)
    context: dict[str, Any] = {
        "group": group,
        "name": name,
        "name_lang": lang,
        "next_one": next_one,
        "coming": [each for each in coming if each is not next_one],
        "rule": rule_words(group),
        "uncertified": selectors.leaders_without_certification(group, actor, _day_of(rows, group)),
        "leaders": [each.person.greeting_name for each in selectors.leaders_of(group, actor)],
        "instead": selectors.who_leads_instead(next_one["public_id"], actor) if next_one else [],
        "enrolment": enrolment,
        "leads": leads,
        "knows_place": knows_place,
        "ages": ages_words(group.youngest, group.oldest),
        "place_has": listed(AccessFact(fact).label for fact in group.location.access) if knows_place else "",
        "place_is_usual": not rows or rows[0].place_id == group.location.public_id,
        "answer": answer,
        "before": selectors.before_words(answer.entry) if answer.entry and answer.kind == AnswerKind.WAITING else "",
        "is_full": answer.waits or (answer.kind == AnswerKind.NO and selectors.places_free(group) == 0),
        "knows_them": person is not None,
        "keeps_list": actor.can("manage_enrolments") and group.takes_enrolments,
        "asks_sign_in": bool(group.join_link) and actor.user_id is None and not group.takes_enrolments,
        "roster": roster,
        "free_topics": [] if group.topics_in_order else lines_of(group.topics),
        "questions": lines_of(group.feedback_questions) if changes else [],
        "given": selectors.materials_of(group, actor),
        "counts_whole": actor.can("view_groups"),
    }
    return render(request, "groups/group.html", context)


def _day_of(rows: Any, group: SupportGroup) -> date:
    """The day of the next session, else today by the calendar there."""
    coming = next((row for row in rows if row.state != SessionState.CANCELLED), None)
    zone = ZoneInfo(str(coming.zone if coming else group.location.zone))
    return coming.starts_at.astimezone(zone).date() if coming else timezone.localdate(timezone=zone)


def _session(row: selectors.ScheduleRow, shown: Shown, changes: bool) -> dict[str, Any]:
    """One of the group's next sessions, in words."""
    zone = shown.zone_of(row)
    starts = shown.wall(row.starts_at, zone)
    return {
        **shown.row(row, starts),
        "public_id": row.public_id,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "zone": zone,
        "zone_said": zone_label(zone) if row.is_remote or zone != shown.zone else "",
        "weekday": date_format(starts, "l"),
        "hours": format_range(row.starts_at, row.ends_at, zone),
        "is_today": starts.date() == shown.wall(timezone.now(), zone).date(),
        "places_left": row.places_left,
        "is_remote": row.is_remote,
        "event_url": reverse("groups:one_event", args=[row.public_id]),
        "reply_url": reverse("groups:reply", args=[row.public_id]),
        "change_url": reverse("groups:change_session", args=[row.public_id]) if changes else "",
        "lead_url": reverse("groups:session", args=[row.public_id]) if changes else "",
    }


@login_required
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Join a group oneself. A GET, as after signing in, leads to the group's page."""
    actor = actor_of(request)
    group = _group(actor, public_id)
    page = redirect("groups:group", public_id=public_id)
    form = OnceForm(request.POST)
    if request.method == "GET":
        return page
    person = selectors.person_to_enrol(actor)
    if person is None:
        messages.warning(request, _("We do not know you here yet. Come by or call, and we write you down."))
        return page
    if not form.is_valid():
        messages.warning(request, _("That did not reach us whole. Please try again."))
        return page
    try:
        used = use_once(form.cleaned_data["once"], user_id=actor.user_id)
        came = services.join(group=group, person=person, actor=actor.in_own_matters())
        used.leads_to(reverse("groups:group", args=[public_id]))
        messages.success(request, _said(came.kind))
    except AlreadyUsed:
        pass  # the first click did it: the page says so
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    return page


def _said(kind: str) -> str:
    """What came of asking to join."""
    if kind == AnswerKind.IN:
        return _("You are in. You can stop at any time, and nobody will ask why.")
    if kind == AnswerKind.ASKED:
        return selectors.talk_words()
    return _("You are on the waiting list. We write to you when a place is free.")


@login_required
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Leave a group oneself."""
    actor = actor_of(request)
    group = _group(actor, public_id)
    enrolment = selectors.standing_enrolment(group, actor)
    if request.method == "POST" and enrolment is not None:
        services.leave(enrolment=enrolment, actor=actor.in_own_matters())
        messages.success(request, _("You are out of this group. You are welcome back."))
        if not may(actor, "view", group):
            return redirect("groups:schedule")
    return redirect("groups:group", public_id=public_id)
