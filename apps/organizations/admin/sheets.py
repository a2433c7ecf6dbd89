"""The office's pages on which lists are brought in as a sheet, undone, and taken out as a file."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.access.actor import Actor, actor_of
from apps.access.admin import ScopedModelAdmin
from apps.kit.once import AlreadyUsed, use_once
from apps.kit.sheets import XLSX, as_text
from apps.organizations import registry, services, tasks
from apps.organizations.choices import ExportState
from apps.organizations.models import SheetExport, SheetImport
from apps.organizations.sheet_forms import SheetForm, TakeOutForm
from apps.organizations.sheet_plan import ADD, BAD, CHANGE, LEAVE, SAME, Line, Plan, make_plan

SHOWN_BAD, SHOWN_GOOD = 200, 50
WORDS = {
    ADD: gettext_lazy("new"),
    CHANGE: gettext_lazy("changes"),
    SAME: gettext_lazy("is here already, nothing changes"),
    LEAVE: gettext_lazy("is here already, left as it is"),
    BAD: gettext_lazy("cannot be read"),
}


def _sheet(kind: str) -> registry.Sheet:
    sheet = registry.sheet_called(kind)
    if sheet is None:
        raise Http404
    return sheet


@admin.register(SheetImport)
class SheetImportAdmin(ScopedModelAdmin):
    """Sheets that were brought in; each can be undone."""

    about = gettext_lazy(
        "Lists you brought in from a spreadsheet. Undoing one puts away whom it added and gives back what it changed, "
        "but for people who were changed or used since."
    )
    section, icon = "records", "upload_file"
    list_display = ("name_of", "what", "made_at", "added", "changed", "undone_at")
    list_display_links = ("name_of",)
    date_hierarchy = "made_at"
    fields = ("what", "made_at", "added", "changed", "undone_at", "undo_link")
    readonly_fields = fields

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        name = "organizations_sheetimport"
        return [
            path("<slug:kind>/bring-in/", wrap(self.bring_in_view), name=f"{name}_bring_in"),
            path("<path:object_id>/undo/", wrap(self.undo_view), name=f"{name}_undo"),
            *super().get_urls(),
        ]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return any(sheet.may_bring_in(actor_of(request)) for sheet in registry.sheets())
        return super().has_view_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # it is undone, not changed

    @admin.display(description=gettext_lazy("sheet"), ordering="name")
    def name_of(self, record: SheetImport) -> str:
        return str(record)

    @admin.display(description=gettext_lazy("what"), ordering="kind")
    def what(self, record: SheetImport) -> str:
        sheet = registry.sheet_called(record.kind)
        return str(sheet.title) if sheet else record.kind

    @admin.display(description=gettext_lazy("undo"))
    def undo_link(self, record: SheetImport) -> str:
        url = reverse("admin:organizations_sheetimport_undo", args=[record.pk])
        words = _("What was undone, and what was left") if record.undone_at else _("Undo this sheet")
        return format_html('<a class="text-primary-600 underline dark:text-primary-500" href="{}">{}</a>', url, words)

    def bring_in_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Choose a sheet, see what it would do line by line, then bring it in."""
        actor, sheet = actor_of(request), _sheet(kind)
        if not sheet.may_bring_in(actor):
            raise PermissionDenied
        if request.method == "POST":
            return self._bring_in(request, sheet, actor)
        return self._page(request, sheet, self._form(sheet))

    def _form(self, sheet: registry.Sheet, *args: Any, **kwargs: Any) -> SheetForm:
        form = SheetForm(*args, **kwargs)
        if not sheet.invites:
            del form.fields["invited"]
        return form

    def _bring_in(self, request: HttpRequest, sheet: registry.Sheet, actor: Actor) -> HttpResponse:
        form = self._form(sheet, request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, sheet, form)
        given = form.cleaned_data
        try:
            table = form.table()
            plan = make_plan(sheet, table, actor, given["known_way"])
        except ValidationError as refused:
            form.add_error("file" if given["file"] else "pasted", refused)
            return self._page(request, sheet, form)
        if "confirm" in request.POST and plan.is_good:
            try:
                with transaction.atomic():
                    used = use_once(given["once"], user_id=actor.user_id)
                    record = services.bring_in(
                        sheet=sheet,
                        table=table,
                        actor=actor,
                        known_way=given["known_way"],
                        name=request.POST.get("name", ""),
                        invited=given.get("invited", False),
                        seen=given["seen"] or plan.digest,
                    )
                    url = reverse("admin:organizations_sheetimport_change", args=[record.pk])
                    used.leads_to(url)
            except AlreadyUsed as already:
                return redirect(already.result or "admin:organizations_sheetimport_changelist")
            except services.Otherwise as other:
                plan = other.plan
                messages.warning(request, " ".join(other.messages))
            except ValidationError as refused:
                messages.error(request, " ".join(refused.messages))
            else:
                messages.success(request, _said(record))
                return redirect(url)
        # What was read comes back as text, so that a bad cell can be mended right here.
        text = as_text(table)
        again = self._form(
            sheet,
            initial={
                "pasted": text,
                "known_way": given["known_way"],
                "invited": given.get("invited", False),
                "seen": plan.digest,
            },
        )
        name = given["file"].name if given["file"] else request.POST.get("name", "")
        return self._page(request, sheet, again, plan, name)

    def _page(
        self, request: HttpRequest, sheet: registry.Sheet, form: SheetForm, plan: Plan | None = None, name: str = ""
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": sheet.title,
            "subtitle": _("Bring in a sheet"),
            "opts": self.opts,
            "sheet": sheet,
            "columns": [column for column in sheet.columns if column.name != "number"],
            "form": form,
            "plan": plan,
            "name": name,
            "back_url": reverse(f"admin:{sheet.model._meta.app_label}_{sheet.model._meta.model_name}_changelist"),
        }
        if plan is not None:
            bad, good = plan.of(BAD), plan.of(ADD, CHANGE, SAME, LEAVE)
            context |= {
                "bad": [_shown(plan, line) for line in bad[:SHOWN_BAD]],
                "good": [_shown(plan, line) for line in good[:SHOWN_GOOD]],
                "bad_count": len(bad),
                "more_bad": max(len(bad) - SHOWN_BAD, 0),
                "more_good": max(len(good) - SHOWN_GOOD, 0),
                "counts": [(len(plan.of(action)), WORDS[action]) for action in WORDS if plan.of(action)],
                "does_something": bool(plan.of(ADD, CHANGE)),
            }
        status = 200 if plan is None or plan.is_good else 422
        return TemplateResponse(request, "admin/sheet_in.html", context, status=status)

    def undo_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Says what undoing would do, and which people it would leave; then does it."""
        actor, record = actor_of(request), self.get_object(request, unquote(object_id))
        done = None
        if request.method == "POST":
            done = services.undo_import(record=record, actor=actor)
            record.refresh_from_db()
        elif request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "POST"])
        if done is None:
            done = services.what_undoing_does(record, actor)
        back_url = reverse("admin:organizations_sheetimport_change", args=[record.pk])
        context = {**self._context(request, record, _("Undo this sheet")), "done": done, "back_url": back_url}
        return TemplateResponse(request, "admin/sheet_undo.html", context)


def _said(record: SheetImport) -> str:
    added = ngettext("%(n)s person was added", "%(n)s people were added", record.added) % {"n": record.added}
    changed = ngettext("%(n)s was changed", "%(n)s were changed", record.changed) % {"n": record.changed}
    return _("%(added)s, %(changed)s.") % {"added": added, "changed": changed}


def _shown(plan: Plan, line: Line) -> dict[str, Any]:
    """One line as the preview shows it."""
    return {
        "number": line.number,
        "words": WORDS[line.action],
        "match": line.match,
        "cells": [(line.cells.get(c.name, ""), line.errors.get(c.name, "")) for c in plan.columns],
        "more": [words for name, words in line.errors.items() if name not in {c.name for c in plan.columns}],
    }


@admin.register(SheetExport)
class SheetExportAdmin(ScopedModelAdmin):
    """Long lists on their way into a file, of whoever asks."""

    about = gettext_lazy("Long lists that you took out. They are written one by one, and can be opened for a week.")
    section, icon = "records", "download"
    list_display = ("asked_at", "what", "state", "progress", "link")
    fields = ("asked_at", "what", "state", "progress", "link")
    readonly_fields = fields

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        name = "organizations_sheetexport_take_out"
        return [path("<slug:kind>/take-out/", wrap(self.take_out_view), name=name), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # it is asked for on the list's own page

    @admin.display(description=gettext_lazy("what"), ordering="kind")
    def what(self, export: SheetExport) -> str:
        sheet = registry.sheet_called(export.kind)
        return str(sheet.title) if sheet else export.kind

    @admin.display(description=gettext_lazy("rows"))
    def progress(self, export: SheetExport) -> str:
        return _("%(done)s of %(all)s") % {"done": export.done, "all": export.expected}

    @admin.display(description=gettext_lazy("file"))
    def link(self, export: SheetExport) -> str:
        if export.file is None:
            return _("Not yet. Open this page again in a minute.") if export.state != ExportState.REFUSED else ""
        url = reverse("organizations:file", args=[export.file.public_id])
        return format_html(
            '<a class="text-primary-600 underline dark:text-primary-500" href="{}">{}</a>', url, _("Open the file")
        )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("file")

    def take_out_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Says what leaves, then hands the file over; a long list is written by a task."""
        actor, sheet = actor_of(request), _sheet(kind)
        if not sheet.may_take_out(actor):
            raise PermissionDenied
        form = TakeOutForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            return self._take_out(sheet, form, actor)
        context = {
            **self.admin_site.each_context(request),
            "title": sheet.title,
            "subtitle": _("Take out as a file"),
            "opts": self.opts,
            "form": form,
            "count": sheet.rows(actor).count(),
            "columns": sheet.columns,
            "back_url": reverse(f"admin:{sheet.model._meta.app_label}_{sheet.model._meta.model_name}_changelist"),
        }
        return TemplateResponse(request, "admin/sheet_out.html", context)

    def _take_out(self, sheet: registry.Sheet, form: TakeOutForm, actor: Actor) -> HttpResponse:
        kind = form.cleaned_data["form"]
        if sheet.rows(actor).count() > services.MOST_AT_ONCE:
            return self._begin(sheet, form, actor)
        taken = services.take_out(sheet=sheet, form=kind, actor=actor)
        assert isinstance(taken, bytes)
        day = timezone.localdate().isoformat()
        response = HttpResponse(taken, content_type=XLSX if kind == "xlsx" else "text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{sheet.kind}-{day}.{kind}"'
        return response

    def _begin(self, sheet: registry.Sheet, form: TakeOutForm, actor: Actor) -> HttpResponse:
        """Ask for a long list; a second click leads to the first one's page."""
        try:
            with transaction.atomic():
                used = use_once(form.cleaned_data["once"], user_id=actor.user_id)
                export = services.take_out(sheet=sheet, form=form.cleaned_data["form"], actor=actor)
                assert isinstance(export, SheetExport)
                url = reverse("admin:organizations_sheetexport_change", args=[export.pk])
                used.leads_to(url)
        except AlreadyUsed as already:
            return redirect(already.result or "admin:organizations_sheetexport_changelist")
        organization_id, export_id = export.organization_id, export.pk
        transaction.on_commit(lambda: tasks.write_export.delay(organization_id, export_id))
        return redirect(url)
