"""The office's page for somebody who leaves: who takes what, a look at what will happen, and what came of it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.access.actor import actor_of
from apps.access.services import log_reads
from apps.kit.once import AlreadyUsed, use_once
from apps.organizations import selectors, services
from apps.organizations.forms import LeavingForm
from apps.organizations.models import Person
from apps.organizations.registry import what_stays


class LeavingPage:
    """Mixed into the admin of people: `leave`, for whoever manages members."""

    admin_site: Any
    opts: Any

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.leave_view)
        own = [path("<path:object_id>/leave/", view, name="organizations_person_leave")]
        return own + super().get_urls()  # type: ignore[misc]  # mixed into Django's admin classes

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> Any:
        row = kwargs.get("obj")
        context["may_leave"] = row is not None and self.has_change_permission(request, row)  # type: ignore[attr-defined]  # mixed into an admin
        return super().render_change_form(request, context, **kwargs)  # type: ignore[misc]  # as above

    def leave_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Choose who takes what; look at what will happen; let it happen; read what came of it."""
        person: Person = self.get_object(request, object_id)  # type: ignore[attr-defined]  # mixed into an admin
        actor = actor_of(request)
        if not self.has_change_permission(request, person):  # type: ignore[attr-defined]  # as above
            raise PermissionDenied
        form = LeavingForm(request.POST or None, person=person, actor=actor)
        step = request.POST.get("step", "")
        shown: dict[str, Any] = {}
        if request.method == "POST" and step in ("look", "do") and form.is_valid():
            try:
                if step == "do":
                    return self._let_go(request, person, form)
                left = services.look_ahead(person=person, actor=actor, choices=form.choices)
                shown = {"left": left, "told": told(left)}
            except AlreadyUsed as already:
                return redirect(already.result or request.path)
            except ValidationError as refused:
                put(form, refused)
        for asked in form.kinds:
            if asked["read"] is not None:
                log_reads(asked["read"], actor=actor, action="list")
        context = {
            **self.admin_site.each_context(request),
            "title": _("%(name)s leaves") % {"name": person.name},
            "opts": self.opts,
            "module_name": str(capfirst(self.opts.verbose_name_plural)),
            "original": person,
            "person": person,
            "form": form,
            "stays": what_stays(person, actor),
            "has_left": selectors.has_left(person),
            "nothing": selectors.has_left(person) and not any(asked["rows"] for asked in form.kinds),
            "result": request.session.get(_key(person)),
            "back_url": reverse("admin:organizations_person_change", args=[person.pk]),
            **shown,
        }
        return TemplateResponse(request, "admin/organizations/leave.html", context)

    def _let_go(self, request: HttpRequest, person: Person, form: LeavingForm) -> HttpResponse:
        actor = actor_of(request)
        with transaction.atomic():
            used = use_once(form.cleaned_data["once"], user_id=actor.user_id)
            left = services.leave(person=person, actor=actor, choices=form.choices)
            used.leads_to(request.path)
        request.session[_key(person)] = {"lines": told(left), "roles": left.roles}
        return redirect(request.path)


def told(left: services.Left) -> list[dict[str, Any]]:
    """What goes to whom, as plain values that a page shows and a session keeps."""
    return [
        {
            "title": one.title,
            "to": one.to.name if one.to else "",
            "without": one.without,
            "count": len(one.things),
            "things": [f"{name} ({detail})" if detail else name for name, detail in one.things],
        }
        for one in left.gone
    ]


def put(form: Any, refused: ValidationError) -> None:
    """What a service refused, beside its field where the form has it."""
    for field, errors in refused.error_dict.items() if hasattr(refused, "error_dict") else [(None, refused)]:
        form.add_error(field if field in form.fields else None, errors)


def _key(person: Person) -> str:
    return f"left:{person.pk}"
