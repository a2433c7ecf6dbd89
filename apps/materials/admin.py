"""The office's pages about materials."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.access.actor import actor_of
from apps.access.admin import Bulk, ScopedModelAdmin
from apps.access.policy import visible_to
from apps.clients.models import ClientRecord
from apps.materials import services
from apps.materials.models import Material, MaterialShare, MaterialText

TAKE_BACK = Bulk(
    "take_back",
    _("take back"),
    _("The clients no longer find the materials among theirs."),
    lambda request, row, values: services.take_back(share=row, actor=actor_of(request)),
)


@admin.register(Material)
class MaterialAdmin(ScopedModelAdmin):
    """Materials. What each says stands in its texts."""

    about = _("Things to read for clients and their families. What each says is written language by language.")
    section, icon = "materials", "description"
    fields = ("name", "source_language", "for_everybody")
    list_display = ("name", "source_language", "for_everybody")
    list_filter = ("for_everybody",)
    search_fields = ("name",)

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        return services.store_material(actor=actor_of(request), material=row, **values)


@admin.register(MaterialText)
class MaterialTextAdmin(ScopedModelAdmin):
    """Materials in each language, from draft to published."""

    about = _("One material in one language, from draft to published. Only published ones are shown.")
    section, icon = "materials", "translate"
    fields = ("material", "language", "title", "body", "state")
    list_display = ("title", "material", "language", "state")
    list_select_related = ("material",)
    list_filter = ("language", "state")
    search_fields = ("title", "material__name")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("material", "language") if obj else ()

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        return services.write_text(actor=actor_of(request), text=row, **values)


@admin.register(MaterialShare)
class MaterialShareAdmin(ScopedModelAdmin):
    """Which client was handed what."""

    is_about_clients = True
    about = _("Which client was given what to read, so that nobody is given the same twice.")
    section, icon = "materials", "share"
    fields = ("material", "client", "note")
    bulk = (TAKE_BACK,)
    list_display = ("material", "client", "shared_at", "ended_at")
    list_select_related = ("material", "client__person")
    search_fields = ("material__name", "client__person__search")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("material", "client") if obj else ()

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        actor = actor_of(request)
        material = values.get("material") or row.material
        client = values.get("client") or visible_to(ClientRecord, actor).get(pk=row.client_id)
        return services.hand_out(material=material, client=client, actor=actor, note=values.get("note", ""))
