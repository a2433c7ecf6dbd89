"""Two pages about every row of the admin: what was changed, by whom; and who can see it, by which rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.access import selectors
from apps.access.actor import actor_of
from apps.access.reach import what_is_reached, who_reaches
from apps.access.shares import share_url

__all__ = ["AuditPages", "ReachPage"]


class AuditPages:
    """Mixed into every scoped admin: `history`, `access`, and `archive` where the page says how (`retire`)."""

    admin_site: Any
    model: Any
    opts: Any
    # How a row is put away: a method (request, row) that calls the service. None: rows of this kind never are.
    retire: Any = None
    # Other words for it where "put away" says too little: `title` (the button), `question` and what `follows`.
    retire_words: Mapping[str, Any] = {}

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        wrap = self.admin_site.admin_view
        own = [path("<path:object_id>/access/", wrap(self.access_view), name=f"{name}_access")]
        if self.retire is not None:
            own.append(path("<path:object_id>/archive/", wrap(self.archive_view), name=f"{name}_archive"))
        return own + super().get_urls()  # type: ignore[misc]  # mixed into Django's admin classes

    def _audited(self, request: HttpRequest, object_id: str) -> Any:
        """The row, for somebody who sees it and may read the audit trail; 404 and 403 otherwise."""
        row = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]  # see get_urls
        if not actor_of(request).can("view_audit"):
            raise PermissionDenied
        return row

    def _context(self, request: HttpRequest, row: Any, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": str(row),
            "object": row,
            "original": row,
            "object_id": str(row.pk),
            "opts": self.opts,
            "module_name": str(capfirst(self.opts.verbose_name_plural)),
            "back_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk]),
        }

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> Any:
        """Django's page, with links to the pages below for those who may open them."""
        row = kwargs.get("obj")
        context["share_url"] = share_url(actor_of(request), row) if row is not None else ""
        context["audits"] = row is not None and actor_of(request).can("view_audit")
        context["puts_away"] = (
            self.retire is not None
            and row is not None
            and getattr(row, "archived_at", None) is None
            and self.has_change_permission(request, row)  # type: ignore[attr-defined]  # see get_urls
        )
        context["retire_title"] = self.retire_words.get("title") or _("Put away")
        return super().render_change_form(request, context, **kwargs)  # type: ignore[misc]  # see get_urls

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Each change of the row, newest first: when, who, and each field before and after."""
        row = self._audited(request, object_id)
        changes = selectors.changes_of(row, actor=actor_of(request))
        context = {**self._context(request, row, _("What was changed")), "changes": changes}
        return TemplateResponse(request, "admin/changes.html", context)

    def access_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Who can see this row, and which rule lets them."""
        row = self._audited(request, object_id)
        reach = who_reaches(row, actor=actor_of(request))
        context = {**self._context(request, row, _("Who can see this")), "reach": reach}
        return TemplateResponse(request, "admin/who_can_see.html", context)

    def archive_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks first, then puts the row away."""
        row = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]  # see get_urls
        if not self.has_change_permission(request, row):  # type: ignore[attr-defined]  # see get_urls
            raise PermissionDenied
        if request.method == "POST":
            self.retire(request, row)
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "POST"])
        context = {**self._context(request, row, _("Put away")), **self.retire_words}
        return TemplateResponse(request, "admin/put_away.html", context)


class ReachPage:
    """Mixed into the admin of people, before `ScopedModelAdmin`: `reach`, what a person reaches here and why."""

    admin_site: Any
    opts: Any

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_reach"
        page = path("<path:object_id>/reach/", self.admin_site.admin_view(self.reach_view), name=name)
        return [page, *super().get_urls()]  # type: ignore[misc]  # mixed into an admin class

    def reach_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What this person can reach: for each kind of record how many, and by which role, relation or share."""
        row = self._audited(request, object_id)  # type: ignore[attr-defined]  # of AuditPages
        actor = actor_of(request)
        kinds = (
            what_is_reached(row.user_id, organization_id=row.organization_id, reader=actor)
            if row.user_id is not None
            else []
        )
        context = {
            **self._context(request, row, _("What they can reach")),  # type: ignore[attr-defined]  # of AuditPages
            "kinds": kinds,
            "signs_in": row.user_id is not None,
        }
        return TemplateResponse(request, "admin/what_they_reach.html", context)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> Any:
        context["reaches"] = kwargs.get("obj") is not None
        return super().render_change_form(request, context, **kwargs)  # type: ignore[misc]  # see get_urls
