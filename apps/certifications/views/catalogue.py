"""Pages of the catalogue: which states there are, and what each asks with where it is written."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from apps.access.actor import Actor, actor_of
from apps.certifications import selectors
from apps.certifications.catalogue.places import PLACES


def reader_of(request: HttpRequest) -> Actor:
    """The actor, who has to do with certification. Raises PermissionDenied for anybody else."""
    actor = actor_of(request)
    if not actor.can_any("view_certifications", "hold_certification"):
        raise PermissionDenied
    return actor


@login_required
def catalogue_states(request: HttpRequest) -> HttpResponse:
    """The states of the catalogue."""
    reader_of(request)
    return render(request, "certifications/states.html", {"states": selectors.states()})


@login_required
def catalogue_state(request: HttpRequest, code: str) -> HttpResponse:
    """What one state asks for each of its credentials; every figure with its source."""
    reader_of(request)
    if code not in PLACES:
        raise Http404
    context = {"name": PLACES[code], "entries": selectors.state_rules(code)}
    return render(request, "certifications/state.html", context)
