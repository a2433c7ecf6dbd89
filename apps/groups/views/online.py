"""The way to a session that meets online."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.access.actor import actor_of
from apps.access.policy import visible_to
from apps.groups import selectors
from apps.groups.choices import Format, SessionState
from apps.groups.models import Session


@login_required
@require_safe
def go_online(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Lead somebody who is in the group to where it meets online, and nobody else; asked anew at each click.

    The link itself stands on no page, so that it is in no cache, history or feed before its time; the meeting's host is
    not told where the reader comes from. At another time the group's page says when.
    """
    actor = actor_of(request)
    rows = visible_to(Session, actor).filter(ended_with_group=False).select_related("group")
    session = get_object_or_404(rows, public_id=public_id)
    if not selectors.may_join_online(session, actor):
        raise PermissionDenied
    link = session.group.join_link if session.group.format != Format.IN_PERSON else ""
    is_off = session.state == SessionState.CANCELLED
    if link and not is_off and selectors.link_is_open(session.starts_at, session.ends_at):
        response: HttpResponse = HttpResponseRedirect(link)
        response["Referrer-Policy"] = "no-referrer"
        return response
    messages.info(request, _("This session is called off.") if is_off else _not_now(bool(link)))
    return redirect("groups:group", public_id=session.group.public_id)


def _not_now(has_link: bool) -> str:
    """Why there is no way in at this moment."""
    if has_link:
        return _("You can join from 15 minutes before it begins until it ends.")
    return _("There is no link for this group yet. Please call us.")
