"""The public schedule as a calendar to subscribe to, and one session as a file to add."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.views.decorators.http import require_safe

from apps.access.actor import Actor, actor_of
from apps.access.policy import visible_to
from apps.groups import selectors
from apps.groups.models import Session
from apps.kit.ical import CONTENT_TYPE, calendar
from apps.organizations.selectors import link_to

VERSION = 1  # of how an event is written: rises with the code, so that programs read everything once more


def address_up_to_key(organization: Any) -> str:
    """The whole address of a group's page on the organization's own host, up to the group's key."""
    return link_to(organization, reverse("groups:group", args=["00000000-0000-0000-0000-000000000000"])[:-37])


def language_of(request: HttpRequest) -> str:
    """The language asked for by `?language=`, else the organization's own: the same address reads the same for all."""
    wanted = request.GET.get("language", "")
    own = str(request.organization.language)  # type: ignore[attr-defined]  # the host middleware sets it
    return wanted if wanted in dict(settings.LANGUAGES) else own


@require_safe
def public_feed(request: HttpRequest) -> HttpResponse:
    """The public schedule as a calendar. What has not changed is answered with 304, and no session is looked at."""
    organization = getattr(request, "organization", None)
    if organization is None:
        raise Http404
    language = language_of(request)
    state = selectors.feed_state(topics={"group": None})
    told = f"{VERSION}|{organization.pk}|{organization.name}|{language}|{timezone.now().date()}|{state}"
    tag = f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'
    if tag in request.headers.get("If-None-Match", ""):
        return cached(HttpResponseNotModified(), tag, shared=True)
    with override(language):
        events = selectors.session_events(
            selectors.public_sessions(Actor(None, organization.pk)),
            language=language,
            address_of=address_up_to_key(organization),
            is_busy=False,
        )
        body = calendar(str(organization.name), events, language=language)
    return cached(HttpResponse(body, content_type=CONTENT_TYPE), tag, shared=True)


@require_safe
def one_event(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One session as a file that a calendar takes in, for everybody who may see it."""
    actor = actor_of(request)
    found = visible_to(Session, actor).filter(ended_with_group=False)
    session = get_object_or_404(found, public_id=public_id)
    organization = request.organization  # type: ignore[attr-defined]  # the host middleware sets it
    events = selectors.session_events(
        Session.objects.filter(pk=session.pk),
        language=get_language() or settings.LANGUAGE_CODE,
        address_of=address_up_to_key(organization),
    )
    response = HttpResponse(calendar("", events), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = 'attachment; filename="session.ics"'
    return response


def cached(response: HttpResponse, tag: str, *, shared: bool = False) -> HttpResponse:
    """A feed's headers: whoever keeps it asks again each time whether it still holds."""
    response["ETag"] = tag
    response["Cache-Control"] = "public, no-cache" if shared else "private, no-cache"
    return response
