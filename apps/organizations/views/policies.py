"""Reading what the organization has laid down, and saying that one did."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.access.actor import actor_of
from apps.access.policy import visible_to
from apps.organizations import selectors, services
from apps.organizations.models import PolicyDocument


@require_safe
def policy_list(request: HttpRequest) -> HttpResponse:
    """What this reader may read: for who works here everything, the unread ones first; for everybody their rights."""
    actor = actor_of(request)
    if actor.organization_id is None:
        raise Http404
    person = selectors.staff_person(actor)
    documents = list(selectors.policies_for(actor))
    context = {
        "unread": selectors.unread_policies(actor, person) if person else [],
        "documents": documents,
        "works_here": person is not None,
    }
    return render(request, "organizations/policies.html", context)


@require_safe
def policy_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One document as it holds now, in the reader's language or the nearest there is, which is then said."""
    actor = actor_of(request)
    document = get_object_or_404(visible_to(PolicyDocument, actor), public_id=public_id)
    version = selectors.version_that_holds(document)
    if version is None:
        raise Http404
    person = selectors.staff_person(actor)
    words, spoken = version.body.best(request.GET.get("in") or get_language())
    context = {
        "document": document,
        "version": version,
        "words": words,
        "spoken": spoken,
        "languages": list(version.body),
        "works_here": person is not None,
        "read": version.acknowledgements.filter(person=person).first() if person else None,
        "may_say_read": person is not None and document.archived_at is None,
    }
    return render(request, "organizations/policy.html", context)


@login_required
@require_POST
def policy_read(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """ "I have read this": of the version that was shown (`version` is its number)."""
    actor = actor_of(request)
    document = get_object_or_404(visible_to(PolicyDocument, actor), public_id=public_id)
    person = selectors.staff_person(actor)
    if person is None:
        raise PermissionDenied
    number = request.POST.get("version", "")
    version = document.versions.filter(number=int(number) if number.isdigit() else 0).first()
    try:
        if version is None:
            raise ValidationError(_("There is a newer version. Please read that one."))
        services.acknowledge(version=version, person=person, actor=actor, language=get_language() or "")
        messages.success(request, _("Thank you. It is written down that you read this."))
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
        return redirect("organizations:policy", public_id=public_id)
    return redirect("organizations:policies")
