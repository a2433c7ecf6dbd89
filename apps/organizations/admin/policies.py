"""What the organization's work is divided into, and what it has laid down."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from apps.access.actor import actor_of
from apps.kit.listing import apart, listed
from apps.organizations import services
from apps.organizations.admin.plain import Plain
from apps.organizations.models import PolicyDocument, PolicyVersion, Programme
from apps.organizations.policy_form import PolicyForm
from apps.organizations.selectors import not_read_by, version_that_holds


@admin.register(Programme)
class ProgrammeAdmin(Plain):
    """The named parts of the organization's work."""

    about = _("The named parts of your work. Groups belong to them, and reports are counted by them.")
    fields = ("name", "is_part_2")
    list_display = ("__str__", "is_part_2")
    section = "organization"
    icon = "category"


@admin.register(PolicyDocument)
class PolicyDocumentAdmin(Plain):
    """What the organization has laid down, and who has read it."""

    about = _("What your staff keep to and what your clients may ask for. Whoever works here is asked to read each.")
    form = PolicyForm
    list_display = ("title", "kind", "programme", "holds")
    list_select_related = ("programme",)
    list_filter = ("kind",)
    section = "organization"
    icon = "policy"

    def get_queryset(self, request: HttpRequest) -> Any:
        return (
            super()
            .get_queryset(request)
            .annotate(
                version=Subquery(
                    PolicyVersion.objects.filter(document_id=OuterRef("pk"), published_at__isnull=False)
                    .order_by("-number")
                    .values("number")[:1]
                )
            )
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        writes = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        shown = ("kind", "programme", "title", *(("body", "publish") if writes else ()))
        return (*shown, "versions_so_far", "not_read_yet") if obj else shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("versions_so_far", "not_read_yet") if obj else ()

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        row = super().get_object(request, object_id, from_field)
        row.reader = actor_of(request)  # the names below are those that this reader may see
        return row

    @admin.display(description=_("not read yet by"))
    def not_read_yet(self, document: Any) -> str:
        version = version_that_holds(document)
        return listed(not_read_by(version, document.reader)) if version else ""

    @admin.display(description=_("version that holds"), ordering="version")
    def holds(self, document: Any) -> str:
        return str(document.version or _("not published yet"))

    @admin.display(description=_("versions"))
    def versions_so_far(self, document: PolicyDocument) -> str:
        words = [
            _("%(number)d, published %(day)s") % {"number": one.number, "day": date_format(localtime(one.published_at))}
            if one.published_at
            else _("%(number)d, a draft") % {"number": one.number}
            for one in document.versions.order_by("-number")
        ]
        return apart(words)

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        return services.write_policy(document=row, actor=actor_of(request), **values)
