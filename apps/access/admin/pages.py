"""Pages about what access itself keeps: the log of reads, and the runs of scheduled jobs."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from apps.access import registry
from apps.access.actor import actor_of
from apps.access.admin.base import OperatorAdmin, ScopedModelAdmin
from apps.access.models import AccessLog, JobRun
from apps.access.selectors import people_by_user


@admin.register(AccessLog)
class AccessLogAdmin(ScopedModelAdmin):
    """Who read which sensitive record, when. Read-only."""

    about = _(
        "Each time somebody opened or listed a client's record, or took it out as a file. Nothing here can be changed."
    )
    section = "records"
    icon = "visibility"
    sidebar_title = _("What was read and changed")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The log is read on one page with the changes."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("admin:trail")

    def get_list_display(self, request: HttpRequest) -> Any:
        return ("at", self._who(request), "action", "kind", "row_id")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_list_display(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_list_display(request)

    def _who(self, request: HttpRequest) -> Any:
        """The column of names, looked up once for the whole list."""
        actor = actor_of(request)
        names = SimpleLazyObject(lambda: people_by_user(actor, registry.users_here(actor.organization_id or 0)))

        @admin.display(description=_("who"), ordering="user_id")
        def who(row: AccessLog) -> str:
            return names.get(row.user_id, "–")

        return who

    @admin.display(description=_("kind of record"), ordering="model")
    def kind(self, row: AccessLog) -> str:
        try:
            return str(capfirst(apps.get_model(row.model)._meta.verbose_name))
        except LookupError:
            return row.model


@admin.register(JobRun)
class JobRunAdmin(OperatorAdmin):
    """Every run of a scheduled job."""

    list_display = ("job", "started_at", "ended_at", "expected", "did", "error_count")
    list_filter = ("job",)
    ordering = ("-started_at",)
    section = "platform"
    icon = "schedule"

    @admin.display(description=_("errors"))
    def error_count(self, run: JobRun) -> int:
        return len(run.errors)
