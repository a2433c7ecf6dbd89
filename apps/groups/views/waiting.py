"""What somebody does about a place of their own: answer an offer, stop waiting, say who comes, agree as a guardian."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.actor import Actor, actor_of
from apps.access.policy import may, visible_to
from apps.groups import selectors, services
from apps.groups.choices import AnswerKind, EntryState
from apps.groups.models import GuardianConsent, Session, SupportGroup, WaitlistEntry
from apps.groups.wording import rule_words
from apps.kit.once import AlreadyUsed, OnceForm, use_once

YES, NO = "yes", "no"


def answered(kind: str) -> str:
    """What came of a yes to an offer."""
    if kind == AnswerKind.IN:
        return _("You are in. You can stop at any time, and nobody will ask why.")
    return selectors.talk_words()


@login_required
@require_POST
def answer(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take or give back one's own offer, or stop waiting. One that is somebody else's is 404."""
    actor = actor_of(request).in_own_matters()
    entry = get_object_or_404(
        visible_to(WaitlistEntry, actor).select_related("group").filter(person__user_id=actor.user_id),
        public_id=public_id,
    )
    try:
        if request.POST.get("answer") == YES:
            messages.success(request, answered(services.accept_offer(entry=entry, actor=actor).kind))
        else:
            services.step_back(entry=entry, actor=actor)
            messages.success(request, _("You are off the list. You are welcome to ask again."))
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    if may(actor, "view", entry.group):
        return redirect("groups:group", public_id=entry.group.public_id)
    return redirect("groups:mine")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link of a message: take the place or not, without signing in. Not our link: 404.

    It says neither which group it is nor whose the offer is: others may look at the phone. A GET changes nothing, as
    programs that look at links follow them.
    """
    entry = selectors.entry_of_token(token)
    if entry is None:
        raise Http404
    said = ""
    if request.method == "POST":
        actor = Actor.for_system("the person followed the link of an offer", entry.organization_id)
        try:
            if request.POST.get("answer") == YES:
                said = answered(services.accept_offer(entry=entry, actor=actor).kind)
            else:
                services.step_back(entry=entry, actor=actor)
                said = _("Thank you for telling us. The place goes to somebody else.")
        except ValidationError:
            pass  # it has ended: the page says so
        entry = selectors.entry_of_token(token)
    context = {
        "said": said,
        "entry": entry,
        "stands": entry is not None and entry.offer_stands,
        "is_in": entry is not None and entry.state == EntryState.JOINED,
        "zone": str(entry.group.location.zone) if entry is not None else "",
    }
    return render(request, "groups/offer.html", context)


@login_required
@require_POST
def reply(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Somebody in the group says whether they come to one session. Nobody is asked why."""
    actor = actor_of(request).in_own_matters()
    rows = visible_to(Session, actor).filter(ended_with_group=False).select_related("group")
    session = get_object_or_404(rows, public_id=public_id)
    is_coming = request.POST.get("answer") == YES
    try:
        services.reply(session=session, actor=actor, is_coming=is_coming)
        said = _("Good. See you there.") if is_coming else _("Thank you for telling us. You keep your place.")
        messages.success(request, said)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    return redirect("groups:group", public_id=session.group.public_id)


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The groups that somebody is in, and what they wait for."""
    actor = actor_of(request)
    if actor.organization_id is None:
        raise Http404
    entries = list(selectors.own_entries(actor))
    seen = set(
        visible_to(SupportGroup, actor).filter(pk__in=[each.group_id for each in entries]).values_list("pk", flat=True)
    )
    waiting = []
    for entry in entries:
        waiting.append(
            {
                "entry": entry,
                "stands": entry.offer_stands,
                "is_asked": entry.state == EntryState.ASKED,
                # a group that is not for everybody is not told of before they are in it
                "group": entry.group if entry.group_id in seen else None,
                "zone": str(entry.group.location.zone),
            }
        )
    inside = [{"group": each.group, "rule": rule_words(each.group)} for each in selectors.own_enrolments(actor)]
    return render(request, "groups/mine.html", {"inside": inside, "waiting": waiting})


# ---- a parent's or guardian's yes
@login_required
@require_safe
def consents(request: HttpRequest) -> HttpResponse:
    """What a parent or guardian is asked for, and what they agreed to."""
    actor = actor_of(request)
    if actor.organization_id is None:
        raise Http404
    context = {"asked": selectors.asks_guardian(actor), "given": selectors.given_consents(actor)}
    return render(request, "groups/consents.html", context)


@login_required
@require_POST
def agree(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A parent or guardian agrees to the group that this is about, for this person. Anybody else gets 404."""
    actor = actor_of(request).in_own_matters()
    entry = next((each for each in selectors.asks_guardian(actor) if each.public_id == public_id), None)
    if entry is None:
        if selectors.has_agreed(actor, public_id):  # pressed twice
            return redirect("groups:consents")
        raise Http404
    form = OnceForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("That did not reach us whole. Please try again."))
        return redirect("groups:consents")
    try:
        used = use_once(form.cleaned_data["once"], user_id=actor.user_id)
        services.agree_as_guardian(group=entry.group, person=entry.person, actor=actor)
        used.leads_to(request.path)
        messages.success(request, _("Thank you. You can take it back here at any time."))
    except AlreadyUsed:
        pass  # the first click did it: the page says so
    except PermissionDenied:
        messages.warning(request, _("This is not asked any more."))
    return redirect("groups:consents")


@login_required
@require_POST
def end_consent(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A parent or guardian takes their yes back."""
    actor = actor_of(request).in_own_matters()
    consent = get_object_or_404(
        visible_to(GuardianConsent, actor, "change").filter(guardian__user_id=actor.user_id), public_id=public_id
    )
    services.end_consent(consent=consent, actor=actor)
    messages.success(request, _("You took it back. The office talks to them."))
    return redirect("groups:consents")
